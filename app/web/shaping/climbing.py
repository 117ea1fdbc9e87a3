"""The evidence of a finding about imports as a reader climbs it: one chain, apart from it other ways. Pure."""

from dataclasses import dataclass

from drift.findings import Hop, chain


@dataclass(frozen=True, slots=True)
class Climb:
    """The chain, each hop going on where the one before it ended, with the places that repeat it; and the `others`."""

    steps: tuple[tuple[Hop, tuple[Hop, ...]], ...]
    others: tuple[Hop, ...]


def climb(hops: tuple[Hop, ...]) -> Climb:
    """Part evidence into the chain that it begins with and what else was found."""
    first = chain(hops)
    steps: list[tuple[Hop, tuple[Hop, ...]]] = []
    for hop in first:
        before = steps[-1][0] if steps else None
        if before and (hop.importer, hop.imported) == (before.importer, before.imported):
            steps[-1] = (before, (*steps[-1][1], hop))
        else:
            steps.append((hop, ()))
    return Climb(tuple(steps), hops[len(first) :])
