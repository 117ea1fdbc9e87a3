"""Who gets in, as whom, and who no longer does."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.db.database import Database
from specs.access import SERVER, Role, Scope
from specs.audit import INSTALLATION
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.revision import ActorKind
from tests.factories import PASSWORD, World, make_services, together


async def test_the_first_admin_comes_with_a_link_once(database: Database) -> None:
    world = make_services(database)
    link = await world.access.first_admin()
    assert link is not None
    assert await world.access.first_admin() is None
    principal = await world.access.redeem_link(link.token, PASSWORD)
    assert principal.site_admin
    assert (await world.access.login(" ADMIN ", PASSWORD)).actor == principal.actor
    with pytest.raises(DeniedError):
        await world.access.redeem_link(link.token, "another password")
    assert await world.verify_audit() == {}


async def test_several_servers_starting_at_once_make_one_admin(database: Database) -> None:
    world = make_services(database)
    links = await together(*(world.access.first_admin() for _ in range(5)))
    assert sum(link is not None for link in links) == 1
    assert not [link for link in links if isinstance(link, BaseException)]


async def test_another_link_kills_the_one_before(database: Database) -> None:
    world = make_services(database)
    with pytest.raises(MissingError):
        await world.access.admin_link()
    first = await world.access.first_admin()
    assert first is not None
    second = await world.access.admin_link()
    with pytest.raises(DeniedError):
        await world.access.redeem_link(first.token, PASSWORD)
    await world.access.redeem_link(second.token, PASSWORD)


async def test_a_link_is_over_after_an_hour(world: World) -> None:
    link = await world.access.invite(SERVER, "zoe")
    world.clock.forward(minutes=61)
    with pytest.raises(DeniedError, match="over"):
        await world.access.redeem_link(link.token, PASSWORD)


async def test_one_of_two_who_use_a_link_at_once_gets_in(world: World) -> None:
    link = await world.access.invite(SERVER, "zoe")
    outcomes = await together(*(world.access.redeem_link(link.token, f"{PASSWORD} {n}") for n in range(4)))
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1


@pytest.mark.parametrize("token", ["", "x", "\0", "\ud800", "a" * 10_000])
async def test_no_odd_link_gets_in(world: World, token: str) -> None:
    with pytest.raises(DeniedError):
        await world.access.redeem_link(token, PASSWORD)


async def test_failed_logins_all_look_the_same(world: World) -> None:
    """Unknown, wrong and shut out cannot be told apart."""
    await world.person("zoe")
    await world.access.disable(SERVER, (await world.access.login("zoe", PASSWORD)).actor.id)
    said = set()
    for login, password in (("eve", "wrong"), ("nobody", PASSWORD), ("zoe", PASSWORD), ("e\0ve", "x"), ("\ud800", "")):
        with pytest.raises(DeniedError) as caught:
            await world.access.login(login, password)
        said.add((caught.value.message, caught.value.hint, str(caught.value.details)))
    assert len(said) == 1


async def test_guessing_is_limited_and_the_limit_ends(world: World) -> None:
    for _ in range(5):
        with pytest.raises(DeniedError, match="wrong"):
            await world.access.login("eve", "guess")
    with pytest.raises(DeniedError, match="Too many") as caught:
        await world.access.login("Eve", PASSWORD)
    assert caught.value.details["retry_after"]
    await world.access.login("ada", PASSWORD)
    world.clock.forward(minutes=5)
    await world.access.login("eve", PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "x" * 1001, "aaaaaaaaaaaa", "abababababab"])
async def test_weak_passwords_are_refused_with_a_hint(world: World, password: str) -> None:
    link = await world.access.invite(SERVER, "zoe")
    with pytest.raises(UserError) as caught:
        await world.access.redeem_link(link.token, password)
    assert caught.value.hint
    await world.access.redeem_link(link.token, PASSWORD)


async def test_any_characters_make_a_password(world: World) -> None:
    link = await world.access.invite(SERVER, "zoe")
    odd = "pass\0wörd \U0001f9ea \ud83d"
    await world.access.redeem_link(link.token, odd)
    assert (await world.access.login("zoe", odd)).actor.name == "zoe"
    with pytest.raises(DeniedError):
        await world.access.login("zoe", "pass")


async def test_changing_a_password_ends_every_session(world: World) -> None:
    raw, _ = await world.sessions.start(world.eve)
    assert await world.sessions.verify(raw)
    with pytest.raises(DeniedError):
        await world.access.change_password(world.eve, "wrong", "a new pass phrase")
    assert await world.sessions.verify(raw)
    await world.access.change_password(world.eve, PASSWORD, "a new pass phrase")
    assert await world.sessions.verify(raw) is None
    await world.access.login("eve", "a new pass phrase")
    with pytest.raises(DeniedError):
        await world.access.login("eve", PASSWORD)


async def test_who_is_shut_out_is_out_at_once(world: World) -> None:
    raw, _ = await world.sessions.start(world.eve)
    own = await world.tokens.issue_for_self(world.eve, "laptop")
    with pytest.raises(DeniedError):
        await world.access.disable(world.ada, world.eve.actor.id)
    await world.access.disable(SERVER, world.eve.actor.id)
    await world.access.disable(SERVER, world.claude.actor.id)
    assert await world.sessions.verify(raw) is None
    for secret in (own.secret, world.agent_secret):
        with pytest.raises(DeniedError):
            await world.access.authenticate_token(secret)
    with pytest.raises(UserError):
        await world.access.disable(replace(world.ada, site_admin=True), world.ada.actor.id)


async def test_an_agents_token_is_an_agent_in_one_project(world: World) -> None:
    claude = await world.access.authenticate_token(world.agent_secret)
    assert claude.actor.kind is ActorKind.AGENT
    assert claude.roles == {world.project.id: Role.EDITOR}
    assert Scope.ADMIN not in claude.scopes
    assert claude.on_behalf_of == world.ada.actor.id
    assert not claude.site_admin


async def test_last_use_is_shown(world: World) -> None:
    world.clock.forward(hours=1)
    await world.access.authenticate_token(world.agent_secret)
    token = (await world.tokens.list(world.ada, world.project.id))[0]
    assert token.last_used_at is not None
    assert world.clock() - token.last_used_at < timedelta(minutes=1)


@pytest.mark.parametrize(
    "secret", ["", "hf_", "hf_x", "Bearer x", "\0", "\ud800", "hf_\0", "hf_" + "a" * 10_000, "hf_aaaaaaaa_" + "a" * 48]
)
async def test_no_odd_token_gets_in(world: World, secret: str) -> None:
    with pytest.raises(DeniedError):
        await world.access.authenticate_token(secret)


async def test_the_database_holds_no_secret(world: World) -> None:
    """A dump opens nothing: no token, link, session id or password stands in any table."""
    raw, session = await world.sessions.start(world.eve)
    link = await world.access.invite(SERVER, "zoe")
    dump = await _dump(world.database)
    assert world.agent_secret[:11] in dump
    for secret in (world.agent_secret, world.agent_secret[12:], raw, link.token, PASSWORD):
        assert secret not in dump
    assert session.csrf in dump


async def _dump(database: Database) -> str:
    async with database.read() as connection:
        names = await connection.exec_driver_sql("select tablename from pg_tables where schemaname = 'public'")
        texts = []
        for name in names.scalars().all():
            rows = await connection.exec_driver_sql(f'select "{name}"::text from "{name}"')
            texts += rows.scalars().all()
    return "\n".join(texts)


async def test_people_are_invited_by_who_runs_the_installation(world: World) -> None:
    with pytest.raises(DeniedError):
        await world.access.invite(world.ada, "zoe")
    await world.access.invite(SERVER, "Zoe@Example.org", "Zoe")
    with pytest.raises(ConflictError):
        await world.access.invite(SERVER, "zoe@example.ORG")
    for login in ("", " ", "a b", "../x", "x\0", "é", "-x", "a" * 101):
        with pytest.raises(UserError):
            await world.access.invite(SERVER, login)


async def test_logins_are_audited(world: World) -> None:
    await world.access.login("eve", PASSWORD)
    assert (await world.actions(INSTALLATION))[-1] == "login"


async def test_an_epoch_that_is_over_is_no_principal(world: World) -> None:
    epoch = await world.access.session_epoch(world.eve.actor.id)
    assert (await world.access.principal_of(world.eve.actor.id, epoch)).actor == world.eve.actor
    with pytest.raises(DeniedError):
        await world.access.principal_of(world.eve.actor.id, epoch - 1)
