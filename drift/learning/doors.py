"""Single doors: what only few import, of others' packages and of our own."""

from collections.abc import Mapping, Sequence

from drift.graphs.names import separator_of
from drift.learning.field import Field, bits, inside
from drift.learning.promises import (
    TESTS_APART,
    Promise,
    flow,
    outer_selectors,
    product,
    selector,
    several,
    slug,
)

MOST_DOORS, MOST_TARGETS = 3, 16


def external_doors(field: Field) -> list[Promise]:
    """Propose that packages of others stay with those that import them today: by modules, and by packages as doors."""
    found = []
    for depth in range(1, 6):
        groups: dict[tuple[str, ...], list[str]] = {}
        for name in field.externals:
            users = field.importers(1 << field.number[name])
            doors = doors_of(field, users, depth) if users else ()
            if doors or not users:
                groups.setdefault(doors, []).append(name)
        found += [one for doors, names in sorted(groups.items()) for one in door(field, doors, names, outer=True)]
    return list({one.id: one for one in reversed(found)}.values())[::-1]


def own_doors(field: Field) -> list[Promise]:
    """Propose that own packages and modules stay with those that import them today."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for container, parts in field.containers.items():
        for part in parts:
            mask = field.below(part)
            users = field.importers(mask) & ~mask
            if not users or mask == field.below(container):
                continue
            private = container and not users & ~field.below(container)
            doors = (container,) if private else doors_of(field, users, 99)
            if doors:
                groups.setdefault(doors, []).append(part)
    found = []
    for doors, names in sorted(groups.items()):
        kept = [name for name in names if not any(inside(name, other) for other in names if other != name)]
        found += door(field, doors, kept, outer=False)
    return found


def doors_of(field: Field, users: int, depth: int) -> tuple[str, ...]:
    """Name those that import something in as few words as fit; nothing where they are too many to be doors."""
    names = [field.units[unit].split(separator_of(field.units[unit])) for unit in bits(users)]
    separator = separator_of(field.units[next(iter(bits(users)))])
    for length in range(min(depth, max(len(name) for name in names)), 0, -1):
        folded = {separator.join(name[:length]) for name in names}
        if len(folded) <= MOST_DOORS:
            whole = sum(field.below(name).bit_count() for name in folded)
            return tuple(sorted(folded)) if whole * 2 <= len(field.units) else ()
    return ()


def door(field: Field, doors: Sequence[str], names: Sequence[str], *, outer: bool) -> list[Promise]:
    """Make promises of one set of doors, each with not too many targets, the ones most worth it first."""
    allowed = 0
    for one in doors:
        allowed |= field.below(one)
    masks = {name: 1 << field.number[name] if outer else field.below(name) for name in names}
    ordered = sorted(names, key=lambda name: (-masks[name].bit_count(), -users_of(field, masks, name), name))
    found = []
    for start in range(0, min(len(ordered), 2 * MOST_TARGETS), MOST_TARGETS):
        some = sorted(ordered[start : start + MOST_TARGETS])
        cover: dict[int, int] = {}
        for name in some:
            for unit, mask in product(field.own & ~allowed & ~masks[name], masks[name]).items():
                cover[unit] = cover.get(unit, 0) | mask
        wanted = 0
        for one in some:
            wanted |= masks[one]
        inward = sum(count for (_, end), count in field.counts.items() if wanted >> end & 1)
        others = len(field.units) - allowed.bit_count()
        noun = "outside package" if outer else "part"
        what = several(len(some), noun)
        whose = " and ".join(map(field.familiar, doors))
        said = f"Only {whose} may import {f'this {noun}' if len(some) == 1 else f'these {what}'}:"
        said += f" {several(inward, 'import')} today, none in the {others:,} modules elsewhere."
        if not doors:
            modules = f"{len(field.units):,} modules of the product"
            said = f"For tests alone: they import {what}, of which none of the {modules} does."
        where = slug(*map(field.familiar, doors)) if doors else "tests"
        tail = f"-{start // MOST_TARGETS + 1}" if start else ""
        name = f"{where}-{'packages' if outer else 'inner'}{tail}"
        target = flow("target", outer_selectors(field, some) if outer else [selector(field, one) for one in some])
        by = flow("by", [selector(field, one) for one in doors])
        place = f"{name}"
        found.append(Promise("Doors", name, "only", (*target, *by, TESTS_APART), said, cover, place))
    return found


def users_of(field: Field, masks: Mapping[str, int], name: str) -> int:
    """Count the units that import a target."""
    return field.importers(masks[name]).bit_count()
