"""Requests that are wrong in every way we know: a clear problem with a hint, never a 5xx, nothing half written."""

from datetime import timedelta
from typing import Any

import pytest

from app.db.database import Database
from specs.access import Role, Scope
from tests.app.conftest import API, Town

JSON = {"content-type": "application/json"}
SPEC = {"path": "a.md", "text": "# A\n"}


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    """The answer is a problem with a hint that shows nothing of our insides."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["hint"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    for word in ("Traceback", "sqlalchemy", "psycopg", "SELECT", "/app/", ".py"):
        assert word not in answer.text
    return problem


@pytest.mark.parametrize(
    "path",
    [
        "../a.md",
        "a/../../b.md",
        "/a.md",
        "a\\b.md",
        "a\x00.md",
        "a\nb.md",
        "a\x1b.md",
        "-rf.md",
        "",
        "a",
        "a/.git/b.md",
        "é" * 200 + ".md",
    ],
)
async def test_a_path_that_leads_elsewhere(ask: Any, path: str) -> None:
    is_problem(await ask("POST", "/specs", json=SPEC | {"path": path}), 400)
    assert (await ask("GET", "/specs")).json()["items"] == []


@pytest.mark.parametrize("path", ["../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "a/../b.md", "%252e%252e/a.md"])
async def test_reading_a_path_that_leads_elsewhere(ask: Any, path: str) -> None:
    answer = await ask("GET", f"/specs/by-path/{path}")
    assert answer.status_code in {400, 404}
    assert answer.json()["hint"]


@pytest.mark.parametrize("part", ["%00", "%0a", "%0d%0aX-Evil:1", "%1b", "%ff"])
async def test_control_characters_in_the_address(ask: Any, part: str) -> None:
    is_problem(await ask("GET", f"/specs/by-path/a{part}.md"), 400)
    is_problem(await ask("GET", f"/specs?prefix=a{part}"), 400)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"null", JSON, 400),
        (b"[]", JSON, 400),
        (b"[" * 500_000, JSON, 400),
        (b'{"path": "a.md", "text": "\xff"}', JSON, 400),
        (b'{"path": "a.md", "text": "\\ud800"}', JSON, 400),
        (b'{"path": "a.md", "text": "\\u0000"}', JSON, 400),
        (b'{"path": "a.md", "text": 1}', JSON, 400),
        (b'{"path": "a.md"}', JSON, 400),
        (b'{"path": "a.md", "text": "", "actor_kind": "human"}', JSON, 400),
        (b'{"path": "a.md", "text": "", "provenance": "explicit"}', JSON, 400),
        (b'{"path": "a.md", "text": ""}', {"content-type": "text/plain"}, 415),
        (b'{"path": "a.md", "text": ""}', {"content-type": "application/json; charset=utf-16"}, 415),
        (b'{"path": "a.md", "text": ""}', {"content-type": ""}, 415),
        (b'{"path": "a.md", "text": ""}', JSON | {"content-encoding": "gzip"}, 415),
        (b"path=a.md&text=", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b"x" * 25_000_000, JSON, 413),
        (b'{"path": "a.md", "text": ""}', JSON | {"accept": "image/png"}, 406),
        (b'{"path": "a.md", "text": ""}', JSON | {"idempotency-key": "a b"}, 400),
        (b'{"path": "a.md", "text": ""}', JSON | {"idempotency-key": "x" * 300}, 400),
        (b"x" * 25_000_000, JSON | {"idempotency-key": "big"}, 413),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_bodies_that_cannot_be_taken(ask: Any, content: bytes, headers: dict[str, str], status: int) -> None:
    is_problem(await ask("POST", "/specs", content=content, headers=headers), status)
    assert (await ask("GET", "/specs")).json()["items"] == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "limit=1&limit=2",
        "cursor=zzz",
        "cursor=%F0",
        "retired=maybe",
        "colour=red",
        "limit=99999999999999999999",
    ],
)
async def test_queries_that_mean_nothing(ask: Any, query: str) -> None:
    is_problem(await ask("GET", f"/specs?{query}"), 400)


async def test_methods_that_are_not_there(ask: Any) -> None:
    answer = await ask("PATCH", "/specs")
    is_problem(answer, 405)
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize("name", ["token", "access_token", "api_key", "TOKEN"])
async def test_a_token_in_the_address_is_refused(client: Any, town: Town, name: str) -> None:
    token = await town.token(Role.ADMIN)
    told = is_problem(await client.get(f"{API}/specs?{name}=abc"), 400)
    assert "Authorization" in told["hint"]
    answer = await client.get(f"{API}/specs?q={token}", headers={"authorization": f"Bearer {token}"})
    assert token not in str(is_problem(answer, 400))
    is_problem(await client.get(f"/?token={token}"), 400)


async def test_an_expired_token(client: Any, town: Town) -> None:
    world = town.world
    at = world.clock()
    issued = await world.tokens.issue_for_self(
        town.people[Role.ADMIN], "short", scopes=[Scope.READ], expires_at=at + timedelta(days=1)
    )
    headers = {"authorization": f"Bearer {issued.secret}"}
    assert (await client.get(f"{API}/specs", headers=headers)).status_code == 200
    await _expire(world.database, issued.token.prefix)
    is_problem(await client.get(f"{API}/specs", headers=headers), 401)


async def _expire(database: Database, prefix: str) -> None:
    from sqlalchemy import text  # noqa: PLC0415 (this test alone moves time in the database)

    async with database.transaction() as connection:
        old = "update credentials set expires_at = now() - interval '1 second' where prefix = :prefix"
        assert (await connection.execute(text(old), {"prefix": prefix})).rowcount == 1


async def test_a_revoked_token_dies_at_once(ask: Any, client: Any) -> None:
    made = (await ask("POST", "/tokens", json={"name": "ci"})).json()
    headers = {"authorization": f"Bearer {made['secret']}"}
    assert (await client.get(f"{API}/specs", headers=headers)).status_code == 200
    assert (await ask("DELETE", f"/api/v1/tokens/{made['id']}")).status_code == 204
    is_problem(await client.get(f"{API}/specs", headers=headers), 401)


async def test_what_a_body_says_of_its_author_is_never_believed(ask: Any, client: Any) -> None:
    made = (await ask("POST", "/tokens", json={"name": "bot", "role": "editor", "scopes": ["read", "write"]})).json()
    saved = await client.post(
        f"{API}/specs", json=SPEC, headers={"authorization": f"Bearer {made['secret']}", "x-actor-kind": "human"}
    )
    assert saved.json()["revision"]["actor"]["kind"] == "agent"
    assert saved.json()["revision"]["provenance"] == "inferred"


async def test_an_agent_gets_no_admin_token(ask: Any) -> None:
    is_problem(await ask("POST", "/tokens", json={"name": "bot", "scopes": ["admin"]}), 400)
    is_problem(await ask("POST", "/tokens", json={"name": "bot", "role": "admin"}), 400)
