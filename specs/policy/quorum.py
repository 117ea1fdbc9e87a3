"""Whether enough people approved. Pure: who approved and who could, by role, against what a decision demands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from specs.access import Role
from specs.rules.actions import Reviewers


@dataclass(frozen=True, slots=True)
class Quorum:
    """How approvals stand. `missing` is what is still wanted; `unreviewed` when there is nobody who could review."""

    enough: bool
    missing: tuple[Reviewers, ...] = ()
    unreviewed: bool = False


def quorum(
    demands: Sequence[Reviewers], approved: Mapping[UUID, Role], eligible: Mapping[UUID, Role], author_role: Role | None
) -> Quorum:
    """Hold approvals against demands.

    `eligible` are all people who may approve (members, human, not disabled, not the author), with their roles;
    `approved` those of them who did. Where fewer are eligible than wanted, all of them suffice. Where none is, only an
    admin's own act goes through, and is unreviewed.
    """
    missing = []
    for demand in demands:
        fit = {actor for actor, role in eligible.items() if role.rank >= demand.role.rank}
        wanted = min(demand.count, len(fit))
        have = sum(1 for actor in approved if actor in fit)
        if not fit and author_role is not Role.ADMIN:
            missing.append(demand)
        elif have < wanted:
            missing.append(Reviewers(demand.role, wanted - have))
    counted = any(actor in eligible for actor in approved)
    return Quorum(not missing, tuple(missing), unreviewed=not missing and bool(demands) and not counted)
