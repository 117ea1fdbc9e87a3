"""`holdfast context`, in a repository and against a server."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from click.testing import CliRunner

from app.cli import cli

SPEC = """\
---
covers: ["shop/**"]
---
# Shop

## Layering

The domain runs in batch jobs.

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```

## Refunds

A refund is made within ten days.
"""
FILES: dict[str, str | bytes] = {
    "docs/specs/shop.md": SPEC,
    "shop/__init__.py": "",
    "shop/web.py": "import shop.domain\n",
    "shop/domain.py": "X = 1\n",
}


@pytest.fixture
def run(repo, tmp_path, monkeypatch):
    repo.commit(FILES)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(repo.root)
    for name in ("SERVER", "PROJECT", "TOKEN"):
        monkeypatch.delenv(f"HOLDFAST_{name}", raising=False)

    def invoke(*words):
        return CliRunner().invoke(cli, ["context", *words])

    return invoke


def test_paths_bring_their_invariants_and_words_their_sections(run):
    result = run("quicker refunds", "--path", "shop/domain.py")
    assert result.exit_code == 0
    assert "id: shop-layers" in result.stdout
    assert "within ten days" in result.stdout
    assert result.stdout.index("shop-layers") < result.stdout.index("within ten days")


def test_a_new_file_is_governed_by_its_folder(run):
    assert "id: shop-layers" in run("", "--path", "shop/billing.py").stdout


def test_json_gives_the_same_for_programs(run):
    answer = json.loads(run("refunds", "--format", "json", "--budget", "400").stdout)
    assert answer["tokens"] <= answer["budget"] == 400
    assert answer["passages"][0]["anchor"] == "refunds"


def test_neither_task_nor_path_is_refused(run):
    result = run()
    assert result.exit_code == 2
    assert "hint:" in result.stderr


def test_a_budget_out_of_range_is_refused(run):
    result = run("x", "--budget", "3")
    assert result.exit_code == 2
    assert "hint: Ask for 200 to 100000 tokens" in result.stderr


def test_without_specs_it_says_what_to_do(repo, run):
    (repo.root / "docs/specs/shop.md").unlink()
    result = run("x")
    assert result.exit_code == 2
    assert "hint:" in result.stderr


class Server(BaseHTTPRequestHandler):
    """Answers as told, and keeps what it was asked."""

    answer: tuple[int, dict[str, str], bytes] = (200, {}, b"")
    asked: list[tuple[str, str | None, dict]] = []  # noqa: RUF012 (one server a test)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append((self.path, self.headers["authorization"], body))
        status, headers, text = self.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_words):
        """Say nothing."""


@pytest.fixture
def server(monkeypatch) -> Iterator[str]:
    Server.asked.clear()
    monkeypatch.setenv("HOLDFAST_TOKEN", "hf_x_y")
    with HTTPServer(("127.0.0.1", 0), Server) as opened:
        Thread(target=opened.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{opened.server_port}"
        opened.shutdown()


PASSAGE = {
    "kind": "section",
    "spec": "shop.md",
    "anchor": "refunds",
    "heading": "Refunds",
    "revision": "ab" * 32,
    "provenance": "explicit",
    "score": 1,
    "why": "words of the task",
    "tokens": 9,
    "text": "A refund is made within nine days.",
}
ANSWER = json.dumps({"id": "1", "markdown": "the intent", "passages": [PASSAGE]}).encode()


def test_a_server_is_asked_with_the_token_of_the_environment(run, server, monkeypatch):
    monkeypatch.setenv("HOLDFAST_TOKEN", "hf_x_y")
    Server.answer = (200, {"content-type": "application/json"}, ANSWER)
    result = run("refunds", "--server", server, "--project", "shop", "--path", "shop")
    assert result.stdout == "the intent\n"
    body = {"task": "refunds", "paths": ["shop"], "symbols": [], "budget": 2000}
    assert Server.asked == [("/api/v1/projects/shop/context", "Bearer hf_x_y", body)]
    written = run("refunds", "--server", server, "--project", "shop", "--format", "json")
    assert json.loads(written.stdout)["id"] == "1"


def test_what_a_server_said_is_served_while_it_is_away_and_marked_as_old(run, server):
    Server.answer = (200, {"content-type": "application/json"}, ANSWER)
    asked = ("--server", server, "--project", "shop")
    run("refunds", *asked)
    Server.answer = (503, {"content-type": "application/problem+json"}, b"{}")
    for words in (("refunds",), ("other refunds",)):
        result = run(*words, *asked)
        assert result.exit_code == 0
        assert f"Stale: {server} does not answer. This is what it last said, less than a minute ago" in result.stdout
        assert "within nine days" in result.stdout
    assert json.loads(run("refunds", *asked, "--format", "json").stdout)["degraded"] == ["stale"]
    assert run("refunds", "--server", server, "--project", "else").exit_code == 3
    assert run("parcels", *asked).exit_code == 3


def test_a_refusal_is_no_reason_to_serve_what_is_old(run, server):
    Server.answer = (200, {"content-type": "application/json"}, ANSWER)
    run("refunds", "--server", server, "--project", "shop")
    Server.answer = (403, {"content-type": "application/problem+json"}, b"{}")
    result = run("refunds", "--server", server, "--project", "shop")
    assert result.exit_code != 0
    assert "nine days" not in result.stdout


def test_a_refusal_is_told_in_the_servers_words(run, server):
    problem = json.dumps({"detail": "This token has expired.", "hint": "Make another."}).encode()
    Server.answer = (401, {"content-type": "application/problem+json"}, problem)
    result = run("refunds", "--server", server, "--project", "shop")
    assert result.exit_code != 0
    assert "This token has expired." in result.stderr
    assert "Make another." in result.stderr


def test_a_redirect_is_not_followed_with_the_token(run, server):
    Server.answer = (302, {"location": "http://127.0.0.1:1/elsewhere"}, b"")
    assert run("refunds", "--server", server, "--project", "shop").exit_code != 0
    assert len(Server.asked) == 1


def test_a_server_that_is_away_is_said(run):
    result = run("refunds", "--server", "http://127.0.0.1:1", "--project", "shop")
    assert result.exit_code != 0
    assert "does not answer" in result.stderr


@pytest.mark.parametrize("address", ["ftp://example.org", "nonsense", "file:///etc/passwd"])
def test_an_address_that_is_none_is_refused(run, address):
    result = run("refunds", "--server", address, "--project", "shop")
    assert result.exit_code == 2
    assert "is not the address of a server" in result.stderr


def test_what_the_lock_accepts_is_told_as_accepted(run, repo):
    repo.write({"shop/domain.py": "import shop.web\n"})
    assert "open drift" in run("refunds", "--path", "shop/domain.py").stdout
    line = "shop-layers | shop.domain -> shop.web | "
    repo.write({"holdfast.lock": f"{line}frozen\n"})
    frozen = run("refunds", "--path", "shop/domain.py").stdout
    assert "## shop.domain imports shop.web" in frozen
    assert "error, frozen, at shop/domain.py:1" in frozen
    assert "open drift" not in frozen
    repo.write({"holdfast.lock": f"{line}waived | 9998-01-31 | ada | soon\n"})
    assert "waived until 9998-01-31" in run("refunds", "--path", "shop/domain.py").stdout


def test_a_symbol_alone_is_asked_for_and_since_needs_a_server(run):
    assert run("--symbol", "shop.domain:X").exit_code == 0
    refused = run("x", "--since", "01a1ffc5-8d2b-787c-bb5d-1f1d1a12cefe")
    assert (refused.exit_code, "hint: Name it with --server" in refused.stderr) == (2, True)
