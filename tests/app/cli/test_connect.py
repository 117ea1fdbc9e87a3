"""`holdfast connect`, in a repository."""

import json

import pytest
from click.testing import CliRunner

from app.cli import cli
from sync.agents.answers import CLIENTS


@pytest.fixture
def run(repo, tmp_path, monkeypatch):
    repo.commit({"a.txt": "a"})
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(repo.root)

    def invoke(*words):
        return CliRunner().invoke(cli, ["connect", *words])

    return invoke


def tree(root):
    return {
        str(place.relative_to(root)): place.read_bytes()
        for place in root.rglob("*")
        if place.is_file() and ".git/" not in str(place)
    }


@pytest.mark.parametrize("client", list(CLIENTS))
def test_a_client_is_connected_and_disconnected(run, repo, client):
    before = tree(repo.root)
    result = run(client, "--yes")
    assert result.exit_code == 0, result.output
    assert "+++ b/" in result.stdout
    assert len(tree(repo.root)) > len(before)
    assert run(client, "--yes").stdout == f"{client} is connected already\n"
    undone = run(client, "--undo", "--yes")
    assert undone.exit_code == 0, undone.output
    assert tree(repo.root) == before
    assert run(client, "--undo").stdout == "nothing to undo\n"


def test_nothing_is_written_without_a_yes(run, repo):
    before = tree(repo.root)
    result = run("claude-code")
    assert result.exit_code == 2
    assert "+++ b/.claude/settings.json" in result.stdout
    assert "--yes" in result.stderr
    assert tree(repo.root) == before


def test_a_changed_part_is_left_and_said(run, repo):
    run("claude-code", "--yes")
    place = repo.root / ".mcp.json"
    place.write_text(place.read_text().replace('"mcp"', '"mcp", "--verbose"'))
    before = tree(repo.root)
    result = run("claude-code", "--undo", "--yes")
    assert result.exit_code == 2
    assert ".mcp.json: mcpServers.holdfast was changed since Holdfast wrote it" in result.stderr
    assert tree(repo.root) == before


def test_a_file_in_disorder_is_left_and_said(run, repo):
    repo.write({".mcp.json": '{"mcpServers": '})
    result = run("claude-code", "--yes")
    assert result.exit_code == 2
    assert ".mcp.json: line 1 is not JSON" in result.stderr
    assert not (repo.root / ".claude").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("nobody",),
        ("codex", "--server", "https://h.example.org"),
        ("codex", "--project", "shop"),
        ("codex", "--server", "nonsense", "--project", "shop"),
        ("codex", "--server", "https://user:pass@h.example.org", "--project", "shop"),
        ("codex", "--server", "https://h.example.org", "--project", "a; rm -rf ~"),
        ("codex", "--program", "holdfast; rm"),
    ],
)
def test_what_cannot_be_meant_is_refused(run, words):
    result = run(*words, "--yes")
    assert result.exit_code == 2
    assert "hint:" in result.stderr


def test_a_server_is_named_in_hooks_and_tools(run, repo):
    run("claude-code", "--server", "https://h.example.org", "--project", "shop", "--yes")
    tools = json.loads((repo.root / ".mcp.json").read_text())["mcpServers"]["holdfast"]
    assert tools["url"] == "https://h.example.org/mcp/shop"
    assert "--server https://h.example.org --project shop" in (repo.root / ".claude/settings.json").read_text()
