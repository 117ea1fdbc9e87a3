import hashlib
import hmac
import json

import pytest

from app import sources
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from sync.binding.bindings import Publish
from sync.service.repositories.repositories import Ground, Repositories

URL = "https://git.example.com/shop.git"
PUSH = json.dumps({"ref": "refs/heads/main", "after": "a" * 40}).encode()


@pytest.fixture
def wanted():
    return []


@pytest.fixture
def repositories(world, wanted, tmp_path):
    async def note(connection, repository):
        wanted.append(repository)

    (tmp_path / "roots/inside").mkdir(parents=True)
    return Repositories(
        world.database,
        world.clock,
        sources.new_id,
        sources.random_bytes,
        ground=Ground((tmp_path / "roots",), b"k" * 32),
        on_wanted=note,
    )


def github(secret, body=PUSH, delivery="d-1", event="push"):
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-github-event": event, "x-github-delivery": delivery, "x-hub-signature-256": f"sha256={mac}"}


async def test_registering_is_recorded_and_wants_a_first_look(repositories, world, wanted):
    done = await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    assert wanted == [done.repository.id]
    assert done.webhook_secret.startswith("whsec_")
    assert "repository.register" in await world.actions()
    detail = await repositories.get(world.rob, world.project.id, "shop")
    assert detail.repository.id == done.repository.id
    assert (detail.binding.folders, detail.binding.prefix) == (None, "")
    assert detail.webhook_path == f"/webhooks/{done.repository.id}"
    assert await world.verify_audit() == {}


async def test_the_secret_is_stored_nowhere(repositories, world):
    done = await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    async with world.database.read() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        cursor = await raw.execute("select row_to_json(r)::text from repositories r")
        row = (await cursor.fetchone())[0]
    assert done.webhook_secret not in row
    assert done.webhook_secret.removeprefix("whsec_") not in row


@pytest.mark.parametrize(
    "options",
    [
        {"name": "../x"},
        {"name": "Shop"},
        {"name": ""},
        {"url": "file:///etc"},
        {"url": "ext::sh -c id"},
        {"url": "https://user:secret@example.com/x"},
        {"branch": "-x"},
        {"branch": "a..b"},
        {"folders": ["../up"]},
        {"folders": ["/abs"]},
        {"folders": ["a\x00b"]},
        {"prefix": "a/../b"},
        {"folders": ["x" * 201]},
        {"folders": []},
        {"folders": ["docs", "docs/specs"]},
        {"publish": Publish.BRANCH, "publish_branch": "main", "branch": "main"},
        {"publish": Publish.BRANCH, "publish_branch": "a..b"},
    ],
)
async def test_mistakes_are_refused_with_a_hint(repositories, world, wanted, options):
    with pytest.raises(UserError) as caught:
        await repositories.register(world.ada, world.project.id, **{"name": "shop", "url": URL} | options)
    assert caught.value.hint
    assert wanted == []


async def test_local_paths_only_under_the_roots_with_links_resolved(repositories, world, tmp_path):
    (tmp_path / "roots/link").symlink_to("/etc")
    for path in (tmp_path, tmp_path / "roots/link", "/etc", "/"):
        with pytest.raises(UserError) as caught:
            await repositories.register(world.ada, world.project.id, name="shop", url=str(path))
        assert "HOLDFAST_REPOSITORY_ROOTS" in caught.value.hint
    await repositories.register(world.ada, world.project.id, name="shop", url=str(tmp_path / "roots/inside"))
    bare = Repositories(world.database, world.clock, sources.new_id, sources.random_bytes, ground=Ground((), b"k" * 32))
    with pytest.raises(UserError):
        await bare.register(world.ada, world.project.id, name="two", url=str(tmp_path / "roots/inside"))


async def test_only_admins_register_and_editors_trigger(repositories, world, wanted):
    for who in (world.eve, world.rob, world.claude):
        with pytest.raises(DeniedError):
            await repositories.register(who, world.project.id, name="shop", url=URL)
    await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    await repositories.trigger(world.eve, world.project.id, "shop")
    assert len(wanted) == 2
    with pytest.raises(DeniedError):
        await repositories.trigger(world.rob, world.project.id, "shop")
    for call in (repositories.remove, repositories.rotate_secret):
        with pytest.raises(DeniedError):
            await call(world.eve, world.project.id, "shop")


async def test_names_are_unique_in_a_project(repositories, world):
    await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    with pytest.raises(ConflictError):
        await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    second = await repositories.register(world.ada, world.project.id, name="two", url=URL)
    assert second.binding.prefix == "two"
    assert [one.name for one in await repositories.list(world.rob, world.project.id)] == ["shop", "two"]


async def test_strangers_learn_nothing(repositories, world):
    done = await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    stranger = await world.person("zoe")
    for call in (repositories.get, repositories.remove, repositories.trigger, repositories.rotate_secret):
        with pytest.raises(MissingError):
            await call(stranger, world.project.id, done.repository.id)
        with pytest.raises(MissingError):
            await call(world.ada, world.project.id, "nothing")
    with pytest.raises(MissingError):
        await repositories.list(stranger, world.project.id)


async def test_removing_forgets_it(repositories, world):
    await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    await repositories.remove(world.ada, world.project.id, "shop")
    assert await repositories.list(world.ada, world.project.id) == ()
    assert "repository.remove" in await world.actions()


async def test_a_push_wants_a_look_and_its_replay_does_not(repositories, world, wanted):
    done = await repositories.register(world.ada, world.project.id, name="shop", url=URL, branch="main")
    ref = done.repository.id
    wanted.clear()
    assert await repositories.deliver(ref, github(done.webhook_secret), PUSH) is True
    assert await repositories.deliver(ref, github(done.webhook_secret), PUSH) is False
    assert await repositories.deliver(ref, github(done.webhook_secret, delivery="d-2"), PUSH) is False
    assert wanted == [ref]


async def test_other_branches_tags_and_pings_want_nothing(repositories, world, wanted):
    done = await repositories.register(world.ada, world.project.id, name="shop", url=URL, branch="main")
    wanted.clear()
    for number, ref in enumerate(["refs/heads/other", "refs/tags/main"]):
        body = json.dumps({"ref": ref, "after": "a" * 40}).encode()
        await repositories.deliver(done.repository.id, github(done.webhook_secret, body, f"x{number}"), body)
    await repositories.deliver(done.repository.id, github(done.webhook_secret, b"{}", "p", "ping"), b"{}")
    assert wanted == []


async def test_unsigned_and_wrongly_signed_pushes_are_denied(repositories, world, wanted):
    done = await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    other = await repositories.register(world.ada, world.project.id, name="two", url=URL)
    wanted.clear()
    for headers in ({}, github("whsec_x"), github(other.webhook_secret)):
        with pytest.raises(DeniedError) as caught:
            await repositories.deliver(done.repository.id, headers, PUSH)
        assert caught.value.details["refusal"]
    with pytest.raises(UserError):
        await repositories.deliver(done.repository.id, github(done.webhook_secret, b"["), b"[")
    with pytest.raises(MissingError):
        await repositories.deliver(sources.new_id(), github(done.webhook_secret), PUSH)
    assert wanted == []


async def test_a_rotated_secret_ends_the_old_one(repositories, world):
    done = await repositories.register(world.ada, world.project.id, name="shop", url=URL)
    fresh = await repositories.rotate_secret(world.ada, world.project.id, "shop")
    with pytest.raises(DeniedError):
        await repositories.deliver(done.repository.id, github(done.webhook_secret), PUSH)
    assert await repositories.deliver(done.repository.id, github(fresh), PUSH)
    assert "repository.rotate-secret" in await world.actions()
