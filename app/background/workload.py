"""What the queue has to do for a project's repositories, in words: what waits, what is done now, what failed."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.queue import PUBLISH, SPECS, SYNC
from app.store import JobStore
from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.store.connection import Transactions

WORDS = {SYNC: "read and compare", SPECS: "hold against changed specs", PUBLISH: "publish to git"}
STATES = {"todo": "waiting", "doing": "working", "failed": "failed"}


@dataclass(frozen=True, slots=True)
class Work:
    """A job of a repository: `state` is waiting, working or failed; `tries` counts how often it began."""

    repository: UUID
    name: str
    what: str
    state: str
    tries: int
    at: datetime | None = None
    due: datetime | None = None


class Workload:
    """The use case of looking at jobs. Any member may."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def of(self, principal: Principal, project: UUID) -> tuple[Work, ...]:
        """Give the jobs of a project's repositories that are not done, the newest first."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            known = {f"repo:{one.id}": one for one in await RepositoryStore(connection).of_project(project)}
            jobs = await JobStore(connection).of(sorted(known))
        return tuple(
            Work(
                known[job.subject].id,
                known[job.subject].name,
                WORDS.get(job.task, job.task),
                STATES[job.state],
                job.tries,
                job.at,
                job.due,
            )
            for job in jobs
        )
