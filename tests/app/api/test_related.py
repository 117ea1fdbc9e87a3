"""Related code over HTTP: read by all, decided by people who review, refused with a hint where it names nothing."""

import pytest

from drift.describing import Described
from drift.lives.records import Repository, RepositoryState
from drift.store.definitions import DefinitionStore, FileRow
from drift.store.repositories import RepositoryStore
from specs.access import SERVER, Role
from tests.app.conftest import Town

SPEC = "# Shop\n\n## Refunds\n\nA refund is paid in ten days.\n\n## Search\n\nResults are fresh.\n"


@pytest.fixture
async def coded(town: Town) -> Town:
    """A project with a spec, and a repository of which one file is known."""
    world, ref = town.world, town.project.id
    await world.library.create(SERVER, ref, "shop.md", SPEC)
    rows = (Described("pay_refund", "function", 3, "def pay_refund()", "Pay a refund.", "b1"),)
    async with world.database.transaction() as connection:
        made = Repository(ref, ref, "shop", "https://example.org/s", "", RepositoryState.READY, world.clock())
        await RepositoryStore(connection).add(made, town.people[Role.ADMIN].actor.id)
        await DefinitionStore(connection).replace(ref, [FileRow("shop/pay.py", "b", rows, ("print",))], (), "c" * 40)
    return town


async def test_code_is_proposed_confirmed_and_rejected(ask, coded):
    assert coded
    found = (await ask("GET", "/related?section=shop.md%23refunds", Role.READER)).json()
    [code] = found["code"]
    assert (code["code"], code["line"], code["why"], found["degraded"]) == (
        "shop/pay.py#pay_refund", 3, ["words of its name"], ["embeddings"],
    )  # fmt: skip
    body = {"section": "shop.md#refunds", "code": code["code"], "decision": "confirm", "because": "Indeed."}
    assert (await ask("POST", "/links", Role.EDITOR, json=body)).status_code == 403
    done = await ask("POST", "/links", Role.REVIEWER, json=body)
    assert (done.status_code, done.json()["state"]) == (200, "confirmed")
    [listed] = (await ask("GET", "/links?state=confirmed", Role.READER)).json()["items"]
    assert (listed["section"], listed["code"], listed["standing"]) == ("shop.md#refunds", code["code"], "kept")
    back = (await ask("GET", "/related?symbol=pay_refund", Role.READER)).json()
    assert (back["sections"][0]["section"], "link" in back["sections"][0]) == ("shop.md#refunds", True)
    events = (await ask("GET", "/events?after=start&kinds=link.decided")).json()["items"]
    assert [(one["data"]["verdict"], one["data"]["sections"]) for one in events] == [("confirmed", ["refunds"])]
    rejected = await ask("POST", "/links", Role.REVIEWER, json={**body, "decision": "reject"})
    assert rejected.json()["state"] == "rejected"
    assert not (await ask("GET", "/related?section=shop.md%23refunds")).json().get("code")


async def test_what_names_nothing_is_refused_with_a_hint(ask, coded):
    assert coded
    for query, status in (
        ("", 400), ("?section=shop.md&path=shop/pay.py", 400), ("?section=shop.md%23refund", 404),
        ("?path=pay.py", 404), ("?symbol=pay_refnd", 404), ("?symbol=a&limit=0", 400),
    ):  # fmt: skip
        refused = await ask("GET", f"/related{query}")
        assert (refused.status_code, bool(refused.json()["hint"])) == (status, True), query
