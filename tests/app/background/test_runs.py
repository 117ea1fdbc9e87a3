"""Runs are asked for once, carried on as often as it takes, and seen by those who may."""

from uuid import uuid4

import pytest

from app import sources
from app.background.runs import Progress, RunKind, Runs
from specs.errors import DeniedError, MissingError
from specs.store.connection import Connection
from tests.factories import World


async def test_a_run_is_asked_for_watched_and_ended_once(world: World) -> None:
    asked = []

    async def note(_connection: Connection, run: object) -> None:
        asked.append(run)

    runs = Runs(world.database, world.clock, sources.new_id, note)
    project = world.project.id
    with pytest.raises(DeniedError):
        await runs.begin(world.eve, project, RunKind.VERIFY)
    with pytest.raises(DeniedError):
        await runs.begin(world.claude, project, RunKind.LEARN)
    run = await runs.begin(world.ada, project, RunKind.VERIFY)
    assert await runs.begin(world.ada, project, RunKind.VERIFY) == run
    assert asked == [run.id]
    progress = Progress(world.database, world.clock, run.id)
    assert await progress.begin() is not None
    assert await progress.begin() is not None  # its worker died, another takes it up
    await progress.tell("Counting", 1, 2)
    seen = await runs.get(world.ada, project, run.id)
    assert (seen.state, seen.stage, seen.done, seen.total) == ("working", "Counting", 1, 2)
    await progress.succeed({"faults": []})
    assert await progress.begin() is None
    assert (await runs.get(world.ada, project, run.id)).over
    assert await runs.begin(world.ada, project, RunKind.VERIFY) != run
    with pytest.raises(DeniedError):
        await runs.get(world.eve, project, run.id)
    with pytest.raises(MissingError):
        await runs.get(world.ada, project, uuid4())
