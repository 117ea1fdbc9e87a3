"""Work that is asked for and watched: verifying the audit log, learning. How far it is, and what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.api._wire import Items, Out
from app.background.runs import RunKind
from app.store import Run
from app.unit import Unit
from specs.access import Scope


class RunOut(Out):
    """A run: `state` is waiting, working, done or failed; `stage` says what it is at, `done` of `total` how far.

    `result` is what came of it; where it failed, `problem` and `hint` say why. `seen_at` is when a worker last said
    that it is at it.
    """

    id: UUID
    kind: RunKind
    state: str
    asked_by: UUID
    asked_at: datetime
    subject: str = ""
    stage: str = ""
    done: int = 0
    total: int = 0
    begun_at: datetime | None = None
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    result: Mapping[str, Any] | None = None
    problem: str = ""
    hint: str = ""

    @classmethod
    def of(cls, run: Run) -> "RunOut":
        """Make it from what is kept. Of other projects' chains a verification tells nothing."""
        result = run.result
        if result is not None and run.kind == RunKind.VERIFY:
            mine = str(run.project)
            faults = [one for one in result["faults"] if one[0] == mine]
            ends = {chain: end for chain, end in result["ends"].items() if chain == mine}
            result = {**result, "faults": faults, "ends": ends}
        return cls(
            id=run.id,
            kind=RunKind(run.kind),
            state=run.state,
            asked_by=run.asked_by,
            asked_at=run.asked_at,
            subject=run.subject,
            stage=run.stage,
            done=run.done,
            total=run.total,
            begun_at=run.begun_at,
            seen_at=run.seen_at,
            ended_at=run.ended_at,
            result=result,
            problem=run.problem,
            hint=run.hint,
        )


@post(
    "/projects/{project:str}/audit/verify",
    opt={"scope": Scope.ADMIN, "statuses": (404,)},
    status_code=202,
    summary="Verify the audit log",
)
async def verify_audit(unit: NamedDependency[Unit], project: FromPath[str]) -> RunOut:
    """Have every chain of the log recomputed and held against its checkpoints. Needs an admin; look at the run."""
    found = await unit.projects.find(unit.principal, project)
    return RunOut.of(await unit.runs.begin(unit.principal, found.id, RunKind.VERIFY))


@get("/projects/{project:str}/runs/{run:uuid}", opt={"scope": Scope.READ, "statuses": (404,)}, summary="Look at a run")
async def get_run(unit: NamedDependency[Unit], project: FromPath[str], run: FromPath[UUID]) -> RunOut:
    """Say how far a run is, and what came of it."""
    found = await unit.projects.find(unit.principal, project)
    return RunOut.of(await unit.runs.get(unit.principal, found.id, run))


class JobOut(Out):
    """A job of a repository that is not done: `state` is waiting, working or failed."""

    repository: UUID
    name: str
    what: str
    state: str
    tries: int
    at: datetime | None = None
    due: datetime | None = None


@get("/projects/{project:str}/jobs", opt={"scope": Scope.READ, "statuses": (404,)}, summary="List jobs")
async def list_jobs(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[JobOut]:
    """List what waits for a worker, is being done or failed, for the repositories of a project, the newest first."""
    found = await unit.projects.find(unit.principal, project)
    return Items(
        tuple(
            JobOut(
                repository=one.repository,
                name=one.name,
                what=one.what,
                state=one.state,
                tries=one.tries,
                at=one.at,
                due=one.due,
            )
            for one in await unit.workload.of(unit.principal, found.id)
        )
    )


ROUTES = (verify_audit, get_run, list_jobs)
