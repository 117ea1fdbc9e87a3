"""What Markdown cases cannot show: laws of the readers of manifests, and of rewriting for the grammar's sake."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drift.build import build_index
from drift.extract import extract
from drift.languages.support import json_comments
from drift.languages.support.typescript_gaps import rewritten
from drift.languages.support.typescript_layout import split

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_comments_and_trailing_commas_change_nothing(value: dict[str, object]) -> None:
    text = json.dumps(value, indent=1)
    noisy = "// first\n" + text.replace("\n}", ",\n}").replace("{,", "{") + "/* last, */"
    assert json_comments.loads(text) == value
    if '"' not in "".join(value) and "{" not in text[1:]:
        assert json_comments.loads(noisy) == value


@given(st.text(alphabet='{}[]",:/*\\\n ab', max_size=60))
def test_any_text_is_an_object_or_nothing(text: str) -> None:
    assert isinstance(json_comments.loads(text), dict)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "/*" * 100_000, "[1]", "null", "\ufeff{}"])
def test_hostile_manifests_are_read_as_nothing(text: str) -> None:
    assert json_comments.loads(text) == {}


@given(st.text(alphabet="typeofimport('\"x./ab)<>& \\ux\n{1}exports*", max_size=120))
@settings(max_examples=200)
def test_rewriting_keeps_every_offset(text: str) -> None:
    source = text.encode()
    better, hidden = rewritten(source)
    assert len(better) == len(source)
    assert [place for place, byte in enumerate(source) if byte == 10] == [
        place for place, byte in enumerate(better) if byte == 10
    ]
    assert all(0 <= one.start < len(source) and one.target for one in hidden)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.ts", ("a/b", ".ts")),
        ("a/b.d.ts", ("a/b", ".d.ts")),
        ("a/b.module.css.d.mts", ("a/b.module.css", ".d.mts")),
        ("a/b.test.tsx", ("a/b.test", ".tsx")),
        ("a/b.d.tsx", ("a/b.d", ".tsx")),
        ("a.ts/b", ("a.ts/b", "")),
        ("a.css", ("a.css", "")),
    ],
)
def test_a_path_splits_into_name_and_suffix(path: str, expected: tuple[str, str]) -> None:
    assert split(path) == expected


def test_configurations_that_extend_each_other_in_a_circle_end() -> None:
    tree = {
        "tsconfig.json": '{"extends": ["./tsconfig.base.json", 3], "references": [{"path": "."}, 4]}',
        "tsconfig.base.json": '{"extends": "./tsconfig.json", "compilerOptions": {"paths": {"@x": ["./x.ts"]}}}',
        "a.ts": 'import "@x";',
        "x.ts": "",
    }
    manifests = {path: text for path, text in tree.items() if path.endswith("json")}
    facts = {path: extract(path, text.encode()) for path, text in tree.items() if path.endswith("ts")}
    index = build_index(tree, facts, manifests)
    assert [(edge.importer, edge.imported) for edge in index.edges] == [("a", "x")]


def test_a_grammar_is_chosen_by_suffix() -> None:
    cast = b"const a = <string>b; export { a };"
    assert not extract("a.ts", cast).problems
    assert extract("a.tsx", cast).problems
    assert not extract("a.jsx", b"const a = <b>text</b>;").problems


def test_hidden_imports_know_their_place() -> None:
    source = "const é = 1;\nconst a = await load<\n  typeof import('./b')>();\n"
    (found,) = extract("a.ts", source.encode()).imports
    assert (found.target, found.line, found.column) == ("./b", 3, 10)
