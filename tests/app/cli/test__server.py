"""The server as a checkout sees it: a list that is held against its digest, texts that are, and what waits."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli._remote import Remote
from app.cli._server import RemoteServer
from app.client import Answer
from specs.access import Role
from specs.errors import UnavailableError
from specs.manifest import Entry, manifest_digest
from specs.revision import text_digest
from sync.checkout.exchange import Change, Want
from sync.checkout.values import Operation, Sent, Wait
from tests.app.api.inhabited import agent_token
from tests.app.conftest import Town
from tests.app.embedding import serving

ALL = [Entry(f"id{number}", f"web/{number}.md", f"h{number}", f"t{number}") for number in range(4)]


class Told(Remote):
    """Answers requests by a function, and remembers them."""

    def __init__(self, answer: Callable[[str, Any], Any]) -> None:
        super().__init__("http://x", "p", "")
        object.__setattr__(self, "answer", answer)
        object.__setattr__(self, "asked", [])

    __slots__ = ("answer", "asked")

    def ask(self, method: str, path: str, body: Any = None, **_: Any) -> Answer:  # type: ignore[override]
        self.asked.append(path)  # type: ignore[attr-defined]
        found = self.answer(path, body)  # type: ignore[attr-defined]
        return found if isinstance(found, Answer) else Answer(200, json.dumps(found).encode(), {})


def rows(entries: list[Entry]) -> list[dict[str, str]]:
    return [{"id": one.id, "path": one.path, "head": one.head, "text": one.text} for one in entries]


def test_a_list_that_does_not_come_to_its_digest_is_asked_for_whole() -> None:
    def answer(path: str, _body: Any) -> Any:
        digest = manifest_digest(ALL)
        if "since=" in path:
            return {"digest": digest, "entries": rows(ALL[:1]), "cursor": "new"}
        if "after=id1" in path:
            return {"digest": digest, "entries": rows(ALL[2:]), "cursor": "newest"}
        return {"digest": digest, "entries": rows(ALL[:2]), "after": "id1", "cursor": "new"}

    remote = Told(answer)
    found = RemoteServer(remote, "web/").listing([Entry("gone", "gone.md", "h", "t")], "old")
    assert found is not None
    assert {ident: one.path for ident, one in found.versions.items()} == {f"id{n}": f"{n}.md" for n in range(4)}
    assert found.cursor == "new"
    assert len(remote.asked) == 3  # type: ignore[attr-defined]


def test_a_list_that_never_comes_to_its_digest_is_no_list() -> None:
    server = RemoteServer(Told(lambda *_: {"digest": "0" * 64, "entries": [], "cursor": "c"}))
    with pytest.raises(UnavailableError, match="change faster"):
        server.listing([], None)


def test_a_text_that_is_not_what_it_says_is_asked_for_whole() -> None:
    text, actor = "a\nb\n", {"name": "Ann", "kind": "human"}

    def answer(_path: str, body: Any) -> Any:
        (asked,) = body["texts"]
        row = {"spec": "s", "revision": "r", "text_digest": text_digest(text), "actor": actor, "at": "now"}
        return {"texts": [row | ({"runs": [[0, 1], "c\n"]} if "have" in asked else {"text": text})]}

    found = RemoteServer(Told(answer)).texts([Want("s", "r", "h", "a\n")])
    assert found["s", "r"].text == text
    strange = RemoteServer(Told(lambda *_: {"results": [{"state": "eaten"}]}))
    with pytest.raises(UnavailableError, match="eaten"):
        strange.send([Change(Operation.RETIRE, "k", "s")])
    with pytest.raises(UnavailableError, match="other changes"):
        RemoteServer(Told(lambda *_: {"results": []})).send([Change(Operation.RETIRE, "k", "s")])


async def test_what_waits_is_followed(town: Town, url: str, tmp_path: Path, log: object) -> None:
    del log
    async with serving(url, tmp_path) as address:
        agent = RemoteServer(Remote(address, "payments", await agent_token(town)))
        admin = Remote(address, "payments", await town.token(Role.ADMIN))
        made = Change(Operation.CREATE, "k1", path="a.md", text="# A\n\nIt MUST hold.\n")
        (waits,) = await asyncio.to_thread(agent.send, [made])
        sent = Sent(Operation.CREATE, text_digest(made.text), Wait.PROPOSAL, waits.ident)
        assert waits.result == "waits"
        assert await asyncio.to_thread(agent.fate, sent) is Wait.PROPOSAL
        other = Change(Operation.CREATE, "k2", path="a.md", text="# A\n\nIt MUST hold on.\n")
        assert (await asyncio.to_thread(agent.revise, sent, other)).result == "waits"
        seen = (await asyncio.to_thread(admin.get, f"/proposals/{waits.ident}")).json()
        review = {"verdict": "approve", "digest": seen["digest"]}
        await asyncio.to_thread(admin.ask, "POST", f"/proposals/{waits.ident}/reviews", review)
        assert await asyncio.to_thread(agent.fate, sent) is Wait.ACCEPTED
        listed = await asyncio.to_thread(agent.listing, [], None)
        assert listed is not None
        (version,) = listed.versions.values()
        assert (version.path, version.text) == ("a.md", text_digest(other.text))
        gone = Sent(Operation.SAVE, "", Wait.CONFLICT, waits.ident)
        assert await asyncio.to_thread(agent.fate, gone) is Wait.DECLINED
