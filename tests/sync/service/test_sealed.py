"""Reports, receipts and findings lie sealed; what was kept before there were seals is brought there; keys change."""

import json
import zlib

import pytest
from sqlalchemy import insert, select, text, update

from app import sources
from app.sources import random_bytes
from drift.store.checks import CheckStore
from drift.tables.checks import reports
from specs.access import SERVER
from specs.errors import DeniedError
from specs.store.artifacts import Vault
from specs.tables.artifacts import artifacts
from sync.contexts.receipts import Receipt
from sync.service.sealed import Sealed
from sync.store.bundles import BundleStore
from sync.tables.contexts import bundles
from tests.factories import World

VAULT = Vault((b"the server's own key",), random_bytes)
ITEMS = ({"spec": "refunds.md", "anchor": "window", "revision": "r" * 64},)


def receipt(world: World) -> Receipt:
    return Receipt(sources.new_id(), world.claude.actor, "task", ("a.py",), 2000, 7, ITEMS, world.clock())


async def test_a_receipt_is_kept_sealed_and_given_back(world: World) -> None:
    made = receipt(world)
    async with world.database.transaction() as connection:
        await BundleStore(connection, world.project.id, VAULT).add(made)
        row = (await connection.execute(select(bundles))).one()
        assert row._mapping["items"] == []
        sealed = (await connection.execute(select(artifacts))).one()
        assert sealed.digest == row.artifact
        assert b"refunds" not in sealed.body
        assert await BundleStore(connection, world.project.id, VAULT).receipt(made.id) == made


async def test_what_was_kept_before_is_moved_and_reads_the_same(world: World) -> None:
    old, report = receipt(world), {"findings": [{"fingerprint": "f" * 16}]}
    body = json.dumps(report).encode()
    async with world.database.transaction() as connection:
        await BundleStore(connection, world.project.id).add(old)
        await connection.execute(update(bundles).values(items=list(ITEMS), artifact=None))
        await connection.execute(insert(reports).values(digest="d" * 64, body=zlib.compress(body)))
        digest = (await connection.execute(text("select encode(sha256(:body), 'hex')"), {"body": body})).scalar_one()
        await connection.execute(update(reports).values(digest=digest))
    sealed = Sealed(world.database, world.clock, VAULT)
    done = await sealed.upkeep()
    assert done.moved == 2
    assert (await sealed.upkeep()).moved == 0
    async with world.database.read() as connection:
        assert await BundleStore(connection, world.project.id, VAULT).receipt(old.id) == old
        assert await CheckStore(connection, VAULT).report(digest) == report
        assert not (await connection.execute(select(reports))).all()


async def test_a_new_key_takes_over_everything_and_the_log_says_who_made_it(world: World) -> None:
    made = receipt(world)
    async with world.database.transaction() as connection:
        await BundleStore(connection, world.project.id, VAULT).add(made)
    sealed = Sealed(world.database, world.clock, VAULT)
    with pytest.raises(DeniedError):
        await sealed.rotate(world.ada)
    assert [key.artifacts for key in await sealed.rotate(SERVER)] == [1, 0]
    assert (await sealed.upkeep()).sealed == 1
    world.clock.forward(days=2)
    assert (await sealed.upkeep()).forgotten == 1
    assert [key.artifacts for key in await sealed.keys(SERVER)] == [1]
    async with world.database.read() as connection:
        assert await BundleStore(connection, world.project.id, VAULT).receipt(made.id) == made
