"""Tasks on a real database: one holder at a time, stale tokens, phases that wait for people, overlaps told to both."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.sources import new_id
from specs.access import SERVER, Role
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from sync.service.tasks.oversight import Oversight
from sync.service.tasks.tasks import Tasks
from sync.tasks.lifecycle import standing
from sync.tasks.task import Area, Phase, Size, TaskState, Wanted
from tests.factories import World, together

AREA = Area(paths=("src/pay",), sections=("pay.md#refunds",))


@pytest.fixture
def tasks(world: World) -> Tasks:
    return Tasks(world.database, world.clock, new_id)


@pytest.fixture
def oversight(world: World) -> Oversight:
    return Oversight(world.database, world.clock)


async def lapse_now(world: World, task) -> None:
    """Have a lease run out, as if the time had passed."""
    async with world.database.transaction() as connection:
        await connection.execute(
            text("update tasks set lease_until = clock_timestamp() where id = :id"), {"id": task.id}
        )


async def test_one_of_many_gets_a_task(world, tasks):
    made = (await tasks.create(world.eve, world.project.id, Wanted("Mend refunds."))).task
    got = await together(*(tasks.claim(world.claude, world.project.id, made.id) for _ in range(8)))
    won = [one for one in got if not isinstance(one, Exception)]
    assert len(won) == 1
    assert {type(one) for one in got} - {type(won[0])} == {ConflictError}
    assert won[0].task.fencing == 1
    assert won[0].task.holder == world.claude.actor


async def test_the_oldest_free_task_is_next_and_nobody_waits_for_another(world, tasks):
    for number in range(6):
        await tasks.create(world.eve, world.project.id, Wanted(f"Task {number}"))
    got = await together(*(tasks.claim(world.claude, world.project.id) for _ in range(6)))
    assert sorted(one.task.intent for one in got) == [f"Task {number}" for number in range(6)]
    with pytest.raises(MissingError):
        await tasks.claim(world.claude, world.project.id)


async def test_a_lease_that_ran_out_gives_the_task_to_the_next_and_its_token_changes_nothing(world, tasks, oversight):
    project = world.project.id
    held = await tasks.begin(world.claude, project, Wanted("Mend refunds."))
    task = held.task
    await lapse_now(world, task)
    looked = await tasks.get(world.rob, project, task.id)
    assert standing(looked.task, looked.now) is TaskState.EXPIRED
    for stale in (
        tasks.renew(world.claude, project, task.id, 1),
        tasks.finish(world.claude, project, task.id, 1),
        tasks.fail(world.claude, project, task.id, 1, "No."),
        tasks.give_back(world.claude, project, task.id, 1),
        tasks.note(world.claude, project, task.id, "Here.", 1),
    ):
        with pytest.raises(ConflictError, match="no longer holds"):
            await stale
    assert (await tasks.get(world.rob, project, task.id)).task == looked.task
    again = await tasks.claim(world.eve, project, task.id)
    assert again.task.fencing == 2
    with pytest.raises(ConflictError):
        await tasks.finish(world.claude, project, task.id, 1)
    assert (await tasks.finish(world.eve, project, task.id, 2)).task.state is TaskState.DONE
    assert (await tasks.finish(world.eve, project, task.id, 2)).task.state is TaskState.DONE
    assert (await world.actions()).count("task.done") == 1
    assert not await world.verify_audit()


async def test_the_sweep_writes_down_what_was_so_already(world, tasks, oversight):
    task = (await tasks.begin(world.claude, world.project.id, Wanted("Mend refunds."))).task
    assert await oversight.lapse(world.project.id) == 0
    await lapse_now(world, task)
    assert await oversight.lapse(world.project.id) == 1
    assert await oversight.lapse(world.project.id) == 0
    assert "task.expire" in await world.actions()
    assert (await tasks.claim(world.claude, world.project.id)).task.id == task.id


async def test_who_came_into_an_area_is_told_to_both(world, tasks):
    project = world.project.id
    first = await tasks.begin(world.eve, project, Wanted("Refunds.", AREA))
    inside = Area(paths=("src/pay/refund.py",), symbols=("pay:Card",))
    second = await tasks.begin(world.claude, project, Wanted("Cards.", inside))
    assert [(met.task.id, met.shared.paths) for met in second.overlaps] == [(first.task.id, ("src/pay",))]
    renewed = await tasks.renew(world.eve, project, first.task.id, 1)
    assert [met.task.id for met in renewed.overlaps] == [second.task.id]
    assert [(one["kind"], one["holder"], one["shared"]) for one in renewed.news] == [("overlap", "claude", ["src/pay"])]
    assert (await tasks.renew(world.eve, project, first.task.id, 1)).news == ()
    assert "task.overlap" in await world.actions()
    found = await tasks.active_in(world.rob, project, Area(sections=("pay.md",)), second.task.id)
    assert [(met.task.id, met.told) for met in found] == [(first.task.id, ("pay.md#refunds",))]
    await tasks.finish(world.eve, project, first.task.id, 1)
    assert await tasks.active_in(world.rob, project, Area(paths=("src",)), second.task.id) == ()


async def test_a_plan_of_an_agents_waits_for_a_reviewer(world, tasks, oversight):
    project = world.project.id
    wanted = Wanted("Mend refunds.", phase=Phase.RESEARCH)
    task = (await tasks.begin(world.claude, project, wanted)).task
    task = (await tasks.finish(world.claude, project, task.id, 1)).task
    assert (task.state, task.phase, task.waits) == (TaskState.OPEN, Phase.PLAN, False)
    await tasks.claim(world.claude, project, task.id)
    task = (await tasks.finish(world.claude, project, task.id, 2, "See plan.md.")).task
    assert (task.state, task.phase, task.waits) == (TaskState.OPEN, Phase.PLAN, True)
    with pytest.raises(ConflictError, match="waits for 1 from reviewer"):
        await tasks.claim(world.claude, project, task.id)
    for who in (world.claude, world.eve):
        with pytest.raises(DeniedError):
            await oversight.answer(who, project, task.id, approve=True)
    with pytest.raises(UserError):
        await oversight.answer(world.ada, project, task.id, approve=False)
    task = (await oversight.answer(world.ada, project, task.id, approve=False, body="Too wide.")).task
    assert (task.waits, task.phase, task.reason) == (False, Phase.PLAN, "Too wide.")
    await tasks.claim(world.claude, project, task.id)
    await tasks.finish(world.claude, project, task.id, 3)
    task = (await oversight.answer(world.ada, project, task.id, approve=True)).task
    assert (task.waits, task.phase, task.state) == (False, Phase.IMPLEMENT, TaskState.OPEN)
    notes = (await tasks.get(world.rob, project, task.id)).notes
    assert [(note.answer, note.body) for note in notes] == [
        ("", "See plan.md."),
        ("decline", "Too wide."),
        ("approve", ""),
    ]
    assert not await world.verify_audit()


async def test_people_freeze_thaw_and_cancel_and_agents_do_not(world, tasks, oversight):
    project = world.project.id
    task = (await tasks.begin(world.claude, project, Wanted("Mend refunds."))).task
    for step in (oversight.freeze, oversight.thaw, oversight.cancel):
        for who in (world.claude, world.eve, world.rob):
            with pytest.raises(DeniedError):
                await step(who, project, task.id, "No.")
    await oversight.freeze(world.ada, project, task.id, "Wait for the audit.")
    with pytest.raises(ConflictError, match="Wait for the audit"):
        await tasks.renew(world.claude, project, task.id, 1)
    with pytest.raises(ConflictError):
        await tasks.claim(world.claude, project, task.id)
    await oversight.thaw(world.ada, project, task.id)
    assert (await tasks.claim(world.claude, project, task.id)).task.fencing == 2
    await oversight.cancel(world.ada, project, task.id, "No longer wanted.")
    with pytest.raises(ConflictError):
        await tasks.finish(world.claude, project, task.id, 2)
    mine = (await tasks.create(world.eve, project, Wanted("Mine."))).task
    assert (await oversight.cancel(world.eve, project, mine.id, "Done by hand.")).task.state is TaskState.FAILED
    for who in (world.claude, world.rob):
        with pytest.raises(DeniedError):
            await tasks.create(who, project, Wanted("For others."))


NO_XL = """---
status: active
---
# Policies

```yaml policy
id: no-xl
event: task
when: task_size == "xl" && author_kind == "agent"
then: deny
why: Too large.
```
"""


async def test_policies_decide_who_takes_what_on(world, tasks):
    await world.library.create(SERVER, world.project.id, "policies.md", NO_XL)
    with pytest.raises(DeniedError, match="Too large"):
        await tasks.begin(world.claude, world.project.id, Wanted("All of it.", size=Size.XL))
    assert (await tasks.begin(world.eve, world.project.id, Wanted("All of it.", size=Size.XL))).task.fencing == 1


async def test_a_finish_that_races_the_next_claim_has_one_end(world, tasks):
    project = world.project.id
    for _ in range(5):
        task = (await tasks.begin(world.claude, project, Wanted("Race."), lease=timedelta(seconds=5))).task
        await lapse_now(world, task)
        got = await asyncio.gather(
            tasks.finish(world.claude, project, task.id, 1),
            tasks.claim(world.eve, project, task.id),
            return_exceptions=True,
        )
        assert isinstance(got[0], ConflictError)
        assert got[1].task.fencing == 2


async def test_another_project_knows_nothing(world, tasks):
    task = (await tasks.create(world.eve, world.project.id, Wanted("Mine."))).task
    other = await world.projects.create(SERVER, "other", "Other")
    kim = await world.person("kim", Role.ADMIN, other)
    with pytest.raises(MissingError):
        await tasks.get(kim, world.project.id, task.id)
    with pytest.raises(MissingError):
        await tasks.claim(kim, other.id, task.id)


REFUNDS = "# Pay\n\n## Refunds\n\nThey take ten days.\n\n## Cards\n\nAny card.\n"


async def test_what_changes_under_a_holders_hands_is_told_and_logged(world, tasks, oversight):
    project = world.project.id
    saved = await world.library.create(world.eve, project, "pay.md", REFUNDS)
    spec, head = saved.spec.id, saved.revision.digest
    held = await tasks.begin(world.claude, project, Wanted("Refunds.", AREA))
    other = REFUNDS.replace("Any card", "No card")
    head = (await world.library.save(world.eve, project, spec, base=head, text=other)).revision.digest
    assert await oversight.tidy() == (0, 0), "another section is not its business"
    text = other.replace("ten days", "five days")
    head = (await world.library.save(world.eve, project, spec, base=head, text=text)).revision.digest
    assert await oversight.tidy() == (0, 1)
    assert await oversight.tidy() == (0, 0)
    [news] = (await tasks.renew(world.claude, project, held.task.id, 1)).news
    assert (news["kind"], news["path"], news["sections"], news["by"]) == ("changed", "pay.md", ["refunds"], "Eve")
    assert news["revision"] == head
    text = text.replace("five", "two")
    await world.library.save(world.eve, project, spec, base=head, text=text)
    [news] = (await tasks.renew(world.claude, project, held.task.id, 1)).news
    assert news["sections"] == ["refunds"], "who asks hears at once"
    assert (await world.actions()).count("task.stale") == 2
    assert not await world.verify_audit()
