"""Views of weekly reports: the list with when they go out and to whom, one of them, the findings behind a number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from markupsafe import Markup

from app.web.views.chart import Chart
from app.web.views.specs import FindingLine
from sync.weekly.period import WEEKDAYS, Schedule
from sync.weekly.posted import Mail, Wish


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A weekly report in the list."""

    ident: str
    begins: date
    ends: date
    verdict: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportList:
    """The reports of a project or of an owner, when they go out, and what the reader gets.

    `may_set` where the reader may change the schedule, `person` where they may have a wish; `mailed` says that the
    server can send mail at all. `due` is when the next one is written; `typed` is what its form shows.
    """

    rows: tuple[ReportRow, ...]
    schedule: Schedule = field(default_factory=Schedule)
    owners: tuple[str, ...] = ()
    owner: str = ""
    wish: Wish | None = None
    may_set: bool = False
    person: bool = True
    mailed: bool = True
    due: datetime | None = None
    error: str = ""
    hint: str = ""
    typed: Schedule = field(default_factory=Schedule)
    weekdays: tuple[str, ...] = WEEKDAYS


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A weekly report, its body rendered from the one model of the report; the picture stands between its two parts.

    `forms` are the other forms it has, by name; `mails` to whom it went, for admins, with those that may be sent again.
    """

    ident: str
    begins: date
    ends: date
    body: Markup
    rest: Markup
    chart: Chart | None = None
    owner: str = ""
    forms: tuple[tuple[str, str], ...] = ()
    mails: tuple[Mail, ...] = ()
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class BehindPage:
    """The findings behind a number of a report. `count` is the number's name, `whose` whose it is, in words."""

    rows: tuple[FindingLine, ...]
    count: str
    since: datetime
    until: datetime
    number: int
    whose: str = ""
    shown: int = 0
