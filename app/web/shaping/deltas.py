"""One proposal as a page shows it: hunks with a few lines round them, comments beside their hunks. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from app.web.shaping.differences import lines_of
from app.web.views.history import DiffLine, DiffRow, Span
from app.web.views.proposals import ConflictView, HunkView, MendView, PartView, ProposalPage, RegionView, Said
from specs.access import Principal
from specs.diff import split
from specs.policy.explaining import Explained
from specs.proposals.comments import Side
from specs.proposals.delta import Operation, SpecDelta
from specs.proposals.hunks import Hunk
from specs.proposals.pieces import Piece, pieces
from specs.proposals.proposal import PlacedComment, Proposal, ProposalDetail
from specs.proposals.state import PENDING, REOPENABLE, ProposalState, may_decide

AROUND = 3
NOTHING: Mapping[str, str] = MappingProxyType({})


def page_of(
    detail: ProposalDetail,
    reader: Principal,
    names: Mapping[UUID, str],
    *,
    turn: str = "",
    explained: Explained | None = None,
    mends: Sequence[MendView] = (),
    held: Mapping[str, str] = NOTHING,
    error: str = "",
    hint: str = "",
) -> ProposalPage:
    """Make the page of a proposal for a reader. `names` are those of the members."""
    proposal = detail.proposal
    role = reader.role_in(proposal.project)
    mine = reader.actor.id in proposal.standing.authors
    decides = may_decide(reader.actor, role, proposal.standing.least)
    roots = [placed for placed in detail.comments if placed.comment.reply_to is None]
    said = tuple(_said(placed, detail) for placed in with_answers(roots, detail.comments))
    found = pieces(detail.delta)
    reasons = proposal.ruling.get("reasons")
    reopens = decides or (mine and proposal.state is not ProposalState.DECLINED)
    parts = tuple(_part(part, found, detail.comments) for part in detail.delta)
    beside = {one.id for part in parts for hunk in part.hunks for one in hunk.said}
    return ProposalPage(
        proposal=proposal,
        parts=parts,
        reviews=tuple(review for review in detail.reviews if review.body or review.verdict != "comment"),
        said=tuple(one for one in said if one.id not in beside),
        meetings=detail.meetings,
        conflicts=tuple(_conflicts(proposal.conflicts or {}, detail.delta)),
        approved=tuple(sorted(names.get(one, "a former member") for one in detail.tally.approved)),
        wanted=" and ".join(one.told for one in proposal.standing.needs),
        reasons=tuple(str(one) for one in reasons) if isinstance(reasons, list) else (),
        outcome=proposal.outcome,
        pending=proposal.state in PENDING,
        may_decide=decides and not mine and proposal.state in PENDING,
        may_reopen=reopens and proposal.state in REOPENABLE,
        mine=mine,
        mine_to_undo=undoable(proposal, reader),
        turn=turn,
        explained=explained,
        mends=tuple(mends),
        body=held.get("body", ""),
        held=tuple(sorted(held.items())),
        error=error,
        hint=hint,
    )


def undoable(proposal: Proposal, reader: Principal) -> str:
    """Name what a reader said of a proposal and may take back: "approval", "decline", or "" for nothing."""
    outcome, actor = proposal.outcome, reader.actor.id
    if proposal.state is ProposalState.DECLINED:
        return "decline" if outcome is not None and outcome.by is not None and outcome.by.id == actor else ""
    live = (one for one in proposal.standing.votes if not one.void and one.digest == proposal.digest)
    return "approval" if proposal.state is ProposalState.OPEN and any(one.voter == actor for one in live) else ""


def _said(placed: PlacedComment, detail: ProposalDetail) -> Said:
    comment = placed.comment
    path = next((part.to_path for part in detail.delta if part.spec == comment.spec), "")
    place = "on the whole" if comment.spec is None else f"{path}, line {placed.line}" if placed.line else path
    return _shown(placed, place, outdated=comment.spec is not None and placed.line is None)


def _shown(placed: PlacedComment, place: str, *, outdated: bool = False) -> Said:
    comment = placed.comment
    return Said(
        id=str(comment.id),
        author=comment.author,
        at=comment.at,
        body=comment.body,
        place="" if comment.reply_to else place,
        quote=comment.quote,
        resolved=comment.resolved_at is not None,
        outdated=outdated,
        answer=comment.reply_to is not None,
    )


def with_answers(first: Iterable[PlacedComment], every: Sequence[PlacedComment]) -> Iterator[PlacedComment]:
    """Give comments, each with what answers it behind it, and with what answers that."""
    for one in first:
        yield one
        yield from with_answers([two for two in every if two.comment.reply_to == one.comment.id], every)


def _part(part: SpecDelta, found: Iterable[Piece], comments: Sequence[PlacedComment]) -> PartView:
    mine = [piece for piece in found if piece.spec == part.spec]
    old = split(part.before)
    starts = [piece.hunk.line - 1 for piece in mine if piece.hunk]
    hunks = []
    end, number = 0, 0
    for piece in mine:
        if piece.hunk is None:
            hunks.append(_whole(piece, part))
            continue
        number += 1
        following = starts[number] if number < len(starts) else len(old)
        hunks.append(_hunk(piece, piece.hunk, old, (end, following), comments))
        end = piece.hunk.line - 1 + len(piece.hunk.removed)
    return PartView(
        spec=str(part.spec),
        path=part.path,
        to_path=part.to_path,
        operation=part.operation.value,
        hunks=tuple(hunks),
        added=added_lines(part, mine),
        removed=sum(len(piece.hunk.removed) for piece in mine if piece.hunk),
        is_there=part.operation is not Operation.CREATE,
    )


def added_lines(part: SpecDelta, mine: Iterable[Piece]) -> int:
    """Count the lines that come with a part."""
    if part.operation is Operation.CREATE:
        return len(split(part.after))
    return sum(len(piece.hunk.added) for piece in mine if piece.hunk)


def _whole(piece: Piece, part: SpecDelta) -> HunkView:
    """Show a piece that is no hunk of a text."""
    if part.operation is Operation.CREATE:
        lines = split(part.after)
        rows = [DiffRow("changed", None, _line(number, text)) for number, text in enumerate(lines, 1)]
        return HunkView(piece.id, "", rows, "A new spec", 1)
    if part.operation is Operation.EDIT:
        return HunkView(piece.id, "", (), f"Moves from {part.path} to {part.to_path}")
    words = "Is retired: it stays readable and no longer counts"
    return HunkView(piece.id, "", (), words if part.operation is Operation.RETIRE else "Counts again")


def _hunk(
    piece: Piece, hunk: Hunk, old: Sequence[str], free: tuple[int, int], comments: Sequence[PlacedComment]
) -> HunkView:
    """Show a hunk with a few lines round it; only those that no other hunk changes are `free`."""
    start, stop = hunk.line - 1, hunk.line - 1 + len(hunk.removed)
    shift = hunk.after_line - hunk.line
    before = range(max(free[0], start - AROUND), start)
    behind = range(stop, min(free[1], stop + AROUND))
    tail = shift + len(hunk.added) - len(hunk.removed)
    rows = [DiffRow("same", _line(at + 1, old[at]), _line(at + 1 + shift, old[at])) for at in before]
    rows += lines_of(hunk.changes, (hunk.line, hunk.removed))
    rows += [DiffRow("same", _line(at + 1, old[at]), _line(at + 1 + tail, old[at])) for at in behind]
    side = "after" if hunk.added else "before"
    here = [one for one in comments if one.comment.spec == piece.spec and one.line is not None and _within(one, hunk)]
    said = tuple(_shown(one, f"line {one.line}") for one in with_answers(here, comments))
    line = hunk.after_line if hunk.added else hunk.line
    return HunkView(piece.id, hunk.anchor, rows, "", line, side, said)


def _within(placed: PlacedComment, hunk: Hunk) -> bool:
    line = placed.line or 0
    if placed.comment.side is Side.AFTER:
        return hunk.after_line <= line < hunk.after_line + len(hunk.added)
    return hunk.line <= line < hunk.line + len(hunk.removed)


def _line(number: int, text: str) -> DiffLine:
    return DiffLine(number, (Span(text.rstrip("\r\n")),))


def _conflicts(stored: Mapping[str, Any], delta: Sequence[SpecDelta]) -> Iterable[ConflictView]:
    for spec, entry in sorted(stored.items()):
        path = next((part.path for part in delta if str(part.spec) == spec), "")
        regions = tuple(
            RegionView(str(region.get("base", "")), str(region.get("ours", "")), str(region.get("theirs", "")))
            for region in entry.get("regions", ())
        )
        yield ConflictView(path, str(entry.get("message", "")), regions)
