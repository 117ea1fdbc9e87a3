"""Made-up but realistic views of specs, their past and their differences."""
# ruff: noqa: E501, FBT003 (sample text and sample values, as they come)

from datetime import timedelta
from uuid import UUID

from markupsafe import Markup

from app.web.views.authors import AuthorLine, AuthorsPage, Origin, Share, Words
from app.web.views.drift import Choice
from app.web.views.history import DiffLine, DiffPage, DiffRow, HistoryRow, Span
from app.web.views.search import FoundLine, FoundSpec, SearchPage, TagList, TagPage, TagRow
from app.web.views.specs import (
    InvariantPanel,
    OutlineItem,
    Piece,
    SideRevision,
    SpecPage,
    SpecRow,
    TraceFact,
    Unsaid,
)
from specs.readings import Unread
from specs.tags import Tag
from tests.app.web.drift_samples import LINE, LINES, PANEL
from tests.app.web.sample_basics import ANA, BOT, GIT, NOW, revision

SPECS = (
    SpecRow(
        "payments/architecture.md",
        "Architecture of payments",
        "active",
        ("payments",),
        "broken",
        6,
        2,
        0,
        NOW - timedelta(hours=5),
        ANA,
    ),
    SpecRow(
        "payments/charging.md",
        "Charging",
        "active",
        ("payments", "risk"),
        "warning",
        4,
        0,
        1,
        NOW - timedelta(days=2),
        BOT,
    ),
    SpecRow("payments/gateway.md", "Gateways", "active", ("platform",), "kept", 3, 0, 0, NOW - timedelta(days=12), ANA),
    SpecRow("payments/ledger.md", "The ledger", "draft", (), "unmatched", 1, 0, 0, NOW - timedelta(days=40), GIT, True),
    SpecRow("glossary.md", "Words we use", "active", (), "none", 0, 0, 0, NOW - timedelta(days=90), ANA),
)
KEPT = InvariantPanel(
    "payments-one-clock",
    "One clock",
    "only",
    "kept",
    "error",
    "Tests move time by hand.",
    "",
    "id: payments-one-clock\nkind: only\ntarget: time\nby: [payments.clock]\nwhy: Tests move time by hand.\n",
    Markup("<code>time</code> is imported by none but <code>payments.clock</code>."),
    checked_at=NOW,
    commit=LINE.commit,
)
UNMATCHED = InvariantPanel(
    "no-legacy",
    "",
    "forbidden",
    "unmatched",
    "warning",
    "",
    "",
    "id: no-legacy\nkind: forbidden\nfrom: [payments.legcy]\nto: [payments.api]\nseverity: warning\n",
    Markup("<code>payments.legcy</code> imports no <code>payments.api</code>, directly or through others."),
)
TEXT = """---
title: Architecture of payments
owners: [payments]
---
# Architecture of payments

Payments takes money once and says so for ever.

## Layering {#layering}

The domain must be usable from batch jobs, so it never reaches up into the web layer.

```yaml invariant
id: payments-layers
kind: layers
layers: [payments.api, payments.service, payments.domain]
why: Batch jobs import the domain without a web server.
```
"""
PARAGRAPH = (
    "<p>The domain must be usable from batch jobs, so it never reaches up into the web layer. What a request looks "
    "like is decided in <code>payments.api</code>; what a payment <em>is</em> is decided in "
    '<code>payments.domain</code>, and the two meet in <a href="#s-cycles">the service layer</a> alone.</p>'
)
PIECES = (
    Piece(Markup('<h1 id="s-architecture-of-payments">Architecture of payments</h1>'), 5, 1),
    Piece(
        Markup(
            "<p>Payments takes money once and says so for ever. This text says what must stay true of its code while it grows, and why.</p>"
        ),
        7,
    ),
    Piece(Markup('<h2 id="s-layering">Layering</h2>'), 9, 2),
    Piece(Markup(PARAGRAPH), 11),
    Piece(Markup(""), 13, panel=PANEL, findings=(LINE,)),
    Piece(
        Markup(
            "<ul><li>A handler validates, calls one service and answers.</li><li>A service opens one transaction.</li><li>The domain knows neither: see <code>payments.charge.retry_all</code>.</li></ul>"
        ),
        20,
        findings=(LINES[1],),
        traced=(
            TraceFact(
                "FR-001",
                (("unmatched", "implemented in 2 places"), ("kept", "3 tests passed"), ("kept", "runs in production")),
            ),
            TraceFact("FR-002", (("none", "not implemented"), ("drift", "1 test failed")), ("test test_log",), NOW),
        ),
    ),
    Piece(Markup('<h2 id="s-time">Time</h2>'), 25, 2),
    Piece(
        Markup("<p>Nothing but <code>payments.clock</code> asks the system what time it is.</p>"),
        27,
        inferred=True,
        unsaid=Unsaid(("a" * 64, "b" * 64), (BOT,)),
    ),
    Piece(Markup(""), 29, panel=KEPT),
    Piece(Markup('<h3 id="s-zones">Zones</h3>'), 36, 3),
    Piece(
        Markup(
            "<table><thead><tr><th>Where</th><th>Zone</th><th class='align-right'>Precision</th></tr></thead><tbody><tr><td>ledger</td><td>UTC</td><td class='align-right'>1 ms</td></tr><tr><td>statements</td><td>the merchant's</td><td class='align-right'>1 day</td></tr></tbody></table>"
        ),
        38,
    ),
    Piece(Markup('<h2 id="s-cycles">Cycles</h2>'), 44, 2),
    Piece(
        Markup(""), 46, panel=UNMATCHED, problems=("`payments.legcy` matches no module. Did you mean payments.legacy?",)
    ),
    Piece(
        Markup(
            "<pre><code>payments/\n  api/       what the world sees\n  service/   one transaction each\n  domain/    what money means\n</code></pre>"
        ),
        52,
    ),
)
SPEC = SpecPage(
    "payments/architecture.md",
    "Architecture of payments",
    "active",
    ("payments",),
    ("src/payments/**",),
    revision(7, ANA, "Say why the domain stays clean", hours=5),
    True,
    False,
    "broken",
    4,
    6,
    PIECES,
    (
        OutlineItem(2, "Layering", "s-layering", "broken"),
        OutlineItem(2, "Time", "s-time"),
        OutlineItem(3, "Zones", "s-zones"),
        OutlineItem(2, "Cycles", "s-cycles"),
    ),
    SideRevision(revision(8, BOT, "Rename the layers"), LINE.commit),
    1,
    unsaid=2,
    may_confirm=True,
)
REVISIONS = (
    HistoryRow(revision(8, BOT, "Rename the layers after the package", hours=2), side=True),
    HistoryRow(revision(7, ANA, "Say why the domain stays clean", hours=5), head=True),
    HistoryRow(revision(6, ANA, "Merge the text from git", parents=2, hours=50)),
    HistoryRow(revision(5, BOT, "Add the clock", hours=90)),
    HistoryRow(revision(1, GIT, "", parents=0, hours=900)),
)


def same(number: int, text: str) -> DiffRow:
    return DiffRow("same", DiffLine(number, (Span(text),)), DiffLine(number + 1, (Span(text),)))


DIFF = DiffPage(
    "payments/architecture.md",
    "Architecture of payments",
    revision(6, BOT, "Add the clock", hours=50),
    revision(7, ANA, "Say why the domain stays clean", hours=5),
    (
        DiffRow("gap", skipped=8),
        same(9, "## Layering {#layering}"),
        same(10, ""),
        DiffRow(
            "changed",
            DiffLine(11, (Span("The domain "), Span("should", True), Span(" be usable from batch jobs."))),
            DiffLine(
                12,
                (
                    Span("The domain "),
                    Span("must", True),
                    Span(" be usable from batch jobs"),
                    Span(", so it never reaches up into the web layer", True),
                    Span("."),
                ),
            ),
        ),
        DiffRow("changed", None, DiffLine(13, (Span("Whoever needs a request object asks the service.", True),))),
        same(12, ""),
        same(13, "```yaml invariant"),
        DiffRow("gap", skipped=31),
        DiffRow("changed", DiffLine(45, (Span("Old closing words.", True),)), None),
        same(46, "```"),
    ),
    2,
    2,
    older="#",
)
SEARCH = SearchPage(
    "domain",
    True,
    (
        FoundSpec(
            "payments/architecture.md",
            "Architecture of payments",
            (
                FoundLine("s-layering", (Span("The "), Span("domain", True), Span(" must be usable from batch jobs."))),
                FoundLine("", (Span("Domain", True), Span("s are listed in the glossary."))),
            ),
        ),
        FoundSpec(
            "payments/ledger.md",
            "The ledger",
            (FoundLine("s-time", (Span("The ledger is a "), Span("domain", True), Span(" of its own."))),),
            revision(5, ANA, hours=90),
            revision(6, BOT, hours=50),
            retired=True,
        ),
    ),
    more=True,
)
TAGS = TagList(
    (Tag("release-2.3", "What shipped in March", ANA, NOW, 12), Tag("audit-2025", "", ANA, NOW, 9)), "cursor"
)
TAG = TagPage(
    "release-2.3",
    "What shipped in March",
    ANA,
    NOW,
    (
        TagRow(
            "payments/architecture.md",
            "Architecture of payments",
            "payments/architecture.md",
            "changed",
            "1" * 64,
            "2" * 64,
        ),
        TagRow("payments/money-back.md", "Refunds", "payments/refunds.md", "renamed", "1" * 64, "1" * 64),
        TagRow("", "The old ledger", "payments/old-ledger.md", "removed", "1" * 64),
        TagRow("payments/new.md", "New", "", "added", "", "2" * 64),
        TagRow("glossary.md", "Words we use", "glossary.md", "same", "1" * 64, "1" * 64),
    ),
    (Choice("", "today"), Choice("audit-2025", "audit-2025")),
    changed=4,
)
UNREAD = Unread(
    UUID(int=9), "payments/architecture.md", "Architecture", "a" * 64, NOW - timedelta(days=2), "b" * 64, 2, (BOT,), NOW
)
AUTHORS = AuthorsPage(
    path="payments/architecture.md",
    title="Architecture of payments",
    revision=REVISIONS[0].revision,
    is_head=False,
    lines=(
        AuthorLine(1, (Words("# Architecture of payments", 0),), 0),
        AuthorLine(2),
        AuthorLine(3, (Words("Payments takes money once", 0), Words(" and says so.", 1, inferred=True, dim=True))),
    ),
    origins=(Origin(REVISIONS[1].revision, 0), Origin(REVISIONS[0].revision, 1)),
    authors=(Share(ANA, 8, 0), Share(BOT, 3, 3)),
    words=11,
    shown=8,
    actors=(Choice(str(ANA.id), ANA.name), Choice(str(BOT.id), BOT.name)),
    kind="human",
)
