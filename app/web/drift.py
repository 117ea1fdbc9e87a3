"""Findings: the list with its filters, and one with its evidence."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup

from app.unit import Unit
from app.web import answers
from app.web.answers import Web, here
from app.web.claims import waiting
from app.web.listing import titles_and_owners
from app.web.reading import document_of, line_of, panel_of, sentence_before
from app.web.specs import spec_line
from app.web.views.drift import Choice, Filter, FindingList
from app.web.views.frame import Place
from app.web.views.specs import CodeLine, FindingEvent, FindingPage, InvariantPanel
from drift.findings import Hop
from drift.lives.life import LifeState, Reason
from drift.lives.records import FindingRecord, Repository
from specs.access import Scope
from specs.errors import MissingError
from specs.library import SpecText

READ = {"scope": Scope.READ}
PAGE = 100
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
    repositories = at.repositories
    chosen = choices_made(request.query_params, heads, repositories)
    titles, owners = titles_and_owners(heads)
    specs = {head.spec.path: head.spec.id for head in heads}
    names = {one.name: one.id for one in repositories.values()}
    found = await unit.drift.findings(
        who,
        ident,
        repository=names.get(chosen["repository"]),
        state=LifeState(chosen["state"]) if chosen["state"] != "all" else None,
        spec=specs.get(chosen["spec"]),
        severity=chosen["severity"],
        cursor=request.query_params.get("cursor") or None,
        limit=PAGE,
    )
    rows = tuple(line_of(record, titles, repositories, owners) for record in found.items)
    following = urlencode({**chosen, "cursor": found.next}) if found.next else ""
    checked = any(one.verdict is not None for one in at.verdicts)
    filters, claimed = filters_of(chosen, titles, names), await waiting(unit, ident)
    view = FindingList(rows, filters, len(rows), following, checked, len(repositories), claimed)
    return answers.page("findings.html", at.frame, view)


def choices_made(
    query: Mapping[str, str], heads: tuple[SpecText, ...], repositories: Mapping[UUID, Repository]
) -> dict[str, str]:
    """Read the filters of an address; what is not among the choices counts as not chosen."""
    known = {
        "state": ({*map(str, LifeState), "all"}, "open"),
        "severity": ({"error", "warning", "info"}, ""),
        "spec": ({head.spec.path for head in heads}, ""),
        "repository": ({one.name for one in repositories.values()}, ""),
    }
    return {name: query[name] if query.get(name) in allowed else default for name, (allowed, default) in known.items()}


def filters_of(chosen: Mapping[str, str], titles: Mapping[str, str], names: Mapping[str, UUID]) -> tuple[Filter, ...]:
    """Give the selects above the list; a choice of one is none."""
    states = tuple(Choice(word, word) for word in ("open", "resolved", "waived", "all"))
    severities = (Choice("", "any"), *(Choice(word, word) for word in ("error", "warning", "info")))
    specs = (Choice("", "any"), *(Choice(path, title or path) for path, title in sorted(titles.items())))
    repositories = (Choice("", "any"), *(Choice(name, name) for name in sorted(names)))
    every = (
        Filter("state", "State", states, chosen["state"]),
        Filter("severity", "Severity", severities, chosen["severity"]),
        Filter("spec", "Spec", specs, chosen["spec"]),
        Filter("repository", "Repository", repositories, chosen["repository"]),
    )
    return tuple(one for one in every if len(one.choices) > 2)  # noqa: PLR2004 ("any" and the only one)


@get("/p/{project:str}/drift/{fingerprint:str}", opt=READ)
async def read_finding(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], fingerprint: FromPath[str]
) -> Response[Any]:
    """Show a finding: what the spec says beside what the code does, and how it gets there."""
    at = await here(request, unit, project, "Finding", Place.DRIFT)
    who, ident = unit.principal, at.project.id
    repositories = at.repositories
    wanted = request.query_params.get("repository", "")
    named = next((one.id for one in repositories.values() if one.name == wanted), None)
    detail = await unit.drift.finding(who, ident, fingerprint, named)
    record = detail.finding
    sentence, panel, title = await _intent(unit, ident, record)
    excerpt = await unit.excerpts.excerpt(who, ident, record.repository, record.code_path, record.line)
    view = FindingPage(
        line_of(record, {record.spec_path: title}, repositories, {}),
        record.fix,
        panel,
        sentence,
        tuple(CodeLine(number, text, number == record.line) for number, text in excerpt),
        hops_of(record),
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
    )
    return answers.page("finding.html", answers.titled(at.frame, record.message), view)


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


ROUTES = (list_findings, read_finding)
