"""How gates are written for a person in a terminal, the texts of others made harmless first; and deciding on one."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.cli._proposals import LEAST_DIGEST, wanted
from app.cli._remote import Remote
from app.renderers.text import Look
from app.renderers.text import render as render_text
from app.reports import read_report
from app.wording import clean
from specs.errors import UserError


def page(gate: Mapping[str, Any]) -> Iterator[str]:
    """Write one gate whole."""
    yield f"{clean(gate['repository'])} at {gate['commit']}: {gate['state']}"
    yield f"  digest {gate['digest'][:12]}, specs {gate['specs'][:12]}, findings {gate['findings'][:12]}"
    for name in ("branch", "tag"):
        if gate.get(name):
            yield f"  {name} {clean(gate[name])}"
    if gate.get("pull"):
        yield f"  pull request {gate['pull']}"
    if gate.get("agent"):
        yield "  its commits speak of an agent"
    for reason in gate.get("reasons", ()):
        yield f"  {clean(reason)}"
    if gate.get("needs"):
        yield f"  wanted: {wanted(gate)}"
    for review in gate.get("reviews", ()):
        body = f": {clean(review['body'])}" if review.get("body") else ""
        yield f"  {review['at'][:16]} {clean(review['actor']['name'])} {review['answer']}{body}"
    yield ""
    if gate.get("report"):
        yield render_text(read_report(gate["report"]), look=Look()).rstrip("\n")


def decide(at: Remote, gate: str, answer: str, digest: str, body: str) -> str:
    """Say of a gate that it may pass, or not, and tell how it stands then. Raises `UserError`."""
    place = f"/gates/{at.quoted(gate)}"
    if len(digest) < LEAST_DIGEST:
        hint = f"`holdfast gate show {clean(gate)}` prints it; {LEAST_DIGEST} digits suffice."
        raise UserError("A verdict is on exactly what you read: name its digest with --digest.", hint)
    now = str(at.get(place).json()["digest"])
    if not now.startswith(digest.lower()):
        raise UserError("The gate is not what you read.", "Show it again, and decide anew.")
    done = at.ask("POST", f"{place}/reviews", {"answer": answer, "digest": now, "body": body}).json()
    waits = f"; still wanted: {wanted(done)}" if done.get("needs") else ""
    return f"{clean(done['repository'])} {done['commit'][:12]}: {done['state']}{waits}."
