"""Tokens are given, listed and taken back; no agent gets a person's authority."""

from dataclasses import replace
from datetime import timedelta

import pytest

from specs.access import SERVER, Role, Scope
from specs.errors import DeniedError, MissingError, UserError
from specs.revision import ActorKind
from tests.factories import World


async def test_a_token_is_shown_once_and_opens_what_it_says(world: World) -> None:
    issued = await world.tokens.issue_for_agent(world.ada, world.project.id, "ci", scopes=[Scope.READ, Scope.CHECK])
    assert issued.secret.startswith(issued.token.prefix + "_")
    assert len(issued.secret) > 55
    found = await world.access.authenticate_token(issued.secret)
    assert found.scopes == {Scope.READ, Scope.CHECK}
    assert found.roles == {world.project.id: Role.READER}
    listed = await world.tokens.list(world.ada, world.project.id)
    assert [token.name for token in listed] == ["ci", "claude"]
    assert (await world.actions())[-1] == "token.issue"


async def test_an_agent_of_one_name_is_one_agent_per_project(world: World) -> None:
    first = await world.tokens.issue_for_agent(world.ada, world.project.id, "ci")
    second = await world.tokens.issue_for_agent(world.ada, world.project.id, " ci ")
    other = await world.projects.create(SERVER, "billing")
    third = await world.tokens.issue_for_agent(SERVER, other.id, "ci")
    assert first.token.actor == second.token.actor
    assert third.token.actor.id != first.token.actor.id


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        (Role.ADMIN, [Scope.READ]),
        (Role.REVIEWER, [Scope.READ]),
        (Role.EDITOR, [Scope.READ, Scope.ADMIN]),
        (Role.READER, []),
    ],
)
async def test_agents_never_get_a_persons_authority(world: World, role: Role, scopes: list[Scope]) -> None:
    with pytest.raises(UserError) as caught:
        await world.tokens.issue_for_agent(world.ada, world.project.id, "bot", role=role, scopes=scopes)
    assert caught.value.hint
    with pytest.raises(UserError):
        await world.members.set_role(world.ada, world.project.id, world.claude.actor.id, Role.REVIEWER)


async def test_expiry_is_asked_for_and_kept(world: World) -> None:
    now = world.clock()
    for wrong in (now, now - timedelta(days=1), now + timedelta(days=400), now.replace(tzinfo=None)):
        with pytest.raises(UserError):
            await world.tokens.issue_for_agent(world.ada, world.project.id, "ci", expires_at=wrong)
    issued = await world.tokens.issue_for_agent(world.ada, world.project.id, "ci", expires_at=now + timedelta(hours=1))
    await world.access.authenticate_token(issued.secret)
    world.clock.forward(hours=2)
    with pytest.raises(DeniedError, match="not valid"):
        await world.access.authenticate_token(issued.secret)


async def test_a_revoked_token_opens_nothing(world: World) -> None:
    await world.tokens.revoke(world.ada, world.claude.credential)
    with pytest.raises(DeniedError):
        await world.access.authenticate_token(world.agent_secret)
    before = await world.actions()
    await world.tokens.revoke(world.ada, world.claude.credential)
    assert await world.actions() == before
    assert (await world.tokens.list(world.ada, world.project.id))[0].revoked_at is not None


async def test_who_may_issue_list_and_revoke(world: World) -> None:
    for who in (world.eve, world.rob, world.claude):
        with pytest.raises(DeniedError):
            await world.tokens.issue_for_agent(who, world.project.id, "bot")
        with pytest.raises(DeniedError):
            await world.tokens.list(who, world.project.id)
    with pytest.raises(DeniedError):
        await world.tokens.revoke(world.eve, world.claude.credential)
    other = await world.projects.create(SERVER, "billing")
    mallory = await world.person("mallory", Role.ADMIN, other)
    with pytest.raises(MissingError):
        await world.tokens.revoke(mallory, world.claude.credential)
    with pytest.raises(MissingError):
        await world.tokens.issue_for_agent(mallory, world.project.id, "bot")
    with pytest.raises(MissingError):
        await world.tokens.issue_for_agent(SERVER, world.claude.actor.id, "bot")
    await world.access.authenticate_token(world.agent_secret)


async def test_people_have_tokens_of_their_own(world: World) -> None:
    issued = await world.tokens.issue_for_self(
        world.eve, "laptop", project=world.project.id, scopes=[Scope.READ, Scope.WRITE]
    )
    eve = await world.access.authenticate_token(issued.secret)
    assert eve.actor == world.eve.actor
    assert eve.actor.kind is ActorKind.HUMAN
    assert eve.on_behalf_of is None
    assert [token.name for token in await world.tokens.list_own(world.eve)] == ["laptop"]
    with pytest.raises(DeniedError):
        await world.tokens.issue_for_self(eve, "more", scopes=[Scope.ADMIN])
    with pytest.raises(DeniedError):
        await world.tokens.issue_for_self(world.claude, "mine")
    await world.tokens.revoke(eve, issued.token.id)
    with pytest.raises(DeniedError):
        await world.access.authenticate_token(issued.secret)


async def test_a_token_for_one_project_opens_no_other(world: World) -> None:
    other = await world.projects.create(replace(world.ada, site_admin=True), "billing")
    ada = await world.access.principal_of(world.ada.actor.id)
    assert set(ada.roles) == {world.project.id, other.id}
    bound = await world.tokens.issue_for_self(ada, "one", project=other.id)
    assert set((await world.access.authenticate_token(bound.secret)).roles) == {other.id}
    free = await world.tokens.issue_for_self(ada, "all")
    assert set((await world.access.authenticate_token(free.secret)).roles) == set(ada.roles)


async def test_a_token_gives_no_token_that_opens_more(world: World) -> None:
    other = await world.projects.create(replace(world.ada, site_admin=True), "billing")
    ada = await world.access.principal_of(world.ada.actor.id)
    soon = world.clock() + timedelta(days=1)
    bound = await world.tokens.issue_for_self(ada, "one", project=other.id, expires_at=soon)
    asking = await world.access.authenticate_token(bound.secret)
    child = await world.tokens.issue_for_self(asking, "child")
    assert child.token.project == other.id
    assert child.token.expires_at == soon
    assert set((await world.access.authenticate_token(child.secret)).roles) == {other.id}
    with pytest.raises(MissingError):
        await world.tokens.issue_for_self(asking, "child", project=world.project.id)


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "\x1b[31m", "x" * 201, "\ud800"])
async def test_names_fit_in_a_line(world: World, name: str) -> None:
    with pytest.raises(UserError):
        await world.tokens.issue_for_agent(world.ada, world.project.id, name)
