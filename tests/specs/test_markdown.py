import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.markdown import (
    MAX_LINES,
    _engine,
    code_spans,
    html_blocks,
    outline,
    plain_text,
    readable,
    split_anchor,
    to_html,
)


def leaves(text):
    return [(leaf.kind, leaf.first, leaf.last) for leaf in outline(text).leaves]


def test_leaves_have_the_lines_they_stand_on():
    text = "# H\npara\nmore\n\n- a\n  - b\n\n    c\n-\n\n```x y\nz\n```\n\n    code\n\n***\n<p>\n\na|b\n-|-\nc|d\n"
    assert leaves(text) == [
        ("heading", 0, 1),
        ("paragraph", 1, 3),
        ("item", 4, 5),
        ("item", 5, 6),
        ("paragraph", 7, 8),
        ("item", 8, 9),
        ("fence", 10, 13),
        ("code", 14, 15),
        ("rule", 16, 17),
        ("html", 17, 18),
        ("row", 19, 20),
        ("row", 21, 22),
    ]


def test_an_item_takes_what_begins_on_its_line():
    assert leaves("- - a\n") == [("item", 0, 1)]
    assert leaves("- > a\n") == [("item", 0, 1)]
    assert leaves("- # a\n") == [("item", 0, 1)]
    assert leaves("-\n  a\n") == [("item", 0, 2)]
    assert leaves("- ```x\n  a\n  ```\n") == [("fence", 0, 3)]
    assert leaves("-\n  ```x\n  a\n  ```\n") == [("item", 0, 1), ("fence", 1, 4)]


def test_only_top_level_headings_are_headings():
    assert leaves("> # a\n\n# b\n") == [("paragraph", 0, 1), ("heading", 2, 3)]


@pytest.mark.parametrize(
    ("text", "closed"),
    [("```\na\n```", True), ("```\n```\n", True), ("```\na\n", False), ("```\n", False), ("```\n\n\n", False)],
)
def test_a_fence_knows_whether_it_was_closed(text, closed):
    (leaf,) = outline(text).leaves
    assert leaf.closed is closed


@pytest.mark.parametrize("mark", ["> ", "- ", "1. ", "* > "])
def test_nesting_past_the_limit_is_reported(mark):
    found = outline(mark * 5000 + "x\n\n# Lost?\n")
    assert found.too_nested
    assert not outline(mark * 8 + "x\n").too_nested


def test_hostile_structure_ends_by_count():
    found = outline("> " * 30 + "x\n" + "y\n" * 45_000)
    assert not found.complete
    assert found.leaves == ()


def test_code_spans_know_their_offsets():
    spans = code_spans("a `b` [`c`](d) ![`e`](f)", outline("").env)
    assert spans is not None
    assert [(span.text, span.offset) for span in spans] == [("b", 2), ("c", 7)]


def test_brackets_nested_without_end_are_not_looked_into():
    env = outline("").env
    assert code_spans("[" * 100_000 + "`a`", env) is None
    assert plain_text("[" * 100_000, env) == "[" * 100_000
    assert code_spans("[a] " * 1000 + "`a`", env) is not None


def test_inline_steps_run_out_for_a_whole_text():
    env = {"inline_steps": 100}
    answers = [code_spans("`a` *b* " * 8, env) for _ in range(5)]
    assert answers[0] is not None
    assert answers[-1] is None


@pytest.mark.parametrize(
    ("source", "text"),
    [("a *b* `c`", "a b c"), ("[x](y) ![z](w)", "x "), ("&amp; \\*", "& *"), ("a<br>b", "ab"), ("a\nb", "a\nb")],
)
def test_plain_text_is_what_a_reader_sees(source, text):
    assert plain_text(source, outline("").env) == text


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Errors {#errors}", ("Errors", "errors")),
        ("Errors{#e}  ", ("Errors", "e")),
        ("{#e}", ("", "e")),
        ("Errors {#two words}", ("Errors", "two words")),
        ("Errors \\{#e}", ("Errors \\{#e}", None)),
        ("Errors {#e} more", ("Errors {#e} more", None)),
        ("Code `{#e}`", ("Code `{#e}`", None)),
        ("{#a} {#b}", ("{#a}", "b")),
    ],
)
def test_anchor_marks_are_cut_off_the_end_only(content, expected):
    assert split_anchor(content) == expected


def test_readable_keeps_the_length():
    assert readable("a\x00\ud800\udfffb") == "a\ufffd\ufffd\ufffdb"


def test_a_page_has_our_ids_and_no_anchor_marks():
    assert to_html("# T {#t}\n\n## E\n", {5: "t", 7: "t/e"}, first_line=5) == (
        '<h1 id="s-t">T</h1>\n<h2 id="s-t/e">E</h2>\n'
    )


def test_fences_have_their_language_and_can_be_drawn_by_others():
    assert to_html("```py\nx<1\n```\n", {}) == '<pre><code class="language-py">x&lt;1\n</code></pre>\n'
    drawn = to_html("\n```a b\nx\n```\n", {}, first_line=3, fence=lambda info, text, line: f"{info}:{text!r}:{line}")
    assert drawn == "a b:'x\\n':4"
    assert "<pre>" in to_html("```\nx\n```\n", {}, fence=lambda _info, _text, _line: None)


def test_tables_are_aligned_by_class_for_styles_are_refused():
    assert '<td class="align-right">' in to_html("|a|\n|-:|\n|1|\n", {})


@pytest.mark.parametrize("url", ["http://a", "HTTPS://a", "mailto:a@b", "../a.md#b", "#b", "?x=a:b", "a/b:c", "//a/b"])
def test_links_to_the_web_mail_and_neighbours_work(url):
    assert "<a href=" in to_html(f"[x]({url})", {})


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#9;javascript:alert(1)",
        "%6aavascript:alert(1)",
        "javascript&colon;alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "data:image/png;base64,AA",
        "file:///etc/passwd",
        "ftp://a",
    ],
)
def test_no_other_link_is_made(url):
    for text in (f"[x]({url})", f"[x](<{url}>)", f"<{url}>", f"![x]({url})", f"[x]\n\n[x]: {url}\n"):
        assert not re.search(r"(?:href|src)=", to_html(text, {}))


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "a <b onclick=x>c</b>", "<!-- x -->", "<img src=x onerror=y>", "<?x?>"]
)
def test_raw_html_is_shown_never_run(text):
    html = to_html(text, {})
    assert not re.search(r"<(?!/?(?:p|pre)\b)", html)
    assert "&lt;" in html


OWN_TAGS = frozenset(
    {"p", "pre", "code", "em", "strong", "h1", "h2", "ul", "li", "a", "img", "blockquote", "br", "hr", "table"}
)
PIECES = [
    "<",
    ">",
    '"',
    "'",
    "&",
    "`",
    "*",
    "[",
    "](",
    ")",
    "!",
    "\n",
    " ",
    "javascript:",
    "<script>",
    "onload=",
    "# ",
    "- ",
    "|",
    "\x00",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_only_our_own_tags_reach_a_page(text):
    html = to_html(text, {})
    tags = set(re.findall(r"<\s*/?\s*([^\s>/]+)", html))
    assert tags <= OWN_TAGS
    assert "<script" not in html


def test_too_large_a_text_is_shown_plain():
    text = "<a>\n" * (MAX_LINES + 1)
    assert to_html(text, {}).startswith('<pre class="plain">&lt;a&gt;')
    assert [block.line for block in html_blocks(text, {}, first_line=4)] == [4]


@given(
    st.lists(st.sampled_from(["# a\n", "b\n", "\n", "- c\n", "> d\n", "```\n", "|a|\n|-|\n", "---\n", "[x]: y\n"])).map(
        "".join
    )
)
def test_blocks_of_a_page_join_to_the_page(text):
    blocks = html_blocks(text, {}, first_line=3)
    assert "".join(block.html for block in blocks) == to_html(text, {}, first_line=3)
    assert [block.line for block in blocks] == sorted(block.line for block in blocks)


def test_threads_that_begin_together_see_the_same_page():
    text = "# A *b*\n\n- `c`\n\n|d|\n|-|\n|e|\n\n```f\ng\n```\n"
    page = to_html(text, {})
    for _ in range(20):
        _engine.cache_clear()
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: to_html(text, {}), range(8))) == {page}
