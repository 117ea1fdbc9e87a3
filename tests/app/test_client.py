"""The command line's client says what a server answered, and never more than it may know."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from app.client import ask, get, post
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UnavailableError, UserError

PROBLEM = b'{"type":"about:blank","detail":"It moved.","hint":"Read it again.","digest":"abc"}'


class Server(BaseHTTPRequestHandler):
    answers: ClassVar[dict[str, tuple[int, bytes]]] = {"/ok": (200, b'{"a": 1}'), "/text": (200, b"<html>")}
    seen: ClassVar[list[tuple[str, str, str | None, bytes]]] = []

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.seen.append((self.command, self.path, self.headers.get("authorization"), body))
        status, text = self.answers.get(self.path) or (int(self.path[1:]), PROBLEM)
        self.send_response(status)
        self.send_header("ETag", '"x"')
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 (names of the standard library)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (a name of the standard library)
        del format, args


@pytest.fixture
def server() -> Iterator[str]:
    served = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()


def test_a_request_carries_method_body_token_and_headers(server: str) -> None:
    Server.seen.clear()
    answer = ask("PUT", server, "/ok", {"b": 2}, token="t", headers={"if-match": '"x"'})
    assert (answer.status, answer.json(), answer.headers["etag"]) == (200, {"a": 1}, '"x"')
    get(server, "/ok", token="")
    post(server, "/ok", {}, token="", accept="text/markdown")
    assert Server.seen == [
        ("PUT", "/ok", "Bearer t", b'{"b": 2}'),
        ("GET", "/ok", None, b""),
        ("POST", "/ok", None, b"{}"),
    ]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, DeniedError),
        (403, DeniedError),
        (404, MissingError),
        (409, ConflictError),
        (422, UserError),
        (500, UnavailableError),
        (503, UnavailableError),
    ],
)
def test_a_refusal_keeps_its_words(server: str, status: int, error: type[HoldfastError]) -> None:
    with pytest.raises(error) as caught:
        ask("DELETE", server, f"/{status}", token="")
    assert (caught.value.message, caught.value.hint) == ("It moved.", "Read it again.")
    if status < 500:
        assert caught.value.details == {"digest": "abc"}


def test_what_is_no_json_is_not_ours(server: str) -> None:
    with pytest.raises(UnavailableError):
        get(server, "/text", token="").json()


@pytest.mark.parametrize("address", ["", "ftp://x", "example.org", "http://"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(UserError):
        get(address, "/ok", token="")
