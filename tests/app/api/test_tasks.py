"""Tasks over HTTP: claimed, renewed, finished; what is told of them; what a stale token hears."""

from typing import Any

import pytest

from specs.access import Role
from tests.app.api.inhabited import agent_token
from tests.app.conftest import API, Town


@pytest.fixture
async def agent(client: Any, town: Town) -> Any:
    """Ask as an agent: `await agent("/tasks", {...})` posts."""
    headers = {"authorization": f"Bearer {await agent_token(town)}"}

    async def ask(path: str, body: Any, **more: Any) -> Any:
        return await client.post(API + path, json=body, headers=headers | more.pop("headers", {}), **more)

    return ask


async def test_a_task_from_claim_to_done(ask: Any, agent: Any) -> None:
    made = (await ask("POST", "/tasks", Role.EDITOR, json={"intent": "Mend refunds.", "paths": ["./src/pay/"]})).json()
    assert (made["state"], made["paths"], made["title"]) == ("open", ["src/pay"], "Mend refunds.")
    held = (await agent("/tasks/claim", {"lease": 60})).json()
    assert (held["id"], held["state"], held["fencing"]) == (made["id"], "claimed", 1)
    assert 0 < held["lease_left"] <= 60
    place = f"/tasks/{made['id']}"
    assert "fencing" not in (await ask("GET", place, Role.READER)).json(), "a token is its holder's"
    stale = await agent(f"{place}/renew", {"fencing": 2})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale-fencing")
    assert (await agent(f"{place}/renew", {"fencing": 1, "lease": 600})).json()["lease_left"] > 60
    assert (await agent(f"{place}/notes", {"body": "Half of it.", "fencing": 1})).status_code == 201
    done = (await agent(f"{place}/finish", {"fencing": 1, "note": "It holds."})).json()
    assert (done["state"], done.get("fencing")) == ("done", None)
    read = (await ask("GET", place, Role.READER)).json()
    assert [note["body"] for note in read["notes"]] == ["Half of it.", "It holds."]
    assert (await agent("/tasks/claim", {})).status_code == 404
    listed = (await ask("GET", "/tasks?state=done", Role.READER)).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]


async def test_the_same_key_claims_once(ask: Any, agent: Any) -> None:
    for number in range(2):
        await ask("POST", "/tasks", json={"intent": f"Task {number}"})
    key = {"idempotency-key": "claim-1"}
    first = await agent("/tasks/claim", {}, headers=key)
    again = await agent("/tasks/claim", {}, headers=key)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert (await agent("/tasks/claim", {})).json()["id"] != first.json()["id"]


async def test_who_is_at_work_in_an_area(ask: Any, agent: Any) -> None:
    body = {"intent": "Cards.", "paths": ["src/pay/card.py"], "sections": ["pay.md#cards"], "claim": True}
    mine = (await agent("/tasks", body)).json()
    assert mine["fencing"] == 1
    met = (await ask("GET", "/tasks/active?path=src&section=pay.md", Role.READER)).json()["items"]
    assert [(one["task"], one["paths"], one["sections"]) for one in met] == [
        (mine["id"], ["src/pay/card.py"], ["pay.md#cards"])
    ]
    assert (await ask("GET", f"/tasks/active?path=src&but={mine['id']}")).json()["items"] == []
    theirs = (await ask("POST", "/tasks", json={"intent": "All of it.", "paths": ["src"], "claim": True})).json()
    assert [one["task"] for one in theirs["overlaps"]] == [mine["id"]]
    news = (await agent(f"/tasks/{mine['id']}/renew", {"fencing": 1})).json()["news"]
    assert [(one["kind"], one["task"]) for one in news] == [("overlap", theirs["id"])]


async def test_agents_do_not_decide(agent: Any, ask: Any) -> None:
    assert (await agent("/tasks", {"intent": "For others."})).status_code == 403
    body = {"intent": "Plan.", "phase": "plan", "claim": True}
    place = f"/tasks/{(await agent('/tasks', body)).json()['id']}"
    waits = (await agent(f"{place}/finish", {"fencing": 1})).json()
    assert (waits["state"], waits["waits"], waits["wanted"]) == ("open", True, ["1 from reviewer"])
    for step, sent in (
        ("answers", {"approve": True}),
        ("freeze", {"reason": "x"}),
        ("thaw", {}),
        ("cancel", {"reason": "x"}),
    ):
        assert (await agent(f"{place}/{step}", sent)).status_code == 403, step
    passed = (await ask("POST", f"{place}/answers", Role.REVIEWER, json={"approve": True})).json()
    assert (passed["phase"], passed.get("waits", False)) == ("implement", False)


@pytest.mark.parametrize(
    "body",
    [
        {"intent": ""},
        {"intent": "x", "paths": ["../x"]},
        {"intent": "x", "phase": "free", "last_phase": "plan"},
        {"intent": "x", "lease": 1},
        {"intent": "x", "size": "huge"},
    ],
)
async def test_what_cannot_be_made_is_refused_with_a_hint(ask: Any, body: Any) -> None:
    answer = await ask("POST", "/tasks", json=body)
    assert answer.status_code == 400
    assert answer.json()["hint"]
