"""Proposals for agents: one call names specs by path and sections by anchor; policy and people decide as ever."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from app.client import REPLAYED, Answer
from app.mcp.asked import ChangeAsked, ProposalAsked
from app.mcp.asking import Ask, spec_path
from app.mcp.claims import as_claimed
from app.mcp.fence import listed, mark, plain
from app.mcp.source import Told
from specs.errors import ConflictError, HoldfastError, UserError

BUDGET = 2000
PAGE = 200
MOST_REFUSALS = 50


async def proposed(ask: Ask, asked: ProposalAsked) -> Told:
    """Open a proposal. The very same asked again is answered as the first time, with how it stands now."""
    changes = [await _change(ask, one) for one in asked.changes]
    body = {"title": asked.title, "rationale": asked.why, "changes": changes}
    key = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    answer = await _once(ask, body, f"mcp-{key}", as_claimed(asked.claim))
    landed = answer.json()
    proposal = landed["proposal"]
    again = REPLAYED in answer.headers
    if again:
        proposal = (await ask("GET", f"/proposals/{proposal['id']}")).json()
    facts = {"proposal": proposal["id"], "state": proposal["state"], "digest": proposal["digest"], "again": again}
    return Told(_standing(proposal, landed.get("specs", ()), again=again), facts)


async def _once(ask: Ask, body: Mapping[str, object], key: str, headers: Mapping[str, str]) -> Answer:
    """Post under a key made of what is asked. A refusal had no effect, so it is no answer for good: ask anew."""
    for attempt in range(MOST_REFUSALS):
        try:
            return await ask("POST", "/proposals", body, headers={**headers, "idempotency-key": f"{key}-{attempt}"})
        except HoldfastError as error:
            if REPLAYED not in error.details:
                raise
    return await ask("POST", "/proposals", body, headers=headers)


async def _change(ask: Ask, asked: ChangeAsked) -> dict[str, object]:
    if asked.do == "create":
        return {"operation": "create", "path": asked.spec, "text": asked.text}
    found = (await ask("GET", f"/specs/by-path/{spec_path(asked.spec)}")).json()
    change: dict[str, object] = {"spec": found["id"]}
    if asked.do == "retire":
        return change | {"operation": "retire"}
    change["base"] = await _base(ask, found, asked.base) if asked.base else found["head"]
    if asked.section:
        return change | {"sections": [{"anchor": asked.section, "operation": asked.do, "text": asked.text}]}
    if asked.do != "replace":
        raise UserError(f"{asked.do} needs a section.", "Name its anchor in `section`, or replace the whole text.")
    return change | {"text": asked.text}


async def _base(ask: Ask, found: Mapping[str, Any], given: str) -> str:
    """Give the whole digest of the revision that a caller read, of which it may know the beginning only."""
    if found["head"].startswith(given):
        return str(found["head"])
    page = (await ask("GET", f"/specs/{found['id']}/revisions?limit={PAGE}")).json()
    fitting = [one["digest"] for one in page["items"] if one["digest"].startswith(given)]
    if len(fitting) != 1:
        hint = f"Read it again; the head is {found['head'][:12]}."
        raise ConflictError(f"{found['path']} has no revision {plain(given, 64)}.", hint)
    return str(fitting[0])


def _standing(proposal: Mapping[str, Any], specs: Any, *, again: bool) -> str:
    """Say what a proposal came to."""
    name = f"Proposal {proposal['id']}"
    said = f"{name} is {proposal['state']}."
    if proposal["state"] == "accepted":
        said = f"{name} is accepted: it is the truth now."
    elif proposal["state"] == "open":
        needs = " and ".join(f"{one['count']} from {one['role']}" for one in proposal["needs"])
        said = f"{name} is open: no spec changed yet. It waits for approval: {needs or 'of a person'}."
    elif proposal["state"] == "conflicted":
        said = f"{name} conflicts with what the specs say now. Read them again, and propose what is still to change."
    if again:
        said = f"You proposed exactly this before. {said}"
    lines = [f"- {plain(one['path'])} · revision {one['head'][:12]}" for one in specs]
    return listed(said, lines, BUDGET, mark())
