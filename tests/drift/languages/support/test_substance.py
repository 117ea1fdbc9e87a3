"""What changes the substance of code, and what does not."""

import pytest

from drift.answers import substance_of

PY = '''
def total(items, tax):
    """Adds up."""
    # with tax
    sum_ = 0
    for item in items:
        sum_ += item.price * (1 + tax)
    return [x for x in (sum_, tax) if x]
'''
TS = "export class C {\n  add(a: number) { const t = a + this.x; try { f(t) } catch (e) { g(e) } return { t: t } }\n}\n"
GO = "package a\nfunc F(a int) int {\n\tt := a\n\tfor i, x := range y {\n\t\tt += x + i\n\t}\n\treturn t\n}\n"
JAVA = "class A {\n  public int f(int a) {\n    int t = a;\n    for (int i : b) { t += i; }\n    return t;\n  }\n}\n"
CS = "class A {\n  public int F(int a) {\n    var t = a;\n    foreach (var i in b) { t += i; }\n    return t;\n  }\n}\n"
RUST = "pub fn f(a: u8) -> u8 {\n    let t = a;\n    let g = |q: u8| q + t;\n    g(t)\n}\n"
RUBY = "def f(a)\n  t = a\n  b.each { |i| t += i }\n  t\nend\n"

LOCALS = [("sum_", "s"), ("item in", "one in"), ("item.", "one."), ("[x for x", "[y for y"), ("if x]", "if y]")]
LAYOUT = [("(items, tax)", "(\n    items,\n    tax,\n)"), ("return [", "return (["), ("if x]", "if x])")]
FORM = [
    ("a.py", PY, "total", LOCALS),
    ("a.py", PY, "total", LAYOUT),
    ("a.py", PY, "total", [('"""Adds up."""', "'Other.'"), ("# with tax", "")]),
    ("a.py", PY.replace("total", "_total"), "_total", [("tax", "rate"), ("items", "rows")]),
    ("a.ts", TS, "C.add", [("const t", "const u"), ("this.x;", "this.x\n"), ("f(t)", "f(u)"), ("t: t", "t: u")]),
    ("a.ts", TS, "C.add", [("(e)", "(error)")]),
    ("a.go", GO, "F", [("t := a", "sum := a"), ("t += x + i", "sum += q + j"), ("i, x", "j, q"), ("n t", "n sum")]),
    ("A.java", JAVA, "A.f", [("int t", "int u"), ("t +=", "u +="), ("return t", "return u"), ("a;", "a; // hm")]),
    ("A.cs", CS, "A.F", [("var t", "var u"), ("t +=", "u +="), ("return t", "return u")]),
    ("a.rs", RUST, "f", [("let t", "let u"), ("q + t", "z + u"), ("|q:", "|z:"), ("g(t)", "g(u)")]),
    ("a.rb", RUBY, "f", [("t = a", "u = a"), ("t += i", "u += j"), ("|i|", "|j|"), ("  t\n", "  u\n")]),
]
SUBSTANCE = [
    ("a.py", PY, "total", [("1 + tax", "1 - tax")]),
    ("a.py", PY, "total", [("items, tax)", "items, rate)"), ("+ tax", "+ rate"), ("_, tax)", "_, rate)")]),
    ("a.py", PY, "total", [("item.price", "item.cost")]),
    ("a.py", PY, "total", [("def total", "@cached\ndef total")]),
    ("a.py", PY, "total", [("        sum_ +=", "        pass\n    sum_ +=")]),
    ("a.ts", TS, "C.add", [("this.x", "this.y")]),
    ("a.ts", TS, "C.add", [("(a: number)", "(b: number)"), ("= a +", "= b +")]),
    ("a.go", GO, "F", [("a int", "b int"), (":= a", ":= b")]),
    ("A.java", JAVA, "A.f", [("int a", "long a")]),
    ("a.rs", RUST, "f", [("q + t", "q - t")]),
    ("a.rb", RUBY, "f", [("b.each", "c.each")]),
]


def changed(source: str, edits: list[tuple[str, str]]) -> str:
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    return source


def digest(path: str, source: str, name: str) -> str:
    found = substance_of(path, source.encode(), name)
    assert len(found) == 64
    return found


@pytest.mark.parametrize(("path", "source", "name", "edits"), FORM)
def test_form_is_no_substance(path: str, source: str, name: str, edits: list[tuple[str, str]]) -> None:
    assert digest(path, changed(source, edits), name) == digest(path, source, name)


@pytest.mark.parametrize(("path", "source", "name", "edits"), SUBSTANCE)
def test_substance_is(path: str, source: str, name: str, edits: list[tuple[str, str]]) -> None:
    assert digest(path, changed(source, edits), name) != digest(path, source, name)


def test_where_it_stands_means_nothing() -> None:
    assert digest("a.py", f"import os\n\n\n{PY}\nX = 1\n", "total") == digest("a.py", PY, "total")


def test_what_is_not_there_has_none() -> None:
    assert substance_of("a.py", PY.encode(), "gone") == ""
    assert digest("a.txt", "a  \n\nb\n", "") == digest("a.txt", "a\nb", "")
    assert digest("a.kt", "fun f() { g(1) }", "") == digest("a.kt", "// x\nfun f() {\n  g(1)\n}", "")
    assert digest("a.h", "int f(int);", "") == digest("a.h", "int f(int); /* x */", "")
