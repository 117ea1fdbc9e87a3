"""What Markdown cases cannot show: agreement with grimp on real packages, and roots that make no sense."""

from importlib.util import find_spec
from pathlib import Path

import grimp
import pytest

from drift.build import build_index
from drift.extract import extract
from drift.facts import EdgeAttribute
from drift.language import Layout, Placement
from drift.languages.python import Python


@pytest.mark.parametrize("package", ["grimp", "importlinter", "click", "markdown_it", "rich"])
def test_edges_are_those_of_grimp(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    graph = grimp.build_graph(package, cache_dir=None)
    theirs = {
        (importer, imported)
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if importer != imported
    }
    files = sorted(folder.rglob("*.py"))
    facts = {path.relative_to(folder.parent).as_posix(): extract(path.name, path.read_bytes()) for path in files}
    index = build_index(facts, facts, {}, ("",))
    special = {EdgeAttribute.EXTERNAL, EdgeAttribute.DYNAMIC}
    ours = {(edge.importer, edge.imported) for edge in index.edges if not edge.attributes & special}
    known = graph.modules
    assert theirs - ours == set()
    assert {pair for pair in ours - theirs if set(pair) <= known} == set()


@pytest.mark.parametrize("roots", [("../outside",), ("nowhere",), ("a.py",), ("", "."), ("src//", "./src/")])
def test_configured_roots_that_make_no_sense_still_place_every_file(roots: tuple[str, ...]) -> None:
    paths = frozenset({"src/pk/__init__.py", "src/pk/a.py", "a.py"})
    placement = Python().place(Layout(paths, {}, roots))
    assert set(placement.module_of) == paths


def test_a_package_at_the_very_top_of_the_tree_resolves_its_relative_imports() -> None:
    tree = {"__init__.py": "from . import a", "a.py": "from .sub import b", "sub/__init__.py": "", "sub/b.py": ""}
    index = build_index(tree, {path: extract(path, text.encode()) for path, text in tree.items()}, {})
    assert [(edge.importer, edge.imported) for edge in index.edges] == [("__init__", "a"), ("a", "sub.b")]
    assert not index.unresolved


def test_a_resolver_makes_its_own_placement_from_a_plain_one() -> None:
    language = Python()
    layout = Layout(frozenset({"a.py", "b.py"}), {})
    own = language.place(layout)
    resolve = language.resolver(layout, Placement(own.modules, own.module_of, own.unplaced))
    edges = resolve("a.py", extract("a.py", b"import b")).edges
    assert [(edge.importer, edge.imported) for edge in edges] == [("a", "b")]
