"""What somebody wants to hear of: by type, spec and path; a type that there is not is refused."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from specs.errors import UserError
from sync.feeds.event import Event, Who
from sync.feeds.wanted import wanted

SPEC = str(UUID(int=5))


def event(type_: str = "spec.changed", **data: Any) -> Event:
    return Event(
        UUID(int=9), "payments", 1, type_, datetime(2026, 3, 2, tzinfo=UTC), Who(UUID(int=1), "human"), "x", data
    )


CHANGED = event(spec=SPEC, path="billing/refunds.md")
RENAMED = event("spec.renamed", **{"spec": SPEC, "from": "old.md", "to": "billing/new.md"})
FOUND = event("finding.opened", findings=[{"spec": SPEC, "path": "src/pay/charge.py"}, {"spec": None, "path": ""}])
CLAIMED = event("task.claimed", paths=["src/pay/**", "docs/a.md"], specs=[SPEC])
TAGGED = event("tag.created", name="v1")


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ({}, [CHANGED, RENAMED, FOUND, CLAIMED, TAGGED]),
        ({"kinds": "*"}, [CHANGED, RENAMED, FOUND, CLAIMED, TAGGED]),
        ({"kinds": "spec.*"}, [CHANGED, RENAMED]),
        ({"kinds": " spec.changed , task.claimed,"}, [CHANGED, CLAIMED]),
        ({"spec": SPEC}, [CHANGED, RENAMED, FOUND, CLAIMED]),
        ({"spec": "billing/refunds.md"}, [CHANGED]),
        ({"spec": "old.md"}, [RENAMED]),
        ({"paths": "billing/**"}, [CHANGED, RENAMED]),
        ({"paths": "billing/"}, [CHANGED, RENAMED]),
        ({"paths": "src/pay/charge.py"}, [FOUND, CLAIMED]),
        ({"paths": "src/**"}, [FOUND, CLAIMED]),
        ({"paths": "nowhere/*, docs/*"}, [CLAIMED]),
        ({"kinds": "finding.opened", "paths": "billing/**"}, []),
    ],
)
def test_what_is_taken(asked: dict[str, str], taken: list[Event]) -> None:
    chosen = wanted(**asked)
    assert [one for one in (CHANGED, RENAMED, FOUND, CLAIMED, TAGGED) if chosen.takes(one)] == taken


@pytest.mark.parametrize("kinds", ["spec.change", "spec", "nothing.*", "spec.*,spcs.changed", "**"])
def test_a_type_that_is_none_is_refused(kinds: str) -> None:
    with pytest.raises(UserError, match="no type of events") as caught:
        wanted(kinds=kinds)
    assert caught.value.hint


def test_too_much_is_refused() -> None:
    with pytest.raises(UserError, match="too much"):
        wanted(paths=",".join(map(str, range(100))))
    with pytest.raises(UserError, match="too much"):
        wanted(spec="x" * 501)
