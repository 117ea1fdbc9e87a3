"""Whoever holds a link becomes that person: nobody is invited who is somebody, and no link opens two doors."""

import pytest

from app import sources
from specs.access import SERVER, Role
from specs.errors import ConflictError, DeniedError, MissingError
from specs.service.people.inviting import LIFE, Invitations
from tests.factories import PASSWORD, World


def invitations(world: World) -> Invitations:
    return Invitations(world.database, world.clock, sources.new_id, sources.random_bytes)


async def test_an_invitation_lets_its_person_in_once_and_in_time(world: World) -> None:
    use, project = invitations(world), world.project.id
    made = await use.send(world.ada, project, "Zoe@example.org", Role.REVIEWER)
    assert [(one.login, one.role) for one in await use.list(world.ada, project)] == [("zoe@example.org", Role.REVIEWER)]
    again = await use.again(world.ada, project, made.actor.id)
    with pytest.raises(DeniedError):
        await world.access.redeem_link(made.link.token, PASSWORD)
    world.clock.forward(days=LIFE.days, hours=1)
    with pytest.raises(DeniedError):
        await world.access.redeem_link(again.link.token, PASSWORD)
    last = await use.again(world.ada, project, made.actor.id)
    came = await world.access.redeem_link(last.link.token, PASSWORD)
    assert came.role_in(project) is Role.REVIEWER
    assert await use.list(world.ada, project) == ()
    with pytest.raises(MissingError):
        await use.again(world.ada, project, made.actor.id)


async def test_nobody_is_invited_who_is_somebody(world: World) -> None:
    use, project = invitations(world), world.project.id
    other = await world.projects.create(SERVER, "other")
    zack = await world.person("zack", Role.ADMIN, other)
    for login in ("eve", "zack"):
        with pytest.raises(ConflictError):
            await use.send(world.ada, project, login)
    with pytest.raises(DeniedError):
        await use.send(world.eve, project, "zoe")
    made = await use.send(world.ada, project, "zoe")
    with pytest.raises(ConflictError, match="invited here already"):
        await use.send(world.ada, project, "zoe")
    with pytest.raises(ConflictError):
        await use.send(zack, other.id, "zoe")
    with pytest.raises(ConflictError):  # the link of the one project would open the other
        await world.members.set_role(zack, other.id, "zoe", Role.EDITOR)
    await use.withdraw(world.ada, project, made.actor.id)
    with pytest.raises(DeniedError):
        await world.access.redeem_link(made.link.token, PASSWORD)
    assert (await use.send(zack, other.id, "zoe")).actor == made.actor
