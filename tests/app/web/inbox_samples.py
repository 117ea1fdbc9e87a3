"""Made-up but realistic views of the inbox."""

from datetime import timedelta

from app.web.inbox.inbox import ANSWERED_HERE, WORDS
from app.web.views.drift import Choice, Filter
from app.web.views.inbox import AwaitedRow, Done, InboxPage, MatterRow, Tab
from specs.revision import Actor
from sync.inbox.awaiting import Awaited
from sync.inbox.matters import Item, Matter, MatterKind
from tests.app.web import proposal_samples
from tests.app.web.sample_basics import ANA, BOT, NOW

ASKED = (
    (MatterKind.PROPOSAL, "Shall “Follow the new law on refunds” become the truth?", "It waits for your review", BOT),
    (MatterKind.CONFLICT, "Two texts of payments/refunds.md met: which words stand?", "Your text waits", ANA),
    (MatterKind.TASK, "Is the plan of “Move refunds out of the web layer” done?", "tasks-plan: review 1", BOT),
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
ITEMS = {
    MatterKind.FINDING: tuple(
        Item(f"f{number}", f"payments.domain.{name} imports payments.web.views", f"payments/domain/{name}.py:{number}")
        for number, name in enumerate(("refund", "charge", "ledger"), 12)
    ),
    MatterKind.UNCONFIRMED: (
        Item("s1", "A refund is made within 14 days of the claim, to the card that was charged.", "refunds"),
        Item("s2", "Nobody refunds more than was charged.", "limits"),
    ),
    MatterKind.CLAIM: (Item("c1", "payments.domain -> payments.web", "until the move"),),
}
PARTS = proposal_samples.page(BOT, ANA, NOW).parts


def row(number: int, kind: MatterKind, question: str, why: str, by: Actor) -> MatterRow:
    """Make a row of a few hours or days."""
    since = NOW - timedelta(hours=7 * number + 1)
    path = "payments/refunds.md" if kind in {MatterKind.PROPOSAL, MatterKind.FINDING} else ""
    items = ITEMS.get(kind, ())
    count = 12 if kind is MatterKind.UNCONFIRMED else max(1, len(items))
    matter = Matter(kind, str(number), question, why, since, "1", by, path, "d", count)
    answer = "/p/payments/proposals/1/review" if kind is MatterKind.PROPOSAL else ""
    form, edit = kind.value if kind in ANSWERED_HERE else "", "/p/payments/edit/x.md" if items else ""
    parts = PARTS if answer else ()
    return MatterRow(matter, WORDS[kind][0], "/p/payments", WORDS[kind][1], None, answer, parts, form, items, edit)


def tabs(here: int, *counts: int) -> tuple[Tab, ...]:
    """Make the three lists."""
    words = ("Your turn", "Waiting for others", "Put off")
    return tuple(Tab(word, "/p/payments/inbox", counts[at], at == here) for at, word in enumerate(words))


DAYS = {
    "mornings": (("Tomorrow, 08:00", "2026-03-03T08:00:00+01:00"), ("Monday, 08:00", "2026-03-09T08:00:00+01:00")),
    "today": "2026-03-02",
    "soon": "2026-04-01",
}
KINDS = (Filter("kind", "Kind", (Choice("", "any"), Choice("proposal", "proposal (1)")), ""),)
ROWS = tuple(row(number, *one) for number, one in enumerate(ASKED))
INBOX = InboxPage(
    ROWS,
    tabs(0, 7, 2, 2),
    "turn",
    KINDS,
    total=247,
    next_page="show=turn&from=40",
    done=Done(
        "12 findings of payments#layers are waived until 2026-04-01",
        undo="/p/payments/inbox",
        fields=(("undo", "decided"), ("of", "1")),
        note="It counts from the next check on.",
    ),
    about=ROWS[4].matter.id,
    held=(("because", "The move is planned."),),
    error="Nothing is ticked.",
    hint="Tick what you decide on, one or many.",
    **DAYS,
)
OTHERS = InboxPage(
    (),
    tabs(1, 7, 2, 2),
    "others",
    (),
    awaited=(
        AwaitedRow(
            Awaited(MatterKind.PROPOSAL, "1", "“Say who pays” waits for a review", "Tomás or Ines", NOW),
            "proposal",
            "/p/payments",
        ),
        AwaitedRow(
            Awaited(MatterKind.TASK, "1", "“Mend layers in 3 places” is being worked on", "claude", NOW), "task", "/p"
        ),
    ),
    **DAYS,
)
EMPTY = InboxPage((), tabs(0, 0, 0, 2), "turn", (), **DAYS)
