"""The text of a check, whole."""

from dataclasses import replace

import pytest

from app.renderers import RENDERERS, renderer
from app.renderers.text import Look, explain_finding, render
from drift.excerpts import Excerpts
from drift.findings import CodeAnchor, Finding, FindingState, Hop, SpecAnchor
from drift.report import CheckReport, InvariantResult, NotAnalysed

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
    code=CodeAnchor("src/pay/util.py", 9),
    identity=("a",),
    evidence=CHAIN,
)
MENTION = Finding(
    "mentions", "mentions", "warning", "gone is gone.", "Name another.", replace(SPEC, line=40), None, ("m",)
)
RESULT = InvariantResult("pay-layers", "no way up", "layers", SPEC.path, "layers", 14, "broken", (FOUND.fingerprint,))
RESULT = replace(RESULT, why="Batch jobs need no server.")
KEPT = InvariantResult("pay-pure", "", "forbidden", SPEC.path, "pure", 30, "kept", ())
COUNTS = {"files": 1214, "modules": 198, "edges": 1, "specs": 2, "externals": 7}


def report(*findings: Finding, results=(RESULT, KEPT), left=()) -> CheckReport:
    broken = any(one.severity == "error" and one.state is FindingState.INTRODUCED for one in findings)
    return CheckReport("broken" if broken else "kept", results, findings, left, COUNTS)


def test_quiet_when_clean():
    assert render(report(results=(KEPT,))) == (
        "● kept  1 invariant kept\n  1,214 files, 198 modules, 1 import, 2 specs\n"
    )


def test_drift_is_grouped_with_chain_and_remedy():
    assert render(report(FOUND, MENTION)) == (
        "◆ pay-layers  no way up  docs/specs/pay.md:14\n"
        "  Batch jobs need no server.\n"
        f"  {FOUND.fingerprint[:8]}  pay.domain.charge reaches pay.api.http above it.\n"
        "    pay.domain.charge\n"
        "    └─ pay.util         src/pay/domain/charge.py:3\n"
        "       └─ pay.api.http  src/pay/util.py:9\n"
        "  fix: Hand it in.\n"
        "\n"
        "▲ mentions  docs/specs/pay.md:40\n"
        f"  {MENTION.fingerprint[:8]}  gone is gone.\n"
        "  fix: Name another.\n"
        "\n"
        "◆ broken  1 of 2 invariants kept · 1 error · 1 warning\n"
        "  1,214 files, 198 modules, 1 import, 2 specs\n"
    )


def test_a_narrow_terminal_puts_places_on_their_own_lines():
    text = render(report(FOUND), look=Look(width=44))
    assert "    └─ pay.util\n       src/pay/domain/charge.py:3\n" in text
    assert max(map(len, text.splitlines())) <= 52


def test_what_was_there_is_counted_and_shown_when_all_is_wanted():
    old = replace(FOUND, state=FindingState.EXISTING)
    mended = replace(MENTION, state=FindingState.FIXED)
    left = (*(NotAnalysed(path, "a link") for path in ("x", "y")), NotAnalysed("a.py", "This is not valid Python"))
    short = render(report(old, mended, left=left))
    assert short == (
        "● kept  1 of 2 invariants kept · 1 existing · 1 fixed\n"
        "  1,214 files, 198 modules, 1 import, 2 specs; 3 not analysed (--all lists them)\n"
    )
    long = render(report(old, mended, left=left), look=Look(everything=True))
    assert "above it. (existing)\n" in long
    assert "gone is gone. (fixed)\n" in long
    assert "● pay-pure  docs/specs/pay.md:30\n" in long
    assert "not analysed\n  a link (2): x, y\n  a.py: This is not valid Python\n" in long


def test_a_file_as_a_whole_has_no_line_to_show():
    long = replace(FOUND, kind="limit", message="a.py is long.", evidence=(), code=CodeAnchor("a.py", 1))
    lines = Excerpts({"a.py": {1: "# Copyright"}})
    assert "Copyright" not in render(report(replace(long, reference="a.py")), lines)
    assert "Copyright" in render(report(replace(long, reference="a:f")), lines)


def test_many_findings_are_cut_and_counted():
    many = tuple(replace(FOUND, identity=(str(number),)) for number in range(30))
    text = render(report(*many))
    assert text.count("└─ pay.api.http") == 8
    assert "… and 22 more (--all shows them)" in text
    assert render(report(*many), look=Look(everything=True)).count("└─ pay.api.http") == 30


def test_a_chain_that_begins_anew_and_a_repeat_say_so():
    hops = (CHAIN[0], CHAIN[0]._replace(line=7), CHAIN[1], Hop("pay.other", "pay.util", "src/pay/other.py", 1))
    long = render(report(replace(FOUND, evidence=hops)), look=Look(everything=True))
    short = render(report(replace(FOUND, evidence=hops)))
    assert "       └─ pay.api.http  src/pay/util.py:9\n    … and 1 import on other ways" in short
    assert (
        "    pay.domain.charge\n"
        "    └─ pay.util         src/pay/domain/charge.py:3\n"
        "       also             src/pay/domain/charge.py:7\n"
        "       └─ pay.api.http  src/pay/util.py:9\n"
        "    pay.other\n"
        "    └─ pay.util         src/pay/other.py:1\n"
    ) in long


def test_an_unmatched_selector_has_its_own_mark():
    text = render(report(replace(FOUND, evidence=(), code=None), results=(replace(RESULT, verdict="unmatched"),)))
    assert text.startswith("○ pay-layers")


@pytest.mark.parametrize("name", [item.name for item in RENDERERS])
def test_nothing_that_moves_a_cursor_gets_through(name):
    evil = "a\x1b[2J\r\x07\u202eb\udce9"
    found = replace(FOUND, message=evil, fix=evil, code=CodeAnchor(evil, 1), evidence=(Hop(evil, evil, evil, 1),))
    text = renderer(name).render(report(found, left=(NotAnalysed(evil, evil),)))
    assert not {"\x1b", "\r", "\x07"} & set(text)
    assert text.encode("utf-8")
    assert render(report(found), look=Look(everything=True)).isascii() or "\u202e" not in render(report(found))


def test_colour_changes_nothing_but_colour():
    import re  # noqa: PLC0415 (used by one test)

    plain = render(report(FOUND, MENTION), look=Look())
    painted = render(report(FOUND, MENTION), look=Look(colour=True))
    assert painted != plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


def test_one_finding_in_full():
    text = explain_finding(FOUND, "The domain is below.\n\nAlways.", Look())
    assert text.splitlines()[0] == f"◆ pay-layers  layers · error · introduced · {FOUND.fingerprint}"
    assert "  │ The domain is below.\n  │\n  │ Always.\n" in text
    assert "└─ pay.api.http  src/pay/util.py:9" in text
    assert text.endswith("fix: Hand it in.\n")


def test_the_same_report_gives_the_same_bytes():
    for item in RENDERERS:
        assert item.render(report(FOUND, MENTION)) == item.render(report(FOUND, MENTION))
