"""Requirements of a spec in the library: in its own dialect, under keys that outlive renumbering."""

from uuid import uuid4

import pytest

from specs.errors import MissingError
from specs.service.library.requirements import Requirements
from tests.factories import World

HEAD = "# Requirements Document\n\n## Requirements\n\n### Requirement 1: Time\n\n#### Acceptance Criteria\n\n"
PATH = "clock/requirements.md"


def text(*criteria: str) -> str:
    return HEAD + "".join(f"{place}. WHEN asked THE System SHALL {one}\n" for place, one in enumerate(criteria, 1))


@pytest.fixture
def requirements(world: World) -> Requirements:
    return Requirements(world.database)


async def test_keys_are_carried_along_the_history(world: World, requirements: Requirements) -> None:
    home = world.project.id
    first = await world.library.create(world.eve, home, PATH, text("show the hour", "ring at noon"))
    spec = first.spec.id
    head = first.revision.digest
    for version in (
        text("blink red", "show the hour", "ring at noon"),
        text("ring at noon", "show the hour"),
        text("glow", "ring at noon", "show the hour"),
    ):
        head = (await world.library.save(world.eve, home, spec, base=head, text=version)).revision.digest
    now = await requirements.read(world.rob, home, spec)
    assert [part.key for part in now.reading.requirements[0].parts] == ["1.4", "1.2", "1.1"]
    then = await requirements.read(world.rob, home, spec, first.revision.digest)
    assert [part.key for part in then.reading.requirements[0].parts] == ["1.1", "1.2"]
    _, one = await requirements.one(world.rob, home, spec, "1.2")
    assert one.text == "2. WHEN asked THE System SHALL ring at noon\n"


async def test_the_keys_of_tasks_are_carried_along_the_history(world: World, requirements: Requirements) -> None:
    home, path, plan = world.project.id, "clock/tasks.md", "# Implementation Plan\n\n"
    first = await world.library.create(world.eve, home, path, f"{plan}- [ ] 1. Draw hands\n- [ ] 2. Ring at noon\n")
    head = first.revision.digest
    for version in ("- [ ] 1. Ring at noon\n", "- [ ] 1. Blink red\n- [x] 2. Ring at noon\n  - [ ] 2.1 Test\n"):
        saved = await world.library.save(world.eve, home, first.spec.id, base=head, text=plan + version)
        head = saved.revision.digest
    now = (await requirements.read(world.rob, home, first.spec.id)).reading.tasks
    assert [(task.key, task.label, task.parent) for task in now] == [
        ("3", "1", ""),
        ("2", "2", ""),
        ("2.1", "2.1", "2"),
    ]
    assert (await requirements.one(world.rob, home, first.spec.id, "3"))[1].name == "Blink red"


async def test_only_members_read_and_only_what_is_there(world: World, requirements: Requirements) -> None:
    home = world.project.id
    made = await world.library.create(world.eve, home, "a.md", "- **PAY-001**: It MUST.\n")
    assert (await requirements.one(world.rob, home, made.spec.id, "PAY-001"))[1].key == "PAY-001"
    with pytest.raises(MissingError):
        await requirements.one(world.rob, home, made.spec.id, "PAY-002")
    with pytest.raises(MissingError):
        await requirements.read(world.rob, home, made.spec.id, "0" * 64)
    with pytest.raises(MissingError):
        await requirements.read(world.rob, home, uuid4())
