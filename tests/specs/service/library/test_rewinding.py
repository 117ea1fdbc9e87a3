"""What was written here is kept on what git went back to; what git brought in between goes with it."""

from specs.service.library.rewinding import replayed

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
