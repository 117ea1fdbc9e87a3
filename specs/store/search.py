"""Queries of search: texts by their terms, at heads and in what once was a head. Scoped by project."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.library import SpecStatus
from specs.search import Query
from specs.store.connection import Connection
from specs.tables.library import revisions, specs, text_terms, texts


class SearchStore:
    """The terms of the texts of one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def index(self, terms: Mapping[str, Iterable[str]]) -> None:
        """Keep by which terms texts are found; a text that is known already stays as it is."""
        rows = [{"digest_": digest, "terms_": list(found)} for digest, found in terms.items()]
        if rows:
            made = upsert(text_terms).values(
                digest=bindparam("digest_"),
                terms=func.array_to_tsvector(cast(bindparam("terms_"), ARRAY(Text))),
            )
            await self._connection.execute(made.on_conflict_do_nothing(index_elements=["digest"]), rows)

    async def unindexed(self, limit: int) -> dict[str, str]:
        """Give texts of the project that no term leads to yet, by their digests."""
        query = (
            select(texts.c.digest, texts.c.body)
            .where(
                texts.c.digest.in_(select(revisions.c.text_digest).where(revisions.c.project_id == self._project)),
                ~select(text_terms.c.digest).where(text_terms.c.digest == texts.c.digest).exists(),
            )
            .limit(limit)
        )
        return {row.digest: row.body for row in await self._connection.execute(query)}

    async def at_heads(self, query: Query, *, retired: bool, limit: int) -> tuple[UUID, ...]:
        """Give the specs whose head answers a query."""
        found = (
            select(specs.c.id)
            .join(revisions, and_(revisions.c.spec_id == specs.c.id, revisions.c.digest == specs.c.head))
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .join(text_terms, text_terms.c.digest == texts.c.digest)
            .where(specs.c.project_id == self._project, *_answers(query))
            .order_by(specs.c.id)
            .limit(limit)
        )
        if not retired:
            found = found.where(specs.c.status == SpecStatus.ACTIVE)
        return tuple((await self._connection.execute(found)).scalars())

    async def before(self, query: Query, *, besides: Collection[UUID], limit: int) -> tuple[tuple[UUID, int, int], ...]:
        """Give specs whose earlier texts answer, the latest first, with the numbers of the first and last that did."""
        found = (
            select(revisions.c.spec_id, func.min(revisions.c.seq), func.max(revisions.c.seq))
            .join(specs, specs.c.id == revisions.c.spec_id)
            .join(texts, texts.c.digest == revisions.c.text_digest)
            .join(text_terms, text_terms.c.digest == texts.c.digest)
            .where(revisions.c.project_id == self._project, ~revisions.c.side, *_answers(query))
            .where(revisions.c.spec_id.not_in(besides), revisions.c.digest != specs.c.head)
            .group_by(revisions.c.spec_id)
            .order_by(func.max(revisions.c.seq).desc())
            .limit(limit)
        )
        return tuple((row[0], row[1], row[2]) for row in await self._connection.execute(found))

    async def digest_at(self, spec: UUID, seq: int) -> str:
        """Give the digest of the revision with a number."""
        query = select(revisions.c.digest).where(
            revisions.c.project_id == self._project, revisions.c.spec_id == spec, revisions.c.seq == seq
        )
        return str((await self._connection.execute(query)).scalar_one())

    async def next_head(self, spec: UUID, seq: int) -> str | None:
        """Give the digest of the head that followed the one with a number, if one did."""
        query = (
            select(revisions.c.digest)
            .where(
                revisions.c.project_id == self._project,
                revisions.c.spec_id == spec,
                ~revisions.c.side,
                revisions.c.seq > seq,
            )
            .order_by(revisions.c.seq)
            .limit(1)
        )
        return (await self._connection.execute(query)).scalar_one_or_none()


def _answers(query: Query) -> list[ColumnElement[bool]]:
    """Make the conditions under which a text answers: each word begins one of its terms, each phrase stands in it."""
    conditions: list[ColumnElement[bool]] = []
    if query.words:
        # Terms hold letters and digits alone, so they need no escape inside the quotes of a lexeme.
        wanted = cast(literal(" & ".join(f"'{word}':*" for word in query.words)), TSQUERY)
        conditions.append(text_terms.c.terms.bool_op("@@")(wanted))
    # Text wraps where it likes: a phrase may stand on two lines.
    flat = func.lower(func.regexp_replace(texts.c.body, r"\s+", " ", "g"))
    conditions += [func.strpos(flat, phrase.lower()) > 0 for phrase in query.phrases]
    return conditions
