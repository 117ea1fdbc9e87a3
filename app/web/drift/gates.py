"""Gates: the list of what was decided on commits, one with what its check found, and the form with which people decide.

A form carries the digest of what its reader saw. What may be done, and by whom, the services decide.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see
from app.web.views.drift import Choice, Filter
from app.web.views.frame import Place
from app.web.views.gates import GateFinding, GateList, GatePage
from specs.access import Scope
from specs.errors import ConflictError, DeniedError, HoldfastError, UserError
from sync.gates.gate import Answer, GateState, may_decide

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
UNUSABLE, CONFLICT = 400, 409
PAGE, MOST_FINDINGS, MOST_HOPS = 50, 200, 12
ALL = "all"
SHOWN = (
    (ALL, "All"),
    (GateState.NEEDS_APPROVAL.value, "Needs approval"),
    (GateState.PASSED.value, "Passed"),
    (GateState.FAILED.value, "Failed"),
    (GateState.FROZEN.value, "Frozen"),
)


@get("/p/{project:str}/gates", opt=READ)
async def list_gates(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List what was decided on commits, the newest first."""
    at = await here(request, unit, project, "Gates", Place.DRIFT)
    wanted = request.query_params.get("show", ALL)
    shown = wanted if wanted in dict(SHOWN) else ALL
    page = await unit.gates.list(
        unit.principal,
        at.project.id,
        state="" if shown == ALL else shown,
        cursor=request.query_params.get("cursor") or None,
        limit=PAGE,
    )
    following = urlencode({"show": shown, "cursor": page.next}) if page.next else ""
    choices = tuple(Choice(value, label) for value, label in SHOWN)
    view = GateList(page.items, (Filter("show", "State", choices, shown),), following)
    return answers.page("gates.html", at.frame, view)


@get("/p/{project:str}/gates/{gate:uuid}", opt=READ)
async def gate(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], gate: FromPath[UUID]
) -> Response[Any]:
    """Show what a check found on a commit, what was decided, and what may still be done."""
    at = await here(request, unit, project, "Gate", Place.DRIFT)
    return await _page(unit, at, gate)


async def _page(
    unit: Unit, at: Here, gate: UUID, *, body: str = "", error: HoldfastError | None = None
) -> Response[Any]:
    looked = await unit.gates.get(unit.principal, at.project, gate)
    found = looked.gate
    told = refused(error) if error else {"error": "", "hint": ""}
    listed = tuple(_findings(found.report or {}))
    counted = sum(found.counts.get(name, 0) for name in ("introduced", "fixed", "waived"))
    mine = found.actor.id == unit.principal.actor.id
    view = GatePage(
        found,
        " and ".join(need.told for need in looked.standing.missing),
        listed[:MOST_FINDINGS],
        max(0, counted - min(len(listed), MOST_FINDINGS)),
        may_decide(unit.principal.role_in(at.project.id), found.needs) and not mine,
        await unit.ruling.explained(unit.principal, at.project.id, str(gate)),
        body,
        **told,
    )
    status = 200
    if error is not None:
        status = CONFLICT if isinstance(error, ConflictError) else UNUSABLE
    title = f"{found.repository} {found.commit[:12]}"
    return answers.page("gate.html", answers.titled(at.frame, title), view, status=status)


def _findings(report: Mapping[str, Any]) -> Iterator[GateFinding]:
    """Read the findings of a report that is kept; what is new comes first, as it was told."""
    for one in report.get("findings", ()):
        code, hops = one.get("code"), one.get("evidence", ())[:MOST_HOPS]
        chain = (*(hop["from"] for hop in hops), hops[-1]["to"]) if hops else ()
        place = f"{code['path']}:{code['line']}" if code else f"{one['spec']['path']}:{one['spec']['line']}"
        words = (one["severity"], one["state"], one["invariant"], one["message"])
        yield GateFinding(*words, place, one["fix"], chain)


@post("/p/{project:str}/gates/{gate:uuid}/review", opt=WRITE)
async def review(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], gate: FromPath[UUID]
) -> Response[Any]:
    """Approve or refuse exactly what was on the page."""
    at = await here(request, unit, project, "Gate", Place.DRIFT)
    given = await fields(request)
    try:
        answer, digest = _answer(given), given.get("digest", "")
        body = given.get("body", "").strip()
        await unit.gates.review(unit.principal, at.project, gate, digest=digest, answer=answer, body=body)
    except (UserError, ConflictError, DeniedError) as error:
        return await _page(unit, at, gate, body=given.get("body", ""), error=error)
    return see(addresses.gate(project, str(gate)))


def _answer(given: Mapping[str, str]) -> Answer:
    word = given.get("answer", "")
    if word not in {one.value for one in Answer}:
        raise UserError("The form does not say what to do.", "Press one of its buttons.")
    return Answer(word)


ROUTES = (list_gates, gate, review)
