"""Large values are stored once, closed to whoever has the database alone, and open through every change of keys."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.db.database import Database
from app.sources import now, random_bytes
from specs.errors import UnavailableError
from specs.store.artifacts import ArtifactStore, Vault
from specs.tables.artifacts import artifacts

VAULT = Vault((b"the server's own key",), random_bytes)
SECRET = b'{"message": "the domain imports the web"}' * 100


async def keep(database: Database, vault: Vault, body: bytes = SECRET) -> str:
    async with database.transaction() as connection:
        return await ArtifactStore(connection, vault).keep(body, now())


async def read(database: Database, vault: Vault, digest: str) -> bytes | None:
    async with database.read() as connection:
        return await ArtifactStore(connection, vault).read(digest)


async def rows(database: Database):
    async with database.read() as connection:
        return (await connection.execute(select(artifacts))).all()


async def test_a_value_is_stored_once_and_closed(database: Database) -> None:
    digest = await keep(database, VAULT)
    assert await keep(database, VAULT) == digest
    assert await read(database, VAULT, digest) == SECRET
    (row,) = await rows(database)
    assert row.size == len(SECRET)
    assert len(row.body) < len(SECRET) / 10
    assert b"domain" not in row.body
    assert await read(database, VAULT, "0" * 64) is None


async def test_former_keys_open_until_all_is_sealed_again(database: Database) -> None:
    first = await keep(database, VAULT)
    async with database.transaction() as connection:
        await ArtifactStore(connection, VAULT).rotate(now())
    second = await keep(database, VAULT, b"another")
    assert await read(database, VAULT, first) == SECRET
    assert len({row.key for row in await rows(database)}) == 2
    async with database.transaction() as connection:
        store = ArtifactStore(connection, VAULT)
        assert [key.artifacts for key in await store.keys()] == [1, 1]
        assert await store.reseal(now(), 10) == 1
        assert await store.reseal(now(), 10) == 0
        assert await store.forget_keys(now() - timedelta(days=1)) == 0
        assert await store.forget_keys(now()) == 1
        assert [key.artifacts for key in await store.keys()] == [2]
    assert await read(database, VAULT, first) == SECRET
    assert await read(database, VAULT, second) == b"another"


async def test_another_server_key_opens_what_the_former_one_sealed(database: Database) -> None:
    digest = await keep(database, VAULT)
    other = Vault((b"a key nobody knew",), random_bytes)
    with pytest.raises(UnavailableError, match="key"):
        await read(database, other, digest)
    later = await keep(database, other, b"new things are kept all the same")
    async with database.transaction() as connection:
        assert await ArtifactStore(connection, other).reseal(now(), 10) == 0
        assert [key.known for key in await ArtifactStore(connection, other).keys()] == [False, True]
    both = replace(other, masters=(*other.masters, *VAULT.masters))
    assert await read(database, both, digest) == SECRET
    async with database.transaction() as connection:
        assert await ArtifactStore(connection, both).reseal(now(), 10) == 1
    assert await read(database, other, digest) == SECRET
    assert await read(database, other, later)


async def test_what_nobody_sealed_is_sealed_once_there_is_a_key(database: Database) -> None:
    digest = await keep(database, Vault())
    assert await read(database, VAULT, digest) == SECRET
    async with database.transaction() as connection:
        assert [key.name for key in await ArtifactStore(connection, VAULT).keys()] == [""]
        assert await ArtifactStore(connection, VAULT).reseal(now(), 10) == 1
    assert await read(database, VAULT, digest) == SECRET


async def test_a_value_that_was_swapped_for_another_is_not_given(database: Database) -> None:
    first, second = await keep(database, VAULT), await keep(database, VAULT, b"another")
    bodies = {row.digest: row.body for row in await rows(database)}
    async with database.transaction() as connection:
        await connection.execute(update(artifacts).where(artifacts.c.digest == first).values(body=bodies[second]))
    with pytest.raises(UnavailableError, match="not what it was"):
        await read(database, VAULT, first)
