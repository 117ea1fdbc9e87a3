"""Projects: who may start one, and how a stranger learns nothing."""

from dataclasses import replace

import pytest

from specs.access import SERVER, Role, Scope
from specs.audit import INSTALLATION
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from tests.factories import World


async def test_who_starts_a_project_is_its_admin(world: World) -> None:
    root = replace(world.ada, site_admin=True)
    made = await world.projects.create(root, "billing", "Billing & more")
    ada = await world.access.principal_of(world.ada.actor.id)
    assert ada.roles[made.id] is Role.ADMIN
    assert await world.projects.find(ada, "billing") == made
    assert [project.slug for project in await world.projects.list(ada)] == ["billing", "payments"]
    assert (await world.actions(INSTALLATION))[-1] == "project.create"


async def test_only_administrators_of_the_installation_start_projects(world: World) -> None:
    for who in (world.ada, world.claude, replace(world.ada, site_admin=True, scopes=frozenset({Scope.READ}))):
        with pytest.raises(DeniedError):
            await world.projects.create(who, "billing")


async def test_a_slug_is_taken_once(world: World) -> None:
    with pytest.raises(ConflictError):
        await world.projects.create(SERVER, "payments")


@pytest.mark.parametrize("slug", ["", "A", "a b", "-a", "a-", "a--b", "a/b", "..", "é", "a\n", "a\0", "x" * 61, "api"])
async def test_slugs_that_cannot_stand_in_an_address(world: World, slug: str) -> None:
    with pytest.raises(UserError) as caught:
        await world.projects.create(SERVER, slug)
    assert caught.value.hint


async def test_foreign_and_missing_look_the_same(world: World) -> None:
    other = await world.projects.create(SERVER, "billing")
    said = set()
    for ask in (
        world.projects.find(world.ada, "billing"),
        world.projects.find(world.ada, "nothing"),
        world.projects.find(world.ada, "\0"),
        world.projects.get(world.ada, other.id),
        world.projects.get(world.ada, world.ada.actor.id),
    ):
        with pytest.raises(MissingError) as caught:
            await ask
        said.add((caught.value.message, caught.value.hint))
    assert len(said) == 1


async def test_the_server_sees_all(world: World) -> None:
    await world.projects.create(SERVER, "billing")
    assert [project.slug for project in await world.projects.list(SERVER)] == ["billing", "payments"]
    assert (await world.projects.get(SERVER, world.project.id)).slug == "payments"
