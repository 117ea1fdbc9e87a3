"""Layers that the graph has: parts side by side in a package, sorted so that nothing imports upwards."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from drift.graphs.cycles import tangles
from drift.graphs.names import separator_of
from drift.learning.field import Cover, Field
from drift.learning.promises import Promise, flow, product, selector, several, short, slug, union

FEWEST, MOST, MOST_SIBLINGS = 3, 40, 24
LARGEST_TANGLE = 12


def layer_promises(field: Field) -> list[Promise]:
    """Propose layers for each package whose parts have an order that says something."""
    found = []
    for container, parts in field.containers.items():
        masks = {part: field.below(part) for part in parts if field.below(part) != field.below(container)}
        masks = {part: mask for part, mask in masks.items() if linked(field, part, masks)}
        if FEWEST <= len(masks) <= MOST:
            strong = layers_of(field, container, masks, chains=True)
            weak = layers_of(field, container, masks, chains=False)
            if strong and weak:
                found.append(replace(strong, weaker=weak))
            else:
                found += [one for one in (strong, weak) if one]
    return found


def linked(field: Field, part: str, masks: Mapping[str, int]) -> bool:
    """Say whether a part imports another part, or is imported by one."""
    own = masks[part]
    others = 0
    for name, mask in masks.items():
        others |= mask if name != part else 0
    return bool(outgoing(field, own) & others or field.importers(own) & others)


def outgoing(field: Field, mask: int) -> int:
    """Give what the units of a mask import."""
    found = 0
    for unit, targets in enumerate(field.direct):
        if mask >> unit & 1:
            found |= targets
    return found


def layers_of(field: Field, container: str, masks: Mapping[str, int], *, chains: bool) -> Promise | None:
    """Propose the layers of one package, over chains or direct imports; None where all hangs together."""
    names = sorted(masks)
    reach = {name: reached(field, masks[name], chains=chains) for name in names}
    after = {
        here: {there for there, other in enumerate(names) if there != here and reach[name] & masks[other]}
        for here, name in enumerate(names)
    }
    entries = entries_of(after)
    if len(entries) < 2 or any(len(entry) > max(LARGEST_TANGLE, len(names) // 2) and free for entry, free in entries):  # noqa: PLR2004 (two layers)
        return None
    cover = covered(field, [[masks[names[node]] for node in entry] for entry, _ in entries], entries, chains=chains)
    # A folder at the top does not say by itself that slashes follow.
    inner = bool(container) and separator_of(container) == separator_of(names[0])
    words = [short(name) if inner else selector(field, name) for name in names]
    rows = [(" : " if free else " | ").join(words[node] for node in entry) for entry, free in entries]
    options = flow("containers", [selector(field, container)]) if inner else ()
    direct = () if chains else ("indirect: false",)
    down = sum(len(after[node]) for node in after)
    tangled = sum(len(entry) for entry, free in entries if free)
    said = f"Imports go down this list only: all {imports_among(field, masks):,} among the {len(names)} parts do"
    said += f" ({several(down, 'pair')} of parts). "
    said += f"{tangled} parts that need each other in circles stand between colons. " if tangled else ""
    if any(len(entry) > 1 and not free for entry, free in entries):
        said += "Parts between bars do not import each other."
    head = container or "top"
    return Promise(
        "Layers",
        slug(field.familiar(head), "layers"),
        "layers",
        (*options, *flow("layers", rows), *direct),
        said.strip(),
        cover,
        container or "top",
    )


def reached(field: Field, mask: int, *, chains: bool) -> int:
    """Give what the units of a mask import, or reach."""
    found = 0
    rows = field.reach if chains else field.direct
    for unit, targets in enumerate(rows):
        if mask >> unit & 1:
            found |= targets
    return found & ~mask


def entries_of(after: Mapping[int, set[int]]) -> list[tuple[list[int], bool]]:
    """Sort parts into entries from top to bottom, each with whether its parts may import each other."""
    group_of = {node: node for node in after}
    for tangle in tangles(after):
        group_of.update(dict.fromkeys(tangle, tangle[0]))
    groups: dict[int, list[int]] = {}
    for node, group in group_of.items():
        groups.setdefault(group, []).append(node)
    below = {
        group: {group_of[target] for node in nodes for target in after[node]} - {group}
        for group, nodes in groups.items()
    }
    height: dict[int, int] = {}
    left = sorted(groups)
    while left:
        ready = [group for group in left if below[group] <= height.keys()]
        for group in ready:
            height[group] = max((height[other] + 1 for other in below[group]), default=0)
        left = [group for group in left if group not in height]
    entries: list[tuple[list[int], bool]] = []
    for level in range(max(height.values(), default=-1), -1, -1):
        here = [group for group in sorted(groups) if height[group] == level]
        entries += [(sorted(groups[group]), True) for group in here if len(groups[group]) > 1]
        single = [group for group in here if len(groups[group]) == 1]
        entries += [(single, False)] if single else []
    return entries


def covered(
    field: Field, masks: Sequence[Sequence[int]], entries: Sequence[tuple[list[int], bool]], *, chains: bool
) -> Cover:
    """Give the pairs that layers forbid: upwards, and between independent siblings."""
    covers, above = [], 0
    for row, (_, free) in zip(masks, entries, strict=True):
        whole = 0
        for mask in row:
            whole |= mask
        for mask in row:
            targets = above | (0 if free else whole & ~mask)
            if targets:
                wide = field.reachers(targets) & ~mask if chains else targets
                covers.append(product(mask, wide))
        above |= whole
    return union(covers)


def imports_among(field: Field, masks: Mapping[str, int]) -> int:
    """Count the imports from one of the parts to another."""
    part_of = {unit: name for name, mask in masks.items() for unit in range(mask.bit_length()) if mask >> unit & 1}
    return sum(
        count
        for (start, end), count in field.counts.items()
        if start in part_of and end in part_of and part_of[start] != part_of[end]
    )


def independent_promises(field: Field) -> list[Promise]:
    """Propose that parts of a package which never import each other stay so; those that others need are left out."""
    found = []
    for container, parts in field.containers.items():
        masks = {part: field.below(part) for part in parts if field.below(part) != field.below(container)}
        if len(masks) < FEWEST:
            continue
        for chains in (True, False):
            apart = strangers_among(field, masks, chains=chains)
            if len(apart) >= FEWEST:
                found.append(independence(field, container, masks, apart, chains=chains))
    return found


def strangers_among(field: Field, masks: Mapping[str, int], *, chains: bool) -> list[str]:
    """Leave out the part with the most links, again and again, until none is left between those that stay."""
    left = dict(sorted(masks.items()))
    reach = {name: reached(field, mask, chains=chains) for name, mask in left.items()}
    links = {
        name: {other for other in left if other != name and (reach[name] & masks[other] or reach[other] & masks[name])}
        for name in left
    }
    while True:
        worst = max(left, key=lambda name: (len(links[name]), name), default=None)
        if worst is None or not links[worst]:
            return sorted(left)
        del left[worst]
        for others in links.values():
            others.discard(worst)
        links[worst] = set()


def independence(field: Field, container: str, masks: Mapping[str, int], apart: list[str], *, chains: bool) -> Promise:
    """Make a promise of parts that are strangers to each other."""
    apart = sorted(sorted(apart, key=lambda name: (-masks[name].bit_count(), name))[:MOST_SIBLINGS])
    whole = 0
    for name in apart:
        whole |= masks[name]
    covers = []
    for name in apart:
        targets = whole & ~masks[name]
        covers.append(product(masks[name], field.reachers(targets) & ~masks[name] if chains else targets))
    made = sum(count for (start, _), count in field.counts.items() if whole >> start & 1)
    count = f"all {len(masks)}" if len(apart) == len(masks) else f"{len(apart)} of the {len(masks)}"
    said = f"These parts know nothing of each other ({count} side by side in"
    said += f" {field.familiar(container) or 'the product'}): none of their {several(made, 'import')} leads to another."
    direct = () if chains else ("indirect: false",)
    listed = Promise(
        "Layers",
        slug(field.familiar(container) or "top", "apart"),
        "independent",
        (*flow("modules", [selector(field, name) for name in apart]), *direct),
        said,
        union(covers),
        container or "top",
    )
    if not container or len(apart) < len(masks):
        return listed
    every = f"{selector(field, container)}{separator_of(apart[0])}*"
    return replace(listed, options=(*flow("modules", [every]), *direct), weaker=listed)
