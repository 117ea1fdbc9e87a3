"""What copies ask: whether anything changed, what did, many texts, many changes; each as its own route would."""

import gzip
import json
from typing import Any

import httpx

from specs.access import Role
from specs.lineruns import join
from specs.manifest import EMPTY, Entry, manifest_digest
from tests.app.api.inhabited import agent_token
from tests.app.conftest import API, Town

LONG = "# Rules\n\n" + "".join(f"## Part {number}\n\nWhat part {number} keeps to.\n\n" for number in range(20))


async def specs_of(ask: Any, *paths: str) -> list[dict[str, Any]]:
    """Make specs and give them as the API does."""
    made = []
    for path in paths:
        answer = await ask("POST", "/specs", json={"path": path, "text": LONG.replace("Rules", path)})
        assert answer.status_code == 201, answer.text
        made.append(answer.json())
    return made


def entries(answer: httpx.Response) -> list[Entry]:
    return [Entry(**one) for one in answer.json()["entries"]]


async def test_a_manifest_is_named_by_a_digest_that_anyone_can_compute(ask: Any) -> None:
    empty = (await ask("GET", "/manifest")).json()
    assert empty == {"digest": EMPTY, "entries": []}
    await specs_of(ask, "a.md", "web/é b.md", "web/c.md")
    whole = await ask("GET", "/manifest", Role.READER)
    assert whole.json()["digest"] == manifest_digest(entries(whole))
    assert {entry.path for entry in entries(whole)} == {"a.md", "web/é b.md", "web/c.md"}
    below = await ask("GET", "/manifest?prefix=web/")
    assert {entry.path for entry in entries(below)} == {"web/é b.md", "web/c.md"}
    assert below.json()["digest"] == manifest_digest(entries(below))
    same = await ask("GET", "/manifest?prefix=web/", headers={"if-none-match": below.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


async def test_only_what_changed_is_listed(ask: Any, town: Town) -> None:
    first, second, third = await specs_of(ask, "a.md", "b.md", "c.md")
    old = await ask("GET", "/manifest")
    known = {entry.id: entry for entry in entries(old)}
    await ask("PUT", f"/specs/{first['id']}", json={"text": "# A\n"}, headers={"if-match": f'"{first["head"]}"'})
    await ask("POST", f"/specs/{second['id']}/retire")
    new = await ask("GET", f"/manifest?since={old.json()['cursor']}", headers={"if-none-match": old.headers["etag"]})
    assert new.json()["gone"] == [second["id"]]
    for entry in entries(new):
        known[entry.id] = entry
    del known[second["id"]]
    assert manifest_digest(known.values()) == new.json()["digest"]
    assert known[third["id"]].head == third["head"]
    assert (await ask("GET", "/manifest?since=never")).status_code == 400


async def test_a_long_list_comes_in_parts(ask: Any) -> None:
    await specs_of(ask, *(f"{number}.md" for number in range(5)))
    found: list[Entry] = []
    address: str | None = "/manifest?limit=2"
    while address:
        answer = await ask("GET", address)
        found += entries(answer)
        last = answer.json().get("after")
        address = f"/manifest?limit=2&after={last}" if last else None
    assert len(found) == 5
    assert manifest_digest(found) == answer.json()["digest"]


async def test_many_texts_come_at_once_and_only_in_part_where_the_base_is_known(
    ask: Any, client: Any, town: Town
) -> None:
    first, second = await specs_of(ask, "a.md", "b.md")
    text = LONG.replace("Rules", "a.md").replace("part 7 keeps", "part 7 must keep")
    saved = (
        await ask("PUT", f"/specs/{first['id']}", json={"text": text}, headers={"if-match": f'"{first["head"]}"'})
    ).json()
    wanted = [
        {"spec": first["id"], "revision": saved["head"], "have": first["head"]},
        {"spec": second["id"], "revision": second["head"]},
        {"spec": second["id"], "revision": "0" * 64},
        {"spec": second["id"], "revision": first["head"]},
    ]
    answer = (await ask("POST", "/texts", Role.READER, json={"texts": wanted})).json()
    part, whole = answer["texts"]
    assert "text" not in part
    assert (
        join(LONG.replace("Rules", "a.md"), [run if isinstance(run, str) else tuple(run) for run in part["runs"]], 9999)
        == text
    )
    assert whole["text"] == LONG.replace("Rules", "b.md")
    assert (part["actor"]["name"], part["text_digest"]) == ("Admin-Person", saved["revision"]["text_digest"])
    headers = {"authorization": f"Bearer {await town.token(Role.READER)}", "accept-encoding": "gzip"}
    async with client.stream("POST", f"{API}/texts", json={"texts": wanted}, headers=headers) as packed:
        raw = b"".join([chunk async for chunk in packed.aiter_raw()])
    assert packed.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(raw)) == answer


async def send(ask: Any, *changes: dict[str, Any], who: Role = Role.EDITOR) -> list[dict[str, Any]]:
    answer = await ask("POST", "/changes", who, json={"changes": list(changes)})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["results"])


async def test_each_change_is_answered_for_itself(ask: Any) -> None:
    first, second = await specs_of(ask, "a.md", "b.md")
    base = LONG.replace("Rules", "a.md")
    mine, yours = base.replace("part 3 keeps", "part 3 holds"), base.replace("part 15 keeps", "part 15 holds")
    clash = base.replace("part 3 keeps", "part 3 must keep")
    save = {"operation": "save", "spec": first["id"], "base": first["head"]}
    results = await send(
        ask,
        save | {"text": mine},
        save | {"text": yours},
        save | {"text": clash},
        {"operation": "create", "path": "new.md", "text": "# New\n"},
        {"operation": "create", "path": "NEW.md", "text": "# Newer\n"},
        {"operation": "rename", "spec": second["id"], "path": "c.md"},
        {"operation": "retire", "spec": second["id"]},
        {"operation": "rename", "spec": second["id"]},
        {"operation": "save", "spec": first["id"], "base": first["head"]},
    )
    assert [one["state"] for one in results] == [
        "saved", "merged", "conflict", "saved", "refused", "saved", "saved", "refused", "refused",
    ]  # fmt: skip
    assert [one["status"] for one in results] == [201, 201, 409, 201, 409, 200, 200, 400, 400]
    merged = join(yours, [run if isinstance(run, str) else tuple(run) for run in results[1]["runs"]], 99_999)
    assert merged == yours.replace("part 3 keeps", "part 3 holds")
    waiting = (await ask("GET", f"/conflicts/{results[2]['conflict']}")).json()
    assert waiting["conflict"]["theirs"] == results[2]["side"]
    assert "no `path`" in results[7]["detail"]


async def test_a_text_comes_as_runs_and_is_checked(ask: Any) -> None:
    (first,) = await specs_of(ask, "a.md")
    text = LONG.replace("Rules", "a.md").replace("part 3 keeps", "part 3 holds")
    change = {"operation": "save", "spec": first["id"], "base": first["head"], "runs": [[0, 12], "Other.\n", [13, 68]]}
    (wrong,) = await send(ask, change | {"digest": "0" * 64})
    assert (wrong["state"], wrong["status"]) == ("refused", 400)
    (outside,) = await send(ask, change | {"runs": [[0, 900]], "digest": "0" * 64})
    assert "A run copies lines" in outside["detail"]
    saved = await send(ask, {"operation": "save", "spec": first["id"], "base": first["head"], "text": text})
    assert saved[0]["state"] == "saved"


async def test_a_key_makes_a_change_happen_once(ask: Any, client: Any, town: Town) -> None:
    change = {"operation": "create", "path": "new.md", "text": "# New\n", "key": "k1"}
    (first,), (again,) = await send(ask, change), await send(ask, change)
    assert first == again
    (other,) = await send(ask, change | {"text": "# Other\n"})
    assert (other["state"], other["status"]) == ("refused", 422)
    assert len((await ask("GET", f"/specs/{first['spec']}/revisions")).json()["items"]) == 1
    token = {"authorization": f"Bearer {await agent_token(town)}"}
    bind = {"operation": "create", "path": "bound.md", "text": "# Bound\n\nIt MUST hold.\n", "key": "k1"}
    answers = [await client.post(f"{API}/changes", json={"changes": [bind]}, headers=token) for _ in range(2)]
    (waits,), (twin,) = (answer.json()["results"] for answer in answers)
    assert (waits["state"], waits["status"]) == ("waits", 202)
    assert waits == twin
    assert len((await ask("GET", "/proposals")).json()["items"]) == 1


async def test_a_reader_sends_nothing(ask: Any) -> None:
    change = {"operation": "create", "path": "new.md", "text": "# New\n"}
    assert (await ask("POST", "/changes", Role.READER, json={"changes": [change]})).status_code == 403
    assert (await ask("POST", "/changes", json={"changes": []})).status_code == 400
