"""Which open changes touch one requirement, before either lands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specs.openspec.blocks import Block, fold, read_spec
from specs.openspec.change import Change
from specs.openspec.outcome import Base
from specs.openspec.parts import changed_parts


@dataclass(frozen=True, slots=True)
class Claim:
    """What one change does to a requirement.

    `scenarios` are those it changes beside the current spec ("" is the statement); `line` is in its delta.
    """

    change: str
    operation: str
    name: str
    line: int
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overlap:
    """A requirement that several changes touch. `shared` are the scenarios that more than one of them changes.

    `certain`: they cannot both land as they are; else it depends on which words they change.
    """

    capability: str
    requirement: str
    claims: tuple[Claim, ...]
    shared: tuple[str, ...]
    certain: bool


def overlaps(
    changes: Sequence[Change], current: Mapping[str, str], bases: Mapping[tuple[str, str], Base] | None = None
) -> tuple[Overlap, ...]:
    """Find what two or more changes touch; `current` are the specs by capability.

    `bases` say, by change and capability, what each began from; without, a change is held against the current spec.
    """
    claims: dict[tuple[str, str], list[Claim]] = {}
    for change in changes:
        for capability, delta in change.deltas.items():
            blocks = {block.name: block for block in read_spec(current.get(capability, "")).blocks}
            renamed = {one.target: one.source for one in delta.renamed}
            modified = {block.name: block for block in delta.modified}
            for operation, name, line in delta.touched():
                subject = renamed.get(name, name) if operation == "MODIFIED" else name
                base = (bases or {}).get((change.id, capability))
                began = base.block(name, subject) if base else blocks.get(subject)
                parts = _parts(modified[name], began) if operation == "MODIFIED" else ()
                claim = Claim(change.id, operation, name, line, parts)
                claims.setdefault((capability, fold(subject)), []).append(claim)
    found = [_overlap(capability, mine) for (capability, _), mine in sorted(claims.items())]
    return tuple(one for one in found if one is not None)


def _overlap(capability: str, claims: Sequence[Claim]) -> Overlap | None:
    if len({claim.change for claim in claims}) < 2:  # noqa: PLR2004 (one change may touch a requirement twice)
        return None
    operations = {claim.operation for claim in claims}
    counts: dict[str, set[str]] = {}
    for claim in claims:
        for scenario in claim.scenarios:
            counts.setdefault(scenario, set()).add(claim.change)
    shared = tuple(name for name, who in counts.items() if len(who) > 1)
    certain = operations != {"MODIFIED"}
    return Overlap(capability, claims[0].name, tuple(claims), shared, certain)


def _parts(block: Block, current: Block | None) -> tuple[str, ...]:
    return changed_parts(current.text if current else "", block.text)
