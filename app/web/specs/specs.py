"""Reading specs: the list, one of them at its head or any revision, and what the quick switcher can go to."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, here, see
from app.web.shaping.listing import row_of
from app.web.shaping.reading import blocks_of, document_of, line_of, outline_of, panel_of, pieces_of
from app.web.specs.confirming import may_confirm, unsaid_of
from app.web.specs.relating import related_of
from app.web.specs.tracing import traced_of
from app.web.views.frame import Place
from app.web.views.specs import FindingLine, SideRevision, SpecList, SpecPage, Waiting
from drift.lives.life import LifeState
from drift.lives.records import Badge, FindingRecord
from specs.access import Scope
from specs.library import SpecStatus, SpecText

READ = {"scope": Scope.READ}
MANY = 200
DEEPEST = 3


@get("/p/{project:str}/specs", opt=READ)
async def list_specs(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List the specs with their verdicts."""
    at = await here(request, unit, project, "Specs", Place.SPECS)
    heads = await unit.library.heads(unit.principal, at.project.id)
    retired = await _retired(unit, at)
    unread = {one.spec: one for one in await unit.readings.unread(unit.principal, at.project.id)}
    only = request.query_params.get("changed") == "unread"
    rows = await asyncio.to_thread(
        lambda: tuple(
            row_of(head, at.badges.get(head.spec.id), unread.get(head.spec.id))
            for head in heads
            if not only or head.spec.id in unread
        )
    )
    gone = () if only else tuple(row_of(one, None) for one in retired)
    view = SpecList(rows, gone, any(one.verdict for one in at.verdicts), len(unread), only)
    return answers.page("specs.html", at.frame, view)


async def _retired(unit: Unit, at: Here) -> Sequence[SpecText]:
    page = await unit.library.list(unit.principal, at.project.id, retired=True, limit=MANY)
    gone = [spec for spec in page.items if spec.status is SpecStatus.RETIRED]
    return [await unit.library.read(unit.principal, at.project.id, spec.id) for spec in gone]


@get("/p/{project:str}/specs/{path:path}", opt=READ)
async def read_spec(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], path: FromPath[str]
) -> Response[Any]:
    """Show a spec; a former path leads on to the present one."""
    at = await here(request, unit, project, "Spec", Place.SPECS)
    wanted = request.query_params.get("revision") or None
    read = await unit.library.read(unit.principal, at.project.id, path.removeprefix("/"), wanted)
    if read.spec.path != path.removeprefix("/"):
        return see(addresses.spec(project, read.spec.path, revision=wanted or ""))
    view = await _spec_page(unit, at, read)
    just = request.query_params.get("merged", "")
    view = replace(view, merged=just if just in read.revision.parents[1:] else "")
    if view.is_head and not view.retired:
        view = replace(view, unread=await unit.readings.opened(unit.principal, at.project.id, read.spec))
        others = await unit.presence.others(unit.principal, at.project.id, read.spec.id, read.spec.path)
        view = replace(view, present=others)
    return answers.page("spec.html", answers.titled(at.frame, view.title), view)


async def _spec_page(unit: Unit, at: Here, read: SpecText) -> SpecPage:
    who, ident, spec = unit.principal, at.project.id, read.spec
    is_head = read.revision.digest == spec.head
    document = await asyncio.to_thread(document_of, read.text)
    rendered = await asyncio.to_thread(blocks_of, read.text, addresses.images(at.project.slug))
    standing = await unit.drift.invariants(who, ident, spec.id) if is_head else ()
    repositories = at.repositories
    panels = {block.line: panel_of(block, standing, repositories) for block in document.invariants}
    lines: dict[int, list[FindingLine]] = {}
    if is_head:
        places = {block.id: block.line for block in document.invariants}
        found = await unit.drift.findings(who, ident, spec=spec.id, state=LifeState.OPEN, limit=MANY)
        for record in found.items:
            line = places.get(record.invariant) or spec_line(record)
            lines.setdefault(line, []).append(line_of(record, {}, repositories, {}))
    broken = frozenset(block.anchor for block in document.invariants if panels[block.line].verdict == "broken")
    waits = (await unit.conflicts.list(who, ident, spec=spec.id)).items if is_head else ()
    theirs = {one.theirs for one in waits}
    parted = spec.diverged if is_head and spec.diverged not in theirs else None
    side = await unit.library.read(who, ident, spec.id, parted) if parted else None
    unsaid = await unsaid_of(unit, ident, spec) if is_head and spec.status is not SpecStatus.RETIRED else {}
    traced = await traced_of(unit, ident, spec) if is_head else ()
    related = await related_of(unit, ident, spec, document, traced) if is_head else {}
    return SpecPage(
        path=spec.path,
        title=document.title or spec.title or spec.path,
        status=document.front_matter.status,
        owners=document.front_matter.owners,
        covers=document.front_matter.covers,
        revision=read.revision,
        is_head=is_head,
        retired=spec.status is SpecStatus.RETIRED,
        verdict=at.badges.get(spec.id, Badge()).verdict if is_head else "none",
        kept=sum(panel.verdict == "kept" for panel in panels.values()),
        total=len(panels),
        pieces=pieces_of(document, rendered, panels, lines, unsaid, traced=traced, related=related),
        outline=outline_of(document, broken),
        side=SideRevision(side.revision, side.revision.origin.removeprefix("git:")) if side else None,
        problems=len(document.problems),
        waiting=tuple(Waiting(str(one.id), one.opened_by, one.opened_at, one.regions, one.decided) for one in waits),
        unsaid=sum(len(one.statements) for one in unsaid.values()),
        may_confirm=bool(unsaid) and may_confirm(who, ident),
    )


def spec_line(record: FindingRecord) -> int:
    """Give the line of the spec that a finding speaks of, as the check saw it."""
    spec = record.data.get("spec")
    line = spec.get("line") if isinstance(spec, dict) else None
    return line if isinstance(line, int) else 1


ROUTES = (list_specs, read_spec)
