"""One request through the real application and the real queue: its id in logs and jobs, its trace from end to end."""

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from litestar.testing import AsyncTestClient
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.background import jobs
from app.background.telling import Telling
from app.background.workers import working
from app.main import create_app
from app.settings import Settings
from app.telemetry import spans, tracing
from app.telemetry.otel import OpenTelemetry
from specs.access import Role
from specs.service.audit import whole_chain
from sync.feeds.webhooks import Answer
from tests.app.conftest import API, Town
from tests.gitmaker import Made
from tests.stage import CODE, GOOD

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
PARENT = f"00-{TRACE}-{SPAN}-01"
ROOT = Path(__file__).resolve().parents[3]
QUICK = jobs.Pace(heartbeat=0.3, silence=2, grace=0.2)


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=url, data_dir=tmp_path / "data", repository_roots=(tmp_path,), secret_key="k" * 32)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], list[Any]]]:
    """Has traces on, and gives the spans that ended."""

    memory = InMemorySpanExporter()
    made = OpenTelemetry(SimpleSpanProcessor(memory))
    monkeypatch.setattr(tracing, "_made", lambda: made)
    yield lambda: list(memory.get_finished_spans())
    made.provider.shutdown()


@asynccontextmanager
async def asking(settings: Settings) -> AsyncIterator[Any]:

    app = create_app(settings)
    async with AsyncTestClient(app, raise_server_exceptions=False) as client:
        await app.state.wakes.close()
        yield client


async def register(client: Any, town: Town, tmp_path: Path, headers: dict[str, str]) -> Any:
    made = Made(tmp_path / "repo")
    made.commit("begin", CODE | GOOD)
    bearer = {"authorization": f"Bearer {await town.token(Role.ADMIN)}"}
    body = {"name": "shop", "url": str(made.root)}
    return await client.post(f"{API}/repositories", headers=bearer | headers, json=body)


async def worked(town: Town, settings: Settings, done: Callable[[], bool]) -> None:
    """Does jobs until something is done."""

    async def until() -> None:
        while not done():  # noqa: ASYNC110 (a child of the worker has no event for us)
            await asyncio.sleep(0.05)

    async with working(town.world.database, settings, QUICK):
        await asyncio.wait_for(until(), 60)


def synced(log: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(log) if line["event"] == "repository.synced"]


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_a_job_logs_the_id_of_the_request_that_wanted_it(
    town: Town, settings: Settings, tmp_path: Path, log: io.StringIO
) -> None:
    async with asking(settings) as client:
        answer = await register(client, town, tmp_path, {"x-request-id": "ci-7.1"})
        assert answer.status_code == 201, answer.text
        assert answer.headers["x-request-id"] == "ci-7.1"
    await worked(town, settings, lambda: bool(synced(log)))
    line = synced(log)[0]
    assert (line["request_id"], line["task"]) == ("ci-7.1", "sync_repository")
    assert isinstance(line["job"], int)
    assert "trace_id" not in line
    async with town.world.database.read() as connection:
        acts = [entry.act for entry in await whole_chain(connection, town.project.id)]
    assert {act.action for act in acts if act.details.get("request") == "ci-7.1"} >= {"check.run", "spec.import"}


async def test_what_the_queue_says_of_a_job_that_failed_names_the_request(
    town: Town, settings: Settings, tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_given: object, **_named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(jobs.Tasks, "sync", fail)
    async with asking(settings) as client:
        await register(client, town, tmp_path, {"x-request-id": "ci-7.2"})

    def failures() -> list[dict[str, Any]]:
        return [line for line in lines(log) if "ZeroDivisionError" in line.get("exception", "")]

    await worked(town, settings, lambda: bool(failures()))
    failed = failures()[0]
    assert (failed["request_id"], failed["task"]) == ("ci-7.2", "sync_repository")


async def test_a_trace_goes_from_the_caller_through_the_request_to_its_job(
    town: Town, settings: Settings, tmp_path: Path, seen: Callable[[], list[Any]], log: io.StringIO
) -> None:
    settings = replace(settings, traces=True)
    async with asking(settings) as client:
        answer = await register(client, town, tmp_path, {"traceparent": PARENT})
        assert answer.headers["x-request-id"] == TRACE
        await client.get("/health")
        missing = await client.get("/nowhere/secret-word", headers={"x-request-id": "ci-8"})
        assert missing.headers["x-request-id"] == "ci-8"
    tracing.tracing(settings).watch(town.world.database.observe)
    await worked(town, settings, lambda: "sync_repository" in {span.name for span in seen()})
    # The clock may have it read again: the first one is the request's.
    spans = {span.name: span for span in reversed(seen())}
    request, job = spans["POST /api/v1/projects/{project}/repositories"], spans["sync_repository"]
    assert request.parent.span_id == int(SPAN, 16)
    assert {span.context.trace_id for span in (request, job)} == {int(TRACE, 16)}
    assert job.parent.span_id == request.context.span_id
    assert request.attributes["http.response.status_code"] == 201
    assert request.attributes["holdfast.project"] == "payments"
    assert job.attributes["holdfast.request_id"] == TRACE
    statements = [span for span in seen() if "db.operation.name" in span.attributes]
    assert {"INSERT", "SELECT"} <= {span.name for span in statements}
    parents = {span.parent.span_id for span in statements}
    assert {request.context.span_id, job.context.span_id} <= parents
    assert synced(log)[0]["trace_id"] == TRACE
    # Routes that say nothing leave no span, and no span says more than it should.
    assert not [span for span in seen() if "/health" in span.name]
    told = "".join(span.to_json() for span in seen())
    for secret in ("secret-word", str(tmp_path), "hf_", "select "):
        assert secret not in told


async def test_a_statement_that_fails_ends_its_span_and_one_outside_of_a_trace_has_none(
    town: Town, seen: Callable[[], list[Any]]
) -> None:

    following = tracing.tracing(Settings(traces=True))
    following.watch(town.world.database.observe)
    async with town.world.database.ask() as connection:
        await connection.execute(text("select 1"))
    assert seen() == []
    with pytest.raises(DBAPIError), following.span("outer", spans.Role.SERVER):
        async with town.world.database.ask() as connection:
            await connection.execute(text("select 1 / :none"), {"none": 0})
    inner, outer = seen()
    assert (inner.name, inner.status.status_code.name) == ("SELECT", "ERROR")
    assert inner.parent.span_id == outer.context.span_id
    assert outer.attributes["error.type"] == "DataError"
    assert not outer.events


async def test_a_delivery_says_the_host_and_the_status_alone(
    town: Town, settings: Settings, seen: Callable[[], list[Any]]
) -> None:
    async def post(*_given: object) -> Answer:
        return Answer(503, 5, "secret words")

    telling = Telling(town.world.database, replace(settings, traces=True))
    telling._poster = SimpleNamespace(post=post)
    await telling._post(urlsplit("https://hooks.example.org/secret-path?a=secret"), {"b": "secret"}, b"secret")
    (span,) = seen()
    assert (span.name, span.kind.name, span.status.status_code.name) == ("POST", "CLIENT", "ERROR")
    assert span.attributes["server.address"] == "hooks.example.org"
    assert span.attributes["http.response.status_code"] == 503
    assert "secret" not in span.to_json()


def test_off_is_one_shared_value_that_loads_nothing(tmp_path: Path) -> None:
    assert tracing.tracing(Settings()) is spans.SILENT
    with spans.SILENT.span("a", spans.Role.CLIENT) as span:
        assert span is spans.NOBODY
        span.tell("b", {"c": 1}, failed=True)
    # The web framework takes a table of names from a part of the library that does nothing.
    script = (
        "import sys; from pathlib import Path; from app.settings import Settings; from app.main import create_app; "
        "create_app(Settings(database_url='postgresql://nobody@localhost/x', data_dir=Path(sys.argv[1]))); "
        "loud = ('opentelemetry.sdk', 'opentelemetry.trace', 'app.telemetry.otel'); "
        "print([m for m in sys.modules if m.startswith(loud)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


def test_a_library_that_is_missing_is_said_and_nothing_is_traced(
    monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    monkeypatch.setitem(sys.modules, "app.telemetry.otel", None)
    tracing._made.cache_clear()
    try:
        assert tracing.tracing(Settings(traces=True)) is spans.SILENT
        assert tracing.tracing(Settings(traces=True)) is spans.SILENT
    finally:
        tracing._made.cache_clear()
    (line,) = lines(log)
    assert line["event"] == "traces.unavailable"
    assert "holdfast[server,otel]" in line["hint"]
