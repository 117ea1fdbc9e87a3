"""`holdfast mcp`: the SDK's client and the real process, in both eras, with a server, without, and when it is away."""
# ruff: noqa: PLC0415 (most tests need no server, and must be found where none is installed)

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from click.testing import CliRunner

from app.cli import cli
from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town
from tests.repositories import Repo

ROOT = Path(__file__).resolve().parents[3]
Connect: TypeAlias = Callable[..., AbstractAsyncContextManager[Any]]
ERAS = {"auto": "2026-07-28", "legacy": "2025-11-25"}
SPEC = """# Refunds

## Time {#time}

A refund MUST be made within ten days.

```yaml invariant
id: no-json
kind: forbidden
from: [shop]
to: [json]
why: Money is not text.
```
"""


@pytest.fixture
def connect(repo: Repo) -> Connect:
    """Connect the client to a process of our own: `async with connect("legacy", server=..., token=...) as client`."""

    @asynccontextmanager
    async def connect(mode: str = "auto", *, hear: Any = None, **settings: str) -> AsyncIterator[Any]:
        from mcp.client import Client
        from mcp.client.stdio import StdioServerParameters

        env = {"PATH": os.environ["PATH"]}
        env |= {f"HOLDFAST_{name.upper()}": value for name, value in settings.items()}
        started = StdioServerParameters(
            command=sys.executable, args=[str(ROOT / "holdfast.py"), "mcp"], cwd=str(repo.root), env=env
        )
        async with Client(started, mode=mode, message_handler=hear) as client:
            yield client

    return connect


@pytest.fixture
def filled(repo: Repo) -> Repo:
    files = {
        "docs/specs/refunds.md": SPEC,
        "src/shop/__init__.py": "",
        "src/shop/pay.py": "import json\n\ndef refund(): ...\n",
    }
    repo.commit(files, "begin")
    return repo


async def text(client: Any, name: str, **arguments: Any) -> str:
    answer = await client.call_tool(name, arguments)
    return ("FAILED " if answer.is_error else "") + answer.content[0].text


@pytest.mark.parametrize("mode", ERAS)
async def test_without_a_server_the_repository_answers_what_can_be_read(connect, filled, mode):
    async with connect(mode) as client:
        assert client.protocol_version == ERAS[mode]
        assert len((await client.list_tools()).tools) == 7
        context = await text(client, "get_spec_context", task="refund time", paths=["src/shop/pay.py"])
        assert "within ten days" in context
        assert "no-json" in context
        assert "within ten days" in await text(client, "get_spec_section", section="docs/specs/refunds.md#time")
        near = await text(client, "find_related", about="docs/specs/refunds.md#time")
        assert "- src/shop/pay.py:3 refund · proposed: words of its name" in near
        assert "degraded: embeddings" in near
        drift = await text(client, "check_drift", paths=["src"])
        assert drift.startswith("Working tree: broken. Findings: 1.")
        assert (await text(client, "check_drift", paths=["other"])).endswith("No finding there.")
        filled.write({"docs/specs/refunds.md": SPEC.replace("ten", "five")})
        assert "docs/specs/refunds.md changed" in await text(client, "list_spec_changes")
        [resource] = (await client.list_resources()).resources
        assert "within five days" in (await client.read_resource(resource.uri)).contents[0].text
        refused = await text(client, "propose_spec_change", title="t", why="w", changes=[{"spec": "a.md"}])
        assert refused.startswith("FAILED ")
        assert "hint: Set HOLDFAST_SERVER" in refused
        assert "There is no spec" in await text(client, "get_spec_section", section="nowhere.md")
        assert "Did you mean `docs/specs/refunds.md`?" in await text(client, "get_spec_section", section="refunds")
        assert "neither a task nor a path" in await text(client, "get_spec_context")
        assert "nothing that is known here bears on this" in await text(client, "get_spec_context", task="zzz")
        whole = str(filled.root / "src/shop/pay.py")
        assert "no-json" in await text(client, "get_spec_context", paths=[whole])
        assert "Findings: 1." in await text(client, "check_drift", paths=[whole])
        assert "is not inside the repository" in await text(client, "get_spec_context", paths=["/etc/passwd"])


async def test_a_folder_without_specs_is_told_in_words(connect):
    async with connect() as client:
        told = await text(client, "get_spec_context", task="refunds")
        assert told.startswith("FAILED ")
        assert "hint: " in told


@pytest.mark.parametrize("mode", ERAS)
async def test_with_a_server_its_project_answers(connect, filled, command, town, mode):
    server, token = os.environ["HOLDFAST_SERVER"], await town.token(Role.EDITOR)
    created = {"spec": "fees.md", "do": "create", "text": "# Fees\n\nA fee MUST be told before.\n"}
    async with connect(mode, server=server, project="payments", token=token) as client:
        made = await text(client, "propose_spec_change", title="Fees", why="law", changes=[created])
        assert "it is the truth now" in made
        placed = await text(client, "get_spec_context", task="fees", paths=[str(filled.root / "src/shop/pay.py")])
        assert "MUST be told before" in placed
        [resource] = (await client.list_resources()).resources
        assert resource.uri == "spec://payments/fees.md"
        assert (await text(client, "check_drift")).startswith("Working tree: broken")
        wrong = await text(client, "get_spec_context", task=1)
        assert wrong.startswith("FAILED ")


async def test_when_the_server_is_away_the_repository_stands_in_and_says_so(connect, filled):
    async with connect(server="http://127.0.0.1:9", project="payments", token="hf_x") as client:
        told = await text(client, "get_spec_context", task="refund time")
        assert told.startswith("STALE: http://127.0.0.1:9 does not answer.")
        assert "within ten days" in told
        refused = await text(client, "propose_spec_change", title="t", why="w", changes=[{"spec": "a.md"}])
        assert refused.startswith("FAILED http://127.0.0.1:9 does not answer.")


async def test_changes_are_announced_in_both_eras(connect, filled, command: Command, town: Town):
    from mcp.shared.exceptions import MCPDeprecationWarning
    from mcp.shared.subscriptions import ResourceUpdated

    server, token = os.environ["HOLDFAST_SERVER"], await town.token(Role.EDITOR)
    uri = "spec://payments/fees.md"

    async def change(client: Any, words: str) -> None:
        one = {"spec": "fees.md", "do": "create" if words == "One" else "replace", "text": f"# Fees\n\n{words}.\n"}
        assert not (
            await client.call_tool("propose_spec_change", {"title": words, "why": "w", "changes": [one]})
        ).is_error

    async with connect(server=server, project="payments", token=token) as client:
        await change(client, "One")
        async with client.listen(resource_subscriptions=[uri]) as stream:
            await change(client, "Two")
            event = await asyncio.wait_for(anext(aiter(stream)), 20)
            assert event == ResourceUpdated(uri)
    heard = asyncio.Event()

    async def hear(message: Any) -> None:
        if getattr(message, "method", "") == "notifications/resources/updated":
            heard.set()

    async with connect("legacy", hear=hear, server=server, project="payments", token=token) as client:
        with pytest.warns(MCPDeprecationWarning):
            await client.subscribe_resource(uri)
        await change(client, "Three")
        await asyncio.wait_for(heard.wait(), 20)


async def test_a_server_without_a_project_is_told_before_anything_is_served(monkeypatch):
    monkeypatch.setenv("HOLDFAST_SERVER", "https://holdfast.example.org")
    monkeypatch.delenv("HOLDFAST_PROJECT", raising=False)
    done = CliRunner().invoke(cli, ["mcp"])
    assert done.exit_code == 2
    assert "HOLDFAST_PROJECT" in done.output
