"""Fetching: what is spoken to, and what never is."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from specs.errors import UnavailableError, UserError
from sync.gitrepo import Repository
from sync.gitrepo.fetching import FetchRules, fetch, safe_url

FILES = FetchRules(allowed=frozenset({"file"}))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "-upload-pack=touch /tmp/x",
        "--upload-pack=x",
        "ext::sh -c touch% /tmp/x",
        "fd::17",
        "ext::ssh://host/x",
        "ssh://-oProxyCommand=x/y",
        "-x:y",
        "file:///etc",
        "/etc",
        "http://example.com/x",
        "git://example.com/x",
        "https://example.com/\nx",
        "plain",
    ],
)
def test_an_address_that_could_do_harm_is_refused(url, tmp_path):
    with pytest.raises(UserError) as caught:
        fetch(url, tmp_path / "mirror", FetchRules())
    assert "https://" in caught.value.hint
    assert not (tmp_path / "mirror").exists()


@pytest.mark.parametrize("url", ["https://example.com/a/b.git", "ssh://git@example.com/a", "git@example.com:a/b.git"])
def test_usual_addresses_are_taken(url):
    assert safe_url(url, frozenset({"https", "ssh"})) == url


def test_a_fetch_makes_a_mirror_and_brings_it_up_to_date(repo, tmp_path):
    first = repo.commit({"a.py": "1"})
    repo.git("tag", "v1")
    repo.git("branch", "gone")
    mirror = tmp_path / "mirror.git"
    fetch(f"file://{repo.root}", mirror, FILES)
    assert Repository.open(mirror).resolve("v1") == first
    second = repo.commit({"a.py": "2"})
    repo.git("branch", "-D", "gone")
    fetch(f"file://{repo.root}", mirror, FILES)
    repository = Repository.open(mirror)
    assert repository.resolve("main") == second
    assert repository.commit_tree("main").read("a.py") == b"2"
    with pytest.raises(Exception, match="no commit"):
        repository.resolve("gone")


def test_hooks_of_the_other_side_and_templates_are_not_taken(repo, tmp_path):
    repo.commit({"a.py": "1"})
    fetch(f"file://{repo.root}", tmp_path / "mirror.git", FILES)
    assert not (tmp_path / "mirror.git/hooks").exists()


def test_a_repository_that_is_not_there_says_so(tmp_path):
    with pytest.raises(UnavailableError, match="git failed"):
        fetch(f"file://{tmp_path}/nothing", tmp_path / "mirror.git", FILES)


def test_a_fetch_that_takes_too_long_is_stopped(repo, tmp_path):
    repo.commit({"a.py": "1"})
    slow = FetchRules(
        allowed=frozenset({"ssh"}), env={"PATH": "/usr/bin:/bin", "GIT_SSH_COMMAND": "sleep 60 #"}, timeout=1
    )
    with pytest.raises(UnavailableError, match="longer than 1 seconds"):
        fetch("ssh://example.com/x", tmp_path / "mirror.git", slow)


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_followed(tmp_path, status):
    asked = []

    class Elsewhere(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.server.server_port, self.path))
            self.send_response(status if self.server is door else 200)
            self.send_header("Location", f"http://127.0.0.1:{inside.server_port}/latest/meta-data")
            self.end_headers()
            self.wfile.write(b"the secret of the inside")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Elsewhere) as door, HTTPServer(("127.0.0.1", 0), Elsewhere) as inside:
        for server in (door, inside):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        rules = FetchRules(allowed=frozenset({"http"}), config=("http.followRedirects=false", "http.proxy="))
        with pytest.raises(UnavailableError) as caught:
            fetch(f"http://127.0.0.1:{door.server_port}/x", tmp_path / "mirror", rules)
        for server in (door, inside):
            server.shutdown()
    assert {port for port, _ in asked} == {door.server_port}
    assert "secret" not in caught.value.message + caught.value.hint
