"""The comment of a pull request, as GitHub shows it."""

from dataclasses import replace

from hypothesis import given
from markdown_it import MarkdownIt

from app.renderers.markdown import render
from drift.excerpts import Excerpts
from drift.findings import Acceptance, CodeAnchor, FindingState
from tests.app.renderers.made import CLEAN, DIRECT, FOUND, FULL, LINES, MENTION, excerpts, made, reports

MD = MarkdownIt("gfm-like", {"linkify": False})


def test_a_clean_check_is_one_sentence():
    assert render(CLEAN) == "<!-- holdfast:check -->\n**🟢 Holdfast: kept.** 1 of 1 invariant kept, nothing new.\n"


def test_projects_of_one_repository_have_comments_of_their_own():
    assert render(CLEAN, Excerpts(under="back/--> end")).startswith("<!-- holdfast:check:back/--%3E%20end -->\n")


def test_drift_is_said_in_a_sentence_then_shown():
    text = render(made(FOUND, DIRECT, MENTION), LINES)
    assert text.splitlines()[1:4] == [
        "### 🔴 Holdfast: drift",
        "",
        "New here: 2 errors and 1 warning, against 1 invariant.",
    ]
    assert "#### 🔴 `pay-layers`: no way up\n\n> Batch jobs need no server.\n" in text
    assert "| `src/pay/util.py:9` | pay.domain.charge reaches pay.api.http above it. |" in text
    assert "9 │ from pay.api import http  # lazy\n  │                     ^^^^" in text
    assert "- `pay.util` imports `pay.api.http` (`src/pay/util.py:9`)" in text
    assert text.count("<details>") == text.count("</details>") == 3
    every = render(made(FOUND, MENTION, replace(MENTION, severity="info", identity=("n",))))
    assert "New here: 1 error, 1 warning and 1 note, against 1 invariant." in every


def test_what_is_not_new_is_folded():
    text = render(FULL, LINES)
    for words in ("1 finding mended by this change", "1 finding waived", "1 finding here before"):
        assert f"<summary>{words}</summary>" in text
    kept = render(made(*[one for one in FULL.findings if one.severity == "warning"]))
    assert "### 🟡 Holdfast: kept\n\nNo new error, but 2 warnings. 1 of 2 invariants kept." in kept


def test_a_waiver_and_a_weakening_say_what_they_are():
    waived = replace(FOUND, state=FindingState.WAIVED, accepted=Acceptance("2027-01-31", "Ada", "moves | soon"))
    weaker = replace(
        MENTION, kind="weakening", invariant="pay-layers", before="a: 1\n", after="a: 2", lets_through=("x is let in",)
    )
    text = render(made(waived, weaker))
    assert "above it. (until 2027-01-31: moves \\| soon) |" in text
    assert "#### 🟡 weakening of `pay-layers`" in text
    assert "```\n- a: 1\n+ a: 2\n```" in text
    assert "- lets through: x is let in" in text


def test_it_fits_however_much_there_is():
    many = [
        replace(FOUND, invariant=f"i{n % 90}", identity=(str(n),), message="ö" * 900, code=CodeAnchor("a.py", n + 1))
        for n in range(900)
    ]
    text = render(made(*many))
    assert len(text) < 65_000
    assert "did not fit here. `holdfast check` shows everything." in text
    assert text.count("<details>") == text.count("</details>")


@given(reports(), excerpts())
def test_no_text_becomes_markup(report, lines):
    text = render(report, lines)
    assert len(text) < 65_536
    for token in MD.parse(text):
        if token.type == "html_block":
            ours = ("<!-- holdfast:check", "<details>", "</details>", "<summary>")
            assert all(line.startswith(ours) or not line for line in token.content.split("\n")), token.content
        for child in token.children or ():
            assert child.type in {"text", "code_inline", "softbreak", "strong_open", "strong_close"}, child
            assert child.type == "code_inline" or "://" not in child.content
