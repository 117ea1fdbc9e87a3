"""What changed between two states, and watching on while the source is away."""

import asyncio

import pytest

from app.mcp import watching
from app.mcp.source import State
from app.mcp.watching import change, watch
from specs.errors import DeniedError, UnavailableError


def test_a_change_names_what_says_something_else_and_whether_specs_came_or_went():
    before = State("1", {"a.md": "x", "b.md": "x"})
    assert change(before, State("2", {"a.md": "y", "b.md": "x"})) == watching.Change(frozenset({"a.md"}), listing=False)
    assert change(before, State("2", {"a.md": "x"})) == watching.Change(frozenset({"b.md"}), listing=True)
    assert change(before, before) == watching.Change(frozenset(), listing=False)


class Scripted:
    """A source whose states are told beforehand: a state, None for the same, an error to raise."""

    def __init__(self, *states):
        self.states = list(states)

    async def state(self, known):
        del known
        one = self.states.pop(0)
        if isinstance(one, Exception):
            raise one
        return one


async def test_watching_goes_on_while_the_source_is_away_and_ends_when_it_refuses(monkeypatch):
    monkeypatch.setattr(watching, "SECONDS", 0.001)
    source = Scripted(None, UnavailableError("away"), State("2", {"a.md": "y"}), DeniedError("revoked"))
    changes = watch(source, State("1", {"a.md": "x"}), asyncio.Event())
    assert (await anext(changes)).paths == {"a.md"}
    with pytest.raises(DeniedError):
        await anext(changes)


async def test_watching_ends_when_the_server_does():
    ended = asyncio.Event()
    ended.set()
    assert [one async for one in watch(Scripted(), State("1", {}), ended)] == []
