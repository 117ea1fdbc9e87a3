"""What followed on a context bundle."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from drift.lives.life import LifeEvent
from specs.revision import Actor, ActorKind
from sync.contexts.aftermath import followed
from sync.contexts.receipts import Receipt
from tests.sync.weekly.test_writing import NOON, life

AGENT = Actor(UUID(int=7), "claude", ActorKind.AGENT)


def receipt(at: datetime, *paths: str, anchor: str = "") -> Receipt:
    items = ({"spec": "pay.md", "anchor": anchor},) if anchor else ()
    return Receipt(UUID(int=1), AGENT, "Mend it.", paths, 2000, 10, items, at)


def test_drift_at_the_places_of_a_task_within_a_day_follows_on_it() -> None:
    came = life("new", (LifeEvent.OPENED, 0))
    happened = [(came.finding, event) for event in came.events]
    before = NOON - timedelta(hours=2)
    told = [
        receipt(before, "src/pay.py"),
        receipt(before, "src"),
        receipt(before, anchor="layering"),
        receipt(before, "src/payments"),
        receipt(before - timedelta(days=1), "src"),
        receipt(NOON + timedelta(hours=1), "src"),
    ]
    assert [len(one.findings) for one in followed(told, happened, [])] == [1, 1, 1, 0, 0, 0]
    mended = [(came.finding, replace(came.events[0], kind=LifeEvent.RESOLVED))]
    assert followed(told[:1], mended, [])[0].findings == ()
    assert NOON.tzinfo is UTC
