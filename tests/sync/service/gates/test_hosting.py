"""The server tells the host of a repository how a gate stands, with the token of the credentials file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app import sources
from specs.revision import Actor
from sync.gates.gate import Gate, GateState, Posted
from sync.hosts import KnownHost, host_at
from sync.hosts.transport import Transport
from sync.hosts.values import HostKind, PullDraft
from sync.service.gates.hosting import CONTEXT, Answers
from sync.service.repositories.repositories import Ground, Repositories
from sync.store.gates import GateStore
from tests.codehosts import TOKEN, CodeHost, code_host
from tests.factories import World

COMMIT, HEAD = "ab" * 20, "cd" * 20


async def kept(world: World, state: GateState, pull: int | None) -> Gate:
    """Keep a gate that stands so."""
    actor: Actor = world.claude.actor
    posted = Posted("shop", COMMIT, "5" * 64, (), {}, pull=pull)
    gate = posted.gate(sources.new_id(), world.project.id, f"{state}{pull}", actor, world.clock())
    made = replace(gate, state=state)
    async with world.database.transaction() as connection:
        assert await GateStore(connection, world.project.id).add(made)
    return made


@pytest.fixture(params=["github", "gitlab"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def test_status_and_comment_follow_the_gate(world: World, tmp_path: Path, kind: str) -> None:
    repositories = Repositories(
        world.database, world.clock, sources.new_id, sources.random_bytes, ground=Ground((), b"k" * 32)
    )
    url = "https://git.acme.org/acme/shop.git"
    await repositories.register(world.ada, world.project.id, name="shop", url=url)
    credentials = tmp_path / "credentials"
    with code_host() as host:
        known = (KnownHost("git.acme.org", HostKind(kind), host.place(kind).api),)
        send = Transport(allow_private=True).send
        answers = Answers(world.database, credentials, send, known, public_url="https://holdfast.example")
        lone = await kept(world, GateState.PASSED, None)
        assert not (await answers.tell(world.project.id, lone.id)).told, "without a token nothing is told"
        assert not host.requests
        credentials.write_text(f"https://x:{TOKEN}@git.acme.org\n")
        assert (await answers.tell(world.project.id, lone.id)).told
        assert host.statuses[COMMIT, CONTEXT]["state"] == "success"
        seven(host, kind, send)
        waits = await kept(world, GateState.NEEDS_APPROVAL, 7)
        assert (await answers.tell(world.project.id, waits.id)).told
        assert (await answers.tell(world.project.id, waits.id)).told, "once more does no harm"
        shown = host.statuses.get((HEAD, CONTEXT)) or host.statuses[COMMIT, CONTEXT]
        assert shown["state"] == "pending"
        assert len(host.comments) == 1
        assert f"[Approve or refuse](https://holdfast.example/p/payments/gates/{waits.id})" in host.comments[0]["body"]
        host.forbidden = True
        failed = await kept(world, GateState.FAILED, 7)
        refused = await answers.tell(world.project.id, failed.id)
        assert (refused.told, "403" in refused.problem) == (False, True)


def seven(host: CodeHost, kind: str, send: Any) -> None:
    """Have pull requests up to the seventh, which shows a head of its own."""
    client = host_at(host.place(kind), TOKEN, send)
    for number in range(7):
        client.open_or_update_pull(PullDraft(f"b{number}", "main", "T", "B"))
    host.pulls[-1] |= {"sha": HEAD, "head": {"ref": "b6", "sha": HEAD}}
