from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from drift.lives.records import CheckVerdict, Repository, RepositoryState, RepositoryVerdict
from drift.lives.standing import Word, of_project

AT = datetime(2026, 3, 2, tzinfo=UTC)


def stands(
    name: str, verdict: CheckVerdict | None, state: RepositoryState = RepositoryState.READY
) -> RepositoryVerdict:
    """Make how one repository stands."""
    one = Repository(UUID(int=len(name)), UUID(int=1), name, "https://git.example.org/x", "main", state, AT)
    return RepositoryVerdict(one, verdict, 3, 0, 0, AT, "", "", {})


KEPT, BROKEN = stands("kept", CheckVerdict.KEPT), stands("broken", CheckVerdict.BROKEN)
FAILED, UNREAD = stands("failed", CheckVerdict.ERROR), stands("unread", None)
GONE = stands("gone", CheckVerdict.KEPT, RepositoryState.FAILED)


@pytest.mark.parametrize(
    ("rows", "word", "broken", "unknown"),
    [
        ([], Word.NONE, (), ()),
        ([KEPT, KEPT], Word.KEPT, (), ()),
        ([KEPT, BROKEN, FAILED], Word.BROKEN, ("broken",), ("failed",)),
        ([KEPT, UNREAD], Word.WAITING, (), ("unread",)),
        ([UNREAD, GONE], Word.ERROR, (), ("unread", "gone")),
    ],
)
def test_the_worst_of_any_is_the_projects(rows, word, broken, unknown):
    whole = of_project(rows)
    assert (whole.verdict, whole.broken, whole.unknown) == (word, broken, unknown)


def test_it_is_broken_since_the_first_of_them_was():
    later = replace(BROKEN, since=datetime(2026, 4, 1, tzinfo=UTC))
    assert of_project([later, BROKEN]).since == AT
