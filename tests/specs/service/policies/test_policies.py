"""Decisions on a real database: what is in force, what is recorded, who is frozen."""

from datetime import timedelta

import pytest

from specs.access import SERVER, Principal, Role
from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.deciding import Decision
from specs.rules.actions import Reviewers, Verdict
from specs.rules.registry import Event
from specs.service.policies.policies import decide, policies_in_force, turned_out
from specs.store.policies import PolicyStore
from tests.factories import World

PLAIN = "# Payments\n\nCards are charged once.\n"
BINDING = "# Payments\n\nCards MUST be charged once.\n"


def policy(name: str, when: str, then: str, event: str = "proposal") -> str:
    return f"# Policy\n\n```yaml policy\nid: {name}\nevent: {event}\nwhen: {when}\nthen: {then}\nwhy: Because.\n```\n"


def edit(before: str | None, after: str, path: str = "payments.md") -> Change:
    return Change((ChangedSpec(None if before is None else Side(path, before), Side(path, after)),))


async def ask(world: World, who: Principal, change: Change, subject: str = "s", **more: object) -> Decision:
    async with world.database.transaction() as connection:
        at = world.clock()
        return await decide(connection, who, world.project.id, change, at=at, subject=subject, **more)  # type: ignore[arg-type]


async def reject(world: World, reference: str, *, good: bool = False, event: Event = Event.PROPOSAL) -> Decision | None:
    async with world.database.transaction() as connection:
        return await turned_out(
            connection, world.project.id, world.claude.actor, event, reference, good=good, at=world.clock()
        )


async def test_the_shipped_policy_holds_until_a_project_writes_its_own(world: World) -> None:
    assert (await ask(world, world.eve, edit(PLAIN, BINDING))).verdict is Verdict.ALLOW
    assert (await ask(world, world.claude, edit(PLAIN, PLAIN + "\nSo it is.\n"))).verdict is Verdict.ALLOW
    bound = await ask(world, world.claude, edit(PLAIN, BINDING))
    assert (bound.verdict, bound.reviewers) == (Verdict.REVIEW, (Reviewers(Role.REVIEWER, 1),))
    assert (await ask(world, SERVER, edit(None, BINDING))).verdict is Verdict.ALLOW


async def test_a_projects_own_policies_come_into_force_with_their_revision(world: World) -> None:
    text = policy("no-friday", "specs_touched > 0", "deny")
    saved = await world.library.create(world.ada, world.project.id, "policy.md", text)
    decision = await ask(world, world.eve, edit(PLAIN, BINDING))
    assert decision.verdict is Verdict.DENY
    (ruling,) = decision.decided
    assert (ruling.origin.spec, ruling.origin.revision, ruling.origin.line) == ("policy.md", saved.revision.digest, 3)
    await world.library.retire(world.ada, world.project.id, saved.spec.id)
    again = await ask(world, world.eve, edit(PLAIN, BINDING))
    assert again.verdict is Verdict.ALLOW
    assert again.policies != decision.policies


async def test_policies_of_other_projects_mean_nothing(world: World) -> None:
    other = await world.projects.create(SERVER, "billing")
    mallory = await world.person("mallory", Role.ADMIN, other)
    await world.library.create(mallory, other.id, "policy.md", policy("never", "true", "deny"))
    assert (await ask(world, world.eve, edit(PLAIN, BINDING))).verdict is Verdict.ALLOW


async def test_only_texts_that_may_hold_policies_are_read(world: World) -> None:
    await world.library.create(world.ada, world.project.id, "a.md", "# A\n\nOur policy is yaml.\n")
    await world.library.create(world.ada, world.project.id, "b.md", "# B\n\n```yml \t policy\nid: x\n```\n")
    async with world.database.read() as connection:
        found = await PolicyStore(connection, world.project.id).texts()
        assert [side.path for side, _ in found] == ["b.md"]
        broken = [one for one in (await policies_in_force(connection, world.project.id))[0] if one.broken]
    assert [one.id for one in broken] == ["x"]
    assert (await ask(world, world.eve, edit(PLAIN, BINDING))).verdict is Verdict.REVIEW


async def test_a_change_of_a_policy_is_judged_by_the_policy_before_it(world: World) -> None:
    loose = policy("policies-need-two", "policies_touched > 0", "allow")
    decision = await ask(world, world.ada, edit(None, loose, "policy.md"))
    assert decision.reviewers == (Reviewers(Role.REVIEWER, 2),)
    await world.library.create(world.ada, world.project.id, "policy.md", loose)
    assert (await ask(world, world.ada, edit(loose, loose + "\n", "policy.md"))).verdict is Verdict.ALLOW


async def test_decisions_are_recorded_and_read_back(world: World) -> None:
    made = await ask(world, world.claude, edit(PLAIN, BINDING), "one")
    await ask(world, world.claude, edit(PLAIN, PLAIN), "two")
    async with world.database.read() as connection:
        (kept,) = await PolicyStore(connection, world.project.id).decisions("one", before=None, limit=9)
        assert len(await PolicyStore(connection, world.project.id).decisions("", before=None, limit=9)) == 2
    assert kept.decision == made
    assert (kept.actor, kept.event) == (world.claude.actor, Event.PROPOSAL)


async def test_an_agent_that_fails_five_times_is_frozen_for_an_hour(world: World) -> None:
    for number in range(4):
        assert (await reject(world, f"p{number}")).freeze is None  # type: ignore[union-attr]
    assert await reject(world, "p3") is None, "each proposal counts once"
    assert (await ask(world, world.claude, edit(PLAIN, PLAIN + "\nSo.\n"))).verdict is Verdict.ALLOW
    assert (await reject(world, "p4")).freeze == timedelta(hours=1)  # type: ignore[union-attr]
    decision = await ask(world, world.claude, edit(PLAIN, PLAIN + "\nSo.\n"))
    assert decision.verdict is Verdict.DENY
    assert decision.reasons[0].startswith("frozen (always so): deny. The author is frozen until")
    assert decision.facts["paths"] == ("payments.md",)
    assert "actor.freeze" in await world.actions()
    async with world.database.read() as connection:
        (notice,) = await PolicyStore(connection, world.project.id).notices(["reviewer"], before=None, limit=9)
    assert notice.message.startswith("claude: deny; freeze 1h")
    earlier = await ask(world, SERVER, edit(PLAIN, BINDING), author=world.claude.actor)
    assert earlier.verdict is Verdict.REVIEW, "what it proposed before may be decided on"
    world.clock.forward(hours=2)
    assert (await ask(world, world.claude, edit(PLAIN, PLAIN + "\nSo.\n"))).verdict is Verdict.ALLOW
    assert await world.verify_audit() == {}


async def test_a_success_ends_the_row(world: World) -> None:
    for number in range(4):
        await reject(world, f"p{number}")
    await reject(world, "good", good=True)
    assert (await reject(world, "p9")).freeze is None  # type: ignore[union-attr]


async def test_failed_checks_count_too(world: World) -> None:
    for number in range(3):
        await reject(world, f"p{number}")
    await reject(world, "c1", event=Event.CHECK)
    assert (await reject(world, "c2", event=Event.CHECK)).freeze is not None  # type: ignore[union-attr]


async def test_people_are_never_frozen(world: World) -> None:
    text = policy("strict", "true", "[deny, freeze 1d]")
    await world.library.create(world.ada, world.project.id, "policy.md", text)
    assert (await ask(world, world.eve, edit(PLAIN, BINDING))).freeze is None
    async with world.database.read() as connection:
        assert await PolicyStore(connection, world.project.id).frozen(world.clock()) == ()


async def test_a_commit_is_decided_by_who_it_says_wrote_it(world: World) -> None:
    decision = await ask(world, SERVER, edit(PLAIN, BINDING), author=world.claude.actor)
    assert decision.facts["author_kind"] == "agent"
    assert decision.facts["author_role"] == "editor"
    assert decision.verdict is Verdict.REVIEW


@pytest.mark.parametrize("served", [True, False])
async def test_facts_that_the_caller_knows_are_asked(world: World, served: bool) -> None:  # noqa: FBT001 (a parameter)
    text = policy("informed", 'author_kind == "agent" && !context_served', "deny")
    await world.library.create(world.ada, world.project.id, "policy.md", text)
    known = {"context_served": served, "context_age": timedelta(minutes=5)}
    decision = await ask(world, world.claude, edit(PLAIN, PLAIN + "\nSo.\n"), known=known)
    assert (decision.verdict is Verdict.ALLOW) is served
