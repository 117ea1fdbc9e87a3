import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drift.extract import MAX_SOURCE_BYTES, extract, facts_key, language_for
from drift.facts import FileFacts, Tier
from drift.languages import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
PATHS = [
    *("a.py", "a.pyi", "a.ts", "a.tsx", "a.js", "a.d.ts", "a.go", "a.java", "a.kt"),
    *("a.rs", "a.rb", "a.c", "a.h", "a.cpp", "a.cs", "a.php"),
]
FIRST = {
    "go": 'package m\nimport "fmt"\n',
    "java": "package m;\nimport fmt.Fmt;\n",
    "kt": "package m\nimport fmt.Fmt\n",
    "py": "import os\n",
    "rs": "use std::io;\n",
    "rb": "require 'json'\n",
    "c": "#include <a.h>\n",
    "h": "#include <a.h>\n",
    "cpp": "#include <a.h>\n",
    "pyi": "import os\n",
    "cs": "namespace A; using System;\n",
    "php": "<?php use A\\B;\n",
}

TOKENS = [
    *("import ", "from ", "export ", "type ", "class ", "def ", "func ", "package ", "if ", "try:", "except:", "as "),
    *("function ", "const ", "async ", "interface ", "enum ", "=>", "require(", "import(", "__import__(", "struct "),
    *("(", ")", "{", "}", "[", "]", "<", ">", "`", '"', "'", '"""', "${", "#", "//", "/*", "*/", "\\", "&", "@", "="),
    *("package a.b;", "import a.b.C;", "@", "public ", "void f() {", "new ", "case ", "a.b.C", "Class.forName("),
    *(
        "fun ",
        "val ",
        "when (",
        "object ",
        "using ",
        "namespace A.B",
        "[A]",
        "#if X\n",
        "#endif\n",
        "<?php ",
        "?>",
        "use A\\B;",
        "$a->b(",
        "include ",
    ),
    *(
        "use ",
        "mod ",
        "fn f() {",
        "::",
        "crate",
        "r#",
        "impl ",
        "#[cfg(test)]",
        "->",
        "namespace ",
        "#include ",
        "#if ",
    ),
    *("#endif\n", "template<", "private", "end\n", "do ", "require 'a'", "unless ", "A::B", "<<~X\n"),
    *("a", "b.c", ".", "..", ",", ";", ":", "*", "1", "é", "\ufeff", "\u2028", " ", "    ", "\t", "\n", "\r\n", "\x0c"),
]
DEEP = {
    "parentheses": b"x = " + b"(" * 100_000 + b")" * 100_000,
    "never closed": b"(" * 100_000,
    "brackets and braces": b"[{" * 50_000,
    "calls": b"f(" * 100_000 + b")" * 100_000,
    "chained calls": b"a" + b".b()" * 50_000,
    "array holes": b"x = [" + b"," * 20_000 + b"]",
    "operators": b"x = 1" + b" + 1" * 50_000,
    "blocks": b"{" * 50_000 + b"}" * 50_000,
}


def consistent(facts: FileFacts) -> bool:
    last = facts.lines + 1
    return (
        all(1 <= one.line <= last and one.column >= 1 and one.target for one in facts.imports)
        and all(1 <= one.line <= one.end_line <= last and "\n" not in one.signature for one in facts.definitions)
        and all(1 <= one.line <= last and one.callee for one in facts.calls)
        and all(1 <= one.line <= last and one.column >= 1 and one.hint for one in (*facts.problems, *facts.syntax))
        and len(facts.problems) + len(facts.syntax) <= 1
    )


@given(st.sampled_from(PATHS), st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_arbitrary_bytes_are_content_and_never_raise(path: str, source: bytes) -> None:
    assert consistent(extract(path, source))


@given(st.sampled_from(PATHS), st.lists(st.sampled_from(TOKENS), max_size=60).map("".join))
@settings(max_examples=150, deadline=None)
def test_a_tier_says_the_same_however_far_a_file_is_read(path: str, text: str) -> None:
    whole, imports = extract(path, text.encode()), extract(path, text.encode(), Tier.IMPORTS)
    middle = extract(path, text.encode(), Tier.DEFINITIONS)
    assert (imports.imports, imports.scopes, imports.problems) == (whole.imports, whole.scopes, whole.problems)
    assert (middle.imports, middle.scopes, middle.definitions) == (whole.imports, whole.scopes, whole.definitions)


@given(st.sampled_from(PATHS), st.lists(st.sampled_from(TOKENS), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_nearly_code_never_raises_and_says_the_same_twice(path: str, text: str) -> None:
    facts = extract(path, text.encode())
    assert consistent(facts)
    assert facts == extract(path, text.encode())


@pytest.mark.parametrize("path", ["a.py", "a.ts", "a.tsx", "a.go", "a.java", "a.kt", "a.cs", "a.php"])
@pytest.mark.parametrize("shape", DEEP, ids=list(DEEP))
def test_deep_and_wide_files_are_read_without_recursion(path: str, shape: str) -> None:
    assert consistent(extract(path, DEEP[shape]))


@pytest.mark.parametrize("path", ["a.java", "a.kt", "a.cs", "a.php", "a.go", "a.rs", "a.ts", "a.tsx", "a.js"])
def test_comments_that_never_end_cost_no_more_than_others(path: str) -> None:
    first = FIRST.get(path.rpartition(".")[2], 'import "os";\n')
    facts = extract(path, first.encode() + b"/** " * 50_000)
    assert [one.line for one in facts.imports] == [first.count("\n")]
    assert [(one.code, one.line, one.column) for one in facts.problems + facts.syntax] == [
        ("syntax-error", first.count("\n") + 1, 1)
    ]


@pytest.mark.parametrize("path", PATHS)
def test_imports_before_the_trouble_still_count(path: str) -> None:
    first = FIRST.get(path.rpartition(".")[2], 'import "os";\n')
    facts = extract(path, first.encode() + b"(" * 1000)
    assert [one.line for one in facts.imports] == [first.count("\n")]
    preprocessed = language_for(path) in [language for language in LANGUAGES if language.name == "c"]
    problems = [*facts.problems, *facts.syntax]
    assert [one.code for one in problems] == ([] if preprocessed else ["syntax-error"])


@pytest.mark.parametrize("path", PATHS)
def test_a_file_that_is_too_large_is_told_and_not_read(path: str) -> None:
    facts = extract(path, b"import os\n" * (MAX_SOURCE_BYTES // 10 + 1))
    assert [one.code for one in facts.problems] == ["too-large"]
    assert facts.problems[0].hint
    assert not facts.imports


def test_a_binary_file_with_a_source_suffix_is_told() -> None:
    facts = extract("a.py", b"import os\n\0\1\2")
    assert [(one.code, one.line) for one in facts.problems] == [("not-text", 2)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks_and_windows_line_ends(encoding: str) -> None:
    facts = extract("a.py", "import os\r\nimport sys\r\ndef f(\r\n    a,\r\n): ...\r\n".encode(encoding))
    assert [(one.target, one.line) for one in facts.imports] == [("os", 1), ("sys", 2)]
    assert [one.signature for one in facts.definitions] == ["def f(a)"]
    assert not facts.problems


@pytest.mark.parametrize("cookie", ["latin-1", "iso-8859-15", "cp1252"])
def test_a_coding_line_decides_how_names_are_read(cookie: str) -> None:
    facts = extract("a.py", f"#!/usr/bin/python\n# vim: set fileencoding={cookie} :\né = 'ü'\n".encode(cookie))
    assert [one.name for one in facts.definitions] == ["é"]


@pytest.mark.parametrize("cookie", ["rot13", "zip", "punycode", "unicode_escape", "no-such-thing", "utf-8"])
def test_a_coding_line_that_names_no_character_set_is_passed_over(cookie: str) -> None:
    facts = extract("a.py", f"# coding: {cookie}\nimport os  # é\n".encode())
    assert [one.target for one in facts.imports] == ["os"]


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    facts = extract("a.py", b"import os  # \xff\xfe\ndef f(a='\xe9'): ...\n")
    assert [one.target for one in facts.imports] == ["os"]
    assert [one.signature for one in facts.definitions] == ["def f(a='\ufffd')"]


def test_columns_count_characters() -> None:
    facts = extract("a.py", "é = 1; import os\n".encode())
    assert [one.column for one in facts.imports] == [8]


def test_a_file_that_no_language_reads_has_lines_alone() -> None:
    assert extract("README.md", b"a\nb") == FileFacts("", 2, (), (), (), ())
    assert language_for("Makefile") is None
    assert language_for("folder.py/Makefile") is None


def test_the_key_of_facts_tells_dialects_apart() -> None:
    keys = [facts_key(path) for path in ("a.py", "a.pyi", "a.ts", "a.mts", "a.tsx", "a.js", "a.go", "a.txt")]
    dialects = [key.rpartition("-")[0] for key in keys]
    assert dialects == ["python", "python", "typescript", "typescript", "tsx", "tsx", "go", ""]


def test_suffixes_have_one_language() -> None:
    suffixes = [suffix for language in LANGUAGES for suffix in language.suffixes]
    assert len(suffixes) == len(set(suffixes))
    assert all(suffix.startswith(".") for suffix in suffixes)


def test_grammars_load_only_when_a_file_is_read() -> None:
    script = (
        "import sys, drift.extract, drift.build; drift.build.build_index(['a.py', 'b.ts', 'c.go'], {}, {});"
        "print([m for m in sys.modules if m.startswith('tree_sitter')])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"
