"""Holds a set of regions apart: which region must not import which, directly or through code outside all regions.

Shared by the kinds that divide the code into parts (layers, independent members). As import-linter and grimp do, a
chain counts for the two regions at its ends only if what lies between belongs to no region: else it is found where
it crosses the nearer border.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from drift.evaluation import Evaluation, most_specific
from drift.graphs.crossings import Crossing, find_crossings
from drift.graphs.graph import Link
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """A named part of the code."""

    name: str
    nodes: frozenset[int]


# For the number of a region: the numbers of those it must not import, each with the reason as a sentence's end.
Forbids: TypeAlias = Callable[[int], Mapping[int, str]]
# For an import to mend, the number of the region where its chain starts and of that where it ends: what to do.
Advice: TypeAlias = Callable[[Link, int, int], str]


def judge(
    evaluation: Evaluation, regions: Sequence[Region], forbids: Forbids, advice: Advice, *, indirect: bool
) -> None:
    """Add a finding for each import by which one region reaches another that it must not."""
    owner = most_specific([region.nodes for region in regions])
    members: list[set[int]] = [set() for _ in regions]
    for node, region in owner.items():
        members[region].add(node)
    found: dict[Link, tuple[Crossing, int]] = {}
    for number in range(len(regions)):
        forbidden = forbids(number)
        targets = frozenset().union(*[members[other] for other in forbidden])
        if not targets or not members[number]:
            continue
        blocked = owner.keys() - targets - members[number]
        crossings = find_crossings(evaluation.graph, members[number], targets, blocked, indirect=indirect)
        for link, crossing in crossings.by_link.items():
            known = found.setdefault(link, (crossing, number))[0]
            if known is not crossing:
                known.more |= (crossing.more | crossing.steps) - known.steps
    for link, (crossing, number) in sorted(found.items()):
        target = owner[crossing.chain[-1]]
        message = f"{evaluation.way(crossing)}, but {forbids(number)[target]}."
        fix = advice(link, number, target)
        evaluation.findings.append(evaluation.import_finding(message, fix, link, evaluation.evidence(crossing)))
