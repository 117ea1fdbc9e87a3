"""Makes what many tests need: a project, people and an agent in it, the services over its database."""

import asyncio
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from argon2 import PasswordHasher

from app import sources
from app.db.database import Database
from app.identity.passwords import Argon2Passwords
from app.identity.sessions import Limiter, Sessions
from specs.access import SERVER, Principal, Project, Role, Scope
from specs.audit import INSTALLATION, Fault, Verification
from specs.library import GitOrigin
from specs.service.audit import whole_chain
from specs.service.library.conflicts import Conflicts
from specs.service.library.imports import Imports
from specs.service.library.library import Library
from specs.service.people.access import Access
from specs.service.people.members import Members
from specs.service.people.tokens import Tokens
from specs.service.projects import Projects
from specs.service.proposals.proposals import Proposals
from specs.store.audit import AuditStore
from specs.store.connection import Connection
from sync.service.repositories.repositories import Ground, Repositories

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


class Clock:
    """A clock that stands until it is moved, but never gives the same microsecond twice."""

    def __init__(self) -> None:
        self.time = START
        self._ticks = itertools.count(1000)

    def __call__(self) -> datetime:
        return self.time + timedelta(microseconds=next(self._ticks))

    def forward(self, **by: float) -> None:
        self.time += timedelta(**by)


@dataclass
class World:
    """A project `payments` with an admin (ada), an editor (eve), a reader (rob) and an agent (claude, editor)."""

    database: Database
    clock: Clock
    projects: Projects
    members: Members
    tokens: Tokens
    access: Access
    sessions: Sessions
    library: Library
    imports: Imports
    proposals: Proposals
    conflicts: Conflicts
    changes: list[tuple[UUID, UUID]]
    project: Project = field(init=False)
    ada: Principal = field(init=False)
    eve: Principal = field(init=False)
    rob: Principal = field(init=False)
    claude: Principal = field(init=False)
    agent_secret: str = field(init=False)

    async def verify_audit(self) -> dict[UUID, tuple[Fault, ...]]:
        """Follow every chain of the audit log and give the faults of those that have some."""
        faults = {}
        async with self.database.read() as connection:
            store = AuditStore(connection)
            for chain in await store.chains():
                verification = Verification(chain)
                verification.follow(await whole_chain(connection, chain))
                faults[chain] = verification.finish(await store.end(chain))
        return {chain: found for chain, found in faults.items() if found}

    async def actions(self, chain: UUID | None = None) -> list[str]:
        """Give what the audit log of the project (or another chain) says was done, in order."""
        async with self.database.read() as connection:
            entries = await whole_chain(connection, chain or self.project.id)
        return [entry.act.action for entry in entries]

    async def person(self, login: str, role: Role | None = None, project: Project | None = None) -> Principal:
        """Invite a person, let them set the usual password, make them a member."""
        link = await self.access.invite(SERVER, login, login.title())
        principal = await self.access.redeem_link(link.token, PASSWORD)
        if role is not None:
            await self.members.set_role(SERVER, (project or self.project).id, login, role)
        return await self.access.principal_of(principal.actor.id)


def make_repositories(world: World, *roots: Path) -> Repositories:
    """Make the use cases of repositories, which no queue listens to."""
    ground = Ground(roots, b"k" * 32)
    return Repositories(world.database, world.clock, sources.new_id, sources.random_bytes, ground=ground)


def make_services(database: Database, clock: Callable[[], datetime] = sources.now) -> World:
    """Put the services over a database, with password hashes cheap enough for tests."""
    changes: list[tuple[UUID, UUID]] = []

    async def note(connection: Connection, project: UUID, /, *specs: UUID) -> None:
        changes.extend((project, spec) for spec in specs)

    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    access = Access(
        database,
        clock=clock,
        new_id=sources.new_id,
        random=sources.random_bytes,
        passwords=Argon2Passwords(cheap),
        limit=Limiter(database, clock, 5, timedelta(minutes=5)),
    )
    return World(
        database=database,
        clock=clock,  # type: ignore[arg-type]
        projects=Projects(database, clock, sources.new_id),
        members=Members(database, clock, sources.new_id),
        tokens=Tokens(database, clock, sources.new_id, sources.random_bytes),
        access=access,
        sessions=Sessions(database, access, clock, sources.random_bytes),
        library=Library(database, clock, sources.new_id, note),
        imports=Imports(database, clock, sources.new_id, note),
        proposals=Proposals(database, clock, sources.new_id, note),
        conflicts=Conflicts(database, clock, sources.new_id, note),
        changes=changes,
    )


async def make_world(database: Database) -> str:
    """Fill an empty database with what `World` tells of, and give the agent's secret."""
    world = make_services(database, Clock())
    world.project = await world.projects.create(SERVER, "payments", "Payments")
    world.ada = await world.person("ada", Role.ADMIN)
    world.eve = await world.person("eve", Role.EDITOR)
    world.rob = await world.person("rob", Role.READER)
    scopes = (Scope.READ, Scope.WRITE, Scope.CHECK, Scope.CONTEXT)
    issued = await world.tokens.issue_for_agent(
        world.ada, world.project.id, "claude", role=Role.EDITOR, scopes=scopes, expires_at=START + timedelta(days=300)
    )
    return issued.secret


async def open_world(database: Database, agent_secret: str) -> World:
    """Give the `World` over a database that `make_world` filled, on a clock that tests move."""
    clock = Clock()
    clock.forward(minutes=1)
    world = make_services(database, clock)
    world.project = await world.projects.find(SERVER, "payments")
    actors = {member.actor.name: member.actor for member in await world.members.list(SERVER, world.project.id)}
    world.ada, world.eve, world.rob = [
        await world.access.principal_of(actors[name].id) for name in ("Ada", "Eve", "Rob")
    ]
    world.agent_secret = agent_secret
    world.claude = await world.access.authenticate_token(agent_secret)
    return world


def commit(number: int, *, agent: bool = False, email: str = "grace@example.org", days: int = 0) -> GitOrigin:
    """Make where an imported text comes from."""
    return GitOrigin(
        commit=f"{number:040x}",
        author_name="Grace",
        author_email=email,
        at=START - timedelta(days=30 - days, minutes=-number),
        message=f"Commit {number}",
        agent=agent,
    )


async def together(*awaitables: object) -> list[object]:
    """Run many at once and give each one's result or exception."""
    return await asyncio.gather(*awaitables, return_exceptions=True)  # type: ignore[call-overload]


__all__ = ["INSTALLATION", "PASSWORD", "START", "World", "commit", "make_services", "make_world", "replace", "together"]
