"""What stands in the files of clients."""

import pytest

from sync.agents.answers import CLIENTS
from sync.agents.events import moment_of
from sync.connecting.clients import NOTES, Wish, parts


@pytest.mark.parametrize("name", list(CLIENTS))
def test_every_event_is_a_hook_that_runs_holdfast(name):
    hooks = [part for part in parts(Wish(name, only="hooks")) if part.item]
    client = CLIENTS[name]
    assert {part.path[1] for part in hooks} == {*client.events.values(), *([client.forgets] if client.forgets else [])}
    for part in hooks:
        assert moment_of(part.path[1]) is not None
        assert f"holdfast hook {part.path[1]}" in str(part.value)
    assert NOTES[name]


@pytest.mark.parametrize("name", list(CLIENTS))
def test_no_token_is_written(name):
    (part,) = parts(Wish(name, server="https://h.example.org/", project="shop", only="mcp"))
    assert "https://h.example.org/mcp/shop" in str(part.value)
    assert "HOLDFAST_TOKEN" in str(part.value)


def test_another_program_is_run_where_it_is_named():
    found = str([part.value for part in parts(Wish("claude-code", program="uv run holdfast"))])
    assert "uv run holdfast hook SessionStart" in found
    assert "'command': 'uv', 'args': ['run', 'holdfast', 'mcp']" in found
