"""Proposals: the list with whose turn it is, one with its hunks, and the forms with which people decide.

A form carries the digest of what its reader saw. What may be done, and by whom, the services decide.
"""

import asyncio
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Here, Web, fields, here, refused, see
from app.web.shaping.deltas import page_of
from app.web.shaping.mending import answers_of, mend_view
from app.web.views.drift import Choice, Filter
from app.web.views.frame import Place
from app.web.views.proposals import ProposalList, ProposalRow
from specs.access import Scope
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UserError
from specs.proposals.comments import Side
from specs.proposals.draft import CommentDraft, Rest, ReviewDraft
from specs.proposals.mending import Broken
from specs.proposals.proposal import Proposal, Why
from specs.proposals.state import PENDING, ProposalState, Verdict

READ = {"scope": Scope.READ}
WRITE = {"scope": Scope.WRITE}
UNUSABLE = 400
CONFLICT = 409
PAGE = 50
MINE, PENDING_WORD, ALL = "mine", "pending", "all"
SHOWN = (
    (MINE, "Your turn"),
    (PENDING_WORD, "Undecided"),
    (ProposalState.ACCEPTED.value, "Accepted"),
    (ProposalState.DECLINED.value, "Declined"),
    (ProposalState.WITHDRAWN.value, "Withdrawn"),
    (ProposalState.SUPERSEDED.value, "Superseded"),
    (ALL, "All"),
)
TURNS = {
    Why.REVIEW: "Waits for your review",
    Why.CHANGED: "Changed since you approved it",
    Why.CONFLICT: "Yours no longer fits the spec",
    Why.ANSWER: "Yours was commented on",
    Why.DECLINED: "Yours was declined",
}


@get("/p/{project:str}/proposals", opt=READ)
async def list_proposals(request: Web, unit: NamedDependency[Unit], project: FromPath[str]) -> Response[Any]:
    """List proposals, the undecided ones unless others are asked for."""
    at = await here(request, unit, project, "Proposals", Place.PROPOSALS)
    wanted = request.query_params.get("show", PENDING_WORD)
    shown = wanted if wanted in dict(SHOWN) else PENDING_WORD
    states: frozenset[ProposalState] = frozenset()
    if shown == PENDING_WORD:
        states = PENDING
    elif shown not in {MINE, ALL}:
        states = frozenset({ProposalState(shown)})
    page = await unit.proposals.list(
        unit.principal,
        at.project.id,
        states=states,
        mine=shown == MINE,
        cursor=request.query_params.get("cursor") or None,
        limit=PAGE,
    )
    heads = await unit.library.heads(unit.principal, at.project.id)
    paths = {head.spec.id: head.spec.path for head in heads}
    choices = tuple(Choice(value, label) for value, label in SHOWN)
    following = urlencode({"show": shown, "cursor": page.next}) if page.next else ""
    rows = tuple(_row(proposal, paths) for proposal in page.items)
    view = ProposalList(rows, (Filter("show", "State", choices, shown),), following, waiting=shown == MINE)
    return answers.page("proposals.html", at.frame, view)


def _row(proposal: Proposal, paths: dict[UUID, str]) -> ProposalRow:
    turn = proposal.turn
    named = tuple(paths[spec] for spec in proposal.specs if spec in paths)
    return ProposalRow(proposal, named, TURNS[turn.why] if turn else "", turn.since if turn else None)


@get("/p/{project:str}/proposals/{proposal:uuid}", opt=READ)
async def proposal(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]
) -> Response[Any]:
    """Show what a proposal changes, hunk by hunk, and what may be done."""
    at = await here(request, unit, project, "Proposal", Place.PROPOSALS)
    return await _page(unit, at, proposal)


async def _page(
    unit: Unit,
    at: Here,
    proposal: UUID,
    *,
    given: dict[str, str] | None = None,
    error: HoldfastError | None = None,
) -> Response[Any]:
    """Show a proposal; after a refusal with what the form held."""
    held = given or {}
    detail = await unit.proposals.get(unit.principal, at.project.id, proposal)
    members = await unit.members.list(unit.principal, at.project.id)
    names = {member.actor.id: member.actor.name for member in members}
    told = refused(error) if error else {"error": "", "hint": ""}
    turn = detail.proposal.turn
    parts: tuple[Broken, ...] = ()
    mine = unit.principal.actor.id in detail.proposal.standing.authors
    if detail.proposal.state is ProposalState.CONFLICTED and mine and at.frame.may_write:
        _, parts = await unit.proposals.broken(unit.principal, at.project.id, proposal)
    view = await asyncio.to_thread(
        page_of,
        detail,
        unit.principal,
        names,
        turn=TURNS[turn.why] if turn else "",
        explained=await unit.ruling.explained(unit.principal, at.project.id, str(proposal)),
        mends=await asyncio.to_thread(lambda: [mend_view(one, held) for one in parts]),
        held=held,
        **told,
    )
    status = 200
    if error is not None:
        status = CONFLICT if isinstance(error, ConflictError) else UNUSABLE
    return answers.page("proposal.html", answers.titled(at.frame, detail.proposal.title), view, status=status)


@post("/p/{project:str}/proposals/{proposal:uuid}/review", opt=WRITE)
async def review(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]
) -> Response[Any]:
    """Post what was written and decided on the page, all of it at once."""
    at = await here(request, unit, project, "Proposal", Place.PROPOSALS)
    given = await fields(request)
    try:
        await unit.proposals.review(unit.principal, at.project.id, proposal, _draft(given))
    except (UserError, ConflictError, DeniedError) as error:
        return await _page(unit, at, proposal, given=given, error=error)
    return see(_after(project, proposal, given))


def _after(project: str, proposal: UUID, given: dict[str, str]) -> str:
    """Give where the reader goes on: to the inbox, if that is where they came from."""
    if given.get("back") == "inbox":
        return addresses.inbox(project, urlencode({"done": str(proposal)}))
    return addresses.proposal(project, str(proposal))


def _draft(given: dict[str, str]) -> ReviewDraft:
    """Read a review out of the form: verdict, words, chosen hunks, comments beside hunks."""
    verdicts = {one.value for one in Verdict}
    word = given.get("verdict", "")
    if word not in verdicts:
        raise UserError("The form does not say what to do.", "Press one of its buttons.")
    known = {name.removeprefix("known-") for name in given if name.startswith("known-")}
    chosen = {name.removeprefix("hunk-") for name in given if name.startswith("hunk-")}
    hunks = tuple(sorted(chosen)) if word == Verdict.APPROVE and chosen != known else None
    comments = tuple(
        _comment(given.get(name.replace("say-", "at-", 1)) or name.removeprefix("say-"), text.strip())
        for name, text in given.items()
        if name.startswith("say-") and text.strip()
    )
    rest = Rest.DECLINE if given.get("rest") == Rest.DECLINE else Rest.OPEN
    return ReviewDraft(Verdict(word), given.get("digest", ""), given.get("body", "").strip(), comments, hunks, rest)


def _comment(place: str, text: str) -> CommentDraft:
    """Read where a comment stands: `SPEC.SIDE.LINE`, or `reply.COMMENT`."""
    first, _, rest = place.partition(".")
    try:
        if first == "reply":
            return CommentDraft(text, reply_to=UUID(rest))
        side, _, line = rest.partition(".")
        return CommentDraft(text, UUID(first), Side(side), int(line))
    except ValueError as error:
        raise UserError("A comment stands nowhere.", "Load the page again, and write it anew.") from error


@post("/p/{project:str}/proposals/{proposal:uuid}/step", opt=WRITE)
async def step(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]
) -> Response[Any]:
    """Take another step: withdraw, reopen, rebase, accept what is approved already."""
    at = await here(request, unit, project, "Proposal", Place.PROPOSALS)
    given = await fields(request)
    try:
        await _take(unit, at, proposal, given)
    except (UserError, ConflictError, DeniedError) as error:
        return await _page(unit, at, proposal, error=error)
    return see(_after(project, proposal, given))


async def _take(unit: Unit, at: Here, proposal: UUID, given: dict[str, str]) -> None:
    who, ident, word = unit.principal, at.project.id, given.get("step", "")
    if word == "withdraw":
        await unit.proposals.withdraw(who, ident, proposal, given.get("reason", ""))
    elif word == "reopen":
        await unit.proposals.reopen(who, ident, proposal)
    elif word == "take-back":
        await unit.proposals.take_back(who, ident, proposal)
    elif word == "rebase":
        await unit.proposals.rebase(who, ident, proposal)
    elif word == "accept":
        await unit.proposals.accept(who, ident, proposal)
    else:
        raise UserError("The form does not say what to do.", "Press one of its buttons.")


@post("/p/{project:str}/proposals/{proposal:uuid}/mend", opt=WRITE)
async def mend(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]
) -> Response[Any]:
    """Give one's proposal that no longer fits what its author decided on its page."""
    at = await here(request, unit, project, "Proposal", Place.PROPOSALS)
    given = await fields(request)
    who, ident = unit.principal, at.project.id
    try:
        _, parts = await unit.proposals.broken(who, ident, proposal)
        answers = answers_of(given, [one.part.spec for one in parts])
        await unit.proposals.mend(who, ident, proposal, given.get("digest", ""), answers)
    except (UserError, ConflictError, DeniedError) as error:
        return await _page(unit, at, proposal, given=given, error=error)
    return see(addresses.proposal(project, str(proposal)))


@post("/p/{project:str}/proposals/{proposal:uuid}/settle", opt=WRITE)
async def settle(
    request: Web, unit: NamedDependency[Unit], project: FromPath[str], proposal: FromPath[UUID]
) -> Response[Any]:
    """Say that a comment is settled, or that it is not."""
    at = await here(request, unit, project, "Proposal", Place.PROPOSALS)
    given = await fields(request)
    try:
        comment = UUID(given.get("comment", ""))
    except ValueError as error:
        raise MissingError("There is no such comment.", "Load the page again.") from error
    resolved = given.get("resolved") == "yes"
    await unit.proposals.resolve(unit.principal, at.project.id, proposal, comment, resolved=resolved)
    return see(addresses.proposal(project, str(proposal)))


ROUTES = (list_proposals, proposal, review, step, mend, settle)
