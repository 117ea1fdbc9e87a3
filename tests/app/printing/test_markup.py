"""Clean HTML becomes Typst source in which no word of a text can be a command."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.printing.markup import quoted, source_of
from app.rendering import blocks
from specs.parser import parse

STRING = re.compile(r'"(?:\\.|[^"\\])*"')
ALLOWED = re.compile(
    r"#(?:heading\(level: \d\)|list|enum|quote\(block: true\)|link\(S\)|strong|emph|strike|par|raw\(S[^()]*\)"
    r"|table|line|linebreak|S|\[)"
)


def printed(markdown: str) -> str:
    return "".join(source_of(str(block.html)) for block in blocks(parse(markdown)))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# A *b*\n", '#heading(level: 1)[#"A "#emph[#"b"]]\n'),
        ('a\\\nb **c** `d"\\e`\n', '#par[#"a"#linebreak()#" b "#strong[#"c"]#" "#raw("d\\"\\\\e")]\n'),
        ("- a\n- b\n", '#list([#"a"],[#"b"],)\n'),
        ("3. x\n", '#enum(start: 3, [#"x"],)\n'),
        ("> q\n", '#quote(block: true)[#par[#"q"]\n]\n'),
        ("```py\nx\n\ny\n```\n", '#raw("x\\n\\ny", block: true, lang: "py")\n'),
        ("[l](https://a.b/c)\n", '#par[#link("https://a.b/c")[#"l"]]\n'),
        ("[l](/x) ![alt](https://x)\n", '#par[#[#"l"]#" "#[#"[image: alt]"]]\n'),
        ("|a|b|\n|-|-|\n|1|2|\n", '#table(columns: 2,table.header([#"a"],[#"b"],),[#"1"],[#"2"],)\n'),
        ("#pagebreak() $x$ @l <b> \\#sys\n", '#par[#"#pagebreak() $x$ @l <b> #sys"]\n'),
    ],
)
def test_constructs(markdown: str, expected: str) -> None:
    assert printed(markdown) == expected


@given(st.text())
def test_a_string_holds_its_text(text: str) -> None:
    assert STRING.fullmatch(quoted(text))


@settings(deadline=None)
@given(st.text(alphabet='#[](){}"\\$@*_`~-+|<>=/\n ab1.:!&;', max_size=80))
def test_nothing_but_our_own_commands_stands_outside_strings(markdown: str) -> None:
    bare = STRING.sub("S", printed(markdown))
    assert "\\" not in bare
    assert "$" not in bare
    assert "@" not in bare
    assert ALLOWED.sub("", bare).count("#") == 0
    for opening, closing in ("()", "[]"):
        assert bare.count(opening) == bare.count(closing)
