"""Queries of what lets the server into repositories. What is secret in it is an artifact, sealed as all of them are.

Each is bound to its repository and address: one that was put beside another repository opens nothing.
"""

import json
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from drift.lives.records import Repository
from specs.errors import UnavailableError
from specs.revision import Actor, ActorKind
from specs.store.artifacts import ArtifactStore, Vault
from specs.store.connection import Connection
from specs.tables.people import actors
from sync.binding.credentials import Credential, CredentialKind, Given
from sync.tables.repositories import repository_credentials

SALT_BYTES = 32


class CredentialStore:
    """The credentials of repositories, on one connection."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._artifacts = ArtifactStore(connection, vault)

    async def put(self, repository: Repository, given: Given, actor: UUID, at: datetime) -> None:
        """Keep a credential in the place of the one before; that one is gone."""
        await self.drop(repository.id, given.kind)
        told = asdict(given) | {"repository": str(repository.id), "url": repository.url}
        body = json.dumps(told | {"salt": self._vault.random(SALT_BYTES).hex()}).encode()
        row = {"repository_id": repository.id, "kind": given.kind, "username": given.user, "public": given.public}
        row |= {"artifact": await self._artifacts.keep(body, at), "actor_id": actor, "at": at}
        await self._connection.execute(upsert(repository_credentials).values(row))

    async def drop(self, repository: UUID, kind: CredentialKind | None = None) -> int:
        """Forget a credential, or all of a repository; say how many."""
        mine = repository_credentials.c.repository_id == repository
        if kind is not None:
            mine &= repository_credentials.c.kind == kind
        gone = delete(repository_credentials).where(mine).returning(repository_credentials.c.artifact)
        digests = [row.artifact for row in await self._connection.execute(gone)]
        await self._artifacts.drop(digests)
        return len(digests)

    async def of(self, repositories: list[UUID]) -> dict[UUID, tuple[Credential, ...]]:
        """Give what may be known of the credentials of some repositories."""
        query = (
            select(repository_credentials, actors.c.name, actors.c.kind.label("actor_kind"))
            .join(actors, actors.c.id == repository_credentials.c.actor_id)
            .where(repository_credentials.c.repository_id.in_(repositories))
            .order_by(repository_credentials.c.repository_id, repository_credentials.c.kind)
        )
        found: dict[UUID, tuple[Credential, ...]] = {}
        for row in await self._connection.execute(query):
            actor = Actor(row.actor_id, row.name, ActorKind(row.actor_kind))
            one = Credential(CredentialKind(row.kind), row.username, row.public, actor, row.at)
            found[row.repository_id] = (*found.get(row.repository_id, ()), one)
        return found

    async def open(self, repository: Repository) -> dict[CredentialKind, Given]:
        """Open the credentials of a repository. Raises `UnavailableError` where one is not what was kept for it."""
        query = select(repository_credentials).where(repository_credentials.c.repository_id == repository.id)
        found = {}
        for row in (await self._connection.execute(query)).all():
            body = await self._artifacts.read(row.artifact)
            told = json.loads(body) if body is not None else {}
            bound = (told.get("repository"), told.get("url"), told.get("kind"))
            if bound != (str(repository.id), repository.url, row.kind):
                raise UnavailableError(
                    "The credential of this repository is not the one that was set.", "Set it again."
                )
            kind = CredentialKind(row.kind)
            found[kind] = Given(kind, told["secret"], told["user"], told["public"])
        return found
