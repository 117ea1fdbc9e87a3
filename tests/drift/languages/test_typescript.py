"""What Markdown cases cannot show: laws of the readers of manifests, and of rewriting for the grammar's sake."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drift.build import build_index
from drift.extract import extract
from drift.facts import Tier
from drift.languages.support import json_comments
from drift.languages.support.typescript_gaps import rewritten
from drift.languages.support.typescript_layout import split

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
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


PIECES = st.lists(
    st.sampled_from(
        [
            'import a, { type B, c as d } from "./a";',
            'import * as n from "./n"; n.x;',
            'export { a } from "./a";',
            "function f() { if (a) { return require('./c'); } }",
            "const l = () => import(/* later */ `./l`);",
            "try { require(name); import('./t') } catch {}",
            'type T = import("./t").T; let u: typeof import("./u");',
            'const s = "import(1) require(2)"; // import("./no")',
            "class K extends d { m = require('./m'); }",
            "require.resolve('./no'); my.require('./no'); x.import('./no');",
        ]
    ),
    max_size=8,
)


@given(PIECES, st.sampled_from(["a.ts", "a.tsx"]))
def test_imports_that_are_picked_are_those_that_a_walk_finds(pieces: list[str], path: str) -> None:
    text = "\n".join(pieces)
    walked = extract(path, f"{text}\nnamespace Every {{}}\n".encode())
    picked = extract(path, f"{text}\n\n".encode())
    assert picked.imports == walked.imports
    assert extract(path, text.encode(), Tier.IMPORTS).imports == picked.imports


@pytest.mark.parametrize("text", ["<script>" * 50_000, "<script" * 50_000, "<script></script>" * 20_000, "<" * 100_000])
def test_components_without_end_are_read_at_once(text: str) -> None:
    assert extract("a.vue", text.encode()).imports == ()


@pytest.mark.parametrize(
    "text",
    [
        'import { a } from "./b";\n' + "a: string; " * 20_000,
        "".join(f'import {{ a{number} }} from "./b";\n' for number in range(3_000)),
        "/** {import('./a')} */\n" * 3_000,
        "@import " * 20_000 + "*/",
        "require(" * 20_000,
    ],
)
def test_what_would_be_slow_to_look_through_is_read_all_the_same(text: str) -> None:
    assert len(extract("a.ts", text.encode(), Tier.IMPORTS).imports) in {0, 1, 3_000, 20_000, 19_999}
