"""Queries of authorship: what is kept of a revision, forgotten passages by content, and what revisions descend from."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.authorship.statements import Confirmation
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.authorship import authorships, confirmations, passages
from specs.tables.library import revisions, texts
from specs.tables.people import actors


@dataclass(frozen=True, slots=True)
class Kept:
    """An attribution as it is kept: packed, its full chunks by name, beside the text that it is about."""

    runs: bytes
    open: bytes
    full: tuple[str, ...]
    doubts: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Descent:
    """What attribution needs to know of a revision."""

    parents: tuple[str, ...]
    provenance: str
    text: str


class AuthorshipStore:
    """The attributions of one project's specs on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def kept(self, spec: UUID, revision: str) -> Kept | None:
        """Give the attribution of a revision, if it was made."""
        query = (
            select(authorships, texts.c.body)
            .join(
                revisions,
                (revisions.c.spec_id == authorships.c.spec_id) & (revisions.c.digest == authorships.c.revision),
            )
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .where(
                revisions.c.project_id == self._project,
                authorships.c.spec_id == spec,
                authorships.c.revision == revision,
            )
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Kept(row.runs, row.open, tuple(row.full), tuple(row.doubts), row.body)

    async def descent(self, spec: UUID, revision: str) -> Descent | None:
        """Say what a revision is made of."""
        query = (
            select(revisions.c.parents, revisions.c.provenance, texts.c.body)
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .where(revisions.c.project_id == self._project, revisions.c.spec_id == spec, revisions.c.digest == revision)
        )
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else Descent(tuple(row.parents), row.provenance, row.body)

    async def passages(self, digests: Collection[str]) -> dict[str, bytes]:
        """Give packed chunks by their names."""
        query = select(passages).where(passages.c.digest.in_(list(digests)))
        return {row.digest: row.body for row in await self._connection.execute(query)}

    async def keep(self, spec: UUID, revision: str, made: Kept, chunks: Mapping[str, bytes]) -> None:
        """Keep an attribution and the chunks it filled; what is there already stays: it is the same."""
        if chunks:
            rows = [{"digest": digest, "body": body} for digest, body in sorted(chunks.items())]
            await self._connection.execute(upsert(passages).values(rows).on_conflict_do_nothing())
        row = {
            "spec_id": spec,
            "revision": revision,
            "runs": made.runs,
            "open": made.open,
            "full": list(made.full),
            "doubts": list(made.doubts),
        }
        await self._connection.execute(upsert(authorships).values(row).on_conflict_do_nothing())

    async def doubtful(self, revisions_of: Mapping[UUID, str]) -> frozenset[UUID]:
        """Name those specs that at the given revisions are in doubt somewhere, or were never attributed."""
        wanted = [(spec, revision) for spec, revision in revisions_of.items()]
        query = select(authorships.c.spec_id).where(
            tuple_(authorships.c.spec_id, authorships.c.revision).in_(wanted),
            func.cardinality(authorships.c.doubts) == 0,
        )
        return frozenset(revisions_of) - frozenset((await self._connection.execute(query)).scalars())

    async def runs(self, revisions_of: Mapping[UUID, str]) -> dict[UUID, bytes]:
        """Give the packed runs of specs at the given revisions, of those that were attributed."""
        wanted = [(spec, revision) for spec, revision in revisions_of.items()]
        query = select(authorships.c.spec_id, authorships.c.runs).where(
            tuple_(authorships.c.spec_id, authorships.c.revision).in_(wanted)
        )
        return {row.spec_id: row.runs for row in await self._connection.execute(query)}

    async def written(self, revisions_of: Mapping[UUID, str]) -> dict[UUID, tuple[str, bytes]]:
        """Give the texts and the packed runs of specs at the given revisions, of those that were attributed."""
        wanted = [(spec, revision) for spec, revision in revisions_of.items()]
        at = (revisions.c.spec_id == authorships.c.spec_id) & (revisions.c.digest == authorships.c.revision)
        query = (
            select(authorships.c.spec_id, authorships.c.runs, texts.c.body)
            .join(revisions, at)
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .where(revisions.c.project_id == self._project)
            .where(tuple_(authorships.c.spec_id, authorships.c.revision).in_(wanted))
        )
        return {row.spec_id: (row.body, row.runs) for row in await self._connection.execute(query)}

    async def writers(self, named: Collection[tuple[UUID, str]]) -> dict[str, Actor]:
        """Say whose some revisions of specs are."""
        query = (
            select(revisions.c.digest, actors.c.id, actors.c.name, actors.c.kind)
            .join(actors, actors.c.id == revisions.c.actor_id)
            .where(
                revisions.c.project_id == self._project,
                tuple_(revisions.c.spec_id, revisions.c.digest).in_(list(named)),
            )
        )
        found = await self._connection.execute(query)
        return {row.digest: Actor(row.id, row.name, ActorKind(row.kind)) for row in found}

    async def confirmed(self) -> dict[UUID, int]:
        """Say how often anything was confirmed in each spec, or that was taken back: a number that only grows."""
        query = (
            select(confirmations.c.spec_id, func.count() + func.count(confirmations.c.withdrawn_at))
            .where(confirmations.c.project_id == self._project)
            .group_by(confirmations.c.spec_id)
        )
        return {row[0]: row[1] for row in await self._connection.execute(query)}

    async def confirmations(self, spec: UUID) -> tuple[Confirmation, ...]:
        """Give what people confirmed of a spec, as it was said."""
        return (await self.confirmations_of([spec])).get(spec, ())

    async def confirmations_of(self, specs: Collection[UUID]) -> dict[UUID, tuple[Confirmation, ...]]:
        """Give what people confirmed of some specs, as it was said."""
        query = (
            select(confirmations, actors.c.name, actors.c.kind)
            .join(actors, actors.c.id == confirmations.c.actor_id)
            .where(confirmations.c.project_id == self._project, confirmations.c.spec_id.in_(list(specs)))
            .where(confirmations.c.withdrawn_at.is_(None))
            .order_by(confirmations.c.at, confirmations.c.id)
        )
        found: dict[UUID, list[Confirmation]] = {}
        for row in await self._connection.execute(query) if specs else ():
            actor = Actor(row.actor_id, row.name, ActorKind(row.kind))
            said = Confirmation(row.digest, frozenset(row.doubts), actor, row.at, row.revision, row.because)
            found.setdefault(row.spec_id, []).append(said)
        return {spec: tuple(said) for spec, said in found.items()}

    async def withdraw(self, spec: UUID, digests: Collection[str], by: UUID, at: datetime) -> frozenset[str]:
        """Take back what somebody confirmed of a spec and that stands; give the statements that this was about."""
        ours = (confirmations.c.project_id == self._project) & (confirmations.c.spec_id == spec)
        change = (
            update(confirmations)
            .where(ours, confirmations.c.actor_id == by, confirmations.c.withdrawn_at.is_(None))
            .where(confirmations.c.digest.in_(list(digests)))
            .values(withdrawn_at=at, withdrawn_by=by)
        )
        return frozenset((await self._connection.execute(change.returning(confirmations.c.digest))).scalars())

    async def confirm(self, spec: UUID, made: Mapping[UUID, Confirmation]) -> None:
        """Keep confirmations by their ids."""
        rows = [
            {
                "id": ref,
                "project_id": self._project,
                "spec_id": spec,
                "digest": one.digest,
                "doubts": sorted(one.doubts),
                "revision": one.revision,
                "actor_id": one.actor.id,
                "because": one.because,
                "at": one.at,
            }
            for ref, one in made.items()
        ]
        await self._connection.execute(confirmations.insert().values(rows))
