"""Limits over HTTP: shown to members, set by admins, and a request that would pass one is told so."""

from typing import Any

import pytest

from app.unit import Services
from specs.access import SERVER, Role
from tests.app.conftest import Town


async def named(ask: Any, who: Role = Role.READER) -> dict[str, Any]:
    items = (await ask("GET", "/limits", who)).json()["items"]
    return {item["name"]: item for item in items}


async def test_what_holds_is_shown_and_how_long_is_an_admins_to_say(ask: Any) -> None:
    await ask("POST", "/specs", json={"path": "a.md", "text": "# A\n"})
    found = await named(ask)
    assert (found["specs"]["used"], found["specs"]["said_by"]) == (1, "default")
    assert found["text-bytes"]["used"] == 4
    assert "used" not in found["receipts"]
    body = {"retention": {"receipts": 30}}
    assert (await ask("PUT", "/limits", Role.REVIEWER, json=body)).status_code == 403
    done = await ask("PUT", "/limits", Role.ADMIN, json=body)
    assert done.status_code == 200
    assert (await named(ask))["receipts"]["value"] == 30
    refused = await ask("PUT", "/limits", Role.ADMIN, json={"quotas": {"specs": 10**6}})
    assert refused.status_code == 403
    assert "administrator" in refused.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [{"quotas": {"x": 1}}, {"retention": {"checks": -1}}, {"x": 1}, [], {"quotas": 7}],
)
async def test_what_is_no_limit_is_refused(ask: Any, body: Any) -> None:
    answer = await ask("PUT", "/limits", Role.ADMIN, json=body)
    assert answer.status_code in {400, 403}
    assert answer.json()["hint"]


async def test_a_request_that_passes_a_quota_is_told_what_to_do(ask: Any, client: Any, town: Town) -> None:
    made = Services(town.world.database, client.app.state.parts)
    await made.limits.set(SERVER, town.project.id, {"specs": 1, "context-an-hour": 1}, {})
    assert (await ask("POST", "/specs", json={"path": "a.md", "text": "# A\n"})).status_code == 201
    full = await ask("POST", "/specs", json={"path": "b.md", "text": "# B\n"})
    assert full.status_code == 403
    assert full.json()["quota"] == "specs"
    assert full.json()["hint"]
    assert (await ask("POST", "/context", json={"task": "refunds"})).status_code < 300
    spent = await ask("POST", "/context", json={"task": "refunds"})
    assert spent.status_code == 429
    assert 0 < int(spent.headers["retry-after"]) <= 3600
