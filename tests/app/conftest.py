"""The application over a fresh database, and people with tokens who ask it over HTTP."""
# ruff: noqa: PLC0415 (most tests need no server, and must run where none is installed)

import io
import logging
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import TEMPLATE, copy_of, execute

if TYPE_CHECKING:
    import httpx
    from litestar import Litestar

    from app.db.database import Database
    from app.db.embedded import EmbeddedServer
    from app.settings import Settings
    from specs.access import Principal, Project, Role, Scope
    from tests.factories import World

API = "/api/v1/projects/payments"
TOWN = "template_town"


@dataclass
class Town:
    """Project `payments` with one person of each role, and project `secrets` with a stranger. All on the real clock."""

    world: "World"
    project: "Project"
    people: "dict[Role, Principal]"
    stranger: "Principal"
    tokens: dict[str, str] = field(default_factory=dict)

    async def token(self, who: "Role | None", scopes: "Collection[Scope] | None" = None) -> str:
        """A token of the person with a role (None: the stranger), with all scopes or those named."""
        from specs.access import ALL_SCOPES

        wanted = frozenset(ALL_SCOPES if scopes is None else scopes)
        name = f"{who}:{','.join(sorted(wanted))}"
        if name not in self.tokens:
            person = self.stranger if who is None else self.people[who]
            issued = await self.world.tokens.issue_for_self(person, name, scopes=wanted)
            self.tokens[name] = issued.secret
        return self.tokens[name]


@pytest.fixture(scope="session")
def settled(postgres: "EmbeddedServer") -> "tuple[Project, dict[Role, Principal], Principal]":
    """Who is in `template_town`, a database with all that a `Town` tells of: made once, and copied for each test."""
    import asyncio

    from app.db.database import Database
    from specs.access import SERVER, Role
    from tests.factories import make_services

    async def fill() -> "tuple[Project, dict[Role, Principal], Principal]":
        database = Database(postgres.url(TOWN))
        try:
            world = make_services(database)
            project = await world.projects.create(SERVER, "payments", "Payments")
            secret = await world.projects.create(SERVER, "secrets", "Secrets")
            people = {role: await world.person(f"{role}-person", role, project) for role in Role}
            return project, people, await world.person("stranger", Role.ADMIN, secret)
        finally:
            await database.close()

    execute(postgres, f"create database {TOWN} template {TEMPLATE} strategy file_copy")
    return asyncio.run(fill())


@pytest.fixture
def url(request: pytest.FixtureRequest, postgres: "EmbeddedServer") -> Iterator[str]:
    """The address of a fresh, migrated database: with the town in it where a test asks for that, else empty."""
    template = TEMPLATE
    if "town" in request.fixturenames:
        request.getfixturevalue("settled")
        template = TOWN
    with copy_of(postgres, template) as made:
        yield made


@pytest.fixture
async def town(database: "Database", settled: "tuple[Project, dict[Role, Principal], Principal]") -> Town:
    from tests.factories import make_services

    project, people, stranger = settled
    return Town(make_services(database), project, dict(people), stranger)


@pytest.fixture
def settings(url: str, tmp_path: Path) -> "Settings":
    from app.settings import Settings

    return Settings(database_url=url, data_dir=tmp_path / "data")


@pytest.fixture
def app(settings: "Settings") -> "Iterator[Litestar]":
    from tests.app.embedding import furnished

    with furnished(settings) as application:
        yield application


@pytest.fixture
async def client(app: "Litestar") -> "AsyncIterator[Any]":
    """A client without credentials, in this process."""
    from litestar.testing import AsyncTestClient

    async with AsyncTestClient(app, raise_server_exceptions=False) as opened:
        await app.state.wakes.close()  # this client hears one answer at a time: none may wait for what others do
        yield opened


@pytest.fixture
async def live(app: "Litestar") -> AsyncIterator[str]:
    """The address of the application behind the real web server, in this process."""
    from tests.app.embedding import behind

    async with behind(app) as address:
        yield address
        await app.state.wakes.close()


@pytest.fixture
def ask(client: Any, town: Town) -> "Callable[..., Any]":
    """Ask the project's API as a person with a role and all scopes: `await ask("GET", "/specs", Role.READER)`."""
    from specs.access import Role

    async def ask(method: str, path: str, who: Role | None = Role.ADMIN, **more: Any) -> "httpx.Response":
        headers = {"authorization": f"Bearer {await town.token(who)}"} | more.pop("headers", {})
        address = path if path.startswith("/api/") else API + path
        answer: httpx.Response = await client.request(method, address, headers=headers, **more)
        return answer

    return ask


@pytest.fixture
def log() -> "Iterator[io.StringIO]":
    """What the server logs during the test, as text; afterwards logs go where they went before."""
    import structlog

    from app.telemetry import logging as ours

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    ours.configure(stream)
    yield stream
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
