"""Made-up but realistic views of weekly reports."""

from datetime import date, datetime, timedelta

from app.letters.forms import Forms
from app.letters.links import Links
from app.letters.words import FORM_NAMES
from app.web.reports import around_trend
from app.web.views.chart import Week, draw
from app.web.views.reports import BehindPage, ReportList, ReportPage, ReportRow
from app.web.views.specs import FindingLine
from sync.weekly.letter import Letter
from sync.weekly.period import Schedule
from sync.weekly.posted import Mail, MailState, Wish
from tests.app.letters.samples import BEGINS, full, quiet

SUNDAY = date(2026, 11, 15)


def listed(now: datetime) -> ReportList:
    """Two reports, with everything that may be set."""
    rows = (
        ReportRow(
            "r1",
            BEGINS,
            SUNDAY,
            "3 of 42 invariants are broken; 7 findings are open.",
            {"new": 5, "resolved": 4, "regressed": 1, "worsened": 1, "open": 7},
        ),
        ReportRow("r0", date(2026, 11, 2), date(2026, 11, 8), "All 42 invariants hold.", {"resolved": 1}),
    )
    return ReportList(
        rows, Schedule(4, 16, "Europe/Berlin"), ("payments", "platform"), "", Wish.OWN, may_set=True,
        due=now + timedelta(days=3),
    )  # fmt: skip


def empty() -> ReportList:
    """No report, no mail server, a schedule that was refused."""
    trouble = {"error": "There is no such time zone.", "hint": "Write it as the zone database does."}
    return ReportList((), may_set=True, mailed=False, **trouble)


def _page(letter: Letter, mails: tuple[Mail, ...] = ()) -> ReportPage:
    before, after = around_trend(Forms(letter, Links("", "payments")).text("markdown"))
    weeks = [Week(one.begins, one.counts.new, one.counts.resolved, one.counts.open) for one in letter.trend]
    forms = tuple(FORM_NAMES.items())
    return ReportPage("r1", BEGINS, SUNDAY, before, after, draw(weeks), letter.owner, forms, mails)


def one(now: datetime) -> ReportPage:
    """A report in which everything happened, and how its mails stand."""
    mails = (
        Mail("ada@example.org", "<1@x>", MailState.SENT, "", 1, now),
        Mail("grace@example.org", "<2@x>", MailState.SENDING, "the server hung up", 1, now),
        Mail("chat:slack:0badcafe", "<3@x>", MailState.FAILED, "The chat did not take it.", 1, now),
        Mail("rob@example.org", "<4@x>", MailState.PENDING, "", 0, now),
    )
    return _page(full(), mails)


def calm() -> ReportPage:
    """A quiet week."""
    return _page(quiet())


def listing(lines: tuple[FindingLine, ...], now: datetime) -> BehindPage:
    """The findings behind a number."""
    since = now - timedelta(days=7)
    return BehindPage(lines, "New", since, now, len(lines), "payments", len(lines) + (3 if lines else 0))
