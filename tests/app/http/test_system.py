"""Alive, ready, metrics: what those who run the server ask."""

from dataclasses import replace
from typing import Any

from litestar.testing import AsyncTestClient
from sqlalchemy import text

from app.main import create_app
from app.settings import Settings
from specs.access import Role
from tests.app.conftest import Town


async def test_alive_and_ready(client: Any) -> None:
    assert (await client.get("/health")).json() == {"status": "alive"}
    assert (await client.get("/ready")).json() == {"status": "ready"}


async def test_without_database_alive_but_not_ready(settings: Settings) -> None:
    lost = replace(settings, database_url="postgresql://nobody@127.0.0.1:1/nothing")
    async with AsyncTestClient(create_app(lost), raise_server_exceptions=False) as client:
        assert (await client.get("/health")).status_code == 200
        for path in ("/ready", "/api/v1/me"):
            answer = await client.get(path, headers={"authorization": "Bearer hf_abcdefgh_x"})
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
            assert answer.json()["hint"]
            assert "127.0.0.1" not in answer.text


async def test_an_unmigrated_database_is_not_ready(settings: Settings, postgres: Any) -> None:
    empty = replace(settings, database_url=postgres.url("template1"))
    async with AsyncTestClient(create_app(empty), raise_server_exceptions=False) as client:
        answer = await client.get("/ready")
        assert answer.status_code == 503
        assert "holdfast migrate" in answer.json()["hint"]


async def test_a_schema_that_is_older_is_refused_until_it_is_migrated(settings: Settings, town: Town) -> None:
    async def set_schema(revision: str) -> None:
        async with town.world.database.transaction() as connection:
            await connection.execute(text("update alembic_version set version_num = :to"), {"to": revision})

    current = await town.world.database.revision()
    await set_schema("0024")
    headers = {"authorization": f"Bearer {await town.token(Role.READER)}"}
    async with AsyncTestClient(create_app(settings), raise_server_exceptions=False) as client:
        refused = await client.get("/api/v1/projects/payments/specs", headers=headers)
        assert (refused.status_code, refused.json()["hint"]) == (503, "Run `holdfast migrate`.")
        for revision in ("of a later release", str(current)):
            await set_schema(revision)
            assert (await client.get("/ready")).status_code == 200
            assert (await client.get("/api/v1/projects/payments/specs", headers=headers)).status_code == 200


async def test_metrics_are_for_the_holder_of_their_token(settings: Settings) -> None:
    guarded = create_app(replace(settings, metrics_token="a long secret"))
    async with AsyncTestClient(guarded, raise_server_exceptions=False) as client:
        assert (await client.get("/metrics")).status_code == 401
        wrong = {"authorization": "Bearer another"}
        assert (await client.get("/metrics", headers=wrong)).status_code == 401
        answer = await client.get("/metrics", headers={"authorization": "Bearer a long secret"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        for series in ("holdfast_requests_total", "holdfast_database_up 1.0", 'holdfast_jobs{status="todo"}'):
            assert series in answer.text


async def test_without_a_token_metrics_are_for_this_machine(client: Any) -> None:
    answer = await client.get("/metrics")
    assert answer.status_code == 403
    assert "HOLDFAST_METRICS_TOKEN" in answer.json()["hint"]
