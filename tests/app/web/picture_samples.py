"""Made-up but realistic views of the graph, the map and the history of an invariant."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from app.web.shaping.picturing import coverage_page, data_of, graph_page
from app.web.views.frame import Place
from app.web.views.picture import ArrowPage, Crumb, GraphPage, HistoryRow, InvariantPage
from drift.lives.history import Sighting, holding
from drift.lives.life import CauseKind
from drift.lives.records import CauseRecord, Repository, RepositoryState
from drift.picture.atlas import Break, CodeFile, code_of, look
from drift.picture.coverage import Claim, Ground, coverage, hold
from drift.picture.stacks import stack_of
from specs.parser import parse
from sync.service.surveying import Graph, Map
from tests.app.web.drift_samples import LINE, PANEL
from tests.app.web.sample_basics import NOW, frame

CODE = Repository(UUID(int=3), UUID(int=4), "payments", "x", "main", RepositoryState.READY, NOW, head=LINE.commit)
FILES = tuple(
    CodeFile(
        f"src/payments/{path}.py", "payments." + path.replace("/", "."), 90 + 17 * at, imports, (3,) * len(imports)
    )
    for at, (path, imports) in enumerate(
        (
            ("api/schemas", ("payments.service.audit",)),
            ("api/refunds", ("payments.service.ledger", "payments.domain.refund")),
            ("service/audit", ("payments.api.schemas", "payments.domain.money")),
            ("service/ledger", ("payments.domain.refund",)),
            ("domain/refund", ("payments.domain.money", "payments.service.audit")),
            ("domain/money", ()),
            ("tools/<b>", ("requests",)),
        )
    )
)
BREAK = Break(
    "payments.domain.refund",
    "payments.service.audit",
    "payments-layers",
    "error",
    LINE.fingerprint,
    LINE.message,
    LINE.path,
    LINE.line,
)
WARNED = replace(BREAK, importer="payments.tools.<b>", imported="requests", invariant="one-client", severity="warning")
[BLOCK] = parse(f"```yaml invariant\n{PANEL.yaml}```\n").invariants
BREAKS = (BREAK, WARNED)
VIEW = look(code_of(FILES), "", BREAKS, stack_of(BLOCK))
PLACED = graph_page("payments", Graph(CODE, VIEW, ("payments-layers",), "payments-layers", BREAKS), ("payments", "web"))
GRAPH = replace(PLACED, data=data_of(PLACED), text="ref", found=(Crumb("payments.<i>", "/p/payments/graph"),))
NO_GRAPH = GraphPage(known=False, repositories=("payments",))
ARROW = ArrowPage(
    "payments.domain",
    "payments.service",
    "payments",
    (("a.b", "c.<d>", "a/b.py", 3),),
    900,
    BREAKS,
    "/p/payments/graph",
)
GROUND = tuple(
    Ground(file.path, file.lines, ("payments-layers",) if "tools" not in file.path else ()) for file in FILES
)
CLAIMS = (
    Claim("payments/architecture.md", frozenset({"payments-layers"}), (), ("src/payments/tools/**",)),
    Claim("payments/<gateway>.md", frozenset({"old"}), ("old",), ("src/gone/<x>/**",)),
    Claim("payments/prose.md"),
)
TITLES = {"payments/architecture.md": "Architecture of payments"}
COVERAGE = coverage_page(
    "payments", Map(coverage(hold((*GROUND, Ground("src/<b>.py", 70)), CLAIMS), "src"), (CODE,), known=True), "", TITLES
)
NO_COVERAGE = coverage_page("payments", Map(coverage(hold((), ())), (), known=False), "", {})
BY = CauseRecord(CauseKind.COMMIT, LINE.commit, "Ana Horvat", NOW - timedelta(days=3))
FIRST = Sighting(UUID(int=1), CODE.id, "7be34f2a91c0", "Ana Horvat", "Begin", BY, "kept", 0)
BROKE = replace(
    FIRST, commit=LINE.commit, message="Refund <b>\n\nmore", verdict="broken", findings=3, before="kept", after="7be3"
)
SPEC = replace(BROKE, cause=replace(BY, kind=CauseKind.SPEC, spec_path="payments/architecture.md"), before="broken")
STANDING = tuple(("payments", one) for rows in ((BROKE, FIRST), (FIRST,), (SPEC,)) if (one := holding(rows)))
INVARIANT = InvariantPage(
    "payments-layers",
    PANEL,
    "payments/architecture.md",
    "Architecture of payments",
    "s-layering",
    STANDING,
    tuple(HistoryRow(one, "payments", NOW) for one in (SPEC, BROKE, FIRST)),
    every=False,
    open=3,
    next_page="cursor=9",
    repositories=("payments", "web"),
)
GONE = InvariantPage("old", None, "", "", "", (), (), every=True, open=0)
PAGES = {
    "graph": ("graph.html", frame("Modules", Place.DRIFT), GRAPH),
    "graph-empty": ("graph.html", frame("Modules", Place.DRIFT), NO_GRAPH),
    "arrow": ("arrow.html", frame("Imports", Place.DRIFT), ARROW),
    "coverage": ("coverage.html", frame("Coverage", Place.DRIFT), COVERAGE),
    "coverage-empty": ("coverage.html", frame("Coverage", Place.DRIFT), NO_COVERAGE),
    "invariant": ("invariant.html", frame("payments-layers", Place.DRIFT), INVARIANT),
    "invariant-gone": ("invariant.html", frame("old", Place.DRIFT), GONE),
}
