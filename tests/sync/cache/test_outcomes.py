"""A kept outcome is what judging again would give, lines included; where that is not certain, it is judged."""

import json
import random
from dataclasses import replace
from datetime import date
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drift.invariants import Invariant
from drift.kinds.forbidden import Forbidden
from drift.kinds.independent import Independent
from drift.kinds.layers import Layers
from drift.report import CheckReport
from specs.parser import parse
from sync.cache.factcache import FactCache
from sync.cache.outcomes import chosen, could_mean, outcomes_of, runs
from sync.checking.evaluation import evaluate
from sync.checking.local import CheckOptions, run_check
from sync.checking.options import Question
from sync.gitrepo import Repository
from sync.trees.reading import Reading, read_index
from tests.repositories import Repo

READING = Reading(processes=1)
QUESTION = Question(date(2026, 6, 1))
PARTS = ("web", "core", "store", "tools")
SHOP: dict[str, str | bytes] = {f"shop/{part}__init__.py": "" for part in ("", *(f"{one}/" for one in PARTS))}
SPEC = """# Shop

```yaml invariant
id: order
kind: layers
layers: [shop.web, shop.core, shop.store]
except: [{what: shop.core.m1 -> shop.web, because: known}]
```

```yaml invariant
id: apart
kind: independent
modules: [shop.core, shop.tools]
imports: {without: [lazy]}
```

```yaml invariant
id: plain
kind: forbidden
from: [shop.store]
to: [yaml, shop.web]
```
"""


def report(repo: Repo, cache: FactCache, spec: str = SPEC) -> CheckReport:
    found = evaluate(Repository.open(repo.root).working_tree()[0], {"spec.md": parse(spec)}, cache, READING, QUESTION)
    cache.save()
    return found.report


def source(random_: random.Random, *, rare: bool = False) -> str:
    """Make a file of blank lines, imports of the shop (some lazy, some twice), and imports of packages."""
    lines = [""] * random_.randrange(3)
    for _ in range(random_.choice([0, 0, 1, 1, 3])):
        line = f"import shop.{random_.choice(PARTS)}.m{random_.randrange(3)}"
        lines += random_.choice(
            [[line], [line], [line, line], [f"{line}; {line}"] if rare else [line], [f"def f(): {line}"]]
        )
    lines += random_.choice([[], ["import yaml"], ["import os, sys"], ["import json"]])
    return "\n".join(lines) + "\n"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each invariant that is judged, and not known."""
    seen: list[str] = []
    for kind in (Layers, Forbidden, Independent):

        def evaluated(self, invariant, world, real=kind.evaluate):
            seen.append(invariant.block.id)
            return real(self, invariant, world)

        monkeypatch.setattr(kind, "evaluate", evaluated)
    return seen


@pytest.mark.parametrize("seed", range(6))
def test_a_walk_of_edits_gives_what_judging_all_again_gives(repo: Repo, tmp_path, seed: int, judged) -> None:
    random_ = random.Random(seed)
    names = [f"shop/{part}/m{number}.py" for part in PARTS for number in range(3)]
    repo.commit({name: source(random_) for name in names} | SHOP)
    spared = 0
    for step in range(25):
        name = random_.choice(names)
        old = (repo.root / name).read_text()
        edit = random_.choice(["lines", "package", "all", "back", "none", "new"])
        if edit == "lines":
            repo.write({name: "\n" * random_.randrange(1, 4) + old})
        elif edit == "package":
            repo.write({name: old + random_.choice(["import yaml\n", "import toml\n", "import sys as s\n"])})
        elif edit == "all":
            repo.write({name: source(random_, rare=step % 3 == 0)})
        elif edit == "back":
            repo.git("checkout", "-q", "--", name)
        elif edit == "new" and step == 20:
            repo.write({"shop/core/fresh.py": "import shop.web.m1\n"})
        whole = report(repo, FactCache())
        before = len(judged)
        assert report(repo, FactCache(tmp_path / "cache")) == whole, (step, edit)
        spared += 3 - (len(judged) - before)
    assert spared > 5


CONTRACTS = """[importlinter]
root_package = shop
include_external_packages = True
[importlinter:contract:a]
name = a
type = layers
layers =
    shop.web
    shop.core
    shop.store
[importlinter:contract:b]
name = b
type = forbidden
source_modules =
    shop.store
forbidden_modules =
    shop.tools
    yaml
"""


@pytest.mark.parametrize("seed", range(3))
def test_contracts_say_the_same_too_where_only_we_see_an_import(repo: Repo, tmp_path, seed: int) -> None:
    random_ = random.Random(seed)
    names = [f"shop/{part}/m{number}.py" for part in PARTS for number in range(2)]

    def text() -> str:
        odd = f"import importlib\nimportlib.import_module('shop.{random_.choice(PARTS)}.m{random_.randrange(2)}')\n"
        return "\n" * random_.randrange(3) + random_.choice([odd, "", "import toml\n"]) + source(random_)

    repo.commit({name: text() for name in names} | SHOP | {".importlinter": CONTRACTS})
    told = 0
    for step in range(12):
        name = random_.choice(names)
        repo.write({name: random_.choice([text(), "\n" + (repo.root / name).read_text()])})
        asked = CheckOptions(QUESTION.today, contracts=(repo.root / ".importlinter",), processes=1)
        kept = run_check(repo.root, replace(asked, cache_dir=tmp_path / "cache"))
        assert kept == run_check(repo.root, replace(asked, cached=False)), step
        told += sum("does not see this import" in one.message for one in kept.findings)
    assert told


def test_lines_move_and_nothing_is_judged_again(repo: Repo, tmp_path, judged) -> None:
    repo.commit({**SHOP, "shop/store/a.py": "import shop.web\n", "shop/core/b.py": "import json\n"})
    assert [one.code.line for one in report(repo, FactCache(tmp_path)).findings if one.code] == [1, 1]
    repo.write({"shop/store/a.py": "import os\n\n\nimport shop.web\n", "shop/core/b.py": "import json, os\n"})
    judged.clear()
    again = report(repo, FactCache(tmp_path))
    assert [one.code.line for one in again.findings if one.code] == [4, 4]
    assert [hop.line for one in again.findings for hop in one.evidence] == [4, 4]
    assert not judged
    repo.write({"shop/store/a.py": "import yaml\n\n\nimport shop.web\n"})
    assert {one.imported for one in report(repo, FactCache(tmp_path)).findings} >= {"yaml"}
    assert judged == ["plain"]


@pytest.mark.parametrize("damage", ["cut", "flip", "rows", "list"])
def test_damaged_outcomes_are_judged_again(repo: Repo, tmp_path, damage: str, judged) -> None:
    repo.commit({**SHOP, "shop/store/a.py": "import shop.web\n"})
    tree = Repository.open(repo.root).working_tree()[0]
    whole = report(repo, FactCache(tmp_path))
    (kept,) = (tmp_path / "outcomes").iterdir()
    data = kept.read_bytes()
    if damage == "cut":
        kept.write_bytes(data[:-3])
    elif damage == "flip":
        kept.write_bytes(data.replace(b"shop.web", b"shop.wet"))
    else:
        value = json.loads(data[9:])
        forged = json.dumps([] if damage == "list" else {name: [[[1]], [], {}, []] for name in value}).encode()
        kept.write_bytes(b"%08x\n" % crc32(forged) + forged)
    assert report(repo, FactCache(tmp_path)) == whole
    assert len(judged) >= 6
    cache = FactCache(tmp_path)
    assert outcomes_of(tree, FactCache(), read_index(tree, cache, READING)) is None


@given(st.lists(st.text(max_size=3), unique=True, max_size=12).map(sorted), st.data())
def test_runs_say_which_were_chosen(ordered, data):
    among = frozenset(data.draw(st.sets(st.sampled_from(ordered)))) if ordered else frozenset()
    assert chosen(ordered, list(runs(ordered, among))) == among


@pytest.mark.parametrize(
    ("selector", "name", "expected"),
    [
        ("shop.web", "yaml", False),
        ("yaml", "yaml", True),
        ("yaml.nodes", "yaml", True),
        ("=yaml", "yaml", True),
        ("(yaml)", "yaml.nodes", True),
        ("import:@scope/pkg", "@scope/pkg", True),
        ("import:github.com/acme/*", "github.com/acme/pay", True),
        ("shop.**", "yaml", False),
        ("*", "yaml", True),
        ("shop.web | **.models", "yaml", True),
        ("re:^sh", "yaml", True),
        ("import:re:^sh", "yaml", True),
        ("src/shop/*.py", "yaml", False),
    ],
)
def test_a_package_may_be_meant_by_words_and_wildcards(selector, name, expected):
    block = parse(SPEC).invariants[2]
    options = {"from": ["shop.store"], "to": [selector]}
    assert could_mean(Invariant(replace(block, options=options), "spec.md", options), name) is expected
