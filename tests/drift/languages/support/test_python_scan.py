"""The imports of Python files as they are told without a tree: those of the tree, or nothing."""

import ast
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drift.extract import extract
from drift.facts import Tier
from drift.languages.support import trees
from drift.languages.support.python_facts import _WANTED, _Reader  # the tree's own answer, without its shortcut
from drift.languages.support.python_scan import scan

HEADS = [
    *(
        "def f(a, b):",
        "def f(\n    a,\n) -> None:",
        "async def f():",
        "class A:",
        "class A(b.C, d=1):",
        "@dec\ndef f():",
    ),
    *("if x:", "if x == {1: 2}:", "if TYPE_CHECKING:", "if t.TYPE_CHECKING:  # why: so", "if not TYPE_CHECKING:"),
    *("if (TYPE_CHECKING):", "if TYPE_CHECKING and x:", "if (\n    TYPE_CHECKING\n):", "if MYPY:", "if a and not b:"),
    *("for x in y:", "while True:", "with open(x) as y:", "with suppress(ImportError):", "async with a as b:"),
    *("with suppress(\n    Exception,\n):", "match x:\n    case 1:"),
]
TAILS = [
    *("elif y:", "elif TYPE_CHECKING:", "else:", "except ImportError:", "except (A, ModuleNotFoundError):"),
    *("except ValueError as e:", "except:", "except* Exception:", "finally:"),
]
LINES = [
    *(
        "import a",
        "import a.b.c",
        "import a, b.c as d",
        "import a as b; x = 1",
        "import a; import b",
        "import importlib",
    ),
    *("from a import b", "from . import b", "from .. import b as c, d", "from .a.b import *", "from a import (b, c,)"),
    *(
        "from a import (  # why\n    b as c,  # it (is)\n\n    d\n)",
        "from a import b, \\\n    c",
        "from a \\\n  import b",
    ),
    *(
        "from __future__ import annotations",
        "from importlib import import_module",
        "from importlib import import_module as i",
    ),
    *('import_module("a.b")', '__import__("a")', 'importlib.import_module("a")', 'i("x.y")', "self.import_module(1)"),
    *(
        '"""Text.\n\nimport x\n    from y import z\n"""',
        "'''a'''",
        "r'\\'",
        '"\\""',
        'f"{a}: {b!r}"',
        'f"{{import x"',
        'print("{")',
        "fr'{a}'",
        "x = rf'{{'",
        "''",
    ),
    *(
        "x = [\n    a\n    for a in b\n    if a\n    else c\n]",
        "x = (yield\n)",
        "x = 1  # import a",
        "# import a\n",
        "",
    ),
    *(
        "match = re.match(a)",
        "case = 1",
        "print(x, end='')",
        "x: import_ = 2",
        "if x: import a",
        "try: import a",
        "pass",
    ),
    *('x = {"import a": "from b import c"}', "x = '''\\'''import a'''", "lambda: 0", "global a", "important = 1"),
    *("x = [\na\nfor a in b\n]", "x = 'a \\\ndef f(): it'", "x = 1 + \\\nclass_", '"""\ndef g():\n    import x\n"""'),
    *("raise A from b", "x = a if b else c", "assert x, 'it: import y'", "x = \\\n    1", "class B: import a"),
]


def tree_says(source: bytes):
    known = trees.grammar("tree_sitter_python")
    root = trees.parse(known, source)
    reader = _Reader(source, trees.kinds(known, ("comment",)))
    for _depth, kind, node in trees.walk(root, trees.kinds(known, _WANTED)):
        reader.take(kind, node)
    return None if root.has_error else tuple(reader.imports)


def indented(text: str, by: str) -> str:
    """Move the lines of a statement in; those inside its brackets and strings may stay where they are."""
    loose = text.startswith(("x = [\na", "x = 'a", '"""'))
    return by + (text if loose else text.replace("\n", "\n" + by))


@st.composite
def blocks(draw, depth: int = 0) -> str:
    """Draw some statements, one below the other, with blocks in blocks."""
    found = []
    step = draw(st.sampled_from(["    ", "  ", "\t"])) if depth == 0 else "    "
    for _ in range(draw(st.integers(1, 4))):
        if depth < 3 and draw(st.booleans()):
            kind = draw(st.integers(0, 3))
            head = "try:" if kind == 0 else draw(st.sampled_from(HEADS))
            inner = step * (2 if head.startswith("match") else 1)
            found += [head, indented(draw(blocks(depth + 1)), inner)]
            for tail in draw(st.lists(st.sampled_from(TAILS), max_size=2)):
                found += [tail, indented(draw(blocks(depth + 1)), inner)]
        else:
            found.append(draw(st.sampled_from(LINES)))
    return "\n".join(found)


@given(blocks(), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=400, deadline=None)
def test_what_is_told_is_what_the_tree_says(text, end):
    source = (text + "\n").replace("\n", end).encode()
    told, known = scan(source), tree_says(source)
    assert told is None or known is None or told == known


@given(
    st.lists(
        st.sampled_from([*LINES, *HEADS, *TAILS, "\n", "    ", "  ", "(", ")", "\\", '"', '"""', "'", "#", ";", ":"])
    )
)
@settings(max_examples=300, deadline=None)
def test_of_nearly_code_nothing_else_is_told_either(parts):
    source = "".join(parts).encode()
    told, known = scan(source), tree_says(source)
    assert told is None or known is None or told == known


@given(blocks())
@settings(max_examples=100, deadline=None)
def test_the_first_tier_is_the_same_however_far_a_file_is_read(text):
    first, whole = extract("a.py", text.encode(), Tier.IMPORTS), extract("a.py", text.encode())
    assert (first.lines, first.imports, first.problems) == (whole.lines, whole.imports, whole.problems)


def test_real_files_are_told_and_told_right():
    files = sorted(Path(sysconfig.get_paths()["stdlib"]).glob("[a-j]*.py"))
    told = 0
    for path in files:
        source = path.read_bytes()
        if (found := scan(source)) is not None and (known := tree_says(source)) is not None:
            told += 1
            assert found == known, path
    assert told > 0.9 * len(files)


@pytest.mark.parametrize(
    "source",
    [
        "if x: import a",
        "import a; import b",
        "from a \\\n  import b",
        'import importlib\nimportlib.import_module("a")',
        '__import__("a")',
        "x = f'{a['import b; ']}'\nimport a",
        "x = (\nimport a",
        "'''\nimport a",
        "import é",
        "if x:\n\timport a\nif y:\n    import b",
        "\ufeffimport a",
        "import a\rimport b",
        "with suppress(ImportError):\n    import a",
        "  import a",
    ],
)
def test_what_is_not_certain_is_left_to_the_tree(source):
    assert scan(source.encode()) is None


def test_errors_elsewhere_hamper_no_import():
    source = b"import a\nx = = 1\nif x:\n    import b\n"
    with pytest.raises(SyntaxError):
        ast.parse(source)
    whole, first = extract("a.py", source), extract("a.py", source, Tier.IMPORTS)
    assert [one.target for one in whole.imports] == ["a", "b"]
    assert (whole.problems, [one.code for one in whole.syntax]) == ((), ["syntax-error"])
    assert (first.imports, first.problems, first.syntax) == (whole.imports, (), ())


def test_errors_that_hamper_imports_are_problems_of_the_first_tier():
    source = b"import a\ndef broken(:\n    pass\nimport b\n"
    assert [one.code for one in extract("a.py", source, Tier.IMPORTS).problems] == ["syntax-error"]
    assert [one.code for one in extract("a.py", source).problems] == ["syntax-error"]


@pytest.mark.parametrize("text", ['print("{")', "set('}')", 'int (b"{")'])
def test_a_brace_in_a_plain_string_needs_no_tree(text):
    assert scan(f"import a\n{text}\nimport b\n".encode()) is not None


@pytest.mark.parametrize("prefix", ["f", "F", "fr", "Rf", "rF"])
def test_a_brace_in_a_formatted_string_does(prefix):
    assert scan(f"import a\nx = {prefix}'{{'\nimport b\n".encode()) is None
