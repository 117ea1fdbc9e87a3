"""Made-up but realistic views of the inbox."""

from datetime import timedelta

from app.web.inbox import WORDS
from app.web.views.drift import Choice, Filter
from app.web.views.inbox import Done, InboxPage, MatterRow
from sync.inbox import Matter, MatterKind
from tests.app.web import proposal_samples
from tests.app.web.sample_basics import ANA, BOT, NOW

ASKED = (
    (MatterKind.PROPOSAL, "Shall “Follow the new law on refunds” become the truth?", "It waits for your review", BOT),
    (MatterKind.CONFLICT, "Two texts of payments/refunds.md met: which words stand?", "Your text waits", ANA),
    (MatterKind.CLAIM, "Did Tomás say what the lock says in layering?", "Waivers that came by git count once", None),
    (
        MatterKind.FINDING,
        "payments#layers is broken in 3 places: mend the code, or change the spec?",
        "You own the spec",
        None,
    ),
    (
        MatterKind.UNCONFIRMED,
        "12 statements are an agent's word in payments/ledger.md: do you say so too?",
        "No person said so",
        None,
    ),
    (MatterKind.FROZEN, "claude is frozen: may it go on?", "three proposals were declined in a row", BOT),
)
PARTS = proposal_samples.page(BOT, ANA, NOW).parts


def row(number: int, kind: MatterKind, question: str, why: str, by: object) -> MatterRow:
    """Make a row of a few hours or days."""
    since = NOW - timedelta(hours=7 * number + 1)
    path = "payments/refunds.md" if kind in {MatterKind.PROPOSAL, MatterKind.FINDING} else ""
    matter = Matter(kind, str(number), question, why, since, "1", by, path, "d")  # type: ignore[arg-type]
    answer = "/p/payments/proposals/1/review" if kind is MatterKind.PROPOSAL else ""
    return MatterRow(matter, WORDS[kind][0], "/p/payments", WORDS[kind][1], None, answer, PARTS if answer else ())


INBOX = InboxPage(
    tuple(row(number, *one) for number, one in enumerate(ASKED)),
    (
        Filter("show", "Show", (Choice("", "what waits"), Choice("snoozed", "what I put off")), ""),
        Filter("kind", "Kind", (Choice("", "any"), Choice("proposal", "proposal (1)")), ""),
    ),
    2,
    snoozed=False,
    tomorrow="2026-03-03T08:00:00+00:00",
    next_week="2026-03-09T08:00:00+00:00",
    done=Done("Say who pays", "/p/payments/proposals/2", "declined", "/p/payments/proposals/2/step"),
)
EMPTY = InboxPage((), INBOX.filters[:1], 2, snoozed=False, tomorrow=INBOX.tomorrow, next_week=INBOX.next_week)
