"""What was written here is kept on what git went back to; what git brought in between goes with it."""

import pytest

from specs.service.library.rewinding import replayed
from sync.binding.bindings import Publish
from tests.histories import judge

BASE = "# Pay\n\nIt retries once.\n\nIt tells.\n"
MINE = "# Pay\n\nIt retries once.\n\nIt tells everyone.\n"
BOTH = "# Pay\n\nIt retries twice.\n\nIt tells everyone.\n"


def test_what_git_merged_in_goes_and_what_was_written_here_stays() -> None:
    assert replayed([(BASE, True), (MINE, False), (BOTH, True)]) == MINE
    assert replayed([(BASE, True), (BASE.replace("once", "twice"), True), (BOTH, False)]) == MINE


def test_without_edits_from_here_git_is_right() -> None:
    assert replayed([(BASE, True), (BOTH, True)]) == BASE


def test_an_edit_of_what_git_brought_cannot_be_told_apart() -> None:
    brought = BASE.replace("once", "twice")
    assert replayed([(BASE, True), (brought, True), (brought.replace("twice", "2 times"), False)]) is None


# The branch is put back, and read there; then what was there comes again.
SQUASHED = [("edit", 5, 3), ("rename", 3, 7), ("round", 3, 3), ("rebase", 1, 2), ("save", 5, 1), ("edit", 4, 4)]
FORWARD = [("edit", 2, 3), ("round", 0, 0), ("save", 2, 1), ("reset", 0, 0), ("read", 0, 0), ("forward", 0, 0)]
OURS = [("edit", 2, 3), ("round", 0, 0), ("save", 2, 1), ("round", 0, 0), ("reset", 1, 0), ("read", 0, 0)]


# Back to a commit of ours, behind an edit of git's.
BACK = [("save", 2, 3), ("round", 0, 0), ("edit", 2, 3), ("round", 0, 0), ("reset", 0, 0)]


@pytest.mark.parametrize("actions", [BACK, SQUASHED, FORWARD, [*OURS, ("forward", 0, 0)]])
async def test_what_git_took_back_and_brings_once_more_is_there(world, tmp_path, actions):
    assert await judge(world, tmp_path, Publish.DIRECT, actions) == []
