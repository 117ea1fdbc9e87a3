"""The page of a project's audit log: searched like a ledger, and verified by a job that the page watches."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.background.runs import RunKind
from app.sources import now
from app.store import Run
from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, here, see
from app.web.views.administration import AuditPage, LedgerRow, Verdict, run_view
from app.web.views.frame import Place
from specs.access import Scope
from specs.audit import Entry, Json, Wanted
from specs.errors import UserError
from specs.revision import Actor
from sync.feeds.kinds import PRIVATE, SOURCES

READ = {"scope": Scope.READ}
ADMIN = {"scope": Scope.ADMIN}
UNUSABLE = 400
FIELDS = ("actor", "action", "subject", "task", "since", "until")
ACTIONS = tuple(sorted({source.action for source in SOURCES} | set(PRIVATE)))
LABELS = ("path", "title", "name", "repository")
LONGEST = 200
SHOWN = 50


@get("/p/{project:str}/settings/audit", opt=READ)
async def audit(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Show the entries that are wanted, the latest first."""
    at = await here(request, unit, project, "Audit log", Place.SETTINGS)
    asked = {name: request.query_params.get(name, "").strip()[:LONGEST] for name in FIELDS}
    try:
        wanted, told = wanted_of(asked), {"error": "", "hint": ""}
    except UserError as error:
        wanted, told = Wanted(), answers.refused(error)
    cursor = request.query_params.get("cursor") or None
    page = await unit.audit.find(unit.principal, at.project.id, wanted, cursor=cursor, limit=SHOWN)
    people = await unit.audit.people(unit.principal, at.project.id, page.items)
    run = await unit.runs.latest(unit.principal, at.project.id, RunKind.VERIFY)
    kept = {name: value for name, value in asked.items() if value}
    view = AuditPage(
        tuple(_row(project, entry, people) for entry in page.items),
        asked,
        await unit.members.list(unit.principal, at.project.id),
        ACTIONS,
        addresses.settings(project, "audit", urlencode({**kept, "cursor": page.next})) if page.next else "",
        run=None if run is None else run_view(run, _poll(project), now()),
        verdict=None if run is None else verdict_of(run, at.project.id),
        **told,
    )
    return answers.page("audit.html", at.frame, view, status=UNUSABLE if view.error else 200)


@post("/p/{project:str}/settings/audit/verify", opt=ADMIN)
async def verify(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Have the log verified; the page watches."""
    at = await here(request, unit, project, "Audit log", Place.SETTINGS)
    await unit.runs.begin(unit.principal, at.project.id, RunKind.VERIFY)
    return see(addresses.settings(project, "audit"))


@get("/p/{project:str}/settings/audit/run", opt=READ)
async def watch(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """Give the part of the page that tells how the verification goes."""
    at: Here = await here(request, unit, project, "Audit log", Place.SETTINGS)
    run = await unit.runs.latest(unit.principal, at.project.id, RunKind.VERIFY)
    shown = None if run is None else run_view(run, _poll(project), now())
    verdict = None if run is None else verdict_of(run, at.project.id)
    return answers.page("parts/verification.html", at.frame, AuditPage((), {}, (), (), run=shown, verdict=verdict))


def _poll(slug: str) -> str:
    return f"{addresses.settings(slug, 'audit')}/run"


def verdict_of(run: Run, project: UUID) -> Verdict | None:
    """Say what a verification that came to its end found, as a project may see it."""
    said = run.result
    if said is None:
        return None
    mine = tuple((int(n), str(message)) for chain, n, message in said["faults"] if chain == str(project))
    up_to = said["ends"].get(str(project), [0, ""])[0]
    return Verdict(
        said["entries"],
        said["chains"],
        said["checkpoints"],
        int(up_to),
        mine,
        int(said["broken"]) - len(mine),
        said["checkpoint_at"],
    )


def wanted_of(asked: Mapping[str, str]) -> Wanted:
    """Read a search. Raises `UserError` for what cannot be read."""
    since, until = _day(asked["since"]), _day(asked["until"])
    return Wanted(
        actor=_ident(asked["actor"], "an actor"),
        action=asked["action"] or None,
        subject=asked["subject"] or None,
        task=_ident(asked["task"], "a task"),
        since=since,
        until=None if until is None else until + timedelta(days=1),
    )


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), tzinfo=UTC)
    except (ValueError, OverflowError):
        raise UserError("This is no day.", "Write it as 2026-03-02.") from None


def _ident(text: str, what: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise UserError(f"This is no id of {what}.", "Choose one from the list, or copy it from an entry.") from None


def _row(slug: str, entry: Entry, people: Mapping[UUID, Actor]) -> LedgerRow:
    act = entry.act
    named = next((value for name in LABELS if isinstance(value := act.details.get(name), str) and value), "")
    behalf = people.get(act.on_behalf_of) if act.on_behalf_of else None
    return LedgerRow(
        entry.n,
        act.at,
        people.get(act.actor),
        act.action,
        act.subject,
        named,
        tuple(
            (name.replace("_", " "), _words(value)) for name, value in act.details.items() if value not in (None, "")
        ),
        entry.digest,
        behalf,
        str(act.task or ""),
        act.policy or "",
        addresses.settings(slug, "audit", urlencode({"actor": str(act.actor)})),
        addresses.settings(slug, "audit", urlencode({"subject": act.subject})),
    )


def _words(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, (str, int)) else json.dumps(value, ensure_ascii=False)


ROUTES = (audit, verify, watch)
