"""Queries of texts that commits bring by the hundred: what they meet, and all of them kept in one statement.

Scoped by project.
"""

import json
from base64 import b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select, text, union_all
from sqlalchemy.exc import IntegrityError

from specs.library import Spec
from specs.proposals.state import PENDING
from specs.store.connection import Connection
from specs.store.landing import Incoming, row_of
from specs.tables.base import Id
from specs.tables.library import former_paths, specs
from specs.tables.proposals import proposals

# As `specs.store.landing` does with one: specs that begin and specs whose heads move, each with all its new revisions.
# Rows go in in one order, whoever sends them, so that two who bring the same do not stand in each other's way.
_BRING = text("""
with given as (
    select * from json_to_recordset(cast(:rows as json)) as r (
        nth int, spec uuid, digest text, parents text[], text_digest text, body text, size int, title text, actor uuid,
        provenance text, message text, at timestamptz, origin text, terms text[], runs text, open text, "full" text[],
        doubts text[]
    )
), heads as (
    select * from json_to_recordset(cast(:heads as json)) as h (
        spec uuid, path text, path_key text, title text, head text, follows text, at timestamptz
    )
), started as (
    insert into specs (id, project_id, path, path_key, title, status, head, agreed, created_at, updated_at)
    select spec, :project, path, path_key, title, 'active', head, head, at, at
    from heads
    where follows is null
    order by path_key
    on conflict (project_id, path_key) do nothing
    returning id
), moved as (
    update specs s
    set head = h.head, title = h.title, updated_at = h.at, diverged = null, agreed = h.head
    from heads h
    where s.project_id = :project and s.id = h.spec and s.head = h.follows
    returning s.id
), told as (
    select distinct on (text_digest) * from given order by text_digest
), words as (
    insert into texts (digest, body) select text_digest, body from told on conflict (digest) do nothing
), found_by as (
    insert into text_terms (digest, terms) select text_digest, array_to_tsvector(terms) from told
    on conflict (digest) do nothing
), passage as (
    insert into passages (digest, body)
    select digest, decode(body, 'base64') from json_to_recordset(cast(:passages as json)) as p (digest text, body text)
    order by digest
    on conflict (digest) do nothing
), made as (
    insert into revisions (
        spec_id, digest, project_id, parents, text_digest, size, title, actor_id, provenance, message, at, origin, side
    )
    select spec, digest, :project, parents, text_digest, size, title, actor, provenance, message, at, origin, false
    from given
    order by nth
), authored as (
    insert into authorships (spec_id, revision, runs, open, "full", doubts)
    select spec, digest, decode(runs, 'base64'), decode(open, 'base64'), "full", doubts from given
)
select (select count(*) from started) + (select count(*) from moved)
""").bindparams(
    bindparam("project", type_=Id), *(bindparam(name, type_=Text) for name in ("rows", "heads", "passages"))
)
_BROUGHT = text("""
select r.spec_id, r.origin
from unnest(cast(:specs as uuid[]), cast(:origins as text[])) as g (spec_id, origin)
join revisions r on r.spec_id = g.spec_id and r.origin = g.origin and r.origin <> ''
where r.project_id = :project
""").bindparams(bindparam("project", type_=Id), *(bindparam(name, type_=ARRAY(Text)) for name in ("specs", "origins")))
_KEYS = bindparam("keys", type_=ARRAY(Text))
_LOCKED = (
    select(specs.c.id, specs.c.path, specs.c.head, specs.c.status, specs.c.agreed)
    .where(specs.c.project_id == bindparam("project", type_=Id), specs.c.id == any_(bindparam("ids", type_=ARRAY(Id))))
    .order_by(specs.c.id)
    .with_for_update()
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A spec as it is after what was brought. `follows` is its head before, None where it begins with that."""

    spec: Spec
    path_key: str
    follows: str | None


class ArrivingStore:
    """What commits bring, in one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def used(self, path_keys: Collection[str]) -> frozenset[str]:
        """Give those of some paths that a spec has, or had and that lead to it."""
        query = union_all(
            *(
                select(table.c.path_key).where(table.c.project_id == self._project, table.c.path_key == any_(_KEYS))
                for table in (specs, former_paths)
            )
        )
        return frozenset((await self._connection.execute(query, {"keys": list(path_keys)})).scalars())

    async def brought(self, wanted: Sequence[tuple[UUID, str]]) -> frozenset[tuple[UUID, str]]:
        """Give those of some (spec, origin) of which there is a revision."""
        given = {"specs": [str(spec) for spec, _ in wanted], "origins": [origin for _, origin in wanted]}
        rows = await self._connection.execute(_BROUGHT, {"project": self._project, **given})
        return frozenset((row.spec_id, row.origin) for row in rows)

    async def asked_about(self, origins: Collection[str]) -> bool:
        """Say whether one of some commits brought a proposal, or any commit one that waits."""
        mine = proposals.c.project_id == self._project
        waits = proposals.c.state.in_(PENDING) & (proposals.c.origin != "")
        query = select(proposals.c.id).where(mine, waits | (proposals.c.origin == any_(_KEYS))).limit(1)
        return (await self._connection.execute(query, {"keys": list(origins)})).first() is not None

    async def unmoved(self, known: Collection[Spec]) -> bool:
        """Lock specs, in one order for all who do, and say whether they are what they were when they were read."""
        if not known:
            return True
        given = {"project": self._project, "ids": [spec.id for spec in known]}
        rows = await self._connection.execute(_LOCKED, given)
        now = {(row.id, row.path, row.head, row.status, row.agreed) for row in rows}
        return now == {(spec.id, spec.path, spec.head, spec.status.value, spec.agreed) for spec in known}

    async def bring(self, incoming: Sequence[Incoming], heads: Sequence[Followed]) -> bool:
        """Keep texts in their order, and begin or move the heads of their specs; False, and nothing is done, if not."""
        rows = [_brought(nth, one) for nth, one in enumerate(incoming)]
        passages = {digest: body for one in incoming for digest, body in one.passages.items()}
        packed = [{"digest": digest, "body": b64encode(body).decode()} for digest, body in passages.items()]
        told = [_headed(one) for one in heads]
        given = {"rows": json.dumps(rows), "heads": json.dumps(told), "passages": json.dumps(packed)}
        try:
            async with self._connection.begin_nested() as savepoint:
                done = (await self._connection.execute(_BRING, {"project": self._project, **given})).scalar_one()
                if done != len(heads):
                    await savepoint.rollback()
                return bool(done == len(heads))
        except IntegrityError:  # a text without its spec, or one that another run brought meanwhile
            return False


def _brought(nth: int, one: Incoming) -> dict[str, object]:
    row = row_of(one)
    row |= {name: b64encode(getattr(one.kept, name)).decode() for name in ("runs", "open")}
    row |= {"nth": nth} | {name: str(row[name]) for name in ("spec", "actor", "at")}
    return {name: value for name, value in row.items() if name not in {"side", "task", "bodies", "passages"}}


def _headed(one: Followed) -> dict[str, object]:
    spec = one.spec
    row = {"spec": str(spec.id), "path": spec.path, "path_key": one.path_key, "title": spec.title, "head": spec.head}
    return {**row, "follows": one.follows, "at": spec.updated_at.isoformat()}
