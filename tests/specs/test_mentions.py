import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.lines import split_lines
from specs.parser import parse


def found(text):
    return [(mention.text, mention.line, mention.column) for mention in parse(text).mentions]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Use `a.b` now.", [("a.b", 1, 5)]),
        ("# The `x` part #", [("x", 1, 7)]),
        ("The `x`\n===\n", [("x", 1, 5)]),
        ("one\n  two `x`\n three `y`  \n", [("x", 2, 7), ("y", 3, 8)]),
        ("- item `a`\n    - inner `b`\n\n      more `c`\n", [("a", 1, 8), ("b", 2, 13), ("c", 4, 12)]),
        ("> quoted `a`\n> > deep `b`\nlazy `c`\n", [("a", 1, 10), ("b", 2, 10), ("c", 3, 6)]),
        ("-\tx\n\n\ty `a`\n\t\t z `b`\n", [("a", 3, 4), ("b", 4, 6)]),
        ("a | b\n--|--\n`x` | `y` `x`\n", [("x", 3, 1), ("y", 3, 7), ("x", 3, 11)]),
        (
            "- | `a\\|b` | `c` |\n  |---|---|\n  | `x` | \\| `y` |\n",
            [("a|b", 1, 5), ("c", 1, 14), ("x", 3, 5), ("y", 3, 14)],
        ),
        ("`` a ` b `` and ` ` and ` c `", [("a ` b", 1, 1), (" ", 1, 17), ("c", 1, 25)]),
        ("open `two\nlines` end `x`", [("two lines", 1, 6), ("x", 2, 12)]),
        ("[`x`](y) ![`no`](z) [a](`b`) <http://`c`>", [("x", 1, 2)]),
        ("\\`a` b`", [("` b`"[1:3], 1, 4)]),
        ("*`a`* **`b`** ~~`c`~~", [("a", 1, 2), ("b", 1, 9), ("c", 1, 17)]),
        ("\ufeffthe `a`", [("a", 1, 6)]),
        ("\u2028\n`a`\n`b`", [("a", 2, 1), ("b", 3, 1)]),
        ("> \u00a0\n> `a`", [("a", 2, 3)]),
        ("x\r\ny `a`\rz `b`", [("a", 2, 3), ("b", 3, 3)]),
        ("---\ntitle: `no`\n---\n`a`", [("a", 4, 1)]),
        ("- [x] done `a`", [("a", 1, 12)]),
        ("`\x00` `\ud800`", [("\ufffd", 1, 1), ("\ufffd", 1, 5)]),
    ],
)
def test_mentions_have_their_exact_place(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "```\n`a`\n```\n",
        "    `a`\n",
        "<div>\n`a`\n</div>\n",
        "<!-- `a` -->\n",
        "[x]: `a`\n",
        "`open only",
        "a\\`b\\`",
        "``",
    ],
)
def test_what_is_not_prose_mentions_nothing(text):
    assert found(text) == []


def test_a_mention_knows_its_section_and_its_statement():
    (mention,) = parse("# T\n\n## Errors\n\n- raises `E`\n  at once\n").mentions
    assert mention.anchor == "errors"
    assert mention.context == "- raises `E`\n  at once"


PIECES = [
    "`a`",
    "`b c`",
    "``x`y``",
    " ",
    "\n",
    "\n\n",
    "\r\n",
    "- ",
    "> ",
    "  ",
    "    ",
    "\t",
    "# ",
    "| ",
    "|-|-|\n",
    "\\|",
    "[",
    "](u)",
]
PIECES += ["*", "<b>", "1. ", "word", "\\", "#", "===\n", "\u2028", "\u00a0", "\x0c", "|a|b|\n|-|-|\n|"]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_every_mention_stands_at_a_backtick(text):
    lines = split_lines(text)
    for mention in parse(text).mentions:
        rest = "".join([lines[mention.line - 1][mention.column - 1 :], *lines[mention.line :]])
        run = len(rest) - len(rest.lstrip("`"))
        assert run
        assert mention.text.split(" ")[0].split("|")[0] in rest[run:]
