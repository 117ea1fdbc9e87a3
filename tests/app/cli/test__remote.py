"""What commands that ask a server share: where to ask, and how parameters are written."""

import pytest

from app.cli import _remote
from app.cli._remote import remote
from app.client import Answer
from app.settings import Settings
from specs.errors import UserError


def test_options_come_before_settings() -> None:
    settings = Settings(server="http://a", project="one", token="t")
    assert (remote(settings, "", "").server, remote(settings, "http://b", "two").project) == ("http://a", "two")
    for broken in (Settings(project="one"), Settings(server="http://a")):
        with pytest.raises(UserError):
            remote(broken, "", "")


def test_parameters_without_a_value_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def ask(method: str, server: str, path: str, *_: object, **__: object) -> Answer:
        asked.append((method, server, path))
        return Answer(200, b"{}", {})

    monkeypatch.setattr(_remote, "ask", ask)
    remote(Settings(server="http://a", project="a b"), "", "").get(
        "/x", {"q": "é &", "past": True, "no": "", "n": None}
    )
    assert asked == [("GET", "http://a", "/api/v1/projects/a%20b/x?q=%C3%A9+%26&past=true")]
