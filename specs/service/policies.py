"""Decides acts by the policies in force, records what was decided, and freezes agents that fail again and again.

`decide`, `decide_check` and `turned_out` run inside the caller's transaction. A caller that refuses an act raises after
the commit, so that the decision, and a freeze with it, is kept. Knows nothing of proposals, checks or HTTP.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from specs.access import SERVER, Principal
from specs.audit import Json
from specs.policy.change import Change
from specs.policy.deciding import Decision, allowed, frozen, name_of
from specs.policy.deciding import decide as ask
from specs.policy.facts import Facts, facts_of
from specs.policy.shipped import in_force, policies_of
from specs.revision import Actor, ActorKind
from specs.rules.actions import span_told
from specs.rules.policy import Policy
from specs.rules.registry import Event, Value
from specs.service.auditing import record
from specs.service.documents import document
from specs.store.connection import Connection
from specs.store.policies import PolicyStore

_policies_of = lru_cache(maxsize=256)(policies_of)


@dataclass(frozen=True, slots=True)
class Act:
    """What is decided: whose act, at which event, on what, when."""

    project: UUID
    event: Event
    subject: str
    author: Actor
    at: datetime


async def policies_in_force(connection: Connection, project: UUID) -> tuple[Policy, ...]:
    """Give the policies of a project's active specs, and the shipped ones whose place they do not take."""
    found: list[Policy] = []
    for side, revision in await PolicyStore(connection, project).texts():
        found += await asyncio.to_thread(_policies_of, side, revision)
    return in_force(tuple(found))


async def decide(  # noqa: PLR0913 (who does what, when, on what, and what the caller knows besides)
    connection: Connection,
    principal: Principal,
    project: UUID,
    change: Change,
    *,
    at: datetime,
    subject: object = "",
    author: Actor | None = None,
    known: Mapping[str, Value] | None = None,
) -> Decision:
    """Decide a change, and record the decision under `subject`: a proposal, or a spec.

    `author` is whose change it is where that is not the principal: of a commit, or of a proposal decided anew. `known`
    are facts that only the caller knows. What the server itself does is not asked. A frozen author writes nothing, but
    what it proposed before may be decided on.
    """
    if principal.everywhere and author is None:
        return allowed("What the server itself does is not asked.")
    act = Act(project, Event.PROPOSAL, str(subject), author or principal.actor, at)
    facts = await asyncio.to_thread(facts_of, change, document)
    whose = await author_facts(connection, act, None if author else principal)
    writes = author is None or bool(change.repository)
    return await _settle(connection, act, facts.given({**whose, **(known or {})}), writes=writes)


async def decide_check(  # noqa: PLR0913 (who found out what, of what, when)
    connection: Connection,
    principal: Principal,
    project: UUID,
    known: Mapping[str, Value],
    *,
    subject: object,
    at: datetime,
) -> Decision:
    """Decide what follows from a check that the principal made elsewhere, and record that under `subject`."""
    act = Act(project, Event.CHECK, str(subject), principal.actor, at)
    whose = await author_facts(connection, act, principal)
    return await _settle(connection, act, Facts().given({**known, **whose}), writes=True)


async def turned_out(  # noqa: PLR0913 (whose what, how, when, and what the caller knows besides)
    connection: Connection,
    project: UUID,
    author: Actor,
    event: Event,
    reference: object,
    *,
    good: bool,
    at: datetime,
    known: Mapping[str, Value] | None = None,
) -> Decision | None:
    """Record that a proposal was accepted or rejected, or a check kept or broken; each reference counts once.

    After a failure the policies of the event are asked again: they may freeze the author. Gives that decision, or None.
    """
    act = Act(project, event, str(reference), author, at)
    store = PolicyStore(connection, project)
    if not await store.add_outcome(author.id, event, act.subject, good=good, at=at) or good:
        return None
    last = await store.decisions(act.subject, before=None, limit=1) if event is Event.PROPOSAL else ()
    facts = Facts(last[0].decision.facts if last else {})
    whose = await author_facts(connection, act)
    return await _settle(connection, act, facts.given({**whose, **(known or {})}), writes=True)


async def author_facts(connection: Connection, act: Act, principal: Principal | None = None) -> dict[str, Value]:
    """Give the facts of whose act it is; `principal` where the author acts by a credential of its own."""
    store = PolicyStore(connection, act.project)
    role = await store.role(act.author.id) if principal is None else principal.role_in(act.project)
    behalf = principal.on_behalf_of if principal is not None else None
    lately = await store.record(act.author.id, act.at)
    return {
        "author_kind": act.author.kind.value,
        "author_name": act.author.name[:500],
        "author_role": "" if role is None else role.value,
        "on_behalf_of": "" if behalf is None else (await store.name(behalf))[:500],
        "consecutive_failures": lately.in_row,
        "failures_in_hour": lately.in_hour,
        "failures_in_day": lately.in_day,
    }


async def _settle(connection: Connection, act: Act, facts: Facts, *, writes: bool) -> Decision:
    """Ask the policies, and write down what they say and what follows from it; a frozen author's writes are denied."""
    store = PolicyStore(connection, act.project)
    policies = await policies_in_force(connection, act.project)
    asked = writes and act.author.kind is not ActorKind.HUMAN
    held = await store.frozen(act.at, act.author.id) if asked else ()
    if held:
        decision = replace(frozen(f"{held[0].until:%Y-%m-%d %H:%M} UTC", held[0].reason), facts=facts.all())
    else:
        decision = await asyncio.to_thread(ask, policies, facts, act.event)
    decision = replace(decision, policies=name_of(policies))
    await store.add_decision(act.subject, act.event, act.author.id, act.at, decision)
    if decision.notify:
        message = f"{act.author.name}: {decision.told}. {' '.join(decision.reasons)}"
        await store.add_notice(act.at, decision.notify, act.subject, message[:2000])
    if decision.freeze is not None:
        await _freeze(connection, act, decision)
    return decision


async def _freeze(connection: Connection, act: Act, decision: Decision) -> None:
    freezing = [one for one in decision.rulings if one.applies and one.action and one.action.freeze is not None]
    reason = " ".join(one.why or f"The policy {one.policy} says so." for one in freezing)
    span = decision.freeze
    if span is None:
        return
    until = act.at + span
    await PolicyStore(connection, act.project).freeze(act.author.id, act.at, until, reason[:1000], None)
    details: dict[str, Json] = {
        "name": act.author.name,
        "for": span_told(span),
        "until": until.isoformat(),
        "reason": reason[:1000],
        "policies": [one.policy for one in freezing],
    }
    await record(
        connection,
        SERVER,
        act.project,
        at=act.at,
        action="actor.freeze",
        subject=act.author.id,
        details=details,
        policy=decision.policies,
    )
