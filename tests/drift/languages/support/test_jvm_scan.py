"""What may stand round the imports of a Java or Kotlin file, and what only looks like one."""

import pytest

from drift.languages.support.jvm_scan import scan


def seen(source: str, language: str = "java") -> list[str]:
    found = scan(source.encode(), language)
    imports = [".".join((one.target, *one.names)) + f":{one.line}:{one.column}" for one in found.imports]
    return [found.package, *imports]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("package a.b; import c.D; import static e.F.*;", ["a.b", "c.D:1:14", "e.F.*:1:26"]),
        ('/* package x; */ @A("package y;")\npackage a;\r\n  import b\n  .C;', ["a", "b.C:3:3"]),
        ("// import a.B;\n/** import a.C; */\nimport ünï.Cödé;\n", ["", "ünï.Cödé:3:1"]),
        ('class A { String s = "import a.B;"; char c = \'"\'; String t = "a.b.C"; }', [""]),
        ('class A { String s = """\nimport a.B;\n" \\""" a.b.C\n"""; a.b.D d; }', ["", "a.b.D:4:6"]),
        ("class A { /* never closed a.b.C", [""]),
        ("import a.B\nimport c.D;\nimport ;\n", ["", "a.B:1:1", "c.D:2:1"]),
        ("importer a; x.import y; $import z;", [""]),
        ("class A { x.y.Z a; x.y.Z b; this.y.z.W c; é.x.y.Z d; v.x.Y.z(); x.Y e; }", ["", "x.y.Z:1:11", "v.x.Y:1:54"]),
        ('Class.forName("a.b.C$D"); Class.forName( "e.f" ); Class.forName("plain")', ["", "a.b.C$D:1:1", "e.f:1:27"]),
    ],
)
def test_java(source: str, expected: list[str]) -> None:
    assert seen(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("package a.`in`.b\nimport c.D as E\nimport f.*", ["a.in.b", "c.D:2:1", "f.*:3:1"]),
        ('@file:JvmName("x")\npackage a; import b.c; import d.e', ["a", "b.c:2:12", "d.e:2:24"]),
        ("\ufeffpackage a\n", ["a"]),
        ("val import = 1\nval x = import + y\nfun f(import: Int) = import\n", [""]),
        ('val s = """\nimport a.B\n\\""" + a.b.C.d()\n', ["", "a.b.C:3:8"]),
        ('val s = "${a.b.C.d}"\nval c = \'"\'\nval t = a.b.D()', ["", "a.b.D:3:9"]),
    ],
)
def test_kotlin(source: str, expected: list[str]) -> None:
    assert seen(source, "kotlin") == expected


@pytest.mark.parametrize("language", ["java", "kotlin"])
@pytest.mark.parametrize("part", ["/*", '"', "'", '"""', "import a.", "a.b.", "import ", "`", ".a.A", "\\", "x.y.Z "])
def test_hostile_repetition_is_read_in_one_pass(language: str, part: str) -> None:
    scan((part * 400_000).encode(), language)
