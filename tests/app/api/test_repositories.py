"""Repositories over HTTP: how far their branch is trusted."""

from typing import Any

from specs.access import Role
from tests.app.conftest import Town

URL = "https://git.example.org/team/shop.git"


async def test_whoever_registers_decides_on_trust_and_it_is_on_record(ask: Any, town: Town) -> None:
    trusted = await ask("POST", "/repositories", Role.ADMIN, json={"name": "shop", "url": URL})
    assert trusted.json()["trust"] == "branch"
    other = await ask(
        "POST", "/repositories", Role.ADMIN, json={"name": "other", "url": URL, "prefix": "x", "trust": "none"}
    )
    found = (await ask("GET", f"/repositories/{other.json()['id']}", Role.READER)).json()
    assert found["trust"] == "none"
    assert (await town.world.actions(town.project.id)).count("repository.register") == 2


async def test_trust_is_one_of_two_words_and_an_admins_to_give(ask: Any) -> None:
    body = {"name": "shop", "url": URL, "trust": "all"}
    assert (await ask("POST", "/repositories", Role.ADMIN, json=body)).status_code == 400
    assert (await ask("POST", "/repositories", Role.REVIEWER, json=body | {"trust": "branch"})).status_code == 403


async def test_how_it_is_bound_is_changed_in_what_is_given_and_is_on_record(ask: Any, town: Town) -> None:
    made = (await ask("POST", "/repositories", Role.ADMIN, json={"name": "shop", "url": URL, "branch": "main"})).json()
    place = f"/repositories/{made['id']}"
    assert made["publishing"]["mode"] == "none"
    changed = await ask("PATCH", place, Role.ADMIN, json={"publish": "branch", "publish_branch": "team/specs"})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["trust"], changed.json()["publishing"]["branch"]) == ("branch", "team/specs")
    await ask("PATCH", place, Role.ADMIN, json={"trust": "none", "publish": "pull-request"})
    found = (await ask("GET", place, Role.READER)).json()
    assert (found["trust"], found["publishing"]["mode"]) == ("none", "pull-request")
    assert found["publishing"]["branch"] == "team/specs"
    direct = (await ask("PATCH", place, Role.ADMIN, json={"publish": "direct"})).json()
    assert direct["publishing"]["branch"] == "main"
    assert (await ask("PATCH", place, Role.ADMIN, json={})).json() == direct
    assert (await town.world.actions(town.project.id)).count("repository.change") == 4


async def test_how_it_is_bound_is_an_admins_to_change_to_what_can_be(ask: Any) -> None:
    made = (await ask("POST", "/repositories", Role.ADMIN, json={"name": "shop", "url": URL, "branch": "main"})).json()
    place = f"/repositories/{made['id']}"
    for who in (Role.READER, Role.EDITOR, Role.REVIEWER):
        assert (await ask("PATCH", place, who, json={"publish": "branch"})).status_code == 403
    assert (await ask("PATCH", place, None, json={"publish": "branch"})).status_code == 404
    for body in (
        {"publish": "always"},
        {"trust": "all"},
        {"publish": 1},
        {"publish_branch": "x" * 301},
        {"mode": "none"},
    ):
        assert (await ask("PATCH", place, json=body)).status_code == 400, body
    taken = await ask("PATCH", place, json={"publish": "pull-request", "publish_branch": "main"})
    assert (taken.status_code, "holdfast/specs" in taken.json()["hint"]) == (400, True)
    for mode in ("none", "branch", "direct"):
        for name in ("a b", "../x", "x\ny", "-x"):
            odd = await ask("PATCH", place, json={"publish": mode, "publish_branch": name})
            assert odd.status_code == 400, (mode, name)
    absent = await ask("PATCH", "/repositories/00000000-0000-0000-0000-000000000001", json={"publish": "none"})
    assert (absent.status_code, absent.json()["hint"]) == (404, "List the repositories of the project.")
    assert (await ask("GET", place, Role.READER)).json()["publishing"]["mode"] == "none"
