"""Which waivers end soon, and when that is told: once two weeks before, a week before, and on the last day but one."""

from collections.abc import Iterable, Iterator
from datetime import date

from sync.claims import LockClaim

DAYS_BEFORE = (14, 7, 1)


def ending(claims: Iterable[tuple[LockClaim, int | None]], today: date) -> Iterator[tuple[LockClaim, date, int]]:
    """Give the waivers of which it is to be told now that they end: the day, and how many days before it is told.

    With each claim comes how many days before it was told last, if ever. What is over is told no more: it counts as
    drift again.
    """
    for claim, told in claims:
        until = day_of(claim.entry.until)
        if claim.entry.state != "waived" or until is None or until < today:
            continue
        due = min((days for days in DAYS_BEFORE if (until - today).days <= days), default=None)
        if due is not None and (told is None or due < told):
            yield claim, until, due


def day_of(text: str) -> date | None:
    """Read a day; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
