"""Decides acts by the policies in force, records what was decided, and freezes agents that fail again and again.

`decide`, `decide_check` and `turned_out` run inside the caller's transaction. A caller that refuses an act raises after
the commit, so that the decision, and a freeze with it, is kept. Knows nothing of proposals, checks or HTTP.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from specs.access import SERVER, Errand, Principal
from specs.audit import Json
from specs.policy.change import Change
from specs.policy.deciding import Decision, allowed, frozen, name_of
from specs.policy.deciding import decide as ask
from specs.policy.facts import Facts, facts_of
from specs.policy.records import Circumstances
from specs.policy.shipped import in_force, policies_of
from specs.revision import Actor, ActorKind
from specs.rules.actions import Verdict, span_told
from specs.rules.policy import Policy
from specs.rules.registry import Event, Value
from specs.service.auditing import record
from specs.service.documents import document
from specs.service.working import worked
from specs.store.connection import Connection
from specs.store.policies import PolicyStore

KEPT_SETS = 64
_policies_of = lru_cache(maxsize=256)(policies_of)
_IN_FORCE: dict[tuple[tuple[str, str], ...], tuple[tuple[Policy, ...], str]] = {}


@dataclass(frozen=True, slots=True)
class Act:
    """What is decided: whose act, at which event, on what, when."""

    project: UUID
    event: Event
    subject: str
    author: Actor
    at: datetime


async def policies_in_force(
    connection: Connection, project: UUID, sources: tuple[tuple[str, str], ...] | None = None
) -> tuple[tuple[Policy, ...], str]:
    """Give the policies of a project's active specs, and the shipped ones whose place they do not take; and their name.

    `sources` are the paths and heads of the specs that may hold some, where they are known.
    """
    found = None if sources is None else _IN_FORCE.get(sources)
    if found is not None:
        return found
    policies: list[Policy] = []
    texts = await PolicyStore(connection, project).texts()
    for side, revision in texts:
        policies += await asyncio.to_thread(_policies_of, side, revision)
    all_ = in_force(tuple(policies))
    # A revision's digest names its text: the same paths and heads always put the same policies in force.
    while len(_IN_FORCE) >= KEPT_SETS:
        del _IN_FORCE[next(iter(_IN_FORCE))]
    made = _IN_FORCE[tuple((side.path, revision) for side, revision in texts)] = all_, name_of(all_)
    return made


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
    facts = await worked(change.size, facts_of, change, document)
    own = None if author else principal
    around = await circumstances(connection, act, own)
    whose = _whose(facts, around, act, own)
    writes = author is None or bool(change.repository)
    return await _settle(connection, act, facts.given({**whose, **(known or {})}), around, writes=writes)


async def let_through(
    connection: Connection, principal: Principal, project: UUID, changes: Sequence[Facts], at: datetime
) -> tuple[Decision, ...]:
    """Decide changes that a principal makes at one time, each as `decide` would, up to the first that waits or more.

    What is given is let through and nothing else follows from it: the decision before changes nothing for the next one.
    None is recorded yet (`keep_decisions`).
    """
    act = Act(project, Event.PROPOSAL, "", principal.actor, at)
    around = await circumstances(connection, act, principal)
    if around.frozen is not None and act.author.kind is not ActorKind.HUMAN:
        return ()
    policies, name = await policies_in_force(connection, project, around.sources)

    def decided() -> Iterator[Decision]:
        for facts in changes:
            made = ask(policies, facts.given(_whose(facts, around, act, principal)), act.event)
            if made.verdict is not Verdict.ALLOW or made.notify or made.freeze is not None:
                return
            yield replace(made, policies=name)

    return await asyncio.to_thread(lambda: tuple(decided()))


async def commits_let_through(
    connection: Connection, project: UUID, changes: Sequence[tuple[Actor, Facts]], at: datetime
) -> tuple[Decision, ...]:
    """Decide changes that commits bring, each its author's, as `decide` would, up to the first that waits or more.

    What is given is let through and nothing else follows from it. None is recorded yet (`keep_decisions`).
    """
    acts = {author: Act(project, Event.PROPOSAL, "", author, at) for author, _ in changes}
    around = {author: await circumstances(connection, act) for author, act in acts.items()}
    sources = next((one.sources for one in around.values()), None)
    policies, name = await policies_in_force(connection, project, sources)

    def decided() -> Iterator[Decision]:
        for author, facts in changes:
            stopped = around[author].frozen is not None and author.kind is not ActorKind.HUMAN
            known = facts.given(_whose(facts, around[author], acts[author], None))
            made = ask(policies, known, Event.PROPOSAL)
            if stopped or made.verdict is not Verdict.ALLOW or made.notify or made.freeze is not None:
                return
            yield replace(made, policies=name)

    return await asyncio.to_thread(lambda: tuple(decided()))


async def keep_decisions(
    connection: Connection, project: UUID, made: Sequence[tuple[UUID, Actor, Decision]], at: datetime
) -> None:
    """Record what was decided on changes, each under its subject, as an act of its author."""
    rows = [(str(subject), author.id, decision) for subject, author, decision in made]
    await PolicyStore(connection, project).add_decisions(rows, Event.PROPOSAL, at)


def _whose(facts: Facts, around: Circumstances, act: Act, principal: Principal | None) -> dict[str, Value]:
    """Give the facts of whose change it is; of an author with a task, also whether all are drafts of that."""
    found = author_facts(around, act, principal)
    if principal is not None and principal.errand is not None and principal.errand.folder:
        found["task_artifacts"] = _drafts(facts, principal.errand.folder)
    return found


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
    return await _decide(connection, principal, Act(project, Event.CHECK, str(subject), principal.actor, at), known)


async def decide_task(  # noqa: PLR0913 (who does what with which task, when)
    connection: Connection,
    principal: Principal,
    project: UUID,
    known: Mapping[str, Value],
    *,
    subject: object,
    at: datetime,
) -> Decision:
    """Decide whether the principal may take a step of a task, and record that under `subject`."""
    if principal.everywhere:
        return allowed("What the server itself does is not asked.")
    return await _decide(connection, principal, Act(project, Event.TASK, str(subject), principal.actor, at), known)


async def _decide(connection: Connection, principal: Principal, act: Act, known: Mapping[str, Value]) -> Decision:
    """Decide an act of which the caller knows all facts but its author's."""
    around = await circumstances(connection, act, principal)
    facts = Facts().given({**author_facts(around, act, principal), **known})
    return await _settle(connection, act, facts, around, writes=True)


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
    around = await circumstances(connection, act)
    whose = author_facts(around, act)
    return await _settle(connection, act, facts.given({**whose, **(known or {})}), around, writes=True)


async def circumstances(connection: Connection, act: Act, principal: Principal | None = None) -> Circumstances:
    """Give what a decision on an act rests on; `principal` where the author acts by a credential of its own."""
    behalf = principal.on_behalf_of if principal is not None else None
    return await PolicyStore(connection, act.project).circumstances(act.author.id, behalf, act.at)


def author_facts(around: Circumstances, act: Act, principal: Principal | None = None) -> dict[str, Value]:
    """Give the facts of whose act it is; `principal` where the author acts by a credential of its own."""
    role = around.role if principal is None else principal.role_in(act.project)
    return {
        "author_kind": act.author.kind.value,
        "author_name": act.author.name[:500],
        "author_role": "" if role is None else role.value,
        "on_behalf_of": around.behalf[:500],
        "consecutive_failures": around.lately.in_row,
        "failures_in_hour": around.lately.in_hour,
        "failures_in_day": around.lately.in_day,
        **(_errand_facts(principal.errand, act.at) if principal is not None and principal.errand is not None else {}),
    }


def _drafts(facts: Facts, folder: str) -> bool:
    """Say whether a change touches nothing but drafts below a folder."""
    paths, statuses = facts.values.get("paths"), facts.values.get("statuses")
    inside = isinstance(paths, tuple) and all(str(path).startswith(folder) for path in paths)
    return inside and not facts.cut and statuses == ("draft",)


def _errand_facts(errand: Errand, at: datetime) -> dict[str, Value]:
    """Give the facts of the task in whose course an author acts."""
    facts: dict[str, Value] = {
        "task_phase": errand.phase,
        "task_size": errand.size,
        "cost": errand.cost,
        "tokens": errand.tokens,
    }
    if errand.served_at is not None:
        facts |= {"context_served": True, "context_age": max(timedelta(), at - errand.served_at)}
    return facts


async def _settle(connection: Connection, act: Act, facts: Facts, around: Circumstances, *, writes: bool) -> Decision:
    """Ask the policies, and write down what they say and what follows from it; a frozen author's writes are denied."""
    store = PolicyStore(connection, act.project)
    policies, name = await policies_in_force(connection, act.project, around.sources)
    if around.frozen is not None and writes and act.author.kind is not ActorKind.HUMAN:
        until, reason = around.frozen
        decision = replace(frozen(f"{until:%Y-%m-%d %H:%M} UTC", reason), facts=facts.all())
    else:
        decision = await worked(sum(one.steps for one in policies), ask, policies, facts, act.event)
    decision = replace(decision, policies=name)
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
