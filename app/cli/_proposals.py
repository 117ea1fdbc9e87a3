"""How proposals are written for a person in a terminal, the texts of others made harmless first."""

from collections.abc import Iterator, Mapping
from typing import Any

import click

from app.cli._remote import Remote
from app.wording import clean, counted
from specs.errors import UserError

TURNS: Mapping[str, str] = {
    "review": "your review is wanted",
    "changed": "it changed since you approved it",
    "conflict": "yours conflicts with the text of today",
    "answer": "yours was commented on",
    "declined": "yours was declined",
}
LEAST_DIGEST = 8


def wanted(proposal: Mapping[str, Any]) -> str:
    """Say whose approval a proposal waits for."""
    return " and ".join(f"{need['count']} from {need['role']}" for need in proposal["needs"])


def line(proposal: Mapping[str, Any]) -> str:
    """Write a proposal in one line."""
    turn = proposal.get("turn")
    mine = f"  ({TURNS[turn['why']]} since {turn['since'][:10]})" if turn else ""
    who = clean(proposal["author"]["name"])
    return f"{proposal['id']}  {proposal['state']:<10}  {clean(proposal['title'])}  by {who}{mine}"


def standing(landed: Mapping[str, Any]) -> str:
    """Say what a step came to."""
    proposal = landed["proposal"]
    paths = ", ".join(clean(spec["path"]) for spec in landed.get("specs", ()))
    if proposal["state"] == "accepted":
        said = f"Accepted: {paths} changed."
    elif proposal["state"] == "open":
        said = f"Proposal {proposal['id']} waits for review: {wanted(proposal)}."
    else:
        said = f"Proposal {proposal['id']} is {proposal['state']}."
    rest = landed.get("rest")
    return f"{said}\nThe rest is proposal {rest}." if rest else said


def page(proposal: Mapping[str, Any], diff: str) -> Iterator[str]:
    """Write one proposal whole: what it is for, how it stands, what it changes, what was said."""
    yield clean(proposal["title"])
    yield f"  {proposal['state']}, by {clean(proposal['author']['name'])} ({proposal['author']['kind']})"
    yield f"  digest {proposal['digest'][:12]}, {counted(len(proposal['changes']), 'spec')}"
    turn = proposal.get("turn")
    if turn:
        yield f"  {TURNS[turn['why']]} since {turn['since'][:10]}"
    if proposal["state"] == "open":
        yield f"  approved by {len(proposal['tally'].get('approved', ()))}, wanted: {wanted(proposal)}"
    outcome = proposal.get("outcome")
    if outcome:
        by = clean(outcome["by"]["name"]) if outcome.get("by") else "policy"
        unreviewed = ", unreviewed" if outcome.get("unreviewed") else ""
        reason = f": {clean(outcome['reason'])}" if outcome.get("reason") else ""
        yield f"  {proposal['state']} on {outcome['at'][:10]} by {by}{unreviewed}{reason}"
    for entry in (proposal.get("conflicts") or {}).values():
        yield f"  conflict: {clean(entry['message'])}"
    for met in proposal["meetings"]:
        places = ", ".join(sorted({clean(o.get("anchor") or "the whole spec") for o in met["overlaps"]}))
        yield f"  overlaps {met['proposal']} ({clean(met['title'])}) in {places}"
    if proposal["rationale"]:
        yield ""
        yield from (f"  {clean(text)}" for text in proposal["rationale"].splitlines())
    yield ""
    yield from (clean(text) for text in diff.splitlines())
    yield from _said(proposal)


def _said(proposal: Mapping[str, Any]) -> Iterator[str]:
    for part in proposal["changes"]:
        yield from (
            f"hunk {piece['id']}  {clean(part['to_path'])}{'#' if piece.get('anchor') else ''}"
            f"{clean(piece.get('anchor', ''))}"
            for piece in part.get("pieces", ())
        )
    for review in proposal["reviews"]:
        void = " (void: the delta changed)" if review.get("void") else ""
        body = f": {clean(review['body'])}" if review.get("body") else ""
        yield f"{review['at'][:10]} {clean(review['author']['name'])} {review['verdict']}{void}{body}"
    for comment in proposal["comments"]:
        place = f"line {comment['line']}" if comment.get("line") else "outdated" if comment.get("spec") else "the whole"
        settled = " (settled)" if comment.get("resolved_at") else ""
        quote = f" {clean(comment['quote'])!r}" if comment.get("quote") else ""
        yield f"  {comment['id']} {place}{quote}{settled}"
        yield f"    {clean(comment['author']['name'])}: {clean(comment['body'])}"


def spec_id(at: Remote, name: str) -> str:
    """Give the id of a spec that is named by its id or by its path."""
    path = "/".join(at.quoted(part) for part in name.split("/"))
    looks = len(name) == 36 and name.count("-") == 4  # noqa: PLR2004 (the shape of a UUID)
    found = at.get(f"/specs/{name}" if looks else f"/specs/by-path/{path}").json()
    return str(found["id"])


def digest_of(at: Remote, proposal: str, digest: str) -> str:
    """Give the whole digest of what was read; it must still be what the proposal says."""
    if len(digest) < LEAST_DIGEST:
        hint = f"`holdfast proposals show {proposal}` prints it; {LEAST_DIGEST} digits suffice."
        raise UserError("A verdict is on exactly what you read: name its digest with --digest.", hint)
    now = str(at.get(f"/proposals/{at.quoted(proposal)}").json()["digest"])
    if not now.startswith(digest.lower()):
        raise UserError("The proposal is not what you read: its delta changed.", "Show it again, and decide anew.")
    return now


def read_text(name: str) -> str:
    """Read a file, or the standard input for `-`. Raises `UserError` for what cannot be read as UTF-8."""
    try:
        with click.open_file(name, encoding="utf-8", errors="strict") as file:
            return str(file.read())
    except UnicodeDecodeError as error:
        raise UserError(f"{name} is not UTF-8.", "Save it as UTF-8.") from error
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}.", "Name a file, or - for the input.") from error
