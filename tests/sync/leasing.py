"""Workers that claim tasks and are killed or stopped at any moment, and what the log must say of them afterwards.

Each worker is a process of its own over the same database. It writes under its token, finishes, and goes on; one that
was stopped comes back with a token that may be another's by then. Shared by a test and a benchmark.
"""

import asyncio
import multiprocessing
import os
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.db.database import Database
from app.sources import new_id, now
from specs.access import SERVER, Errand, Principal, Role, Scope
from specs.audit import Entry
from specs.errors import HoldfastError
from specs.service.audit import whole_chain
from specs.service.library.library import Library
from sync.service.tasks.errands import fenced
from sync.service.tasks.tasks import Tasks
from sync.tasks.task import TaskState, Wanted
from tests.factories import make_services

_FORK = multiprocessing.get_context("fork")


@dataclass
class Found:
    """What came of it. `faults` is what must not be; `late` are the seconds from a lease's end to the next claim."""

    claims: int = 0
    kills: int = 0
    stops: int = 0
    done: int = 0
    late: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


async def prepare(url: str, tasks: int) -> Principal:
    """Make a project with tasks, and an agent that may take them on."""
    database = Database(url)
    try:
        world = make_services(database)
        project = await world.projects.create(SERVER, "leases", "Leases")
        person = await world.person("mira", Role.ADMIN, project)
        scopes = (Scope.READ, Scope.WRITE, Scope.CONTEXT)
        issued = await world.tokens.issue_for_agent(
            person, project.id, "worker", role=Role.EDITOR, scopes=scopes, expires_at=now() + timedelta(days=1)
        )
        made = Tasks(database, now, new_id)
        for number in range(tasks):
            await made.create(person, project.id, Wanted(f"Task {number}"))
        return await world.access.authenticate_token(issued.secret)
    finally:
        await database.close()


def project_of(principal: Principal) -> UUID:
    """The one project of an agent."""
    return next(iter(principal.roles))


async def labour(url: str, principal: Principal, lease: timedelta, seed: int) -> None:
    """Claim, write under the token, finish; until killed."""
    chance, project = random.Random(seed), project_of(principal)
    database = Database(url, pool=1)
    tasks = Tasks(database, now, new_id)
    while True:
        try:
            held = (await tasks.claim(principal, project, lease=lease)).task
            await asyncio.sleep(chance.random() * 0.3)
            await write(database, principal, held.id, held.fencing)
            await asyncio.sleep(chance.random() * 0.3)
            await tasks.finish(principal, project, held.id, held.fencing, f"token {held.fencing}")
        except HoldfastError:
            await asyncio.sleep(0.1)


async def write(database: Database, principal: Principal, task: UUID, fencing: int) -> None:
    """Write a spec as a request does that names its task: its path tells the token it was written under."""
    who = Principal(
        principal.actor,
        principal.scopes,
        principal.roles,
        task=task,
        errand=Errand(fencing, phase="free", served_at=now(), named=True),
    )
    library = Library(fenced(database, who), now, new_id)
    await library.create(who, project_of(principal), f"effects/{task}-{fencing}.md", "# Effect\n")


def _begin(url: str, principal: Principal, lease: timedelta, seed: int) -> None:
    asyncio.run(labour(url, principal, lease, seed))


class Crew:
    """So many workers, of which some die or sleep and others take their places."""

    def __init__(self, url: str, principal: Principal, workers: int, lease: timedelta, seed: int) -> None:
        self._make = lambda number: _FORK.Process(target=_begin, args=(url, principal, lease, seed * 1000 + number))
        self._lease = lease
        self._chance = random.Random(seed)
        self._made = 0
        self.found = Found()
        self.running: list[Any] = []
        for _ in range(workers):
            self._hire()

    def _hire(self) -> None:
        self._made += 1
        worker = self._make(self._made)
        worker.start()
        self.running.append(worker)

    def kill(self, which: int) -> None:
        """Kill a worker, and put another in its place."""
        worker = self.running.pop(which % len(self.running))
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
        self.found.kills += 1
        self._hire()

    def stop(self, which: int) -> None:
        """Stop a worker until its lease is over, then let it go on as if nothing had been."""
        worker = self.running[which % len(self.running)]
        os.kill(worker.pid, signal.SIGSTOP)
        time.sleep(self._lease.total_seconds() * 1.3)
        os.kill(worker.pid, signal.SIGCONT)
        self.found.stops += 1

    def play(self, kills: int, stops: int) -> None:
        """Kill and stop at random; each place is hit at least once where there are enough turns."""
        turns = ["kill"] * kills + ["stop"] * stops
        self._chance.shuffle(turns)
        for turn in turns:
            time.sleep(self._chance.random() * 0.25)
            # The oldest worker goes: so each one that was there is killed in its turn.
            (self.kill if turn == "kill" else self.stop)(0)

    def end(self) -> None:
        """Kill all."""
        for worker in self.running:
            os.kill(worker.pid, signal.SIGKILL)
            worker.join()


async def left(url: str, principal: Principal) -> int:
    """Count the tasks that are not done."""
    database = Database(url)
    try:
        page, _ = await Tasks(database, now, new_id).list(principal, project_of(principal), limit=200)
        return sum(task.state is not TaskState.DONE for task in page.items)
    finally:
        await database.close()


async def judge(url: str, principal: Principal, found: Found) -> None:
    """Hold the log against what must be: what each token did lies between its own claim and the next one."""
    database = Database(url)
    try:
        async with database.read() as connection:
            entries = await whole_chain(connection, project_of(principal))
        tasks = Tasks(database, now, new_id)
        page, _ = await tasks.list(principal, project_of(principal), limit=200)
        notes = {task.id: (await tasks.get(principal, project_of(principal), task.id)).notes for task in page.items}
    finally:
        await database.close()
    by_task: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.act.task is not None:
            by_task[entry.act.task].append(entry)
    for task in page.items:
        _judge(by_task[task.id], [note.body for note in notes[task.id]], str(task.id)[-6:], found)


def _judge(entries: Sequence[Entry], notes: Sequence[str], name: str, found: Found) -> None:
    current, until = 0, None
    counts = Counter(entry.act.action for entry in entries)
    for entry in entries:
        details: Mapping[str, Any] = entry.act.details
        if entry.act.action == "task.claim":
            if details["fencing"] != current + 1:
                found.faults.append(f"{name}: token {details['fencing']} follows {current}")
            if until is not None:
                found.late.append((entry.act.at - until).total_seconds())
            current, until = details["fencing"], datetime.fromisoformat(details["until"])
            found.claims += 1
        elif entry.act.action == "spec.create":
            token = int(str(details["path"]).rpartition("-")[2].removesuffix(".md"))
            if token != current:
                found.faults.append(f"{name}: token {token} wrote while {current} held")
        elif entry.act.action == "task.done":
            found.done += 1
    if counts["task.done"] != 1 or entries[-1].act.action != "task.done":
        found.faults.append(f"{name}: ended {counts['task.done']} times, last {entries[-1].act.action}")
    if list(notes) != [f"token {current}"]:
        found.faults.append(f"{name}: finished by {list(notes)} while {current} held")


def run(  # noqa: PLR0913 (how many of what)
    url: str, *, workers: int, tasks: int, kills: int, stops: int, lease: int, seed: int
) -> Found:
    """Play it whole, and give what came of it."""
    principal = asyncio.run(prepare(url, tasks))
    crew = Crew(url, principal, workers, timedelta(seconds=lease), seed)
    try:
        crew.play(kills, stops)
        deadline = time.monotonic() + 60 + tasks * 2
        while asyncio.run(left(url, principal)) and time.monotonic() < deadline:
            time.sleep(0.3)
    finally:
        crew.end()
    asyncio.run(judge(url, principal, crew.found))
    return crew.found
