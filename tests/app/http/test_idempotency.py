"""Idempotency keys beyond the plain case (see tests/app/api/test_specs.py): secrets, failures, other routes."""

from typing import Any

from sqlalchemy import text

from specs.access import Role
from tests.app.conftest import API, Town

KEY = {"idempotency-key": "k-1"}


async def test_a_secret_is_told_once_and_never_kept(ask: Any, town: Town) -> None:
    body = {"name": "ci"}
    first = await ask("POST", "/tokens", json=body, headers=KEY)
    assert first.status_code == 201
    again = await ask("POST", "/tokens", json=body, headers=KEY)
    assert again.status_code == 409
    assert again.headers["idempotency-replayed"] == "true"
    assert "told once" in again.json()["hint"]
    assert len((await ask("GET", "/tokens")).json()["items"]) == 1
    async with town.world.database.read() as connection:
        kept = (await connection.execute(text("select convert_from(body, 'utf8') from idempotency_keys"))).scalars()
        assert not [one for one in kept if first.json()["secret"] in one]


async def test_a_refusal_is_the_answer_too(ask: Any) -> None:
    for _ in range(2):
        answer = await ask("POST", "/specs", Role.READER, json={"path": "a.md", "text": ""}, headers=KEY)
        assert answer.status_code == 403


async def test_a_failed_request_may_be_tried_again_with_its_key(ask: Any, town: Town, monkeypatch: Any) -> None:
    from specs.service.library.library import Library  # noqa: PLC0415 (broken for this test alone)

    whole = Library.create

    async def breaks(self: Library, *args: Any, **more: Any) -> Any:
        await whole(self, *args, **more)
        raise RuntimeError("the disk caught fire")

    body = {"path": "a.md", "text": "# A\n"}
    monkeypatch.setattr(Library, "create", breaks)
    failed = await ask("POST", "/specs", json=body, headers=KEY)
    assert failed.status_code == 500
    assert "fire" not in failed.text
    monkeypatch.undo()
    assert (await ask("GET", "/specs")).json()["items"] == []
    assert (await ask("POST", "/specs", json=body, headers=KEY)).status_code == 201


async def test_one_key_for_two_routes_is_two_requests(ask: Any) -> None:
    assert (await ask("POST", "/specs", json={"path": "a.md", "text": ""}, headers=KEY)).status_code == 201
    other = await ask("POST", "/context", json={"task": "x"}, headers=KEY)
    assert other.status_code == 422
    assert (await ask("GET", "/specs", headers=KEY)).status_code == 200


async def test_keys_of_strangers_do_not_meet(client: Any, town: Town) -> None:
    for role in (Role.ADMIN, Role.EDITOR):
        headers = {"authorization": f"Bearer {await town.token(role)}", **KEY}
        answer = await client.post(f"{API}/specs", json={"path": f"{role}.md", "text": ""}, headers=headers)
        assert answer.status_code == 201
        assert "idempotency-replayed" not in answer.headers
