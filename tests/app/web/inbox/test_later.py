"""Mornings to which matters are put off: the reader's, whatever the clocks do, and each but once."""

from datetime import UTC, datetime

import pytest

from app.web.inbox.later import mornings


@pytest.mark.parametrize(
    ("at", "zone", "told"),
    [
        ("2026-03-04T12:00", "UTC",
         {"Tomorrow, 08:00 UTC": "2026-03-05T08:00", "Monday, 08:00 UTC": "2026-03-09T08:00"}),
        ("2026-03-04T23:30", "Europe/Berlin",
         {"Tomorrow, 08:00": "2026-03-06T07:00", "Monday, 08:00": "2026-03-09T07:00"}),
        ("2026-03-06T02:00", "America/New_York",
         {"Tomorrow, 08:00": "2026-03-06T13:00", "Monday, 08:00": "2026-03-09T12:00"}),
        ("2026-03-08T12:00", "Asia/Kathmandu", {"Tomorrow, 08:00": "2026-03-09T02:15"}),
    ],
)  # fmt: skip
def test_a_morning_is_the_readers(at: str, zone: str, told: dict[str, str]) -> None:
    found = mornings(datetime.fromisoformat(at).replace(tzinfo=UTC), zone)
    assert dict(found) == {word: f"{moment}:00+00:00" for word, moment in told.items()}
    assert [moment for _, moment in found] == sorted(moment for _, moment in found)
