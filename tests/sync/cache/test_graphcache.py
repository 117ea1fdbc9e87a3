"""The kept graph gives the same index as reading everything again."""

import json
import random
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest

from drift.facts import Tier
from drift.index import CodeIndex
from drift.language import Edge
from specs.document import Document
from specs.parser import parse
from sync.cache.factcache import FactCache
from sync.cache.graphcache import keep_graph, load_graph
from sync.cache.graphcodec import encode
from sync.checking.evaluation import evaluate, evaluate_index
from sync.checking.options import Question
from sync.gitrepo import Repository
from sync.importers.support.grimp_view import GrimpPython
from sync.importers.support.tach_view import TachPython
from sync.trees.reading import Reading, read_index
from tests.repositories import Repo

READING = Reading(processes=1)


def index(repo: Repo, cache: FactCache) -> CodeIndex:
    return read_index(Repository.open(repo.root).working_tree()[0], cache, READING)


def plain(made: CodeIndex) -> tuple[object, ...]:
    facts = {
        path: (one.lines, one.imports, one.definitions, one.calls, one.problems) for path, one in made.facts.items()
    }
    return (made.paths, dict(made.modules), dict(made.module_of), made.edges, made.externals, facts, made.unplaced,
            dict(made.unread), made.unresolved)  # fmt: skip


def source(random_: random.Random, count: int) -> str:
    lines = [f"import pkg.m{random_.randrange(count)}" for _ in range(4)]
    lines += random_.choice([["import os.path"], ["from . import nothing"], ["def (:"], ["import pkg.gone, yaml"]])
    return "\n".join(lines) + f"\ndef f{random_.randrange(9)}(): ...\n"


def test_the_index_is_the_same_with_and_without_it(repo, tmp_path):
    random_ = random.Random(20261120)
    files = {f"pkg/m{number}.py": source(random_, 20) for number in range(20)}
    repo.commit({**files, "pkg/__init__.py": "", "pkg/same.py": files["pkg/m3.py"], "web/a.ts": "import './b'\n"})
    for step in range(12):
        fresh = index(repo, FactCache())
        kept = index(repo, FactCache(tmp_path / "cache"))
        assert plain(kept) == plain(fresh), step
        changes = {f"pkg/m{random_.randrange(20)}.py": source(random_, 20) for _ in range(3)}
        if step == 4:
            changes["pkg/new.py"] = "import pkg.m1\n"
        if step == 7:
            (repo.root / "pkg/m2.py").unlink()
        if step == 9:
            changes["pkg/m1.py"] = "x = 1\n" * 900_000
        repo.write(changes)
        cache = FactCache(tmp_path / "cache")
        index(repo, cache)
        cache.save()


def test_the_check_of_a_kept_index_is_the_same(repo, tmp_path):
    repo.commit({"pkg/__init__.py": "", "pkg/a.py": "import pkg.b\n", "pkg/b.py": "def (:\n"})
    cache = FactCache(tmp_path / "cache")
    index(repo, cache)
    cache.save()
    question = Question(date(2026, 1, 1))
    kept = evaluate_index(index(repo, FactCache(tmp_path / "cache")), {}, question)
    assert kept == evaluate_index(index(repo, FactCache()), {}, question)
    assert kept.findings


def test_a_package_that_moves_is_seen_by_the_files_that_did_not_change(repo, tmp_path):
    source = "package {};\nimport com.acme.b.B;\nclass A {{}}\n".format
    repo.commit({"a/A.java": source("com.acme.a"), "b/B.java": "package com.acme.b;\nclass B {}\n"})
    for text in ("class B { int x; }", "package com.acme.c;\n", "package com.acme.b;\n"):
        cache = FactCache(tmp_path / "cache")
        index(repo, cache)
        cache.save()
        repo.write({"b/B.java": text})
        kept = index(repo, FactCache(tmp_path / "cache"))
        assert plain(kept) == plain(index(repo, FactCache()))
        assert kept.scopes == index(repo, FactCache()).scopes
    assert [edge.imported for edge in kept.edges] == ["com.acme.b"]


@pytest.mark.parametrize("damage", ["cut", "flip", "forged"])
def test_a_damaged_graph_is_not_kept(repo, tmp_path, damage):
    repo.commit({"pkg/__init__.py": "", "pkg/a.py": "import pkg.b\n", "pkg/b.py": ""})
    cache = FactCache(tmp_path / "cache")
    fresh = plain(index(repo, cache))
    cache.save()
    (graph,) = (tmp_path / "cache/graphs").iterdir()
    assert load_graph(FactCache(tmp_path / "cache"), graph.stem)
    data = bytearray(graph.read_bytes())
    if damage == "cut":
        data = data[:-5]
    elif damage == "flip":
        data[len(data) // 2] ^= 1
    else:
        edges = json.loads(data[64:].partition(b"\n")[0])["sizes"][-2]
        forged = data[64:-edges] + b"\xff" * 4 + data[4 - edges :]
        assert len(forged) == len(data) - 64
        data = bytearray(sha256(forged).hexdigest().encode() + forged)
    graph.write_bytes(bytes(data))
    assert load_graph(FactCache(tmp_path / "cache"), graph.stem) is None
    assert plain(index(repo, FactCache(tmp_path / "cache"))) == fresh


def test_a_check_says_the_same_however_far_the_files_in_its_cache_were_read(repo, tmp_path):
    broken = "import pkg.b\nx = = 1\n"
    repo.commit({"pkg/__init__.py": "", "pkg/a.py": broken, "pkg/b.py": "def f(): ...\n", "pkg/c.py": "def (:\n"})
    tree = Repository.open(repo.root).working_tree()[0]
    layers = parse("```yaml invariant\nid: a\nkind: layers\nlayers: [pkg.b, pkg.a]\n```\n")
    names = parse("```yaml invariant\nid: n\nkind: naming\nwhat: functions\nwhere: [pkg]\nmatches: '.*'\n```\n")

    def told(folder: str, *documents: Document) -> list[tuple[str, str, tuple[str, ...]]]:
        cache = FactCache(tmp_path / folder)
        specs = {f"{number}.md": document for number, document in enumerate(documents)}
        found = evaluate(tree, specs, cache, READING, Question(date(2026, 11, 20))).report.findings
        cache.save()
        return [(one.kind, one.message, one.identity) for one in found]

    shallow, deep = told("one", layers), told("two", layers, names)
    assert told("one", layers, names) == deep
    assert told("one", layers) == told("two", layers) == shallow
    assert [path for kind, _, (path, *_) in shallow if kind == "unparsed"] == ["pkg/c.py"]
    assert [path for kind, _, (path, *_) in deep if kind == "unparsed"] == ["pkg/a.py", "pkg/c.py"]


def test_a_file_is_read_no_further_than_the_check_asks(repo, tmp_path):
    repo.commit({"pkg/__init__.py": "", "pkg/a.py": "import pkg.b\n\ndef f(): ...\n", "pkg/b.py": ""})
    tree = Repository.open(repo.root).working_tree()[0]
    for tier, kept in ((Tier.IMPORTS, {"imports"}), (Tier.DEFINITIONS, {"imports", "definitions", "bodies"})):
        cache = FactCache(tmp_path)
        read_index(tree, cache, replace(READING, tier=tier))
        cache.save()
        assert {path.name.split(".")[-2] for path in tmp_path.glob("*.pack")} == kept
    index = read_index(tree, FactCache(tmp_path), READING)
    assert [one.name for one in index.facts["pkg/a.py"].definitions] == ["f"]


def test_names_that_hold_what_divides_names_are_not_kept(repo, tmp_path):
    repo.commit({"a.ts": 'import "./b\\u0000";\n'})
    cache = FactCache(tmp_path)
    found = index(repo, cache)
    tricky = replace(found, edges=(Edge("a", "b\0", "a.ts", 1, 1, frozenset()),))
    keep_graph(cache, "00", encode(tricky, {"a.ts": "1" * 40}, Tier.IMPORTS))
    assert load_graph(cache, "00") is None
    keep_graph(cache, "01", encode(found, {"a.ts": "1" * 40}, Tier.IMPORTS))
    assert load_graph(cache, "01")


@pytest.mark.parametrize("peer", ["import-linter", "tach"])
def test_modules_as_a_peer_sees_them_are_placed_once(repo, tmp_path, peer, monkeypatch):
    languages = {
        "import-linter": GrimpPython((("pkg", "src/pkg"),), externals=True),
        "tach": TachPython(("src",), (), ""),
    }
    language = languages[peer]
    reading = replace(READING, languages=(language,))
    names = ("__init__.py", "a.py", "b.pyi", "sub/__init__.py", "sub.py", "bare/c.py", "b/__init__.py", "a.b.py")
    repo.commit({f"src/pkg/{name}": "from . import a, b\nimport os\n" for name in names})

    def seen(cache: FactCache) -> tuple[object, ...]:
        found = plain(read_index(Repository.open(repo.root).working_tree()[0], cache, reading))
        cache.save()
        return found

    first = seen(FactCache(tmp_path / "cache"))
    assert first[1]
    assert first == seen(FactCache())
    repo.write({"src/pkg/a.py": "import pkg.sub, yaml\n"})
    changed = seen(FactCache())
    with monkeypatch.context() as patch:
        patch.setattr(type(language), "place", None)
        assert changed == seen(FactCache(tmp_path / "cache"))
    repo.write({"src/pkg/new.py": "import pkg.a\n"})
    assert seen(FactCache()) == seen(FactCache(tmp_path / "cache"))
