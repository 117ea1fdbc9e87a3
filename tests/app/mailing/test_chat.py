"""Chats that get the weekly letter."""

import json
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import SplitResult

import pytest

from app.letters.links import Links
from app.letters.outline import outline
from app.mailing import chat
from app.settings import Settings
from specs.errors import UserError
from sync.feeds.webhooks import Answer
from sync.hosts.posting import Poster
from sync.weekly.posted import MailState
from tests.app.letters.samples import full

LETTER = outline(full(), Links("https://holdfast.example", "shop"))
PAGE = "https://holdfast.example/p/shop/reports/1"


def test_chats_are_named_without_their_secrets() -> None:
    found = chat.chats_of(Settings(chat=("slack://a/b/c", "shop=https://hooks.slack.com/services/T/B/x?a=b")), "shop")
    assert [one.project for one in found] == ["", "shop"]
    assert [one.name.rpartition(":")[0] for one in found] == ["chat:slack", "chat:slack-webhook"]
    assert found[1].url == "https://hooks.slack.com/services/T/B/x?a=b"
    assert chat.chats_of(Settings(chat=("shop=slack://a",)), "other") == ()


def test_what_is_no_chat_is_refused_without_telling_it() -> None:
    with pytest.raises(UserError) as caught:
        Settings.from_env({"HOLDFAST_CHAT": "slack://a/b top-s3cret"})
    assert "Entry 2" in caught.value.message
    assert "s3cret" not in caught.value.message + caught.value.hint
    assert Settings.from_env({"HOLDFAST_CHAT": "slack://a shop=mailto://b"}).chat == ("slack://a", "shop=mailto://b")


async def test_a_webhook_of_slack_gets_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = []

    async def post(_self: Poster, parts: SplitResult, _headers: Mapping[str, str], body: bytes) -> Answer:
        sent.append((parts.geturl(), body))
        return Answer(200 if len(sent) == 1 else 404, 1, "", None)

    monkeypatch.setattr(Poster, "post", post)
    to = chat.Chat("https://hooks.slack.com/services/T/B/x")
    assert await chat.tell(to, LETTER, "{}", PAGE, Poster()) == (MailState.SENT, "")
    assert await chat.tell(to, LETTER, "{}", PAGE, Poster()) == (MailState.FAILED, "answered 404")
    assert sent[0] == (to.url, b"{}")


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")
async def test_other_chats_are_told_through_apprise() -> None:
    pytest.importorskip("apprise")
    got: list[dict[str, Any]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        to = chat.Chat(f"json://127.0.0.1:{server.server_port}/")
        assert await chat.tell(to, LETTER, "", PAGE, Poster()) == (MailState.SENT, "")
    finally:
        server.shutdown()
        server.server_close()
    assert got[0]["title"] == LETTER.subject
    assert "**[41]" in got[0]["message"]
    assert PAGE in got[0]["message"]


async def test_without_apprise_the_chat_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    state, problem = await chat.tell(chat.Chat("slack://a"), LETTER, "", PAGE, Poster())
    assert state is MailState.FAILED
    assert "holdfast[chat]" in problem
