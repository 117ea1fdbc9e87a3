"""What a project may use is held by all processes together, said clearly, and set by those who may."""

import pytest

from specs.access import SERVER, Role
from specs.errors import DeniedError, UserError
from specs.limits import LimitKind, Quota
from specs.service.limits import Limits, use
from tests.factories import World, together


@pytest.fixture
def limits(world: World) -> Limits:
    return Limits(world.database, world.clock, {})


async def allow(limits: Limits, world: World, **quotas: int | None) -> None:
    named = {name.replace("_", "-"): most for name, most in quotas.items()}
    await limits.set(SERVER, world.project.id, named, {})


async def settings(limits: Limits, world: World) -> dict[str, tuple[int, str, int | None]]:
    found = await limits.show(world.rob, world.project.id)
    return {one.name: (one.value, one.said_by, one.used) for one in found}


async def test_many_at_once_never_have_more_specs_than_there_may_be(limits: Limits, world: World) -> None:
    await allow(limits, world, specs=5)
    made = [world.library.create(world.eve, world.project.id, f"{n}.md", f"# {n}\n") for n in range(12)]
    done = await together(*made)
    refused = [one for one in done if isinstance(one, DeniedError)]
    assert len(refused) == 7
    assert refused[0].details == {"quota": "specs", "most": 5, "used": 5}
    assert refused[0].hint
    assert (await settings(limits, world))["specs"] == (5, "project", 5)
    first = (await world.library.list(world.eve, world.project.id)).items[0]
    await world.library.retire(world.eve, world.project.id, first.id)
    await world.library.create(world.eve, world.project.id, "again.md", "# There is room again\n")


async def test_a_text_beyond_what_there_may_be_is_refused(limits: Limits, world: World) -> None:
    await allow(limits, world, text_bytes=100_000)
    saved = await world.library.create(world.eve, world.project.id, "a.md", "# A\n\n" + "word\n" * 10_000)
    with pytest.raises(DeniedError, match="text-bytes"):
        await world.library.create(world.eve, world.project.id, "b.md", "# B\n\n" + "word\n" * 10_000)
    longer = "# A\n\n" + "word\n" * 40_000
    with pytest.raises(DeniedError, match="text-bytes"):
        await world.library.save(world.eve, world.project.id, saved.spec.id, text=longer, base=saved.revision.digest)
    await world.library.create(world.eve, world.project.id, "c.md", "# C\n")


async def test_members_and_tokens_are_counted(limits: Limits, world: World) -> None:
    await allow(limits, world, members=5, tokens=2)
    await world.person("fay", Role.READER)
    with pytest.raises(DeniedError, match="members"):
        await world.person("gus", Role.READER)
    await world.members.set_role(world.ada, world.project.id, "fay", Role.EDITOR)
    await world.tokens.issue_for_agent(world.ada, world.project.id, "claude")
    with pytest.raises(DeniedError, match="tokens"):
        await world.tokens.issue_for_agent(world.ada, world.project.id, "claude")


async def test_a_window_is_used_up_by_all_together_and_opens_again(limits: Limits, world: World) -> None:
    await allow(limits, world, context_an_hour=5)
    ways = [use(world.database, world.project.id, Quota.CONTEXT, world.clock()) for _ in range(9)]
    done = await together(*ways)
    refused = [one for one in done if isinstance(one, DeniedError)]
    assert len(refused) == 4
    assert 0 < refused[0].details["retry_after"] <= 3600
    assert (await settings(limits, world))["context-an-hour"] == (5, "project", 5)
    world.clock.forward(hours=1)
    await use(world.database, world.project.id, Quota.CONTEXT, world.clock())


async def test_who_may_set_what(limits: Limits, world: World) -> None:
    project = world.project.id
    with pytest.raises(DeniedError):
        await limits.set(world.ada, project, {"specs": 7}, {})
    with pytest.raises(DeniedError):
        await limits.set(world.eve, project, {}, {"reports": 7})
    with pytest.raises(DeniedError):
        await limits.set(world.ada, None, {}, {"reports": 7})
    await limits.set(world.ada, project, {}, {"reports": 7})
    await limits.set(SERVER, None, {"specs": 11}, {"checks": 30})
    found = await settings(limits, world)
    assert (found["reports"], found["checks"], found["specs"][:2]) == (
        (7, "project", None),
        (30, "installation", None),
        (11, "installation"),
    )
    await limits.set(world.ada, project, {}, {"reports": None})
    assert (await settings(limits, world))["reports"][:2] == (90, "default")
    assert "limits.set" in await world.actions()
    assert {one.kind for one in await limits.installation(SERVER)} == set(LimitKind)


@pytest.mark.parametrize(
    ("quotas", "retention"), [({"specks": 1}, {}), ({"specs": -1}, {}), ({}, {"checks": 10**9}), ({"checks": 3}, {})]
)
async def test_what_is_no_limit_is_refused(limits: Limits, world: World, quotas, retention) -> None:
    with pytest.raises(UserError) as refused:
        await limits.set(SERVER, world.project.id, quotas, retention)
    assert refused.value.hint
