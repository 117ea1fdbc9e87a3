"""What lets into a repository over HTTP: set and told of by admins, its secret told to nobody."""

from typing import Any

import pytest

from specs.access import Role
from specs.signing import make_ssh_key, read_ssh_key

URL = "https://git.example.org/team/shop.git"
SECRET = "ghp_abc123"


@pytest.fixture
async def place(ask: Any) -> str:
    made = await ask("POST", "/repositories", json={"name": "shop", "url": URL, "token": SECRET, "deploy_key": True})
    assert made.status_code == 201, made.text
    assert SECRET not in made.text
    assert made.json()["deploy_key"].startswith("ssh-ed25519 ")
    return f"/repositories/{made.json()['id']}/credentials"


async def test_credentials_are_set_told_of_without_their_secrets_and_taken_away(ask: Any, place: str) -> None:
    told = (await ask("GET", place)).json()["items"]
    assert [(one["kind"], one.get("user")) for one in told] == [("ssh-key", None), ("token", "x-access-token")]
    assert all(one["set_by"]["kind"] == "human" for one in told)
    again = await ask("PUT", f"{place}/token", json={"token": "another", "user": "robot"})
    assert (again.status_code, again.json()["user"]) == (200, "robot")
    made = await ask("PUT", f"{place}/ssh-key", json={})
    assert made.json()["public"] != told[0]["public"]
    private = make_ssh_key(b"s" * 32)
    key = read_ssh_key(private)
    brought = await ask("PUT", f"{place}/ssh-key", json={"private": private})
    assert key is not None
    assert brought.json()["public"] == key.public
    listed = await ask("GET", place)
    for secret in (SECRET, "another", "PRIVATE KEY", private.splitlines()[1]):
        assert secret not in again.text + made.text + brought.text + listed.text
    for kind in ("token", "ssh-key"):
        assert (await ask("DELETE", f"{place}/{kind}")).status_code == 204
        gone = await ask("DELETE", f"{place}/{kind}")
        assert (gone.status_code, gone.json()["hint"]) == (404, "List those that it has.")
    assert (await ask("GET", place)).json()["items"] == []


async def test_they_are_an_admins_and_what_can_be_none_is_refused_and_not_repeated(ask: Any, place: str) -> None:
    for who in (Role.READER, Role.EDITOR, Role.REVIEWER):
        assert (await ask("GET", place, who)).status_code == 403
        assert (await ask("PUT", f"{place}/token", who, json={"token": "x"})).status_code == 403
        assert (await ask("DELETE", f"{place}/token", who)).status_code == 403
    for path, body in (
        ("token", {}),
        ("token", {"token": ""}),
        ("token", {"token": "two words"}),
        ("token", {"token": "x\nhost=evil.example.com"}),
        ("token", {"token": "x", "user": "a:b"}),
        ("token", {"token": "x" * 4001}),
        ("ssh-key", {"private": "hello there"}),
        ("ssh-key", {"private": "-----BEGIN OPENSSH PRIVATE KEY-----"}),
        ("ssh-key", {"key": "x"}),
    ):
        refused = await ask("PUT", f"{place}/{path}", json=body)
        assert refused.status_code == 400, (path, body)
        assert "two words" not in refused.text
        assert "hello there" not in refused.text
    assert len((await ask("GET", place)).json()["items"]) == 2
    bad = {"name": "other", "url": URL, "prefix": "o", "token": "two words"}
    assert (await ask("POST", "/repositories", json=bad)).status_code == 400
