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
        {"intent": "x", "lease": 0},
        {"intent": "x", "size": "huge"},
    ],
)
async def test_what_cannot_be_made_is_refused_with_a_hint(ask: Any, body: Any) -> None:
    answer = await ask("POST", "/tasks", json=body)
    assert answer.status_code == 400
    assert answer.json()["hint"]


async def held(agent: Any, **body: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """A task that the agent holds, and the headers that name it."""
    task = (await agent("/tasks", {"intent": "Mend refunds.", "claim": True, **body})).json()
    return task, {"holdfast-task": task["id"], "holdfast-fencing": str(task["fencing"])}


async def test_what_is_written_for_a_task_stands_or_falls_with_its_token(ask: Any, agent: Any) -> None:
    task, named = await held(agent, lease=600)
    assert (await agent("/context", {"task": "Mend refunds."}, headers=named)).status_code == 200
    made = await agent("/specs", {"path": "notes.md", "text": "# Notes\n\nRefunds are slow.\n"}, headers=named)
    assert made.status_code == 201, made.text
    (entry,) = (await ask("GET", f"/audit?task={task['id']}&action=spec.create")).json()["items"]
    assert entry["subject"] == made.json()["id"]
    read = (await ask("GET", f"/tasks/{task['id']}")).json()
    assert [one["claim"] for one in read["context"]] == [1]
    before = (await ask("GET", "/audit?limit=1")).json()["items"]
    await ask("POST", f"/tasks/{task['id']}/freeze", Role.REVIEWER, json={"reason": "Wait."})
    for path, body in (
        ("/specs", {"path": "more.md", "text": "# More\n"}),
        ("/context", {"task": "Mend refunds."}),
        ("/proposals", {"title": "More", "changes": [{"operation": "create", "path": "m.md", "text": "# M\n"}]}),
        ("/tags", {"name": "v1"}),
    ):
        stale = await agent(path, body, headers={**named, "idempotency-key": path})
        assert (stale.status_code, stale.json()["code"]) == (409, "stale-fencing"), path
    after = (await ask("GET", "/audit?limit=2")).json()["items"]
    assert after[1] == before[0], "nothing but the freeze was written"


async def test_what_an_agent_does_without_context_for_its_task_a_person_looks_at(ask: Any, agent: Any) -> None:
    _, named = await held(agent)
    body = {"path": "one.md", "text": "# One\n\nIt is small.\n"}
    waits = await agent("/specs", body, headers=named)
    assert waits.status_code == 202, waits.text
    assert (await agent("/specs", body)).status_code == 202, "it holds a task, named or not"
    assert (await agent("/context", {"task": "Mend refunds."})).status_code == 200
    assert (await agent("/specs", body | {"path": "two.md"}, headers=named)).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"holdfast-task": "x", "holdfast-fencing": "1"},
        {"holdfast-fencing": "1"},
        {"holdfast-task": "00000000-0000-0000-0000-000000000001"},
        {"holdfast-task": "00000000-0000-0000-0000-000000000001", "holdfast-fencing": "-1"},
    ],
)
async def test_headers_that_name_no_claim_are_refused(agent: Any, headers: dict[str, str]) -> None:
    answer = await agent("/specs", {"path": "a.md", "text": "# A\n"}, headers=headers)
    assert answer.status_code == 400
    assert "Holdfast-Task" in answer.json()["detail"]


CAP = """---
status: active
---
# Budget

```yaml policy
id: tasks-cost
event: task
when: cost > 2.0 || tokens > 5000
then: deny
why: This is what a task may cost here.
```
"""


async def test_a_task_that_costs_too_much_stops_at_once(ask: Any, agent: Any) -> None:
    await ask("POST", "/specs", json={"path": "budget.md", "text": CAP})
    waiting = (await ask("GET", "/proposals")).json()["items"]
    for one in waiting:  # a change of policies wants two reviewers
        for who in (Role.REVIEWER, Role.ADMIN):
            said = {"verdict": "approve", "digest": one["digest"]}
            await ask("POST", f"/proposals/{one['id']}/reviews", who, json=said)
    task, named = await held(agent, sections=["pay.md#refunds"])
    place = f"/tasks/{task['id']}"
    usage = {"fencing": 1, "tokens": 3000, "cost": 0.75, "model": "large"}
    assert (await agent(f"{place}/usage", usage)).json()["state"] == "claimed"
    stopped = (await agent(f"{place}/usage", usage)).json()
    assert (stopped["state"], stopped["tokens"], stopped["cost"]) == ("frozen", 6000, 1.5)
    assert "what a task may cost" in stopped["reason"]
    assert (await agent(f"{place}/usage", usage)).status_code == 409
    assert (await agent("/specs", {"path": "a.md", "text": "# A\n"}, headers=named)).status_code == 409
    assert (await agent(f"{place}/claim", {})).status_code == 409
    (by_section,) = (await ask("GET", "/tasks/usage?section=pay.md")).json()["items"]
    assert (by_section["section"], by_section["tokens"], by_section["tasks"]) == ("pay.md#refunds", 6000, 1)
    await ask("POST", f"{place}/thaw", Role.REVIEWER, json={})
    again = (await agent(f"{place}/claim", {})).json()
    assert again["fencing"] == 2
    assert (await agent(f"{place}/usage", {**usage, "fencing": 2})).json()["state"] == "claimed"
    read = (await ask("GET", place)).json()
    assert read["usage"] == [{"tokens": 9000, "cost": 2.25, "phase": "free", "model": "large"}]


async def test_an_implementation_passes_by_its_check(ask: Any, agent: Any) -> None:
    specs = (await ask("GET", "/governing?repository=acme/shop")).json()["digest"]
    report = {"schema": 1, "verdict": "kept", "invariants": [], "findings": []}
    told = {"repository": "acme/shop", "commit": "ab" * 20, "specs": specs, "findings": [], "report": report}
    for way in ("course", "commit", "none"):
        task, named = await held(agent, phase="implement")
        await agent("/context", {"task": "Mend refunds."}, headers=named)
        if way == "course":
            assert (await agent("/gates", told, headers=named)).json()["state"] == "passed"
        commit = {"commit": told["commit"]} if way == "commit" else {}
        done = (await agent(f"/tasks/{task['id']}/finish", {"fencing": 1, **commit})).json()
        assert done["state"] == ("open" if way == "none" else "done"), way
        assert done.get("waits", False) is (way == "none")


async def test_what_a_phase_brings_is_written_below_the_task(ask: Any, agent: Any) -> None:
    task, named = await held(agent, phase="plan")
    await agent("/context", {"task": "Mend refunds."}, headers=named)
    body = "It MUST be refunded. " * 60
    draft = {"path": f"tasks/{task['number']}/plan.md", "text": f"---\nstatus: draft\n---\n# Plan\n\n{body}\n"}
    assert (await agent("/specs", draft, headers=named)).status_code == 201
    active = {"path": f"tasks/{task['number']}/more.md", "text": f"# Plan\n\n{body}\n"}
    elsewhere = {**draft, "path": "plan.md"}
    for other in (active, elsewhere):
        assert (await agent("/specs", other, headers=named)).status_code == 202
    waits = (await agent(f"/tasks/{task['id']}/finish", {"fencing": 1})).json()
    assert waits["waits"] is True
    (artifact,) = (await ask("GET", f"/tasks/{task['id']}")).json()["artifacts"]
    assert (artifact["path"], artifact["phase"]) == (draft["path"], "plan")
