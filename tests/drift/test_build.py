import random

from hypothesis import given, settings
from hypothesis import strategies as st

from drift.build import build_index, manifest_names
from drift.extract import extract
from drift.facts import EdgeAttribute, FileFacts

FOLDERS = ["", "src/", "src/pk/", "pk/", "pk/sub/", "pk/sub/deep/", "tests/", "web/", "web/src/", "cmd/tool/", "a/pk/"]
NAMES = ["__init__.py", "a.py", "b.py", "a.pyi", "test_a.py", "a.ts", "a.js", "index.ts", "a.d.ts", "a.go", "a_test.go"]
LINES = {
    "py": ["import pk.a", "from . import b", "from pk.sub import a, b", "import os", "from .gone import x", "import b"],
    "ts": ['import "./a";', 'import "../a.js";', 'import "react";', 'import type { X } from "./gone";'],
    "go": ['import "m/pk"', 'import "fmt"', 'import "m/gone"'],
}
MANIFESTS = {
    "go.mod": "module m\n",
    "pyproject.toml": "[project]\nname = 'x'\n",
    "web/package.json": '{"name": "web"}',
    "web/tsconfig.json": '{"compilerOptions": {"paths": {"@/*": ["./src/*"]}}}',
}


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    files = draw(st.lists(st.tuples(st.sampled_from(FOLDERS), st.sampled_from(NAMES)), max_size=14, unique=True))
    tree = {}
    for folder, name in files:
        kind = {"y": "py", "i": "py", "s": "ts", "o": "go"}[name[-1]]
        tree[folder + name] = "\n".join(draw(st.lists(st.sampled_from(LINES[kind]), max_size=3)))
    chosen = draw(st.sets(st.sampled_from(sorted(MANIFESTS))))
    return tree | {path: MANIFESTS[path] for path in chosen}


def facts_of(tree: dict[str, str]) -> dict[str, FileFacts]:
    return {path: extract(path, text.encode()) for path, text in tree.items() if path not in MANIFESTS}


def manifests_of(tree: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in tree.items() if path in MANIFESTS}


@given(trees(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_input_shows_nowhere(tree: dict[str, str], chance: random.Random) -> None:
    shuffled = dict(chance.sample(sorted(tree.items()), len(tree)))
    one = build_index(sorted(tree), facts_of(tree), manifests_of(tree), unread={"b": "x", "a": "y"})
    other = build_index(list(shuffled), facts_of(shuffled), manifests_of(shuffled), unread={"a": "y", "b": "x"})
    assert one == other
    assert list(one.modules) == list(other.modules)
    assert list(one.module_of) == list(other.module_of)


@given(trees(), st.sampled_from([(), ("",), ("src", "pk"), ("pk", "."), ("nowhere", "../out")]))
@settings(max_examples=150, deadline=None)
def test_every_file_has_one_place_or_a_reason_and_every_edge_two_ends(
    tree: dict[str, str], roots: tuple[str, ...]
) -> None:
    index = build_index(tree, facts_of(tree), manifests_of(tree), roots)
    sources = set(tree) - set(MANIFESTS)
    assert set(index.module_of) | set(index.unplaced) == sources
    assert not set(index.module_of) & set(index.unplaced)
    for name, module in index.modules.items():
        assert module.name == name
        assert index.module_of[module.path] == name
        assert all(index.module_of[path] == name for path in module.members)
    assert list(index.edges) == sorted(index.edges)
    for edge in index.edges:
        assert edge.importer != edge.imported
        assert edge.importer == index.module_of[edge.path]
        external = EdgeAttribute.EXTERNAL in edge.attributes
        folder = any(name.startswith(f"{edge.imported}.") for name in index.modules)
        assert (edge.imported in index.externals) if external else (edge.imported in index.modules or folder)
        assert (EdgeAttribute.RUNTIME in edge.attributes) != (EdgeAttribute.TYPE_ONLY in edge.attributes)


def test_an_empty_tree_is_an_empty_index() -> None:
    index = build_index([], {}, {})
    assert not index.modules
    assert not index.edges
    assert index.paths == frozenset()


def test_a_file_without_facts_is_a_module_without_imports() -> None:
    facts = {"pk/__init__.py": extract("pk/__init__.py", b"from . import a")}
    index = build_index(["pk/__init__.py", "pk/a.py"], facts, {}, unread={"pk/a.py": "permission denied"})
    assert sorted(index.modules) == ["pk", "pk.a"]
    assert [(edge.importer, edge.imported) for edge in index.edges] == [("pk", "pk.a")]
    assert index.unread == {"pk/a.py": "permission denied"}


def test_modules_of_two_languages_with_one_name_stay_apart() -> None:
    tree = {"index.py": "import helper", "helper.py": "", "index.ts": 'import "./helper";', "helper.ts": "", "x.ts": ""}
    tree["x.ts"] = 'import "./index"; import "helper";'
    facts = {path: extract(path, text.encode()) for path, text in tree.items()}
    index = build_index(tree, facts, {})
    assert sorted(index.modules) == ["helper", "helper.ts", "index", "index.ts", "x"]
    pairs = [(edge.importer, edge.imported) for edge in index.edges]
    assert pairs == [("index", "helper"), ("index.ts", "helper.ts"), ("x", "helper"), ("x", "index.ts")]


def test_manifest_names_are_those_of_all_languages() -> None:
    assert {"pyproject.toml", "package.json", "tsconfig.json", "go.mod"} <= manifest_names()


def test_files_that_are_all_suffix_are_left_out_with_a_reason() -> None:
    paths = [".py", "a/.py", "a/.ts", "a/.go", "a/..py", "a/.eslintrc.js", "a b/ü.py", "a/x.y.py"]
    index = build_index(paths, {path: extract(path, b"") for path in paths}, {})
    assert sorted(index.unplaced) == [".py", "a/.py", "a/.ts"]
    assert sorted(index.modules) == ["a", "a b.ü", "a..", "a.x.y", "a/.eslintrc"]
