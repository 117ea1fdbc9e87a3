"""Twelve weeks of a real repository, a letter for each, and what is right for every week, counted by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sync.weekly.tally import Counts
from tests.gitmaker import Made

FIRST = date(2026, 1, 5)
LAYERS = """---
owners: [payments]
---
# Layering

The domain runs in batch jobs, so it never reaches up.

```yaml invariant
id: layering
kind: layers
layers: [shop.web, shop.domain]
```
"""
STORAGE = """---
owners: [storage]
---
# Storage

```yaml invariant
id: no-database
kind: forbidden
from: [shop.domain]
to: [sqlite3]
```
"""
UP, DOWN, CALM = "import shop.web\n", "import sqlite3\n", "# nothing\n"
CODE = {
    "shop/__init__.py": "",
    "shop/web.py": "",
    "shop/domain/__init__.py": "",
    "docs/specs/layers.md": LAYERS,
    "docs/specs/storage.md": STORAGE,
    **{f"shop/domain/{name}.py": "" for name in "abcdefg"},
}
# By week: on which days after its Monday which modules were given which text.
SCRIPT: tuple[tuple[tuple[int, dict[str, str]], ...], ...] = (
    (),
    ((1, {"a": UP}),),
    ((2, {"b": UP}),),
    ((3, {"a": CALM}),),
    ((6, {"a": UP}),),
    (),
    ((0, {"a": CALM, "b": CALM}),),
    ((4, {"c": DOWN}),),
    ((1, {"d": DOWN}), (2, {"e": DOWN})),
    ((2, {"c": CALM, "b": UP}),),
    ((1, {"f": UP}), (3, {"f": CALM})),
    ((5, {"d": CALM, "e": CALM, "b": CALM, "g": UP}),),
)
LABELS = (
    Counts(),
    Counts(new=1, open=1),
    Counts(new=1, worsened=1, ongoing=1, open=2),
    Counts(resolved=1, ongoing=1, open=1),
    Counts(regressed=1, worsened=1, ongoing=1, open=2),
    Counts(ongoing=2, open=2),
    Counts(resolved=2),
    Counts(new=1, open=1),
    Counts(new=2, worsened=1, ongoing=1, open=3),
    Counts(resolved=1, regressed=1, ongoing=2, open=3),
    Counts(new=1, resolved=1, ongoing=3, open=3),
    Counts(new=1, resolved=3, open=1),
)
# How many invariants were broken when each week ended.
BROKEN = (0, 1, 1, 1, 1, 1, 0, 1, 1, 2, 2, 1)

# The spec with most new and returned findings of each week, and the module whose finding has been open longest.
FOREMOST = (
    ("", ""),
    ("layers.md", "a"),
    ("layers.md", "a"),
    ("", "b"),
    ("layers.md", "b"),
    ("", "b"),
    ("", ""),
    ("storage.md", "c"),
    ("storage.md", "c"),
    ("layers.md", "d"),
    ("layers.md", "d"),
    ("layers.md", "g"),
)
# How many lines of code there were at the end of each week: each module that was ever touched has one.
LINES = (0, 1, 2, 2, 2, 2, 2, 3, 5, 5, 6, 7)
INVARIANTS = 2


class Dated(Made):
    """A repository whose commits are made when they are said to be."""

    at = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def git(self, *arguments: str, author: str = "Ada") -> str:
        self.environment = {"GIT_AUTHOR_DATE": self.at.isoformat(), "GIT_COMMITTER_DATE": self.at.isoformat()}
        return super().git(*arguments, author=author)


def make_history(made: Any) -> None:
    """Commit all twelve weeks."""
    made.commit("Begin", CODE)
    for number, week in enumerate(SCRIPT):
        for day, files in week:
            monday = datetime.combine(FIRST, datetime.min.time(), UTC) + timedelta(weeks=number)
            made.at = monday + timedelta(days=day, hours=9)
            made.commit(
                f"Week {number}", {f"shop/domain/{name}.py": text for name, text in files.items()}, author="Bob"
            )
