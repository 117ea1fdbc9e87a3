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
