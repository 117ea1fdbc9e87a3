"""Made-up but realistic views of every page, shared by the gallery and the tests of rendering."""
# ruff: noqa: E501, FBT003 (sample text and sample values, as they come)

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from markupsafe import Markup

from app.web.chart import Week, draw
from app.web.conflicts import region_view
from app.web.views.conflicts import ConflictPage
from app.web.views.drift import (
    ChangeRow,
    Choice,
    Filter,
    FindingList,
    Overview,
    ReportPage,
    ReportRow,
    RepositoryRow,
)
from app.web.views.frame import Frame, Place, ProjectLink
from app.web.views.history import DiffLine, DiffPage, DiffRow, History, HistoryRow, Span
from app.web.views.people import (
    ErrorPage,
    LoginPage,
    MembersPage,
    ProjectRow,
    ProjectsPage,
    RepositoriesPage,
    TokensPage,
    WelcomePage,
)
from app.web.views.proposals import ProposalList
from app.web.views.specs import (
    CodeLine,
    Editor,
    FindingEvent,
    FindingLine,
    FindingPage,
    InvariantPanel,
    OutlineItem,
    Piece,
    SideRevision,
    SpecList,
    SpecPage,
    SpecRow,
)
from drift.findings import Hop
from specs.access import IssuedToken, Link, Member, Role, Scope, Token
from specs.conflicts import Region
from specs.merging import Conflict, Reason, Suggestion
from specs.policy.records import Freeze
from specs.revision import Actor, ActorKind, Provenance, Revision
from tests.app.web import proposal_samples

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
ANA = Actor(UUID(int=1), "Ana Horvat", ActorKind.HUMAN)
BOT = Actor(UUID(int=2), "refund-agent", ActorKind.AGENT)
GIT = Actor(UUID(int=3), "Holdfast", ActorKind.SYSTEM)
PROJECT = ProjectLink("payments", "Payments")
OTHER = ProjectLink("holdfast", "Holdfast")


def revision(number: int, actor: Actor = ANA, message: str = "", *, parents: int = 1, hours: int = 0) -> Revision:
    return Revision(
        digest=f"{number:02d}" + "4f2a91c07be3" * 5 + "ab",
        spec_id=UUID(int=9),
        parents=tuple(f"{number - one - 1:02d}" + "4f2a91c07be3" * 5 + "ab" for one in range(parents)),
        text_digest="0" * 64,
        size=4200,
        actor=actor,
        provenance=Provenance.EXPLICIT if actor.kind is ActorKind.HUMAN else Provenance.INFERRED,
        message=message,
        at=NOW - timedelta(hours=hours),
        origin="git:4f2a91c07be3" if actor is GIT else "",
    )


def frame(title: str, place: Place | None = None, role: Role = Role.ADMIN) -> Frame:
    return Frame(
        title,
        csrf="csrf-sample",
        person=ANA,
        project=PROJECT if place else None,
        projects=(PROJECT, OTHER),
        place=place,
        role=role,
        counts={"drift": 7},
    )


LINE = FindingLine(
    fingerprint="9a1c44d07be30f21",
    message="payments.domain.refund reaches payments.api.schemas, a layer above it",
    severity="error",
    state="open",
    invariant="payments-layers",
    kind="layers",
    path="src/payments/domain/refund.py",
    line=14,
    spec_path="payments/architecture.md",
    spec_title="Architecture of payments",
    spec_anchor="layering",
    repository="payments",
    branch="main",
    owner="payments",
    since=NOW - timedelta(days=3),
    commit="4f2a91c07be34f2a91c07be3",
    author="refund-agent",
    by_agent=True,
)
LINES = (
    LINE,
    FindingLine(
        "1b7740aa93cd0012",
        "`payments.charge.retry_all` is named in the text and exists no more",
        "warning",
        "open",
        "mentions",
        "mentions",
        "",
        0,
        "payments/charging.md",
        "Charging",
        "retries",
        since=NOW - timedelta(days=9),
        author="Tomás Ibarra",
    ),
    FindingLine(
        "77c0d1e5aa02bb90",
        "payments.api.refunds and payments.service.ledger import each other",
        "error",
        "open",
        "payments-acyclic",
        "acyclic",
        "src/payments/service/ledger.py",
        8,
        "payments/architecture.md",
        "Architecture of payments",
        "cycles",
        since=NOW - timedelta(days=21),
        author="Ana Horvat",
        regressed=True,
    ),
    FindingLine(
        "0c2f9911d4e6aa37",
        "import of requests outside payments.gateway",
        "error",
        "waived",
        "one-http-client",
        "only",
        "src/payments/tools/backfill_of_the_old_ledger_2025.py",
        3,
        "payments/gateway.md",
        "Gateways",
        "one-client",
        since=NOW - timedelta(days=44),
        author="Ana Horvat",
    ),
)
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
PANEL = InvariantPanel(
    id="payments-layers",
    name="",
    kind="layers",
    verdict="broken",
    severity="error",
    why="Batch jobs import the domain without a web server.",
    owner="payments",
    yaml=(
        "id: payments-layers\nkind: layers\nlayers: [payments.api, payments.service, payments.domain]\n"
        "why: Batch jobs import the domain without a web server.\n"
    ),
    rule=Markup("No layer imports one above it, directly or through others."),
    layers=("payments.api", "payments.service", "payments.domain"),
    exceptions=("payments.api.types: plain values only, until 1 Mar 2027",),
    checked_at=NOW,
    commit=LINE.commit,
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
    ),
    Piece(Markup('<h2 id="s-time">Time</h2>'), 25, 2),
    Piece(Markup("<p>Nothing but <code>payments.clock</code> asks the system what time it is.</p>"), 27, inferred=True),
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
)
WEEKS = [Week(date(2026, 8, 31) + timedelta(weeks=n), (n * 5) % 7, (n * 3) % 5, 6 + n % 4) for n in range(12)]
CHART = draw(WEEKS)
REPOSITORY = RepositoryRow(
    "payments", "https://git.example.org/team/payments.git", "main", "fresh", LINE.commit, NOW - timedelta(minutes=4)
)
FAILED = RepositoryRow(
    "web",
    "ssh://git@git.example.org/team/web.git",
    "main",
    "failed",
    "",
    None,
    "The host did not answer; tried 3 times.",
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
FINDING = FindingPage(
    LINE,
    "Move what payments.domain.refund needs from payments.api.schemas into payments.domain, or pass it in.",
    PANEL,
    Markup("<p>The domain must be usable from batch jobs, so it never reaches up into the web layer.</p>"),
    (
        CodeLine(12, "from decimal import Decimal"),
        CodeLine(13, ""),
        CodeLine(14, "from payments.service.audit import record", True),
        CodeLine(15, "from payments.domain.money import Money"),
        CodeLine(16, ""),
        CodeLine(17, "def refund(charge: Charge, amount: Money) -> Refund:"),
    ),
    (
        Hop("payments.domain.refund", "payments.service.audit", "src/payments/domain/refund.py", 14),
        Hop("payments.service.audit", "payments.api.schemas", "src/payments/service/audit.py", 6),
    ),
    (
        FindingEvent("opened", NOW - timedelta(days=3), LINE.commit, "refund-agent", True),
        FindingEvent("resolved", NOW - timedelta(days=2), "7be34f2a91c0", "Ana Horvat"),
        FindingEvent("regressed", NOW - timedelta(days=1), "91c07be34f2a", "refund-agent", True),
    ),
)
TOKENS = TokensPage(
    (
        Token(
            UUID(int=5),
            "refund-agent",
            "hf_k3j2h1aa",
            BOT,
            UUID(int=7),
            frozenset({Scope.READ, Scope.CONTEXT}),
            NOW,
            NOW + timedelta(days=80),
            None,
            NOW - timedelta(minutes=9),
        ),
        Token(
            UUID(int=6), "ci", "hf_aab2c3dd", BOT, UUID(int=7), frozenset({Scope.CHECK}), NOW, NOW - timedelta(days=1)
        ),
    ),
    NOW,
    IssuedToken(
        Token(UUID(int=8), "ci", "hf_zz", BOT, UUID(int=7), frozenset({Scope.READ}), NOW, NOW),
        "hf_zzk2c3dd_q4v7y2m5x8b3n6c9",
    ),
    "http://127.0.0.1:8000",
)
REPORT_BODY = Markup(
    "<h1>Week of 9 Nov 2026</h1><p>3 of 42 invariants are broken; 2 findings are new, both with changes by agents.</p>"
    "<h2>Decide this week</h2><ol><li>Let refunds into the API layer, or move the schema (payments).</li></ol>"
    "<h2>By owner</h2><table><thead><tr><th>Owner</th><th>New</th><th>Resolved</th><th>Open</th></tr></thead><tbody>"
    "<tr><td>payments</td><td>2</td><td>1</td><td>5</td></tr><tr><td>no owner</td><td>0</td><td>0</td><td>2</td></tr>"
    "</tbody></table>"
)
FILTERS = (
    Filter("state", "State", (Choice("open", "open"), Choice("resolved", "resolved"), Choice("", "all")), "open"),
    Filter("spec", "Spec", (Choice("", "any"), Choice("payments/architecture.md", "Architecture of payments"))),
    Filter("kind", "Kind", (Choice("", "any"), Choice("layers", "layers"), Choice("mentions", "mentions"))),
)
MEMBERS = (
    Member(ANA, Role.ADMIN, "ana"),
    Member(Actor(UUID(int=4), "Tomás Ibarra", ActorKind.HUMAN), Role.EDITOR, "tomas"),
    Member(BOT, Role.EDITOR),
)
PEOPLE = Frame("Log in", csrf="csrf-sample")
PAGES: dict[str, tuple[str, Frame, object]] = {
    "login": (
        "login.html",
        PEOPLE,
        LoginPage("ana", "/", "Login or password is wrong.", "After ten tries, wait a minute."),
    ),
    "welcome": ("welcome.html", PEOPLE, WelcomePage()),
    "error": (
        "error.html",
        Frame("Not now"),
        ErrorPage(
            503,
            "Holdfast cannot reach its database",
            "The database does not answer.",
            "Everything that was acknowledged is safe; what you were writing is kept in your browser.",
            "Try again in a few seconds.",
            "6f1c0d",
        ),
    ),
    "projects": (
        "projects.html",
        frame("Projects"),
        ProjectsPage(
            (
                ProjectRow("payments", "Payments", "broken", 42, 7, NOW - timedelta(hours=5)),
                ProjectRow("holdfast", "Holdfast", "kept", 9, 0, NOW - timedelta(days=1)),
            ),
            True,
        ),
    ),
    "overview": (
        "overview.html",
        frame("Overview", Place.OVERVIEW),
        Overview(
            total=42,
            broken=3,
            unmatched=1,
            opened=5,
            resolved=4,
            open=7,
            by_agents=2,
            since=NOW - timedelta(days=3),
            specs=SPECS,
            changes=(
                ChangeRow(
                    "payments/architecture.md",
                    "Architecture of payments",
                    revision(7, ANA, "Say why the domain stays clean"),
                ),
            ),
            newest=LINES[:3],
            repositories=(REPOSITORY, FAILED),
            chart=CHART,
        ),
    ),
    "overview-new": ("overview.html", frame("Overview", Place.OVERVIEW), Overview(0, 0, 0, 0, 0, 0)),
    "specs": ("specs.html", frame("Specs", Place.SPECS), SpecList(SPECS, SPECS[-1:], checked=True)),
    "specs-empty": ("specs.html", frame("Specs", Place.SPECS), SpecList(())),
    "spec": ("spec.html", frame("Architecture of payments", Place.SPECS), SPEC),
    "edit": (
        "edit.html",
        frame("Edit", Place.SPECS),
        Editor("payments/architecture.md", "Architecture of payments", TEXT, "074f2a91", str(UUID(int=9))),
    ),
    "new": (
        "edit.html",
        frame("New spec", Place.SPECS),
        Editor("", "", "# \n", error="This path is in use.", hint="Choose another."),
    ),
    "conflict": (
        "conflict.html",
        frame("Conflict", Place.SPECS),
        ConflictPage(
            id=str(UUID(int=5)),
            path="payments/architecture.md",
            title="Architecture of payments",
            state="open",
            writer=ANA,
            head=revision(7, BOT, "Rename layers", hours=1),
            waiting=revision(8, ANA, "Say who else uses it"),
            text=TEXT.replace("batch jobs", "batch jobs and tests"),
            regions=(
                region_view(
                    1,
                    Region(
                        "0" * 16,
                        Conflict(
                            0,
                            "The domain must be usable from batch jobs.\n",
                            "The domain must be usable without a server.\n",
                            "The domain must be usable from batch jobs and tests.\n",
                            Reason.DEPENDENT,
                            (Suggestion("both", "Usable without a server.\nUsable from batch jobs and tests.\n"),),
                            "layering",
                            7,
                        ),
                        ours_by=(BOT,),
                        theirs_by=(ANA,),
                    ),
                ),
                region_view(2, Region("1" * 16, Conflict(1, "Old words.\n", "", "New words.\n", Reason.DELETED))),
            ),
            mine=True,
            may_withdraw=True,
            message="Say who else uses it",
            earlier=("Words of an earlier try.\n",),
            error="Not every region is decided.",
            hint="Choose for each region that has no choice yet.",
        ),
    ),
    "history": (
        "history.html",
        frame("History", Place.SPECS),
        History("payments/architecture.md", "Architecture of payments", REVISIONS, "abc"),
    ),
    "diff": ("diff.html", frame("Difference", Place.SPECS), DIFF),
    "diff-unified": (
        "diff.html",
        frame("Difference", Place.SPECS),
        DiffPage(DIFF.path, DIFF.title, DIFF.before, DIFF.after, DIFF.rows, 2, 2, "unified"),
    ),
    "proposals": ("proposals.html", frame("Proposals", Place.PROPOSALS), proposal_samples.listed((ANA, BOT), NOW)),
    "proposals-empty": ("proposals.html", frame("Proposals", Place.PROPOSALS), ProposalList((), (), waiting=True)),
    "proposal": ("proposal.html", frame("Refunds", Place.PROPOSALS), proposal_samples.page(BOT, ANA, NOW)),
    "proposal-conflicted": (
        "proposal.html",
        frame("Refunds", Place.PROPOSALS),
        proposal_samples.conflicted(ANA, ANA, NOW),
    ),
    "proposal-declined": ("proposal.html", frame("Refunds", Place.PROPOSALS), proposal_samples.declined(BOT, ANA, NOW)),
    "findings": ("findings.html", frame("Drift", Place.DRIFT), FindingList(LINES, FILTERS, 31, "cursor=x")),
    "finding": ("finding.html", frame("Finding", Place.DRIFT), FINDING),
    "reports": (
        "reports.html",
        frame("Reports", Place.REPORTS),
        (
            ReportRow(
                "r1",
                date(2026, 11, 9),
                date(2026, 11, 15),
                "3 of 42 invariants broken; 2 new with agents' changes.",
                {"new": 5, "resolved": 4, "open": 7},
                3,
            ),
            ReportRow(
                "r0", date(2026, 11, 2), date(2026, 11, 8), "All quiet.", {"new": 0, "resolved": 1, "open": 6}, 3
            ),
        ),
    ),
    "report": (
        "report.html",
        frame("Report", Place.REPORTS),
        ReportPage(
            "r1", date(2026, 11, 9), date(2026, 11, 15), REPORT_BODY, Markup("<h2>What was compared</h2>"), CHART
        ),
    ),
    "members": (
        "members.html",
        frame("Members", Place.SETTINGS),
        MembersPage(
            MEMBERS,
            invitation=Link("abcdefgh", "noor", NOW),
            may_invite=True,
            address="http://127.0.0.1:8000",
            frozen={MEMBERS[-1].actor.id: Freeze(MEMBERS[-1].actor, NOW, NOW, "It failed five times in a row.")},
        ),
    ),
    "tokens": ("tokens.html", frame("Tokens", Place.SETTINGS), TOKENS),
    "repositories": (
        "repositories.html",
        frame("Repositories", Place.SETTINGS),
        RepositoriesPage((REPOSITORY, FAILED)),
    ),
}
