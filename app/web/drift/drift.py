"""Findings: the list with its filters, and one with its evidence."""

import shlex
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from app.sources import now
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, see
from app.web.inbox.claims import waiting
from app.web.shaping import choosing
from app.web.shaping.climbing import Climb, climb
from app.web.shaping.reading import document_of, line_of, panel_of, sentence_before
from app.web.specs.confirming import may_confirm
from app.web.specs.specs import spec_line
from app.web.views.drift import FindingList
from app.web.views.frame import Place
from app.web.views.specs import CodeLine, FindingEvent, FindingPage, InvariantPanel, Rung, WaiverForm
from drift.findings import Hop
from drift.lives.life import LifeState, Reason
from drift.lives.records import FindingRecord, Repository
from specs.access import Scope
from specs.errors import ConflictError, MissingError, UserError
from specs.library import SpecText
from sync.inbox.decisions import Choice
from sync.service.deciding import Answer

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
PAGE = 100
MOST_RUNGS = 8
LONGEST = 300
REASONS = {
    Reason.FIXED: "the code follows again",
    Reason.INTENT_CHANGED: "the spec changed",
    Reason.INVARIANT_REMOVED: "the invariant was removed",
    Reason.CONFIRMED: "a person confirmed the section",
}


@get("/p/{project:str}/drift", opt=READ)
async def list_findings(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List findings, open ones unless others are asked for."""
    at = await here(request, unit, project, "Drift", Place.DRIFT)
    who, ident = unit.principal, at.project.id
    heads = await unit.library.heads(who, ident)
    known = known_of(heads, at.repositories)
    chosen = choosing.chosen_of(request.query_params, known)
    sorts = choosing.Sorts(await unit.drift.tally(who, ident, choosing.free_of(chosen, known)), known)
    cursor = request.query_params.get("cursor") or None
    found = await unit.drift.wanted(who, ident, choosing.wanted_of(chosen, known), cursor=cursor, limit=PAGE)
    owners = {path: ", ".join(named) for path, named in known.owners.items()}
    view = FindingList(
        tuple(line_of(record, known.titles, at.repositories, owners) for record in found.items),
        choosing.filters_of(chosen, sorts),
        sorts.total(chosen),
        chosen.query(cursor=found.next) if found.next else "",
        any(one.verdict is not None for one in at.verdicts),
        len(at.repositories),
        await waiting(unit, ident),
        chips=choosing.chips_of(chosen),
        kept=choosing.kept(chosen),
        text=chosen.get("q"),
        first=chosen.query() if cursor else "",
    )
    answer = answers.page("findings.html", at.frame, view)
    if "hx-request" in request.headers:
        answer.headers["hx-push-url"] = addresses.findings(project, chosen.query())
    return answer


def known_of(heads: tuple[SpecText, ...], repositories: Mapping[UUID, Repository]) -> choosing.Known:
    """Give what there is to choose from in a project."""
    documents = {head.spec.path: document_of(head.text) for head in heads}
    return choosing.Known(
        {head.spec.path: head.spec.id for head in heads},
        {head.spec.path: documents[head.spec.path].title or head.spec.title for head in heads},
        {path: document.front_matter.owners for path, document in documents.items()},
        {one.name: one.id for one in repositories.values()},
        now(),
    )


@get("/p/{project:str}/drift/{fingerprint:str}", opt=READ)
async def read_finding(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], fingerprint: FromPath[str]
) -> Response[Any]:
    """Show a finding: what the spec says beside what the code does, and how it gets there."""
    at = await here(request, unit, project, "Finding", Place.DRIFT)
    return await _shown(unit, at, fingerprint, request.query_params)


@post("/p/{project:str}/drift/{fingerprint:str}", opt=WRITE)
async def waive_finding(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], fingerprint: FromPath[str]
) -> Response[Any]:
    """Waive a finding until a day for a reason, as a form says. Of people who review."""
    at = await here(request, unit, project, "Finding", Place.DRIFT)
    given = await fields(request)
    form = waiver_of(given, fingerprint)
    if not form.command:
        return await _shown(unit, at, fingerprint, given, form.error or "Say until when, and why.")
    record = (await unit.drift.finding(unit.principal, at.project.id, fingerprint, _named(at, given))).finding
    day = date.fromisoformat(form.until)
    answer = Answer(Choice.WAIVE, (record.fingerprint,), form.because, day, repository=record.repository)
    try:
        await unit.decisions.decide(unit.principal, at.project.id, answer)
    except (UserError, ConflictError, MissingError) as error:
        return await _shown(unit, at, fingerprint, given, f"{error.message} {error.hint}")
    return see(addresses.finding(project, fingerprint, given.get("repository", "")))


def _named(at: Here, query: Mapping[str, str]) -> UUID | None:
    return next((one.id for one in at.repositories.values() if one.name == query.get("repository", "")), None)


async def _shown(unit: Unit, at: Here, fingerprint: str, query: Mapping[str, str], refused: str = "") -> Response[Any]:
    who, ident = unit.principal, at.project.id
    repositories = at.repositories
    detail = await unit.drift.finding(who, ident, fingerprint, _named(at, query))
    record = detail.finding
    sentence, panel, title = await _intent(unit, ident, record)
    excerpt = await unit.excerpts.excerpt(who, ident, record.repository, record.code_path, record.line)
    found = climb(hops_of(record))
    view = FindingPage(
        line_of(record, {record.spec_path: title}, repositories, {}),
        record.fix,
        panel,
        sentence,
        tuple(CodeLine(number, text, number == record.line) for number, text in excerpt),
        await ladder(unit, ident, record, found),
        found.others,
        tuple(
            FindingEvent(
                str(event.kind),
                event.cause.at,
                event.cause.reference if event.cause.kind == "commit" else "",
                event.cause.actor,
                note=REASONS.get(event.reason, "") if event.reason else "",
            )
            for event in detail.events
        ),
        claims=await waiting(unit, ident, record.repository, record.invariant) if record.invariant else 0,
        waiver=await _waiver(unit, ident, record, waiver_of(query, fingerprint), refused),
        commit=repositories[record.repository].head if record.repository in repositories else "",
    )
    status = HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK
    return answers.page("finding.html", answers.titled(at.frame, record.message), view, status=status)


async def _waiver(unit: Unit, project: UUID, record: FindingRecord, form: WaiverForm, refused: str) -> WaiverForm:
    """Say besides what was filled in whether the reader may waive it here, and who did."""
    decided = await unit.decisions.standing(unit.principal, project, [record.fingerprint])
    here_now = [one for one in decided if one.repository == record.repository]
    told = (
        f"{here_now[0].actor.name}: {here_now[0].told} ({here_now[0].because or 'without a word'})." if here_now else ""
    )
    may = may_confirm(unit.principal, project) and record.state is LifeState.OPEN
    return replace(form, may=may, standing=told, error=refused or form.error)


async def _intent(unit: Unit, project: UUID, record: FindingRecord) -> tuple[Markup, InvariantPanel | None, str]:
    """Give the sentence of the spec, the invariant as a panel where it is one, and the spec's title."""
    if record.spec is None:
        return Markup(), None, ""
    try:
        read = await unit.library.read(unit.principal, project, record.spec)
    except MissingError:
        return Markup(), None, ""
    document = document_of(read.text)
    block = next((one for one in document.invariants if one.id == record.invariant), None)
    line = block.line if block else spec_line(record) + 1
    standing = await unit.drift.invariants(unit.principal, project, read.spec.id) if block else ()
    return sentence_before(read.text, line), panel_of(block, standing) if block else None, document.title


async def ladder(unit: Unit, project: UUID, record: FindingRecord, found: Climb) -> tuple[Rung, ...]:
    """Give the import chain with the line of each import; of a long chain only the first ones have theirs."""
    rungs = []
    for number, (hop, also) in enumerate(found.steps):
        shown: tuple[tuple[int, str], ...] = ()
        if number < MOST_RUNGS and hop.line:
            shown = await unit.excerpts.excerpt(
                unit.principal, project, record.repository, hop.path, hop.line, around=0
            )
        rungs.append(Rung(hop, shown[0][1].strip() if shown else "", also))
    return tuple(rungs)


def waiver_of(query: Mapping[str, str], fingerprint: str) -> WaiverForm:
    """Read the form of a waiver, and write the command that a clone takes. Nothing is waived by asking."""
    until, because = (query.get(name, "").strip()[:LONGEST] for name in ("until", "because"))
    if not until and not because:
        return WaiverForm()
    try:
        day = date.fromisoformat(until)
    except ValueError:
        return WaiverForm(until, because, error="The day cannot be read: write it as 2027-01-31.")
    if day < now().date():
        return WaiverForm(until, because, error="That day is over: a waiver names a day to come.")
    if not because or not because.isprintable():
        return WaiverForm(until, because, error="Say in one line why it is accepted until then.")
    command = shlex.join(["holdfast", "waive", fingerprint, "--until", day.isoformat(), "--because", because])
    return WaiverForm(until, because, command)


def hops_of(record: FindingRecord) -> tuple[Hop, ...]:
    """Read the import chain out of what the check wrote down."""
    evidence = record.data.get("evidence")
    hops = []
    for one in evidence if isinstance(evidence, list) else ():
        if isinstance(one, dict):
            line = one.get("line")
            names = (str(one.get("from", "")), str(one.get("to", "")), str(one.get("path", "")))
            hops.append(Hop(*names, line if isinstance(line, int) else 0))
    return tuple(hops)


ROUTES = (list_findings, read_finding, waive_finding)
