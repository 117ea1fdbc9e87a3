"""Every write is a proposal: policy lets it through, holds it back for people, or refuses it, and nothing is lost."""

from dataclasses import replace
from uuid import UUID

import pytest

from specs.access import SERVER, Principal, Role
from specs.errors import ConflictError, DeniedError, MissingError
from specs.library import Saved, SpecStatus
from specs.proposals.draft import ReviewDraft
from specs.proposals.proposal import Proposal
from specs.proposals.state import ProposalState, Verdict
from specs.service.proposals.admitting import WaitsError
from specs.service.proposals.judging import RefusedError
from tests.factories import World, commit, whole_chain

TEXT = "# Pay\n\nA charge is made once.\n\n## Refunds\n\nWithin 30 days.\n\n## Limits\n\nTen at most.\n"
MUST = ("Ten at most.", "It MUST be ten.")


@pytest.fixture
async def saved(world: World) -> Saved:
    return await world.library.create(world.ada, world.project.id, "pay.md", TEXT)


async def held(world: World, by: Principal, spec: UUID, text: str, base: str, **more: str) -> Proposal:
    with pytest.raises(WaitsError) as caught:
        await world.library.save(by, world.project.id, spec, base=base, text=text, **more)
    assert caught.value.hint
    assert caught.value.details["proposal"] == str(caught.value.proposal.id)
    return caught.value.proposal


async def approve(world: World, proposal: Proposal) -> None:
    draft = ReviewDraft(Verdict.APPROVE, proposal.digest)
    landed = await world.proposals.review(world.ada, world.project.id, proposal.id, draft)
    assert landed.proposal.state is ProposalState.ACCEPTED


async def text_of(world: World, path: str = "pay.md") -> str:
    return (await world.library.read(world.ada, world.project.id, path)).text


async def pending(world: World) -> list[Proposal]:
    page = await world.proposals.list(world.ada, world.project.id, states=frozenset({ProposalState.OPEN}))
    return list(page.items)


async def policy(world: World, when: str, then: str) -> None:
    text = f"# Rules\n\n```yaml policy\nid: ours\nevent: proposal\nwhen: {when}\nthen: {then}\nwhy: We say so.\n```\n"
    await world.library.create(SERVER, world.project.id, "rules.md", text)


async def test_what_binds_waits_and_lands_as_it_was_written(world: World, saved: Saved) -> None:
    text = TEXT.replace(*MUST)
    proposal = await held(world, world.claude, saved.spec.id, text, saved.spec.head, message="Be strict\n\nThe law.")
    assert (await text_of(world), proposal.title, proposal.rationale) == (TEXT, "Be strict", "The law.")
    assert (await world.actions())[-1] == "proposal.open"
    await approve(world, proposal)
    found = await world.library.read(world.ada, world.project.id, "pay.md")
    assert (found.text, found.revision.actor.name) == (text, "claude")


async def test_what_is_let_through_lands_at_once_and_names_the_policies(world: World, saved: Saved) -> None:
    text = TEXT.replace("Ten at most.", "Ten, at most.")
    done = await world.library.save(world.claude, world.project.id, saved.spec.id, base=saved.spec.head, text=text)
    assert done.created
    assert await pending(world) == []
    async with world.database.read() as connection:
        entries = await whole_chain(connection, world.project.id)
    assert entries[-1].act.action == "spec.save"
    assert entries[-1].act.policy


async def test_a_new_spec_a_rename_and_a_retirement_wait_too(world: World, saved: Saved) -> None:
    library, project = world.library, world.project.id
    for write in (
        library.create(world.claude, project, "new.md", "# New\n\nIt MUST be.\n"),
        library.rename(world.claude, project, saved.spec.id, "charges.md"),
    ):
        with pytest.raises(WaitsError):
            await write
    with pytest.raises(MissingError):
        await library.read(world.ada, project, "new.md")
    for proposal in await pending(world):
        await approve(world, proposal)
    assert await text_of(world, "new.md") == "# New\n\nIt MUST be.\n"
    assert (await library.read(world.ada, project, saved.spec.id)).spec.path == "charges.md"
    with pytest.raises(WaitsError):
        await library.retire(world.claude, project, saved.spec.id)
    await approve(world, (await pending(world))[0])
    assert (await library.read(world.ada, project, saved.spec.id)).spec.status is SpecStatus.RETIRED
    with pytest.raises(WaitsError):
        await library.restore(world.claude, project, saved.spec.id)


async def test_a_merge_waits_with_both_texts(world: World, saved: Saved) -> None:
    head = TEXT.replace("A charge is made once.", "A charge is made once only.")
    await world.library.save(world.ada, world.project.id, saved.spec.id, base=saved.spec.head, text=head)
    proposal = await held(world, world.claude, saved.spec.id, TEXT.replace(*MUST), saved.spec.head)
    assert await text_of(world) == head
    await approve(world, proposal)
    assert await text_of(world) == head.replace(*MUST)


async def test_what_is_denied_changes_nothing_and_says_why(world: World, saved: Saved) -> None:
    await policy(world, 'author_kind == "agent"', "deny")
    with pytest.raises(RefusedError, match="ours") as caught:
        await world.library.save(
            world.claude, world.project.id, saved.spec.id, base=saved.spec.head, text=TEXT.replace("Ten", "Nine")
        )
    assert isinstance(caught.value, DeniedError)
    assert (await text_of(world), await pending(world)) == (TEXT, [])


async def test_an_admin_alone_is_unreviewed_and_with_others_waits(world: World, saved: Saved) -> None:
    await policy(world, 'author_kind == "human"', "review 1 from reviewer")
    base = saved.spec.head
    done = await world.library.save(world.ada, world.project.id, saved.spec.id, base=base, text=TEXT + "\nMore.\n")
    async with world.database.read() as connection:
        entries = await whole_chain(connection, world.project.id)
    assert entries[-1].act.details["unreviewed"] is True
    await held(world, world.eve, saved.spec.id, TEXT, done.spec.head)
    await world.person("rita", Role.REVIEWER)
    await held(world, world.ada, saved.spec.id, TEXT, done.spec.head)


async def test_commits_of_agents_go_through_until_a_policy_says_otherwise(world: World) -> None:
    text = TEXT.replace(*MUST)
    done = await world.imports.import_revision(SERVER, world.project.id, "pay.md", text, commit(1, agent=True))
    assert done.created


async def test_a_commit_that_waits_leaves_the_head_and_later_ones_join_it(world: World) -> None:
    imports, project = world.imports, world.project.id
    await imports.import_revision(SERVER, project, "pay.md", TEXT, commit(1))
    await policy(world, 'repository != "" && author_kind == "agent"', "review 1 from reviewer")
    first, both = TEXT.replace(*MUST), TEXT.replace(*MUST).replace("30 days", "14 days")
    for _ in range(2):
        with pytest.raises(WaitsError) as caught:
            await imports.import_revision(SERVER, project, "pay.md", first, commit(2, agent=True))
        assert caught.value.spec is not None
    assert len(await pending(world)) == 1
    with pytest.raises(WaitsError):
        await imports.import_revision(SERVER, project, "pay.md", both, commit(3))
    (proposal,) = await pending(world)
    assert (proposal.author.name, proposal.origin) == ("Grace", commit(3).origin)
    assert (await world.proposals.get(world.ada, project, caught.value.proposal.id)).proposal.state is (
        ProposalState.SUPERSEDED
    )
    assert await text_of(world) == TEXT
    await approve(world, proposal)
    found = await world.library.read(world.ada, project, "pay.md")
    assert (found.text, found.revision.origin) == (both, commit(3).origin)
    again = await imports.import_revision(SERVER, project, "pay.md", both, commit(3))
    assert not again.created
    last = await imports.import_revision(SERVER, project, "pay.md", both + "\nMore.\n", commit(4))
    assert last.created
    assert not await world.verify_audit()


async def test_a_commit_that_was_declined_is_not_asked_again(world: World) -> None:
    await policy(world, 'repository == "shop"', "review 1 from reviewer")
    git = replace(commit(1), repository="shop", branch="main")
    with pytest.raises(WaitsError) as caught:
        await world.imports.import_revision(SERVER, world.project.id, "pay.md", TEXT, git)
    assert caught.value.spec is None
    proposal = caught.value.proposal
    draft = ReviewDraft(Verdict.DECLINE, proposal.digest, "Not ours.")
    await world.proposals.review(world.ada, world.project.id, proposal.id, draft)
    with pytest.raises(ConflictError, match="declined"):
        await world.imports.import_revision(SERVER, world.project.id, "pay.md", TEXT, git)
