"""Made-up but realistic views of findings, repositories and reports."""
# ruff: noqa: FBT003 (sample values, as they come)

from datetime import date, timedelta

from markupsafe import Markup

from app.web.views.chart import Week, draw
from app.web.views.drift import (
    ActRow,
    Chip,
    Choice,
    Filter,
    RepositoryRow,
)
from app.web.views.specs import (
    CodeLine,
    FindingEvent,
    FindingLine,
    FindingPage,
    InvariantPanel,
    Rung,
    WaiverForm,
)
from drift.findings import Hop
from tests.app.web.sample_basics import NOW

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
WEEKS = [Week(date(2026, 8, 31) + timedelta(weeks=n), (n * 5) % 7, (n * 3) % 5, 6 + n % 4) for n in range(12)]
CHART = draw(WEEKS)
REPOSITORY = RepositoryRow(
    "payments",
    "https://git.example.org/team/payments.git",
    "main",
    "fresh",
    LINE.commit,
    NOW - timedelta(minutes=4),
    verdict="broken",
    broken=2,
    invariants=14,
)
FAILED = RepositoryRow(
    "web",
    "ssh://git@git.example.org/team/web.git",
    "main",
    "failed",
    "",
    None,
    "The host did not answer; tried 3 times.",
    verdict="error",
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
        Rung(
            Hop("payments.domain.refund", "payments.service.audit", "src/payments/domain/refund.py", 14),
            "from payments.service.audit import record",
        ),
        Rung(
            Hop("payments.service.audit", "payments.api.schemas", "src/payments/service/audit.py", 6),
            also=(Hop("payments.service.audit", "payments.api.schemas", "src/payments/service/audit.py", 48),),
        ),
    ),
    (Hop("payments.domain.ledger", "payments.service.audit", "src/payments/domain/ledger.py", 3),),
    (
        FindingEvent("opened", NOW - timedelta(days=3), LINE.commit, "refund-agent", True),
        FindingEvent("resolved", NOW - timedelta(days=2), "7be34f2a91c0", "Ana Horvat"),
        FindingEvent("regressed", NOW - timedelta(days=1), "91c07be34f2a", "refund-agent", True),
    ),
    waiver=WaiverForm(
        "2027-01-31",
        "It's <old>",
        "holdfast waive 9a1c --until 2027-01-31 --because <old>",
        may=True,
        standing="Ana: waived until 2026-12-01 (it's <old>).",
    ),
    commit=LINE.commit,
)
FILTERS = (
    Filter("state", "State", (Choice("open", "open"), Choice("resolved", "resolved"), Choice("", "all")), "open"),
    Filter("spec", "Spec", (Choice("", "any"), Choice("payments/architecture.md", "Architecture of payments"))),
    Filter("kind", "Kind", (Choice("", "any"), Choice("layers", "layers"), Choice("mentions", "mentions"))),
)
CHIPS = (Chip("came or came back in the week of 5 Oct 2026", "kind=layers"), Chip("in src/<payments>", "state=open"))
ACTS = (
    ActRow(
        "payments-layers",
        "payments-layers",
        "layers",
        "error",
        14,
        3,
        1,
        9,
        NOW - timedelta(days=3),
        LINE.fingerprint,
        LINE.message,
        "payments",
        LINE.spec_path,
        LINE.spec_title,
    ),
    ActRow("mentions", "", "mentions", "warning", 1, 0, 0, 0, NOW - timedelta(days=9), "1b77", "`x` is gone"),
)
