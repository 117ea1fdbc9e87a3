"""Decisions on findings over HTTP: made by people, told to whoever comes second, taken back; and whom one waits for."""

from datetime import UTC, datetime, timedelta
from typing import Any

from specs.access import Role
from tests.app.api.observed import observe
from tests.app.api.test_proposals import agent
from tests.app.conftest import Town


async def test_findings_are_waived_and_that_is_taken_back(town: Town, ask: Any) -> None:
    known = await observe(town)
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    [matter] = [one for one in (await ask("GET", "/inbox", Role.REVIEWER)).json()["items"] if one["kind"] == "finding"]
    names = [one["name"] for one in matter["items"]]
    assert sorted(names) == sorted(known["fingerprint"])
    body = {"choice": "waive", "findings": names, "because": "Later.", "until": until}
    refused = await ask("POST", "/findings/decisions", Role.REVIEWER, json=body, headers=await agent(town))
    assert refused.status_code == 403
    assert (await ask("POST", "/findings/decisions", Role.EDITOR, json=body)).status_code == 403
    made = await ask("POST", "/findings/decisions", Role.REVIEWER, json=body)
    assert made.status_code == 201, made.text
    again = await ask("POST", "/findings/decisions", Role.ADMIN, json=body)
    assert (again.status_code, "decided first" in again.json()["detail"]) == (409, True)
    late = await ask("POST", "/findings/decisions", Role.ADMIN, json=body | {"until": "2020-01-01", "renews": True})
    assert (late.status_code, bool(late.json()["hint"])) == (400, True)
    ids = [one["id"] for one in made.json()["items"]]
    back = await ask("POST", "/findings/decisions/take-back", Role.REVIEWER, json={"decisions": ids})
    assert back.status_code == 200, back.text
    listed = (await ask("GET", "/findings/decisions", Role.READER)).json()["items"]
    assert all(one["ended_by"] for one in listed)


async def test_who_asked_for_a_task_waits_for_whoever_takes_it_on(ask: Any) -> None:
    await ask("POST", "/tasks", Role.REVIEWER, json={"intent": "Mend refunds."})
    [one] = (await ask("GET", "/inbox/waiting", Role.REVIEWER)).json()["items"]
    assert (one["whom"], one["kind"]) == ("whoever claims it", "task")
    assert (await ask("GET", "/inbox/waiting", Role.EDITOR)).json()["items"] == []
