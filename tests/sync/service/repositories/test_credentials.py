"""What lets into one repository: over a real git server that asks for it, sealed where it is kept, told to nobody."""

import os
import shutil
from dataclasses import dataclass, replace
from urllib.parse import quote

import pytest

from app import sources
from specs.access import SERVER
from specs.errors import DeniedError, MissingError, UnavailableError, UserError
from specs.signing import make_ssh_key
from specs.store.artifacts import CLEAR, Vault
from sync.binding.credentials import CredentialKind, token_of
from sync.binding.remotes import parse_remote
from sync.service.repositories.credentials import Credentials, key_of
from sync.service.repositories.fetching import Borders, Mirrors
from sync.service.repositories.repositories import Ground, Repositories
from sync.service.sealed import Sealed
from tests.githost import GitHost
from tests.gitmaker import Made

TOKEN = "ghp_Zx81+/s3cr3t"
VAULT = Vault((b"m" * 32,), sources.random_bytes)
NEEDS = pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here")


@dataclass
class Place:
    """A project's repositories and what lets into them."""

    world: object
    kept: Credentials
    repositories: Repositories


@pytest.fixture
def place(world, tmp_path):
    repositories = Repositories(
        world.database,
        world.clock,
        sources.new_id,
        sources.random_bytes,
        ground=Ground((tmp_path,), b"k" * 32),
        vault=VAULT,
    )
    return Place(world, Credentials(world.database, world.clock, VAULT), repositories)


@pytest.fixture
def host(tmp_path):
    made = Made(tmp_path / "work")
    made.commit("begin", {"a.md": "# A\n"})
    made.git("clone", "-q", "--bare", str(made.root), str(tmp_path / "shop.git"))
    host = GitHost(tmp_path, "robot", TOKEN, says="Not {given} here.")
    yield host
    host.close()


def reaching(tmp_path, host, place):
    async def resolve(_name, _port):
        return ("127.0.0.1",)

    environment = (("PATH", os.defpath), ("HOME", str(tmp_path)), *host.env)
    return Mirrors(
        tmp_path / "mirrors", Borders(environment=environment, allow_private=True), resolve, place.kept.access
    )


async def registered(place, url, *given, name="shop"):
    ada, project = place.world.ada, place.world.project.id
    made = await place.repositories.register(ada, project, name=name, url=url, given=given)
    return made.repository


@NEEDS
async def test_a_token_of_its_own_reads_and_writes_one_repository_and_no_other(place, host, tmp_path):
    mirrors = reaching(tmp_path, host, place)
    shop = await registered(place, host.url("shop.git"), token_of(TOKEN, "robot"))
    done = await mirrors.fetch(shop)
    assert done.branch == "main"
    await mirrors.push(shop, done.commit, "holdfast/specs", "")
    assert await mirrors.peek(shop, "holdfast/specs") == done.commit
    other = await registered(place, host.url("shop.git") + "/", name="other")
    with pytest.raises(UnavailableError):
        await mirrors.fetch(other)


@NEEDS
async def test_a_token_that_is_not_taken_is_in_no_message_however_the_host_repeats_it(place, host, tmp_path, caplog):
    mirrors = reaching(tmp_path, host, place)
    wrong = "ghp_wrong/t0ken+%"
    shop = await registered(place, host.url("shop.git"), token_of(wrong, "robot"))
    (tmp_path / "mirrors").mkdir()
    (tmp_path / "mirrors/credentials").write_text(
        f"https://robot:{quote(TOKEN, safe='')}@git.example.com:{host.port}\n"
    )
    with pytest.raises(UnavailableError) as caught:
        await mirrors.fetch(shop)
    assert len([one for one in host.heard if one]) == 1  # the file of all repositories is not tried after it
    told = f"{caught.value.message} {caught.value.hint} {caplog.text} {shop!r}"
    for secret in (wrong, "ghp_wrong", host.heard[-1].removeprefix("Basic ")):
        assert secret not in told
    await place.kept.remove(place.world.ada, place.world.project.id, "shop", CredentialKind.TOKEN)
    assert (await mirrors.fetch(shop)).branch == "main"  # nothing of its own: what the server has for all


@NEEDS
async def test_a_child_gets_no_secret_in_arguments_or_environment(place, host, tmp_path):
    """A git before the real one writes down what it is given."""
    seen, tools = tmp_path / "seen", tmp_path / "tools"
    tools.mkdir()
    (tools / "git").write_text(f'#!/bin/sh\n(echo "$@"; env) >> {seen}\nexec {shutil.which("git")} "$@"\n')
    (tools / "git").chmod(0o755)
    mirrors = reaching(tmp_path, host, place)
    mirrors._borders = replace(
        mirrors._borders, environment=(("PATH", f"{tools}:{os.defpath}"), ("HOME", str(tmp_path)), *host.env)
    )
    shop = await registered(place, host.url("shop.git"), token_of(TOKEN, "robot"))
    await mirrors.fetch(shop)
    assert "credential.helper" in seen.read_text()
    assert TOKEN not in seen.read_text()
    stray = [place for place in tmp_path.rglob("*") if place.is_file() and TOKEN.encode() in place.read_bytes()]
    assert stray == []


async def test_what_is_kept_is_sealed_told_of_without_its_secret_and_gone_when_it_is_taken_away(place):
    given = token_of(TOKEN, "robot")
    assert TOKEN not in repr(given)
    await registered(place, "https://git.example.com/team/shop.git", given)
    (told,) = await place.kept.list(place.world.ada, place.world.project.id, "shop")
    assert (told.kind, told.user, told.set_by.name) == ("token", "robot", place.world.ada.actor.name)
    assert TOKEN not in repr(told)

    async def raw():
        async with place.world.database.read() as connection:
            rows = await connection.exec_driver_sql("select body from artifacts")
            log = await connection.exec_driver_sql("select details::text from audit")
            return [bytes(row.body) for row in rows], " ".join(row.details for row in log)

    before, log = await raw()
    assert len(before) == 1
    assert TOKEN.encode() not in before[0]
    assert TOKEN not in log
    await place.kept.set(place.world.ada, place.world.project.id, "shop", token_of("another"))
    after, _ = await raw()
    assert len(after) == 1
    assert after != before
    await Sealed(place.world.database, place.world.clock, VAULT).rotate(SERVER)
    await Sealed(place.world.database, place.world.clock, VAULT).upkeep()
    shop = (await place.repositories.get(place.world.ada, place.world.project.id, "shop")).repository
    assert (await place.kept.access(shop)).token == "another"
    assert "another" not in repr(await place.kept.access(shop))
    with pytest.raises(UnavailableError):
        await Credentials(place.world.database, place.world.clock, Vault((b"o" * 32,), sources.random_bytes)).access(
            shop
        )
    with pytest.raises(UnavailableError, match="not the one that was set"):
        await place.kept.access(replace(shop, url="https://evil.example.com/team/shop.git"))
    await place.repositories.remove(place.world.ada, place.world.project.id, "shop")
    assert (await raw())[0] == []


async def test_a_key_is_made_or_brought_and_its_public_half_alone_is_told(place):
    shop = await registered(place, "git@git.example.com:team/shop.git", place.kept.made_key())
    (told,) = await place.kept.list(place.world.ada, place.world.project.id, "shop")
    assert told.public.startswith("ssh-ed25519 ")
    key = (await place.kept.access(shop)).key
    assert key.public == told.public
    brought = key_of(make_ssh_key(b"s" * 32))
    assert (await place.kept.set(place.world.ada, place.world.project.id, "shop", brought)).public == brought.public
    mirrors = Mirrors(None, Borders(environment=(("HOME", "/nowhere"),), allow_private=True), let_in=place.kept.access)
    access = await place.kept.access(shop)
    mirrors._pinned = lambda _remote: _soon("192.0.2.7")
    mirrors._config = lambda: "/nowhere"
    rules = await mirrors._rules(parse_remote(shop.url), access)
    command = rules.env["GIT_SSH_COMMAND"].split()
    assert command[:3] == ["ssh", "-F", "none"]
    for option in ("IdentityFile=none", "IdentityAgent=SSH_AUTH_SOCK", "HostName=192.0.2.7", "BatchMode=yes"):
        assert option in command
    assert "PRIVATE" not in repr(rules)
    assert access.token == ""


async def _soon(value):
    return value


async def test_credentials_are_an_admins_to_see_and_set_and_need_a_key_to_be_sealed_with(place):
    await registered(place, "https://git.example.com/team/shop.git")
    project = place.world.project.id
    for who in (place.world.eve, place.world.claude):
        with pytest.raises(DeniedError):
            await place.kept.list(who, project, "shop")
        with pytest.raises(DeniedError):
            await place.kept.set(who, project, "shop", token_of("x"))
        with pytest.raises(DeniedError):
            await place.kept.remove(who, project, "shop", CredentialKind.TOKEN)
    with pytest.raises(MissingError):
        await place.kept.remove(place.world.ada, project, "shop", CredentialKind.TOKEN)
    with pytest.raises(MissingError):
        await place.kept.set(place.world.ada, project, "nowhere", token_of("x"))
    with pytest.raises(UserError, match="secret key"):
        await Credentials(place.world.database, place.world.clock, CLEAR).set(SERVER, project, "shop", token_of("x"))


@pytest.mark.parametrize("secret", ["", " ", "two words", "a\nb", "a\0b", "ü", "x" * 4001])
def test_what_can_be_no_token_is_refused(secret):
    with pytest.raises(UserError):
        token_of(secret)


@pytest.mark.parametrize("user", ["a b", "a:b", "a\nhost=evil.example.com", "u" * 201])
def test_what_can_be_no_name_is_refused(user):
    with pytest.raises(UserError):
        token_of("x", user)


@pytest.mark.parametrize(
    "text", ["", "hello", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"]
)
def test_what_can_be_no_key_is_refused(text):
    with pytest.raises(UserError):
        key_of(text)
