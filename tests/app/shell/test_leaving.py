"""How commands end."""

import pytest

from app.settings import Settings
from app.shell.leaving import left
from specs.errors import UserError


def raising(error: BaseException):
    def act() -> int:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (UserError("No.", "Do this."), 2, "error: No.\nhint: Do this.\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (ValueError("x"), 3, "error: Holdfast failed: ValueError: x\nhint: set HOLDFAST_DEBUG=1 to see where\n"),
        (ModuleNotFoundError(name="litestar.x"), 2, "error: The server's parts are not installed.\nhint: Install them"),
    ],
)
def test_failures_are_words_and_an_exit_code(error, code, said, capsys):
    assert left(Settings(), raising(error)) == code
    assert capsys.readouterr().err.startswith(said)


def test_who_wants_to_see_where_it_failed_does(capsys):
    with pytest.raises(ValueError, match="x"):
        left(Settings(debug=True), raising(ValueError("x")))
    assert capsys.readouterr().err == ""


def test_what_ends_well_gives_its_own_code():
    assert [left(Settings(), lambda code=code: code) for code in (None, 0, 1)] == [0, 0, 1]
