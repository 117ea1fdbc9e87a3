"""Reports for tests of renderers: one that holds everything there is, and any that Hypothesis can think of."""

from dataclasses import replace

from hypothesis import strategies as st

from drift.excerpts import Excerpts
from drift.findings import Acceptance, CodeAnchor, Finding, FindingState, Hop, SpecAnchor
from drift.mentions.removal import Removal
from drift.report import CheckReport, InvariantResult, NotAnalysed, verdict_of

SPEC = SpecAnchor("docs/specs/pay.md", "layers", 14)
CHAIN = (
    Hop("pay.domain.charge", "pay.util", "src/pay/domain/charge.py", 3),
    Hop("pay.util", "pay.api.http", "src/pay/util.py", 9),
)
FOUND = Finding(
    invariant="pay-layers",
    kind="layers",
    severity="error",
    message="pay.domain.charge reaches pay.api.http above it.",
    fix="Hand it in.",
    spec=SPEC,
    code=CodeAnchor("src/pay/util.py", 9, 5),
    identity=("a",),
    evidence=CHAIN,
    importer="pay.util",
    imported="pay.api.http",
)
DIRECT = replace(
    FOUND,
    message="pay.domain.order imports pay.api.http above it.",
    identity=("b",),
    code=CodeAnchor("src/pay/domain/order.py", 1),
    evidence=(Hop("pay.domain.order", "pay.api.http", "src/pay/domain/order.py", 1),),
)
MENTION = Finding("mentions", "mentions", "warning", "`gone` is gone.", "Name another.", SPEC, None, ("m",))
NOWHERE = SpecAnchor("", "", 0)
BROKEN_FILE = Finding("", "unparsed", "warning", "odd.py is odd.", "Mend it.", NOWHERE, CodeAnchor("odd.py", 2), ())
RESULT = InvariantResult(
    *("pay-layers", "no way up", "layers", SPEC.path, "layers", 14, "broken"),
    (FOUND.fingerprint, DIRECT.fingerprint),
    why="Batch jobs need no server.",
)
KEPT = InvariantResult("pay-pure", "", "forbidden", SPEC.path, "pure", 30, "kept", ())
LINES = Excerpts(
    {
        "src/pay/util.py": {9: "    from pay.api import http  # lazy"},
        "src/pay/domain/order.py": {1: "import pay.api.http"},
    }
)


def made(*findings: Finding, results=(RESULT, KEPT), left=()) -> CheckReport:
    """A report with these findings."""
    return CheckReport(verdict_of(findings), results, findings, left, {"files": 12, "modules": 7, "edges": 1})


EVERY_STATE = tuple(
    replace(FOUND, identity=(state.value,), state=state, message=f"This one is {state.value}.")
    for state in FindingState
)
CLEAN = made(results=(KEPT,))
FULL = made(FOUND, DIRECT, MENTION, BROKEN_FILE, *EVERY_STATE, left=(NotAnalysed("legacy/odd.py", "not Python"),))

EVIL = st.text(st.characters(), max_size=12) | st.sampled_from(
    [
        "::error::x",
        "##[error]x",
        "]]>",
        "a|b\n|c",
        "@team #1 https://x.y GH-1",
        "</details><script>",
        "```\n``",
        "x\x1b[2J\x00",
        "caf\udce9",
        "\ufffe",
        "--> <!--",
        "%0A,:",
    ]
)
LINE = st.integers(0, 99)
SPECS = st.builds(SpecAnchor, EVIL, EVIL, LINE)
FINDINGS = st.builds(
    Finding,
    invariant=EVIL,
    kind=st.sampled_from(["layers", "unparsed", "weakening", "a kind to come"]),
    severity=st.sampled_from(["error", "warning", "info"]),
    message=EVIL,
    fix=EVIL,
    spec=SPECS,
    code=st.none() | st.builds(CodeAnchor, EVIL, LINE, LINE),
    identity=st.tuples(EVIL),
    evidence=st.lists(st.builds(Hop, EVIL, EVIL, EVIL, LINE), max_size=3).map(tuple),
    importer=st.none() | EVIL,
    imported=st.none() | EVIL,
    reference=st.none() | EVIL,
    state=st.sampled_from(FindingState),
    removal=st.none() | st.builds(Removal, EVIL, EVIL, EVIL, st.lists(EVIL, max_size=2).map(tuple), EVIL),
    accepted=st.none() | st.builds(Acceptance, EVIL, EVIL, EVIL),
    before=EVIL,
    after=EVIL,
    lets_through=st.lists(EVIL, max_size=2).map(tuple),
)
RESULTS = st.builds(
    InvariantResult,
    *(EVIL, EVIL, st.just("layers"), EVIL, EVIL, LINE, st.sampled_from(["kept", "broken", "unmatched", "error"])),
    st.just(()),
    why=EVIL,
)


def reports() -> st.SearchStrategy[CheckReport]:
    """Any report, of whatever texts."""
    parts = st.tuples(
        st.lists(RESULTS, max_size=3).map(tuple),
        st.lists(FINDINGS, max_size=4).map(tuple),
        st.lists(st.builds(NotAnalysed, EVIL, EVIL), max_size=2).map(tuple),
    )
    return parts.map(lambda all_: CheckReport(verdict_of(all_[1]), *all_, {"files": 3}))


def excerpts() -> st.SearchStrategy[Excerpts]:
    """Any lines of code."""
    lines = st.dictionaries(EVIL, st.dictionaries(LINE, EVIL, max_size=2), max_size=2)
    return st.builds(Excerpts, lines, EVIL, EVIL)
