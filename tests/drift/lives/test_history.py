from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from drift.lives.history import Sighting, holding
from drift.lives.life import CauseKind
from drift.lives.records import CauseRecord

BY = CauseRecord(CauseKind.COMMIT, "c1", "Ada", datetime(2026, 3, 2, tzinfo=UTC))
FIRST = Sighting(UUID(int=1), UUID(int=9), "c1", "Ada", "Begin", BY, "kept", 0)
BROKE = replace(FIRST, check=UUID(int=2), commit="c5", verdict="broken", findings=1, before="kept", after="c4")
WORSE = replace(BROKE, check=UUID(int=3), commit="c7", verdict="error", before="broken", after="c6")


def test_the_last_commit_at_which_it_held_is_the_one_before_it_broke() -> None:
    assert holding(()) is None
    now = holding((WORSE, BROKE, FIRST))
    assert now is not None
    assert (now.verdict, now.turn, now.held, now.broke) == ("error", WORSE, "c4", BROKE)


def test_what_holds_holds_since_it_turned() -> None:
    mended = replace(FIRST, commit="c9", before="error", after="c8")
    now = holding((mended, WORSE, BROKE, FIRST))
    assert now is not None
    assert (now.verdict, now.turn.commit, now.broke) == ("kept", "c9", None)


def test_what_never_held_says_so() -> None:
    never = replace(FIRST, verdict="broken")
    now = holding((never,))
    assert now is not None
    assert (now.held, now.broke, now.turn.turned) == ("", None, True)
