"""How a finding is written on the wire."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from app.api.findings import FindingOut
from drift.lives.life import CauseKind, LifeState
from drift.lives.records import CauseRecord, FindingRecord

BY = CauseRecord(CauseKind.COMMIT, "c0ffee", "Ada", datetime(2026, 1, 1, tzinfo=UTC))
ACCEPTED = {"until": "2027-01-31", "by": "Ada", "because": "why"}
FINDING = FindingRecord(
    repository=UUID(int=1),
    fingerprint="0123456789abcdef",
    invariant="layering",
    kind="layers",
    severity="error",
    spec=None,
    spec_path="layers.md",
    spec_anchor="",
    code_path="shop/domain.py",
    line=1,
    message="m",
    fix="f",
    state=LifeState.OPEN,
    regressed=0,
    opened=BY,
    changed=BY,
    data={},
)


def test_it_says_what_the_lock_accepts() -> None:
    assert (FindingOut.of(FINDING).debt, FindingOut.of(FINDING).accepted) == (None, None)
    frozen = FindingOut.of(replace(FINDING, data={"accepted": ACCEPTED}))
    assert (frozen.debt, frozen.accepted) == ("frozen", ACCEPTED)
    waived = FindingOut.of(replace(FINDING, state=LifeState.WAIVED, data={"accepted": ACCEPTED}))
    assert waived.debt == "waived"
    gone = FindingOut.of(replace(FINDING, state=LifeState.RESOLVED, data={"accepted": ACCEPTED}))
    assert (gone.debt, gone.accepted) == (None, None)
