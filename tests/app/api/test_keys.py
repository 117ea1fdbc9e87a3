"""The caller's own SSH keys over HTTP."""

from typing import Any
from uuid import UUID

from specs.access import ALL_SCOPES, Role, Scope
from tests.app.conftest import Town
from tests.pgp import Holder
from tests.sshkeys import line_of, made_key, make_line, signed

KEYS = "/api/v1/me/keys"


async def claim(ask: Any, who: Role = Role.ADMIN) -> str:
    """What a person signs to show whose a key is."""
    told: str = (await ask("GET", f"{KEYS}/claim", who)).json()["claim"]
    return told


async def test_a_key_belongs_to_whoever_registered_it(ask: Any) -> None:
    key = made_key()
    line = line_of(key, "eve@desk")
    bare = await ask("POST", KEYS, Role.EDITOR, json={"public": line})
    assert (bare.status_code, bare.json()["detail"]) == (400, "Prove that this key is yours.")
    assert await claim(ask, Role.EDITOR) in bare.json()["hint"]
    other = {"public": line, "proof": signed(key, await claim(ask))}
    assert (await ask("POST", KEYS, Role.EDITOR, json=other)).status_code == 400
    body = {"public": line, "proof": signed(key, await claim(ask, Role.EDITOR))}
    made = await ask("POST", KEYS, Role.EDITOR, json=body)
    assert made.status_code == 201, made.text
    assert made.json()["name"] == "eve@desk"
    assert made.json()["public"] == line.removesuffix(" eve@desk")
    again = await ask("POST", KEYS, Role.ADMIN, json=other)
    assert (again.status_code, again.json()["hint"]) == (409, "Use a key that is yours alone.")
    assert (await ask("GET", KEYS, Role.ADMIN)).json()["items"] == []
    assert [one["id"] for one in (await ask("GET", KEYS, Role.EDITOR)).json()["items"]] == [made.json()["id"]]
    place = f"{KEYS}/{made.json()['id']}"
    assert (await ask("DELETE", place, Role.ADMIN)).status_code == 404
    assert (await ask("DELETE", place, Role.EDITOR)).status_code == 204
    assert (await ask("DELETE", place, Role.EDITOR)).status_code == 404
    assert (await ask("GET", KEYS, Role.EDITOR)).json()["items"] == []


async def test_a_reader_too_may_register_one_but_no_token_without_the_scope_and_no_agent(
    ask: Any, client: Any, town: Town
) -> None:
    key = made_key()
    body = {"public": key.public, "proof": signed(key, await claim(ask, Role.READER))}
    assert (await ask("POST", KEYS, Role.READER, json=body)).status_code == 201
    small = {"authorization": f"Bearer {await town.token(Role.ADMIN, ALL_SCOPES - {Scope.ADMIN})}"}
    assert (await client.post(KEYS, headers=small, json=body)).status_code == 403
    assert (await client.get(KEYS, headers=small)).status_code == 403
    issued = await town.world.tokens.issue_for_agent(
        town.people[Role.ADMIN], town.project.id, "bot", role=Role.EDITOR, scopes=ALL_SCOPES - {Scope.ADMIN}
    )
    agent = {"authorization": f"Bearer {issued.secret}"}
    assert (await client.post(KEYS, headers=agent, json=body)).status_code == 403
    assert (await client.get(KEYS)).status_code == 401


async def test_what_is_no_key_is_refused_with_a_hint(ask: Any) -> None:
    for public in ("hello", "ssh-ed25519 AAAA", f"{make_line('a')}\n{make_line('b')}", "ssh-dss AAAAB3NzaC1kc3M= x"):
        answer = await ask("POST", KEYS, json={"public": public})
        assert (answer.status_code, ".pub file" in answer.json()["hint"]) == (400, True), public
    for body in ({}, {"public": ""}, {"public": "x\0"}, {"public": 7}, {"public": make_line("x"), "name": "n" * 101}):
        assert (await ask("POST", KEYS, json=body)).status_code == 400, body
    answer = await ask("DELETE", f"{KEYS}/{UUID(int=1)}")
    assert (answer.status_code, answer.json()["hint"]) == (404, "List your keys for their ids.")
    assert (await ask("DELETE", f"{KEYS}/nonsense")).status_code == 404


async def test_a_gpg_key_says_what_it_is_and_is_brought_up_to_date(ask: Any) -> None:
    holder = Holder("Eve <eve@example.com>")
    proof = holder.proof(await claim(ask, Role.EDITOR))
    made = await ask("POST", KEYS, Role.EDITOR, json={"public": holder.public, "name": "desk", "proof": proof})
    assert made.status_code == 201, made.text
    told = made.json()
    assert (told["kind"], told["name"], told["fingerprint"]) == ("openpgp", "desk", holder.cert.fingerprint)
    again = await ask("POST", KEYS, Role.EDITOR, json={"public": holder.revoked()})
    assert (again.status_code, again.json()["id"], again.json()["revoked"]) == (201, told["id"], True)
    listed = (await ask("GET", KEYS, Role.EDITOR)).json()["items"]
    assert [(one["name"], one["revoked"]) for one in listed] == [("desk", True)]
    body = {"public": holder.public, "proof": holder.proof(await claim(ask))}
    assert (await ask("POST", KEYS, Role.ADMIN, json=body)).status_code in {400, 409}
    for public in (str(holder.secret), holder.public[:-40], holder.public.replace("\n", "\nx", 3)):
        refused = await ask("POST", KEYS, Role.EDITOR, json={"public": public})
        assert (refused.status_code, bool(refused.json()["hint"])) == (400, True)
