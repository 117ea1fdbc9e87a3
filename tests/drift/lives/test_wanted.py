from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from drift.lives.wanted import Cluster, urgent

AT = datetime(2026, 3, 2, tzinfo=UTC)
OLD = Cluster(UUID(int=1), "old", "layers", "error", None, "", 40, 0, 0, 9, AT, AT, "f", "m")


def test_errors_come_first_then_the_fresh_then_what_returns_then_the_many() -> None:
    few = replace(OLD, invariant="few", count=2)
    back = replace(OLD, invariant="back", count=1, returned=1)
    fresh = replace(OLD, invariant="fresh", count=1, fresh=1)
    warned = replace(OLD, invariant="warned", severity="warning", fresh=30)
    given = (warned, few, OLD, back, fresh)
    assert [one.invariant for one in urgent(given, 9)] == ["fresh", "back", "old", "few", "warned"]
    assert urgent(given[::-1], 9) == urgent(given, 9)
    assert [one.invariant for one in urgent(given, 2)] == ["fresh", "back"]
