"""When matters can be put off to: mornings of the reader's own zone. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sync.weekly.period import midnight

EARLY = 8
UTC = "UTC"


def mornings(at: datetime, zone: str) -> tuple[tuple[str, str], ...]:
    """Give tomorrow's and the next Monday's morning in a zone, in words and as a moment; on Sundays they are one."""
    today = at.astimezone(ZoneInfo(zone)).date()
    days = {"Tomorrow": 1, "Monday": 7 - today.weekday()}
    found = {today + timedelta(days=count): word for word, count in reversed(days.items())}
    clock = f"{EARLY:02}:00 UTC" if zone == UTC else f"{EARLY:02}:00"
    return tuple((f"{word}, {clock}", midnight(day, zone, EARLY).isoformat()) for day, word in sorted(found.items()))
