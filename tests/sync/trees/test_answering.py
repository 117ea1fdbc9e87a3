"""Questions about sources: answered once for each blob, kept on disk, and again where what was kept is damaged."""

from pathlib import Path

from drift.asking import CHECK, DEPENDENCIES, PATTERN, REGEX, Answer, Ask, detail_of
from sync.cache.factcache import FactCache
from sync.trees.answering import Answerer
from sync.trees.fstree import FolderTree
from sync.trees.limited import LATE, JobLimits

PRINTS = detail_of(pattern="print($A)")


def tree(folder: Path, **files: str) -> FolderTree:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return FolderTree(folder)


def test_answers(tmp_path: Path) -> None:
    here = tree(tmp_path, a_py="print(1)\n", b_py="x = 1\n", c_py="print(1)\n", go_mod="require example.com/x v1\n")
    asks = [
        Ask("a.py", PATTERN, PRINTS),
        Ask("b.py", PATTERN, PRINTS),
        Ask("c.py", PATTERN, PRINTS),
        Ask("a.py", REGEX, detail_of(regex="1")),
        Ask("go.mod", DEPENDENCIES),
        Ask("", CHECK, detail_of(language="python", pattern="a; b")),
        Ask("gone.py", PATTERN, PRINTS),
    ]
    found = Answerer(here, FactCache())(asks)
    assert found[asks[0]] == found[asks[2]] == Answer([[1, 1, "print(1)"]])
    assert found[asks[1]] == Answer([])
    assert found[asks[3]] == Answer([[1, 7, "1"]])
    assert found[asks[4]] == Answer([["example.com/x", 1]])
    assert "Multiple" in found[asks[5]].value[0]
    assert found[asks[6]] == Answer(None, "it is not there")
    assert found.keys() == set(asks)


def test_what_is_kept_is_not_asked_again(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    here = tree(tmp_path / "code", a_py="print(1)\n")
    ask = Ask("a.py", PATTERN, PRINTS)
    cache = FactCache(tmp_path / "cache")
    first = Answerer(here, cache)([ask])
    cache.save()
    unable = JobLimits(cpu=1e-6, wall=1e-6)
    assert Answerer(here, FactCache(tmp_path / "cache"), unable)([ask]) == first
    pack = next((tmp_path / "cache").glob("answers.*"))
    pack.write_bytes(pack.read_bytes()[:-2] + b"zz")
    assert Answerer(here, FactCache(tmp_path / "cache"))([ask]) == first


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    here = tree(tmp_path, a_py="print(1)\n")
    ask = Ask("a.py", PATTERN, PRINTS)
    cache = FactCache()
    assert Answerer(here, cache, JobLimits(cpu=1e-6, wall=1e-6))([ask]) == {ask: Answer(None, LATE)}
    assert Answerer(here, cache)([ask]) == {ask: Answer([[1, 1, "print(1)"]])}
