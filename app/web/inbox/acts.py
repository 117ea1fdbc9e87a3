"""What is decided in the inbox itself: findings, waivers, statements, claims, phases, commits, frozen agents.

A form names the matter as its reader saw it: where that moved on meanwhile, nothing is decided, and they are told who
was first. What may be decided, and by whom, the services say.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from typing import TypeAlias
from urllib.parse import urlencode
from uuid import UUID

from app.unit import Unit
from app.web.answers import Here
from drift.debt.claims import ClaimState
from specs.access import Role
from specs.audit import Wanted
from specs.errors import ConflictError, MissingError, UserError
from specs.service.revisions.authorship import Chosen
from sync.gates.gate import Answer as Verdict
from sync.inbox.decisions import Choice
from sync.inbox.matters import Matter, MatterKind
from sync.service.deciding import Answer

ITEM = "item-"
Given: TypeAlias = Mapping[str, str]
Doing: TypeAlias = Callable[[Unit, Here, Matter, Given], Awaitable[dict[str, str]]]


async def act(unit: Unit, at: Here, given: Given) -> str:
    """Do what a form says; give the query that has the page tell of it. Raises what the services raise."""
    word = given.get("act", "")
    doing = ACTS.get(word)
    if doing is None:
        raise UserError("The form does not say what to do.", "Press one of its buttons.")
    try:
        matter = await unit.inbox.one(unit.principal, at.project.id, given.get("matter", ""))
    except MissingError as error:
        raise ConflictError(*await _first(unit, at, given)) from error
    told = await doing(unit, at, matter, given)
    return urlencode({"did": word, **told})


async def undo(unit: Unit, at: Here, given: Given) -> str:
    """Take back what was done in the inbox, where that can be."""
    who, project = unit.principal, at.project.id
    match given.get("undo", ""):
        case "decided":
            found = {
                one.id
                for name in given.get("of", "").split()
                for one in await unit.decisions.together(who, project, _uuid(name))
            }
            await unit.decisions.take_back(who, project, sorted(found))
        case "confirmed":
            names = given.get("statements", "").split()
            await unit.authorship.take_back(who, project, _uuid(given.get("of", "")), names)
        case "snoozed":
            for name in given.get("of", "").split():
                await unit.inbox.wake(who, project, name)
        case _:
            raise UserError("The form does not say what to take back.", "Press one of its buttons.")
    return urlencode({"did": "undo"})


async def _first(unit: Unit, at: Here, given: Given) -> tuple[str, str]:
    """Say who was faster, as far as that is known."""
    told = "Nothing was done. The list below is as it stands now."
    who, project, subject = unit.principal, at.project.id, given.get("subject", "")
    ticked = [name.removeprefix(ITEM) for name in given if name.startswith(ITEM)]
    decided = await unit.decisions.standing(who, project, ticked) if ticked else ()
    if decided:
        first = decided[0]
        return f"{first.actor.name} decided first: {first.told} ({first.because or 'without a word'}).", told
    role = who.role_in(project)
    if subject and role is not None and role.rank >= Role.REVIEWER.rank:
        page = await unit.audit.find(who, project, Wanted(subject=subject), limit=1)
        if page.items:
            last = page.items[0].act
            names = {one.actor.id: one.actor.name for one in await unit.members.list(who, project)}
            name = "You" if last.actor == who.actor.id else names.get(last.actor, "somebody")
            return f"This moved on before you decided: {name} came first ({last.action}, {last.at:%H:%M} UTC).", told
    return "This moved on before you decided: it is done, or stands otherwise.", told


def _items(given: Given) -> tuple[str, ...]:
    found = tuple(sorted(name.removeprefix(ITEM) for name in given if name.startswith(ITEM)))
    if not found:
        raise UserError("Nothing is ticked.", "Tick what you decide on, one or many.")
    return found


async def _waive(unit: Unit, at: Here, matter: Matter, given: Given) -> dict[str, str]:
    return await _decide(unit, at, matter, given, Choice.WAIVE)


async def _mend(unit: Unit, at: Here, matter: Matter, given: Given) -> dict[str, str]:
    return await _decide(unit, at, matter, given, Choice.MEND)


async def _decide(unit: Unit, at: Here, matter: Matter, given: Given, choice: Choice) -> dict[str, str]:
    if matter.repository is None or matter.kind not in {MatterKind.FINDING, MatterKind.WAIVER}:
        raise UserError("This is no finding.", "Open it, and decide there.")
    until = day(given.get("until", "")) if choice is Choice.WAIVE else None
    because = given.get("because", "").strip()
    renews = matter.kind is MatterKind.WAIVER
    answer = Answer(choice, _items(given), because, until, matter.repository, renews)
    made = await unit.decisions.decide(unit.principal, at.project.id, answer)
    return {"of": str(made[0].id)}


def moment(text: str) -> datetime:
    """Read until when something is put off. Raises `UserError`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError("The form does not say until when.", "Press one of its buttons.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(text: str) -> date | None:
    """Read the last day of a waiver; None for none. Raises `UserError`."""
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError as error:
        raise UserError(f"{text[:40]} is no date.", "Write the last day as 2027-01-31.") from error


async def _confirm(unit: Unit, at: Here, matter: Matter, given: Given) -> dict[str, str]:
    _is(matter, MatterKind.UNCONFIRMED)
    chosen, spec = Chosen(_items(given)), UUID(matter.subject)
    _, done = await unit.authorship.confirm(unit.principal, at.project.id, spec, chosen, revision=matter.digest)
    # What an address can hold; the rest is taken back on the spec's page.
    return {"of": matter.subject, "count": str(len(done)), "statements": " ".join(one.digest for one in done[:40])}


async def _claims(unit: Unit, at: Here, matter: Matter, given: Given) -> dict[str, str]:
    _is(matter, MatterKind.CLAIM)
    state = ClaimState.APPROVED if given.get("act") == "approve-claims" else ClaimState.REFUSED
    done = await unit.claims.decide(unit.principal, at.project.id, _items(given), state, given.get("because", ""))
    return {"count": str(len(done)), "state": state.value}


async def _answer(unit: Unit, at: Here, matter: Matter, given: Given) -> dict[str, str]:
    """Answer a phase of a task or a commit that waits."""
    approves, body = given.get("act") == "pass", given.get("because", "").strip()
    if matter.kind is MatterKind.GATE:
        verdict = Verdict.APPROVE if approves else Verdict.REFUSE
        ident = UUID(matter.subject)
        await unit.gates.review(unit.principal, at.project, ident, digest=matter.digest, answer=verdict, body=body)
    else:
        _is(matter, MatterKind.TASK)
        ident = UUID(matter.subject)
        await unit.oversight.answer(unit.principal, at.project.id, ident, approve=approves, body=body)
    return {"kind": matter.kind.value, "of": matter.subject}


async def _thaw(unit: Unit, at: Here, matter: Matter, given: Given) -> dict[str, str]:
    _is(matter, MatterKind.FROZEN)
    await unit.freezing.thaw(unit.principal, at.project.id, UUID(matter.subject), given.get("because", ""))
    return {}


def _is(matter: Matter, kind: MatterKind) -> None:
    if matter.kind is not kind:
        raise UserError("That cannot be decided so.", "Press a button of the row.")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise UserError("The form does not say what to take back.", "Press one of its buttons.") from error


ACTS: Mapping[str, Doing] = {
    "waive": _waive,
    "mend": _mend,
    "confirm": _confirm,
    "approve-claims": _claims,
    "refuse-claims": _claims,
    "pass": _answer,
    "send-back": _answer,
    "thaw": _thaw,
}
