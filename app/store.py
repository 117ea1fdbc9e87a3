"""Queries of the outside's own tables (page sessions, idempotency keys, counters of tries, runs), and of how all is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, LargeBinary, Row, Text, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.tables import counters, idempotency_keys, runs, sessions
from drift.tables.repositories import repositories
from specs.store.connection import Connection
from specs.tables.audit import audit
from specs.tables.base import Id, Time
from specs.tables.people import actors

_CLAIM = text("""
insert into idempotency_keys (actor_id, key, request_digest, created_at)
select :actor, key, digest, :at from unnest(:keys, :digests) as given (key, digest) order by key
on conflict (actor_id, key) do nothing
returning key
""").bindparams(
    bindparam("actor", type_=Id),
    bindparam("at", type_=Time),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("keys", "digests")),
)
_KEEP = text("""
update idempotency_keys k set status = :status, headers = '{}', body = given.body
from unnest(:keys, :bodies) as given (key, body)
where k.actor_id = :actor and k.key = given.key
""").bindparams(
    bindparam("actor", type_=Id),
    bindparam("status", type_=Integer),
    bindparam("keys", type_=ARRAY(Text)),
    bindparam("bodies", type_=ARRAY(LargeBinary)),
)

_PEOPLE = text("""
select a.id as actor, a.name, a.login, a.site_admin, a.created_at, a.disabled_at,
       (select count(*) from members m where m.actor_id = a.id) as projects,
       greatest((select max(s.seen_at) from sessions s where s.actor_id = a.id),
                (select max(c.last_used_at) from credentials c where c.actor_id = a.id)) as seen_at,
       (select count(*) from sessions s where s.actor_id = a.id and s.epoch = a.session_epoch
        and a.disabled_at is null and s.seen_at > :idle and s.expires_at > :at) as sessions
from actors a where a.login is not null order by a.login
""").bindparams(bindparam("idle", type_=Time), bindparam("at", type_=Time))


@dataclass(frozen=True, slots=True)
class Session:
    """A page session of a person."""

    actor: UUID
    epoch: int
    csrf: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    device: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Work that somebody asked for: how far it is (`stage`, `done` of `total`), and what came of it.

    `state` is waiting, working, done or failed; `seen_at` is when its worker last said that it lives.
    """

    id: UUID
    project: UUID
    kind: str
    subject: str
    state: str
    asked_by: UUID
    asked_at: datetime
    begun_at: datetime | None = None
    seen_at: datetime | None = None
    ended_at: datetime | None = None
    stage: str = ""
    done: int = 0
    total: int = 0
    result: Mapping[str, Any] | None = None
    problem: str = ""
    hint: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {"done", "failed"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the first request with an idempotency key; `status` is None while it is under way."""

    request_digest: str
    status: int | None
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class ServerVitals:
    """What PostgreSQL is: its version, as a number too; pgvector's ("": not there); connections; the size in bytes."""

    version: str
    number: int
    vector: str
    connections: int
    size: int


@dataclass(frozen=True, slots=True)
class JobVitals:
    """How the queue is: when a worker last said that it lives, what waits and since when, and how many jobs failed."""

    alive: datetime | None
    waiting: int
    waiting_since: datetime | None
    failed: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A repository that cannot be read, and why."""

    name: str
    problem: str
    hint: str


class VitalsStore:
    """What tells how an installation is, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def server(self) -> ServerVitals:
        """Ask PostgreSQL what it is."""
        query = """select current_setting('server_version') version, current_setting('server_version_num')::int number,
            coalesce((select extversion from pg_extension where extname = 'vector'),
                     (select default_version from pg_available_extensions where name = 'vector'), '') vector,
            current_setting('max_connections')::int connections, pg_database_size(current_database()) size"""
        row = (await self._connection.execute(text(query))).one()
        return ServerVitals(row.version, row.number, row.vector, row.connections, row.size)

    async def careless(self) -> list[str]:
        """Name the settings that durability hangs on and that are off."""
        query = """select name from pg_settings where setting = 'off'
            and name in ('fsync', 'full_page_writes', 'synchronous_commit') order by name"""
        return list((await self._connection.execute(text(query))).scalars())

    async def now(self) -> datetime:
        """Give PostgreSQL's time."""
        found: datetime = (await self._connection.execute(text("select clock_timestamp()"))).scalar_one()
        return found

    async def jobs(self) -> JobVitals:
        """Ask how the queue is. Jobs that are to begin later do not wait."""
        query = """select (select max(last_heartbeat) from procrastinate_workers) alive, count(*) waiting,
            (select min(e.at) from procrastinate_events e join procrastinate_jobs w on w.id = e.job_id
             where w.status = 'todo' and e.type in ('deferred', 'deferred_for_retry', 'retried')
             and coalesce(w.scheduled_at, now()) <= now()) since,
            (select count(*) from procrastinate_jobs where status = 'failed') failed
            from procrastinate_jobs where status = 'todo' and coalesce(scheduled_at, now()) <= now()"""
        row = (await self._connection.execute(text(query))).one()
        return JobVitals(row.alive, row.waiting, row.since, row.failed)

    async def repositories(self) -> tuple[list[Trouble], int]:
        """Give the repositories that have a problem, by name, and how many there are in all."""
        rows = await self._connection.execute(
            select(repositories).where(repositories.c.problem != "").order_by(repositories.c.name)
        )
        troubled = [Trouble(row.name, row.problem, row.hint) for row in rows]
        count = (await self._connection.execute(select(func.count()).select_from(repositories))).scalar_one()
        return troubled, count

    async def last_entry(self) -> datetime | None:
        """Give when the newest entry of the audit log was made."""
        found: datetime | None = (await self._connection.execute(select(func.max(audit.c.at)))).scalar_one()
        return found


class AppStore:
    """The outside's tables on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add_session(self, id_hash: str, session: Session) -> None:
        """Keep a new session."""
        row = {
            "id_hash": id_hash,
            "actor_id": session.actor,
            "epoch": session.epoch,
            "csrf": session.csrf,
            "created_at": session.created_at,
            "seen_at": session.seen_at,
            "expires_at": session.expires_at,
            "device": session.device,
            "address": session.address,
        }
        await self._connection.execute(sessions.insert().values(row))

    async def session(self, id_hash: str) -> Session | None:
        """Give a session of the epoch its person is in now; nothing when the person is shut out."""
        query = (
            select(sessions)
            .join(actors, (actors.c.id == sessions.c.actor_id) & (actors.c.session_epoch == sessions.c.epoch))
            .where(sessions.c.id_hash == id_hash, actors.c.disabled_at.is_(None))
        )
        row = (await self._connection.execute(query)).one_or_none()
        if row is None:
            return None
        return _session(row)

    async def sessions_of(self, actor: UUID, at: datetime) -> tuple[tuple[str, Session], ...]:
        """Give the sessions of a person that are not over, the one used last first, with the hashes of their ids."""
        query = (
            select(sessions)
            .join(actors, (actors.c.id == sessions.c.actor_id) & (actors.c.session_epoch == sessions.c.epoch))
            .where(sessions.c.actor_id == actor, sessions.c.expires_at > at)
            .order_by(sessions.c.seen_at.desc(), sessions.c.id_hash)
        )
        return tuple((row.id_hash, _session(row)) for row in await self._connection.execute(query))

    async def people(self, at: datetime, idle: datetime) -> tuple[dict[str, Any], ...]:
        """Give all who have a login, by it; sessions count that are not over at a time and were used since another."""
        rows = await self._connection.execute(_PEOPLE, {"at": at, "idle": idle})
        return tuple(dict(row) for row in rows.mappings())

    async def touch_session(self, id_hash: str, at: datetime) -> None:
        """Note that a session was used."""
        await self._connection.execute(update(sessions).where(sessions.c.id_hash == id_hash).values(seen_at=at))

    async def end_session(self, id_hash: str) -> None:
        """Forget a session."""
        await self._connection.execute(delete(sessions).where(sessions.c.id_hash == id_hash))

    async def end_sessions_like(self, actor: UUID, begin: str, *, but: str = "") -> int:
        """Forget the sessions of a person whose hashes begin so, but for one; say how many went."""
        mine = (sessions.c.actor_id == actor) & sessions.c.id_hash.startswith(begin, autoescape=True)
        return (await self._connection.execute(delete(sessions).where(mine, sessions.c.id_hash != but))).rowcount

    async def hit(self, key: str, window: timedelta, at: datetime) -> int:
        """Count one try under a key and say how many there were in the window that `at` falls in."""
        seconds = int(window.total_seconds())
        start = datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, tz=at.tzinfo)
        made = upsert(counters).values(key=key, window_start=start, count=1)
        more = made.on_conflict_do_update(index_elements=["key", "window_start"], set_={"count": counters.c.count + 1})
        return int((await self._connection.execute(more.returning(counters.c.count))).scalar_one())

    async def claim_key(self, actor: UUID, key: str, request_digest: str, at: datetime) -> Answer | None:
        """Claim an idempotency key; nothing when it is ours now, else what the first request with it was answered.

        A twin under way makes this wait for the end of its transaction.
        """
        made = upsert(idempotency_keys).values(actor_id=actor, key=key, request_digest=request_digest, created_at=at)
        new = made.on_conflict_do_nothing(index_elements=["actor_id", "key"]).returning(idempotency_keys.c.key)
        if (await self._connection.execute(new)).one_or_none() is not None:
            return None
        query = select(idempotency_keys).where(idempotency_keys.c.actor_id == actor, idempotency_keys.c.key == key)
        row = (await self._connection.execute(query)).one()
        return Answer(row.request_digest, row.status, row.headers or {}, row.body or b"")

    async def keep_answer(self, actor: UUID, key: str, answer: Answer) -> None:
        """Keep what is answered to the request that claimed a key."""
        kept = update(idempotency_keys).where(idempotency_keys.c.actor_id == actor, idempotency_keys.c.key == key)
        await self._connection.execute(kept.values(status=answer.status, headers=answer.headers, body=answer.body))

    async def claim_keys(self, actor: UUID, digests: Mapping[str, str], at: datetime) -> dict[str, Answer]:
        """Claim many keys, as `claim_key`; give what the requests were answered whose keys are not ours now."""
        keys = sorted(digests)  # in one order, whoever claims them
        given = {"actor": actor, "keys": keys, "digests": [digests[key] for key in keys], "at": at}
        ours = set((await self._connection.execute(_CLAIM, given)).scalars())
        if len(ours) == len(keys):
            return {}
        others = [key for key in keys if key not in ours]
        query = select(idempotency_keys).where(idempotency_keys.c.actor_id == actor, idempotency_keys.c.key.in_(others))
        rows = await self._connection.execute(query)
        return {row.key: Answer(row.request_digest, row.status, row.headers or {}, row.body or b"") for row in rows}

    async def keep_bodies(self, actor: UUID, bodies: Mapping[str, bytes], status: int) -> None:
        """Keep what is answered to changes that claimed keys."""
        given = {"actor": actor, "keys": [*bodies], "bodies": [*bodies.values()], "status": status}
        await self._connection.execute(_KEEP, given)

    async def release_keys(self, actor: UUID, keys: Collection[str]) -> None:
        """Give keys back of what came to nothing."""
        gone = delete(idempotency_keys).where(idempotency_keys.c.actor_id == actor, idempotency_keys.c.key.in_(keys))
        await self._connection.execute(gone)

    async def sweep(
        self, *, sessions_before: datetime, keys_before: datetime, counters_before: datetime, runs_before: datetime
    ) -> int:
        """Delete sessions that expired, keys, counters and runs that are old; say how many rows went."""
        old = (
            delete(sessions).where(sessions.c.expires_at < sessions_before),
            delete(idempotency_keys).where(idempotency_keys.c.created_at < keys_before),
            delete(counters).where(counters.c.window_start < counters_before),
            delete(runs).where(runs.c.asked_at < runs_before),
        )
        return sum([(await self._connection.execute(statement)).rowcount for statement in old])


@dataclass(frozen=True, slots=True)
class Job:
    """Work that waits for a worker, is being done, or failed: `tries` counts how often it began."""

    task: str
    subject: str
    state: str
    tries: int
    at: datetime | None
    due: datetime | None


class JobStore:
    """The queue's jobs on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, locks: Collection[str]) -> tuple[Job, ...]:
        """Give the jobs that hold or want some locks, and are not done, the newest first."""
        query = text("""select j.task_name, j.lock, j.status::text state, j.attempts, j.scheduled_at,
            (select max(e.at) from procrastinate_events e where e.job_id = j.id) at from procrastinate_jobs j
            where j.lock = any(:locks) and j.status in ('todo', 'doing', 'failed') order by j.id desc limit 200""")
        rows = await self._connection.execute(query, {"locks": list(locks)})
        return tuple(Job(row.task_name, row.lock, row.state, row.attempts, row.at, row.scheduled_at) for row in rows)


class RunStore:
    """Runs on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, run: Run) -> None:
        """Keep a new run."""
        row = {"id": run.id, "project_id": run.project, "kind": run.kind, "subject": run.subject, "state": run.state}
        row |= {"asked_by": run.asked_by, "asked_at": run.asked_at}
        await self._connection.execute(insert(runs).values(row))

    async def get(self, id_: UUID) -> Run | None:
        """Give a run."""
        row = (await self._connection.execute(select(runs).where(runs.c.id == id_))).one_or_none()
        return None if row is None else _run(row)

    async def latest(self, project: UUID, kind: str, subject: str | None = None) -> Run | None:
        """Give the run of a kind that was asked for last in a project, on a subject where one is named."""
        query = select(runs).where(runs.c.project_id == project, runs.c.kind == kind)
        if subject is not None:
            query = query.where(runs.c.subject == subject)
        row = (await self._connection.execute(query.order_by(runs.c.asked_at.desc(), runs.c.id.desc()))).first()
        return None if row is None else _run(row)

    async def change(self, id_: UUID, **values: object) -> None:
        """Change columns of a run."""
        await self._connection.execute(update(runs).where(runs.c.id == id_).values(**values))


def _session(row: Row[Any]) -> Session:
    return Session(
        row.actor_id, row.epoch, row.csrf, row.created_at, row.seen_at, row.expires_at, row.device, row.address
    )


def _run(row: Row[Any]) -> Run:
    return Run(
        row.id,
        row.project_id,
        row.kind,
        row.subject,
        row.state,
        row.asked_by,
        row.asked_at,
        row.begun_at,
        row.seen_at,
        row.ended_at,
        row.stage,
        row.done,
        row.total,
        row.result,
        row.problem,
        row.hint,
    )
