"""Who never reaches whom: parts without tests, parts without packages of others, pairs of sets that stay strangers."""

from collections.abc import Mapping

from drift.learning.field import Field, bits
from drift.learning.promises import Promise, flow, outer_selectors, product, selector, several, slug, union

MOST_FROM, MOST_TO = 14, 14
FEWEST_PARTS, MOST_PARTS, MOST_OUTER, MOST_CONTAINERS = 4, 40, 60, 5
ROUNDS = 3


def tests_stay_out(field: Field) -> list[Promise]:
    """Propose that the product does not import the tests beside it."""
    roots = tops(field)
    if not field.tests or not roots:
        return []
    targets = sum(1 << field.number[name] for name in field.tests)
    source, target = (
        [selector(field, name) for name in roots],
        [selector(field, name) for name in field.tests[:MOST_TO]],
    )
    count = sum(field.counts.values())
    said = f"What is shipped needs no tests: none of {count:,} imports in its {len(field.units):,} modules enters them."
    options = (*flow("from", source), *flow("to", target))
    return [Promise("Boundaries", "product-without-tests", "forbidden", options, said, product(field.own, targets))]


def tops(field: Field) -> list[str]:
    """Name the roots of the product, the largest first."""
    parts = field.containers.get("", ())
    return sorted(sorted(parts, key=lambda name: (-field.below(name).bit_count(), name))[:MOST_FROM])


def strangers(field: Field) -> list[Promise]:
    """Propose sets of parts that never reach sets of others: own parts of each large package, and outside packages."""
    found = []
    sizes = {name: field.below(name).bit_count() if name else len(field.units) for name in field.containers}
    for container in sorted(sizes, key=lambda name: (-sizes[name], name))[:MOST_CONTAINERS]:
        masks = {part: field.below(part) for part in field.containers[container]}
        masks = {part: mask for part, mask in masks.items() if mask != field.below(container)}
        if FEWEST_PARTS <= len(masks) <= MOST_PARTS:
            found += strangers_in(field, container, masks, masks)
            outer = {name: 1 << field.number[name] for name in most_used(field)}
            found += strangers_in(field, container, masks, outer)
    return found


def most_used(field: Field) -> list[str]:
    """Name the outside packages that most modules import."""
    users = {name: field.importers(1 << field.number[name]).bit_count() for name in field.externals}
    return sorted(sorted(users, key=lambda name: (-users[name], name))[:MOST_OUTER])


def strangers_in(field: Field, container: str, sources: Mapping[str, int], targets: Mapping[str, int]) -> list[Promise]:
    """Find large blocks of pairs without a chain, greedily, each block a promise."""
    reach = {name: joined(field, mask) for name, mask in sources.items()}
    weight = {name: max(mask.bit_count(), 1) for name, mask in {**targets, **sources}.items()}
    free = {
        (source, target)
        for source in sources
        for target in targets
        if source != target and not reach[source] & targets[target]
    }
    found = []
    for number in range(ROUNDS):
        block = largest(free, sources, targets, weight, reach)
        if block is None:
            break
        rows, columns = block
        free -= {(row, column) for row in rows for column in columns}
        found.append(boundary(field, container, (rows, columns), (sources, targets), number))
    return found


def joined(field: Field, mask: int) -> int:
    """Give what the units of a mask reach, and themselves."""
    found = mask
    for unit in bits(mask):
        found |= field.reach[unit]
    return found


def largest(
    free: set[tuple[str, str]],
    sources: Mapping[str, int],
    targets: Mapping[str, int],
    weight: Mapping[str, int],
    reach: Mapping[str, int],
) -> tuple[list[str], list[str]] | None:
    """Grow a block target by target, each time by the one that makes it worth most."""
    rows = set(sources)
    columns: list[str] = []
    best, worth = None, 0
    while len(columns) < MOST_TO:
        options = []
        for target in targets:
            if target in columns:
                continue
            left = {row for row in rows if row != target and not reach[row] & targets[target] and row not in columns}
            new = sum(
                weight[row] * weight[column] for row in left for column in (*columns, target) if (row, column) in free
            )
            options.append((new, target, left))
        if not options:
            break
        new, target, left = max(options, key=lambda option: (option[0], option[1]))
        if not left or new < worth:
            break
        rows, worth = left, new
        columns.append(target)
        kept = sorted(sorted(rows, key=lambda row: (-weight[row], row))[:MOST_FROM])
        best = (kept, sorted(columns))
    return best if worth else None


def boundary(
    field: Field,
    container: str,
    block: tuple[list[str], list[str]],
    parts: tuple[Mapping[str, int], Mapping[str, int]],
    number: int,
) -> Promise:
    """Make a promise of a block."""
    rows, columns = block
    sources, targets = parts
    wanted, within = 0, 0
    for name in columns:
        wanted |= targets[name]
    for name in rows:
        within |= sources[name]
    wide = field.reachers(wanted) | wanted
    cover = union(product(sources[name], wide & ~sources[name]) for name in rows)
    made = sum(count for (start, _), count in field.counts.items() if within >> start & 1)
    outer = set(columns) <= set(field.externals)
    first = "The first part" if len(rows) == 1 else f"The first {len(rows)} parts"
    others = f" {len(columns)}" if columns[1:] else ""
    its, does = ("its", "it imports") if len(rows) == 1 else ("their", "they import")
    told = f"none of {its} {several(made, 'import')} leads there, not even by way of other modules"
    said = f"{first} can be used without the other{others}: {told if made else f'{does} nothing so far'}."
    name = slug(field.familiar(container) or "top", "without" if outer else "apart", str(number + 1))
    options = (
        *flow("from", [selector(field, one) for one in rows]),
        *flow("to", outer_selectors(field, columns) if outer else [selector(field, one) for one in columns]),
    )
    return Promise("Boundaries", name, "forbidden", options, said, cover)
