"""Weeks as a project counts them: which weekday they begin on, in which zone, and when their letter is due. Pure.

A week begins and ends at midnight where the project is, so that one in which clocks are changed is an hour shorter or
longer, and no event falls between two weeks or into both.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from specs.problem import Problem

WEEK = timedelta(days=7)
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAST_HOUR = 23
LONGEST_ZONE = 64


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the letter goes out: the weekday (0 is Monday) on which a week ends and the next begins, and at which hour.

    `since` is when the project began to want it so: a letter that would have been due before is not written late.
    """

    weekday: int = 0
    hour: int = 6
    zone: str = "UTC"
    on: bool = True
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A week: its first day and the first day after it, and the moments at which these begin in `zone`."""

    begins: date
    ends: date
    since: datetime
    until: datetime
    zone: str

    def back(self, weeks: int = 1) -> "Period":
        """Give the week so many weeks before."""
        return week(self.begins - WEEK * weeks, self.zone)

    def holds(self, moment: datetime) -> bool:
        """Whether a moment falls in the week."""
        return self.since <= moment < self.until


def week(begins: date, zone: str = "UTC") -> Period:
    """Give the week that begins on a day."""
    ends = begins + WEEK
    return Period(begins, ends, midnight(begins, zone), midnight(ends, zone), zone)


def midnight(day: date, zone: str, hour: int = 0) -> datetime:
    """Give an hour of a day where the zone is. One that the clocks leave out is the moment at which they do."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def week_with(day: date, schedule: Schedule) -> Period:
    """Give the week a day falls in."""
    return week(day - timedelta(days=(day.weekday() - schedule.weekday) % 7), schedule.zone)


def last_week(now: datetime, schedule: Schedule) -> Period:
    """Give the last week that is over."""
    return week_with(now.astimezone(ZoneInfo(schedule.zone)).date(), schedule).back()


def due_at(period: Period, schedule: Schedule) -> datetime:
    """Give when the letter of a week is due."""
    return midnight(period.ends, schedule.zone, schedule.hour)


def due(now: datetime, schedule: Schedule) -> Period | None:
    """Give the week whose letter is due last, if letters are wanted and it was due since they are wanted so."""
    if not schedule.on:
        return None
    period = last_week(now, schedule)
    if due_at(period, schedule) > now:
        period = period.back()
    if schedule.since is not None and due_at(period, schedule) < schedule.since:
        return None
    return period


def check_schedule(schedule: Schedule) -> Problem | None:
    """Say what is wrong with a schedule, if anything."""
    if not 0 <= schedule.weekday < len(WEEKDAYS):
        return _no("weekday", "There is no such weekday.", f"Use one of {', '.join(WEEKDAYS)}.")
    if not 0 <= schedule.hour <= LAST_HOUR:
        return _no("hour", "A day has no such hour.", "Use a whole hour from 0 to 23.")
    if not is_zone(schedule.zone):
        return _no("zone", "There is no such time zone.", "Write it as the zone database does, such as Europe/Berlin.")
    return None


def is_zone(name: str) -> bool:
    """Whether a name is one of the time zone database; never a path out of it."""
    if not name.isascii() or not 0 < len(name) <= LONGEST_ZONE or name.startswith(("/", ".")) or ".." in name:
        return False
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _no(code: str, message: str, hint: str) -> Problem:
    return Problem(code, message, 1, 1, hint)
