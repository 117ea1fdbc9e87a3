"""A spec's past: its revisions, the difference of any two or from a tag, and bringing a text back."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, see
from app.web.shaping.differences import rows_of, words_of
from app.web.views.drift import Choice
from app.web.views.frame import Place
from app.web.views.history import DiffPage, History, HistoryRow
from specs.access import Scope
from specs.conflicts import UnmergedError
from specs.errors import MissingError
from specs.library import Spec, SpecStatus, Whose
from specs.revision import ActorKind, Provenance

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
LAYOUTS = ("split", "unified", "words")
TAG = "tag:"


@get("/p/{project:str}/history/{path:path}", opt=READ)
async def history(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """List the revisions, newest first, of anyone or of some; those that never were the head are marked."""
    at = await here(request, unit, project, "History", Place.SPECS)
    who, ident, query = unit.principal, at.project.id, request.query_params
    spec = (await unit.library.read(who, ident, path.removeprefix("/"))).spec
    if spec.path != path.removeprefix("/"):
        return see(addresses.history(project, spec.path))
    actors = await unit.library.authors(who, ident, spec.id)
    whose = _whose(query)
    found = await unit.library.history(who, ident, spec.id, whose=whose, cursor=query.get("cursor") or None)
    tags = await unit.tags.of_spec(who, ident, spec.id)
    unread = await unit.readings.opened(who, ident, spec)
    kept = {"actor": str(whose.actor or ""), "kind": str(whose.kind or ""), "said": str(whose.provenance or "")}
    rows = tuple(
        HistoryRow(
            one.revision,
            one.side,
            one.revision.digest == spec.head,
            tuple(name for name, held in tags if held == one.revision.digest),
        )
        for one in found.items
    )
    earlier = urlencode({name: value for name, value in (*kept.items(), ("cursor", found.next)) if value})
    view = History(
        spec.path,
        spec.title,
        rows,
        f"{addresses.history(project, spec.path)}?{earlier}" if found.next else "",
        spec.head,
        tuple(Choice(str(one.id), one.name) for one in actors),
        tuple(name for name, _ in tags),
        **kept,
        read=unread.read if unread else "",
    )
    return answers.page("history.html", answers.titled(at.frame, f"History of {spec.title}"), view)


def _whose(query: Mapping[str, str]) -> Whose:
    """Read the filter of an address; what it cannot mean is left out."""
    try:
        actor = UUID(query.get("actor", ""))
    except ValueError:
        actor = None
    kind, said = query.get("kind", ""), query.get("said", "")
    return Whose(
        actor,
        ActorKind(kind) if kind in set(ActorKind) else None,
        Provenance(said) if said in set(Provenance) else None,
    )


@get("/p/{project:str}/diff/{path:path}", opt=READ)
async def difference(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Show what changed from one revision to another: side by side, unified, or word by word.

    `before` and `after` are digests, or `tag:NAME` for the revision that a tag holds; the head where nothing is said.
    """
    at = await here(request, unit, project, "Difference", Place.SPECS)
    who, ident, query = unit.principal, at.project.id, request.query_params
    spec = (await unit.library.read(who, ident, path.removeprefix("/"))).spec
    before = await _named(unit, at, spec, query.get("before", ""))
    after = await _named(unit, at, spec, query.get("after", ""))
    found = await unit.library.diff(who, ident, spec.id, before, after)
    layout = query.get("layout", "")
    layout = layout if layout in LAYOUTS else LAYOUTS[0]
    rows = await asyncio.to_thread(words_of if layout == "words" else rows_of, found.before.text, found.after.text)
    counted = rows if layout != "words" else await asyncio.to_thread(rows_of, found.before.text, found.after.text)
    unread = await unit.readings.opened(who, ident, spec)
    if unread is not None and (unread.read, unread.head) == (before, after):
        await unit.readings.read(who, ident, spec.id, after)
    first, last = found.before.revision, found.after.revision
    newer = await unit.library.next_head(who, ident, spec.id, last.digest)
    view = DiffPage(
        path=spec.path,
        title=spec.title,
        before=first,
        after=last,
        rows=rows,
        added=sum(row.kind == "changed" and row.after is not None for row in counted),
        removed=sum(row.kind == "changed" and row.before is not None for row in counted),
        layout=layout,
        older=addresses.diff(project, spec.path, first.parents[0], first.digest, layout) if first.parents else "",
        newer=addresses.diff(project, spec.path, last.digest, newer.digest, layout) if newer else "",
        head=spec.head,
        restores=_restorable(at, spec, first.digest, last.digest),
    )
    return answers.page("diff.html", answers.titled(at.frame, f"Change of {spec.title}"), view)


def _restorable(at: Here, spec: Spec, *digests: str) -> tuple[str, ...]:
    if not at.frame.may_write or spec.status is SpecStatus.RETIRED:
        return ()
    return tuple(digest for digest in dict.fromkeys(digests) if digest != spec.head)


async def _named(unit: Unit, at: Here, spec: Spec, named: str) -> str:
    """Give the revision that an address names: by its digest, by a tag, or the head."""
    if not named.startswith(TAG):
        return named or spec.head
    wanted = named.removeprefix(TAG)
    for name, revision in await unit.tags.of_spec(unit.principal, at.project.id, spec.id):
        if name == wanted:
            return revision
    raise MissingError("No tag of this name holds the spec.", "Choose one of those that the history offers.")


@post("/p/{project:str}/restore/{path:path}", opt=WRITE)
async def restore(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Make the text of a revision the head again, as a new revision on the head that the reader saw."""
    at = await here(request, unit, project, "Restore", Place.SPECS)
    given = await fields(request)
    spec = (await unit.library.read(unit.principal, at.project.id, path.removeprefix("/"))).spec
    try:
        saved = await unit.library.bring_back(
            unit.principal, at.project.id, spec.id, given.get("revision", ""), base=given.get("base", "")
        )
    except UnmergedError as error:
        return see(addresses.conflict(project, error.standing.record.id))
    merged = saved.merged.side if saved.merged and saved.created else ""
    return see(addresses.spec(project, saved.spec.path, merged=merged))


ROUTES = (history, difference, restore)
