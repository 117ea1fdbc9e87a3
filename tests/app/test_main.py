"""The application put together: what is registered, what starts, where errors go."""

from typing import Any

from app import web
from app.api import ROUTES, names
from app.main import create_app
from app.settings import Settings
from tests.app.conftest import Town


def test_every_route_is_there_once(settings: Settings) -> None:
    app = create_app(settings)
    paths = {route.path for route in app.routes}
    assert {f"/api/v1{path}" for handler in ROUTES for path in handler.paths} <= paths
    assert {path for handler in web.ROUTES for path in handler.paths} <= paths
    assert len(names()) == len(set(names()))
    for path in ("/health", "/ready", "/metrics", "/api/docs", "/api/v1/openapi.json", "/webhooks/{repository:uuid}"):
        assert path in paths


async def test_the_api_answers_with_problems_and_pages_with_pages(client: Any, town: Town) -> None:
    api = await client.get("/api/v1/nowhere")
    assert api.headers["content-type"] == "application/problem+json"
    page = await client.get("/nowhere")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "script-src 'self' 'nonce-" in page.headers["content-security-policy"]


async def test_jobs_are_done_in_the_same_process_when_asked(settings: Settings) -> None:
    app = create_app(settings, worker=True)
    async with app.lifespan():
        await app.state.database.ping()
