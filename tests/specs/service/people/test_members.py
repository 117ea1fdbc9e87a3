"""Membership: roles are set by admins, and a project never loses its last one."""

import pytest

from specs.access import SERVER, Role
from specs.errors import ConflictError, DeniedError, MissingError
from tests.factories import World, together


async def test_members_are_listed_by_name(world: World) -> None:
    members = await world.members.list(world.rob, world.project.id)
    assert [(member.actor.name, member.role) for member in members] == [
        ("Ada", Role.ADMIN),
        ("Eve", Role.EDITOR),
        ("Rob", Role.READER),
        ("claude", Role.EDITOR),
    ]


async def test_roles_change_at_once(world: World) -> None:
    await world.members.set_role(world.ada, world.project.id, "EVE", Role.REVIEWER)
    assert (await world.access.principal_of(world.eve.actor.id)).roles == {world.project.id: Role.REVIEWER}
    await world.members.set_role(world.ada, world.project.id, world.claude.actor.id, Role.READER)
    assert (await world.access.authenticate_token(world.agent_secret)).roles == {world.project.id: Role.READER}


async def test_only_admins_change_roles(world: World) -> None:
    for who in (world.eve, world.rob, world.claude):
        with pytest.raises(DeniedError):
            await world.members.set_role(who, world.project.id, "rob", Role.ADMIN)
        with pytest.raises(DeniedError):
            await world.members.remove(who, world.project.id, world.rob.actor.id)


async def test_the_last_admin_stays(world: World) -> None:
    with pytest.raises(ConflictError):
        await world.members.set_role(world.ada, world.project.id, "ada", Role.READER)
    with pytest.raises(ConflictError):
        await world.members.remove(world.ada, world.project.id, world.ada.actor.id)
    await world.members.set_role(world.ada, world.project.id, "eve", Role.ADMIN)
    await world.members.remove(world.ada, world.project.id, world.ada.actor.id)


async def test_two_admins_leaving_at_once_leave_one(world: World) -> None:
    await world.members.set_role(world.ada, world.project.id, "eve", Role.ADMIN)
    eve = await world.access.principal_of(world.eve.actor.id)
    outcomes = await together(
        world.members.remove(world.ada, world.project.id, world.ada.actor.id),
        world.members.remove(eve, world.project.id, eve.actor.id),
    )
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 1


async def test_removing_an_agent_ends_its_tokens(world: World) -> None:
    await world.members.remove(world.ada, world.project.id, world.claude.actor.id)
    with pytest.raises(DeniedError):
        await world.access.authenticate_token(world.agent_secret)
    with pytest.raises(MissingError):
        await world.members.remove(world.ada, world.project.id, world.claude.actor.id)


async def test_no_reaching_into_other_projects(world: World) -> None:
    other = await world.projects.create(SERVER, "billing")
    mallory = await world.person("mallory", Role.ADMIN, other)
    for who in (world.claude.actor.id, "nobody", "", "\0", SERVER.actor.id):
        with pytest.raises(MissingError):
            await world.members.set_role(mallory, other.id, who, Role.READER)
    with pytest.raises(MissingError):
        await world.members.list(mallory, world.project.id)
