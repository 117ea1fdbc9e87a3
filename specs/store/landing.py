"""Keeps a text that comes in with all that is made of it: terms to find it by, its revision, its authors, the head.

One statement, since every save waits for it. Scoped by project.
"""

import json
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Text, bindparam, text
from sqlalchemy.exc import IntegrityError

from specs.library import Spec
from specs.revision import Revision
from specs.store.authorship import Kept
from specs.store.connection import Connection
from specs.tables.base import Id

# What is there already stays: texts, terms, passages and authors of the same digest are the same.
_LAND = text("""
with body as (
    insert into texts (digest, body) values (:text_digest, :body) on conflict (digest) do nothing
), found_by as (
    insert into text_terms (digest, terms) values (:text_digest, array_to_tsvector(:terms))
    on conflict (digest) do nothing
), passage as (
    insert into passages (digest, body) select * from unnest(:passages, :bodies) on conflict (digest) do nothing
), made as (
    insert into revisions (
        spec_id, digest, project_id, parents, text_digest, size, title, actor_id, provenance, message, at, origin,
        side, task_id
    )
    values (
        :spec, :digest, :project, :parents, :text_digest, :size, :title, :actor, :provenance, :message, :at, :origin,
        :side, :task
    )
    on conflict (spec_id, digest) do nothing
    returning seq
), authored as (
    insert into authorships (spec_id, revision, runs, open, "full", doubts)
    values (:spec, :digest, :runs, :open, :full, :doubts)
    on conflict (spec_id, revision) do nothing
), moved as (
    update specs
    set head = :digest, title = :title, updated_at = :at, diverged = :diverged, agreed = :agreed
    where project_id = :project and id = :spec and head = :follows
    returning id
)
select (select count(*) from made) as made, (select count(*) from moved) as moved
""").bindparams(
    *(bindparam(name, type_=Id) for name in ("spec", "project", "actor", "task")),
    *(bindparam(name, type_=Text) for name in ("text_digest", "digest", "title", "diverged", "agreed", "follows")),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("terms", "passages", "parents", "full", "doubts")),
    *(bindparam(name, type_=LargeBinary) for name in ("runs", "open")),
    bindparam("bodies", type_=ARRAY(LargeBinary)),
)

# Specs that begin here, each with its text: as `_LAND` of every one. Rows go in in one order, whoever sends them, so
# that two who bring the same do not stand in each other's way.
_BEGIN = text("""
with given as (
    select * from json_to_recordset(cast(:rows as json)) as r (
        nth int, spec uuid, path text, path_key text, digest text, text_digest text, body text, size int, title text,
        actor uuid, provenance text, message text, at timestamptz, origin text, task uuid, terms text[], runs text,
        open text, doubts text[]
    )
), started as (
    insert into specs (id, project_id, path, path_key, title, status, head, agreed, created_at, updated_at)
    select spec, :project, path, path_key, title, 'active', digest, null, at, at
    from given
    order by path_key
    on conflict (project_id, path_key) do nothing
    returning id
), forgotten as (
    delete from former_paths f using given g where f.project_id = :project and f.path_key = g.path_key
), told as (
    select distinct on (text_digest) * from given order by text_digest
), words as (
    insert into texts (digest, body) select text_digest, body from told on conflict (digest) do nothing
), found_by as (
    insert into text_terms (digest, terms) select text_digest, array_to_tsvector(terms) from told
    on conflict (digest) do nothing
), made as (
    insert into revisions (
        spec_id, digest, project_id, parents, text_digest, size, title, actor_id, provenance, message, at, origin,
        side, task_id
    )
    select
        spec, digest, :project, '{}', text_digest, size, title, actor, provenance, message, at, origin, false, task
    from given
    order by nth
), authored as (
    insert into authorships (spec_id, revision, runs, open, "full", doubts)
    select spec, digest, decode(runs, 'base64'), decode(open, 'base64'), '{}', doubts from given
)
select count(*) from started
""").bindparams(bindparam("project", type_=Id), bindparam("rows", type_=Text))


@dataclass(frozen=True, slots=True)
class Beginning:
    """A spec that begins: the spec, its place among all paths, and its first text."""

    spec: Spec
    path_key: str
    incoming: "Incoming"


@dataclass(frozen=True, slots=True)
class Incoming:
    """All that is kept of a text that comes in. `kept` holds the text with its authors, `passages` what they fill.

    `side` says that it stands beside the head.
    """

    revision: Revision
    title: str
    task: UUID | None
    side: bool
    terms: Collection[str]
    kept: Kept
    passages: Mapping[str, bytes]


class LandingStore:
    """Where texts come in, in one project on one connection."""

    def __init__(self, connection: Connection, project: UUID) -> None:
        self._connection = connection
        self._project = project

    async def keep(self, incoming: Incoming, now: Spec | None = None, follows: str | None = None) -> tuple[bool, bool]:
        """Keep a text; with `now`, move its spec's head from `follows` as that says.

        Say whether the revision is new, and whether the head moved.
        """
        row = {**row_of(incoming), "project": self._project, "follows": follows}
        row |= {"diverged": now.diverged if now else None, "agreed": now.agreed if now else None}
        done = (await self._connection.execute(_LAND, row)).one()
        return done.made == 1, done.moved == 1

    async def begin(self, beginnings: Sequence[Beginning]) -> bool:
        """Start many specs with their first texts; False, and nothing is done, where the path of one is taken."""
        rows = [_begun(nth, one) for nth, one in enumerate(beginnings)]
        given = {"project": self._project, "rows": json.dumps(rows)}
        try:
            async with self._connection.begin_nested():
                await self._connection.execute(_BEGIN, given)
        except IntegrityError:  # a text without its spec
            return False
        return True


def _begun(nth: int, one: Beginning) -> dict[str, object]:
    row = row_of(one.incoming)
    row |= {name: b64encode(getattr(one.incoming.kept, name)).decode() for name in ("runs", "open")}
    row |= {"nth": nth, "path": one.spec.path, "path_key": one.path_key}
    row |= {name: None if row[name] is None else str(row[name]) for name in ("spec", "actor", "task", "at")}
    return {name: value for name, value in row.items() if name not in {"side", "parents", "full", "bodies", "passages"}}


def row_of(incoming: Incoming) -> dict[str, object]:
    """Give a text that comes in as the values of its rows."""
    made, kept = incoming.revision, incoming.kept
    chunks = sorted(incoming.passages.items())
    return {
        "spec": made.spec_id,
        "digest": made.digest,
        "parents": list(made.parents),
        "text_digest": made.text_digest,
        "body": kept.text,
        "size": made.size,
        "title": incoming.title,
        "actor": made.actor.id,
        "provenance": made.provenance,
        "message": made.message,
        "at": made.at,
        "origin": made.origin,
        "side": incoming.side,
        "task": incoming.task,
        "terms": list(incoming.terms),
        "passages": [digest for digest, _ in chunks],
        "bodies": [body for _, body in chunks],
        "runs": kept.runs,
        "open": kept.open,
        "full": list(kept.full),
        "doubts": list(kept.doubts),
    }
