"""Context from a repository alone."""

from datetime import date
from pathlib import Path

import pytest

from sync.checking.options import CheckOptions
from sync.contexts.localcontext import known_terrain, local_passages, read_ground, surveyed
from sync.contexts.wanted import Wanted
from tests.repositories import Repo

SPEC = """\
# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```

## Refunds

A refund is made within ten days.
"""
OPTIONS = CheckOptions(today=date(2026, 11, 20), processes=1)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo(tmp_path / "repo")
    made.commit({"docs/specs/shop.md": SPEC, "shop/__init__.py": "", "shop/web.py": "", "shop/domain.py": "X = 1\n"})
    return made


def headings(ground, wanted, **more):
    return [passage.heading for passage in local_passages(ground, wanted, **more)]


def test_words_alone_are_answered_without_looking_at_code(repo):
    ground = read_ground(repo.root, OPTIONS)
    assert headings(ground, Wanted("quick refunds", (), 2000)) == ["Refunds"]
    assert known_terrain(ground) is None


def test_what_is_known_of_the_code_is_kept_and_renewed(repo):
    ground = read_ground(repo.root, OPTIONS)
    first = surveyed(ground)
    assert surveyed(ground) == first == known_terrain(ground)
    repo.write({"shop/domain.py": "import shop.web\n"})
    again = read_ground(repo.root, OPTIONS)
    assert known_terrain(again) == first
    assert surveyed(again).findings
    assert known_terrain(again) != first


def test_in_a_hurry_what_was_known_last_is_believed(repo):
    touched = Wanted("", ("shop/domain.py",), 2000)
    assert "shop-layers" not in headings(read_ground(repo.root, OPTIONS), touched, hurried=True)
    assert "shop-layers" in headings(read_ground(repo.root, OPTIONS), touched)
    assert "shop-layers" in headings(read_ground(repo.root, OPTIONS), touched, hurried=True)
    repo.write({"shop/domain.py": "import shop.web\n"})
    ground = read_ground(repo.root, OPTIONS)
    kinds = [
        [str(passage.kind) for passage in local_passages(ground, touched, hurried=hurried)] for hurried in (True, False)
    ]
    assert "finding" not in kinds[0]
    assert "finding" in kinds[1]
