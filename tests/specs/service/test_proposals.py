"""Proposals become the truth only as people decide, all of one or nothing, and each step is on record."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from app import sources
from specs.access import SERVER, Principal, Role, Scope
from specs.errors import ConflictError, DeniedError, HoldfastError, MissingError, UserError
from specs.library import SpecStatus
from specs.proposals.comments import Side
from specs.proposals.delta import Operation
from specs.proposals.draft import CommentDraft, Draft, Rest, ReviewDraft, SpecChange
from specs.proposals.pieces import pieces
from specs.proposals.proposal import Landed, Proposal, Why
from specs.proposals.sections import SectionChange, SectionOperation
from specs.proposals.state import ProposalState, Verdict
from specs.revision import Provenance
from specs.service.authorship import Authorship
from tests.factories import World, together

TEXT = "# Pay\n\nA charge is made once.\n\n## Refunds\n\nWithin 30 days.\n\nIn full.\n\n## Limits\n\nTen at most.\n"
NOBODY = UUID(int=7)


@dataclass
class Room:
    """A project with one spec, two reviewers (rita, rolf), and what is done with proposals again and again."""

    world: World
    spec: UUID
    rita: Principal
    rolf: Principal

    @property
    def project(self) -> UUID:
        return self.world.project.id

    async def text(self) -> str:
        return (await self.world.library.read(self.world.ada, self.project, self.spec)).text

    async def save(self, *pair: str) -> None:
        found = await self.world.library.read(self.world.ada, self.project, self.spec)
        text = found.text.replace(*pair)
        await self.world.library.save(self.world.ada, self.project, self.spec, base=found.spec.head, text=text)

    async def propose(self, *pair: str, by: Principal | None = None, **more: object) -> Proposal:
        base = await self.text()
        change = SpecChange(spec=self.spec, text=base.replace(*pair))
        return (await self.post(by or self.world.claude, change, **more)).proposal

    async def post(self, by: Principal, *changes: SpecChange, **more: object) -> Landed:
        draft = Draft("Mend it", changes, "It must hold.", **{"wait": True, **more})  # type: ignore[arg-type]
        return await self.world.proposals.propose(by, self.project, draft)

    async def approve(self, proposal: Proposal, by: Principal | None = None, **more: object) -> Landed:
        draft = ReviewDraft(Verdict.APPROVE, proposal.digest, **more)  # type: ignore[arg-type]
        return await self.world.proposals.review(by or self.rita, self.project, proposal.id, draft)

    async def decline(self, proposal: Proposal, by: Principal | None = None, body: str = "No.") -> Landed:
        draft = ReviewDraft(Verdict.DECLINE, proposal.digest, body)
        return await self.world.proposals.review(by or self.rita, self.project, proposal.id, draft)

    async def comment(self, proposal: Proposal, by: Principal, *comments: CommentDraft, body: str = "") -> None:
        draft = ReviewDraft(Verdict.COMMENT, body=body, comments=comments)
        await self.world.proposals.review(by, self.project, proposal.id, draft)

    async def get(self, proposal: Proposal, by: Principal | None = None) -> Proposal:
        return (await self.world.proposals.get(by or self.rita, self.project, proposal.id)).proposal

    async def turns(self, by: Principal) -> list[Why]:
        page = await self.world.proposals.list(by, self.project, mine=True)
        return [item.turn.why for item in page.items if item.turn]


@pytest.fixture
async def room(world: World) -> Room:
    saved = await world.library.create(world.ada, world.project.id, "pay.md", TEXT)
    rita, rolf = [await world.person(name, Role.REVIEWER) for name in ("rita", "rolf")]
    return Room(world, saved.spec.id, rita, rolf)


async def test_an_approved_proposal_is_the_truth_and_its_authors(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    assert (proposal.state, await room.text()) == (ProposalState.OPEN, TEXT)
    landed = await room.approve(proposal)
    assert landed.proposal.state is ProposalState.ACCEPTED
    found = await room.world.library.read(room.rita, room.project, room.spec)
    assert found.text == TEXT.replace("30 days", "14 days")
    assert found.revision.actor.name == "claude"
    assert found.revision.provenance is Provenance.INFERRED
    assert found.revision.message.startswith("Mend it")
    assert [spec.head for spec in landed.specs] == [found.spec.head]
    done = (await room.world.actions())[-4:]
    assert done == ["proposal.open", "proposal.approve", "proposal.accept", "spec.save"]
    assert not await room.world.verify_audit()


async def test_who_approves_the_exact_delta_confirms_what_it_says(room: Room) -> None:
    authorship = Authorship(room.world.database, room.world.clock, sources.new_id)
    await room.approve(await room.propose("Ten at most.", "Twenty at most."))
    standing = await authorship.read(room.world.rob, room.project, room.spec)
    changed = next(one for one in standing.statements if one.doubts)
    assert changed.confirmed is not None
    assert (changed.provenance, changed.confirmed.actor.name) == (Provenance.EXPLICIT, "Rita")
    assert not await authorship.unconfirmed(room.world.rob, room.project, {room.spec: standing.revision.digest})


async def test_all_specs_of_a_proposal_land_or_none(room: Room) -> None:
    changes = (
        SpecChange(Operation.CREATE, path="new.md", text="# New\n\nIt must.\n"),
        SpecChange(spec=room.spec, sections=(SectionChange(SectionOperation.DELETE, "limits"),), path="charges.md"),
    )
    proposal = (await room.post(room.world.eve, *changes)).proposal
    await room.world.library.create(room.world.ada, room.project, "new.md", "# Taken\n")
    with pytest.raises(ConflictError):
        await room.approve(proposal)
    now = await room.get(proposal)
    assert now.state is ProposalState.CONFLICTED
    assert [entry["reason"] for entry in now.conflicts.values()] == ["path"]
    assert await room.text() == TEXT
    other = (replace(changes[0], path="newer.md"), changes[1])
    draft = Draft("Mend it", other)
    again = await room.world.proposals.revise(room.world.eve, room.project, proposal.id, now.digest, draft)
    landed = await room.approve(again)
    assert sorted(spec.path for spec in landed.specs) == ["charges.md", "newer.md"]
    assert "Limits" not in await room.text()


async def test_retire_and_restore(room: Room) -> None:
    for operation, status in ((Operation.RETIRE, SpecStatus.RETIRED), (Operation.RESTORE, SpecStatus.ACTIVE)):
        proposal = (await room.post(room.world.eve, SpecChange(operation, spec=room.spec))).proposal
        assert (await room.approve(proposal)).specs[0].status is status


async def test_policy_lets_people_and_small_wording_through_at_once(room: Room) -> None:
    edit = SpecChange(spec=room.spec, text=TEXT.replace("Ten at most", "Ten, at most"))
    landed = await room.post(room.world.claude, edit, wait=False)
    assert landed.proposal.state is ProposalState.ACCEPTED
    assert landed.proposal.outcome
    assert landed.proposal.outcome.by is None
    normative = SpecChange(spec=room.spec, text=(await room.text()).replace("In full.", "It MUST be in full."))
    assert (await room.post(room.world.claude, normative, wait=False)).proposal.state is ProposalState.OPEN
    assert (await room.post(room.world.eve, normative, wait=False)).proposal.state is ProposalState.ACCEPTED


async def test_nobody_decides_on_their_own(room: Room) -> None:
    proposal = await room.propose("30", "14", by=room.rita)
    with pytest.raises(DeniedError, match="own"):
        await room.approve(proposal)
    with pytest.raises(DeniedError, match="own"):
        await room.decline(proposal)
    assert (await room.approve(proposal, room.rolf)).proposal.state is ProposalState.ACCEPTED


async def test_agents_and_editors_comment_and_never_decide(room: Room) -> None:
    proposal = await room.propose("30", "14", by=room.world.ada)
    for nobody in (room.world.claude, room.world.eve):
        with pytest.raises(DeniedError):
            await room.approve(proposal, nobody)
        with pytest.raises(DeniedError):
            await room.decline(proposal, nobody)
        await room.comment(proposal, nobody, body="Why?")
    for nobody in (room.world.claude, SERVER):
        with pytest.raises(DeniedError):
            await room.world.proposals.accept(nobody, room.project, proposal.id)
    assert (await room.get(proposal)).state is ProposalState.OPEN


async def test_an_agent_with_a_persons_role_still_decides_nothing(room: Room) -> None:
    """The kind of the credential decides, whatever a role in the database says."""
    proposal = await room.propose("30", "14", by=room.world.ada)
    lifted = replace(room.world.claude, roles={room.project: Role.ADMIN})
    with pytest.raises(DeniedError):
        await room.approve(proposal, lifted)


async def test_a_reviewer_whose_role_was_taken_away_no_longer_counts(room: Room) -> None:
    policy = await room.post(room.world.eve, SpecChange(Operation.CREATE, path="rules.md", text=POLICY))
    first = await room.approve(policy.proposal)
    assert first.proposal.state is ProposalState.OPEN
    await room.world.members.set_role(room.world.ada, room.project, "rita", Role.READER)
    second = await room.approve(policy.proposal, room.rolf)
    assert second.proposal.state is ProposalState.OPEN
    third = await room.approve(policy.proposal, room.world.ada)
    assert third.proposal.state is ProposalState.ACCEPTED
    assert third.proposal.ruling["verdict"] == "review"


POLICY = """# Rules

```yaml policy
id: ours
event: proposal
when: author_kind == "agent"
then: review 1 from reviewer
why: We look at what agents write.
```
"""


async def test_the_role_of_the_hour_counts_and_not_that_of_the_login(room: Room) -> None:
    proposal = await room.propose("30", "14")
    await room.world.members.set_role(room.world.ada, room.project, "rita", Role.EDITOR)
    with pytest.raises(DeniedError):
        await room.approve(proposal)


async def test_one_vote_never_counts_twice(room: Room) -> None:
    policy = await room.post(room.world.eve, SpecChange(Operation.CREATE, path="rules.md", text=POLICY))
    await room.approve(policy.proposal)
    again = await room.approve(policy.proposal)
    assert again.proposal.state is ProposalState.OPEN
    results = await together(*(room.approve(policy.proposal) for _ in range(4)))
    assert all(isinstance(result, Landed) for result in results)
    assert (await room.get(policy.proposal)).state is ProposalState.OPEN


async def test_a_lone_admins_own_is_recorded_as_unreviewed(world: World) -> None:
    draft = Draft("Rules", (SpecChange(Operation.CREATE, path="rules.md", text=POLICY),))
    landed = await world.proposals.propose(world.ada, world.project.id, draft)
    assert landed.proposal.state is ProposalState.ACCEPTED
    assert landed.proposal.outcome
    assert landed.proposal.outcome.unreviewed
    waits = await world.proposals.propose(world.eve, world.project.id, replace(draft, changes=(RULES_TOO,)))
    assert waits.proposal.state is ProposalState.OPEN


RULES_TOO = SpecChange(Operation.CREATE, path="more.md", text=POLICY.replace("ours", "more"))


async def test_an_approval_of_another_delta_counts_for_nothing(room: Room) -> None:
    proposal = await room.propose("30", "14")
    text = TEXT.replace("30", "7")
    draft = Draft("Mend it", (SpecChange(spec=room.spec, text=text),))
    now = await room.world.proposals.revise(room.world.claude, room.project, proposal.id, proposal.digest, draft)
    with pytest.raises(ConflictError) as caught:
        await room.approve(proposal)
    assert caught.value.details["digest"] == now.digest
    assert await room.text() == TEXT
    await room.approve(now)
    assert await room.text() == text


async def test_when_the_base_moves_elsewhere_the_vote_stands(room: Room) -> None:
    policy = POLICY.replace("# Rules\n", "# Rules\n\nBe kind.\n\n## More\n\nBe brief.\n\n## Ours\n")
    made = await room.world.library.create(SERVER, room.project, "rules.md", policy)
    edit = SpecChange(spec=made.spec.id, text=policy.replace("ours", "theirs"))
    proposal = (await room.post(room.world.eve, edit)).proposal
    await room.approve(proposal)
    text = policy.replace("Be kind.", "Be very kind.")
    await room.world.library.save(SERVER, room.project, made.spec.id, base=made.spec.head, text=text)
    await room.world.proposals.rebase_all(SERVER, room.project, made.spec.id)
    now = await room.get(proposal)
    assert (now.digest, now.number, now.state) == (proposal.digest, 2, ProposalState.OPEN)
    landed = await room.approve(now, room.rolf)
    assert landed.proposal.state is ProposalState.ACCEPTED
    found = await room.world.library.read(room.rita, room.project, made.spec.id)
    assert found.text == text.replace("ours", "theirs")


async def test_when_the_base_moves_beside_it_voters_are_put_back(room: Room) -> None:
    made = await room.world.library.create(SERVER, room.project, "rules.md", POLICY)
    edit = SpecChange(spec=made.spec.id, text=POLICY + "\nBe kind.\n")
    proposal = (await room.post(room.world.eve, edit)).proposal
    wanted = (await room.get(proposal)).standing.needs[0].count
    if wanted == 1:
        await room.comment(proposal, room.rita, body="Hm.")
    assert await room.turns(room.rita) == [Why.REVIEW]


async def test_when_the_same_text_moves_the_author_is_told_and_nothing_lands(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    await room.save("30 days", "60 days")
    with pytest.raises(ConflictError):
        await room.approve(proposal)
    now = await room.get(proposal, room.world.claude)
    assert now.state is ProposalState.CONFLICTED
    assert now.turn
    assert now.turn.why is Why.CONFLICT
    (conflict,) = now.conflicts.values()
    assert (conflict["reason"], conflict["regions"][0]["theirs"]) == ("text", "Within 14 days.\n")
    assert await room.turns(room.rita) == []
    text = (await room.text()).replace("60 days", "45 days")
    draft = Draft("Mend it", (SpecChange(spec=room.spec, text=text),))
    mended = await room.world.proposals.revise(room.world.claude, room.project, now.id, now.digest, draft)
    assert (mended.state, mended.conflicts) == (ProposalState.OPEN, None)
    await room.approve(mended)
    assert await room.text() == text


async def test_a_conflict_that_goes_away_opens_the_proposal_again(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    await room.save("30 days", "60 days")
    assert (await room.world.proposals.rebase(room.rita, room.project, proposal.id)).state is ProposalState.CONFLICTED
    await room.save("60 days", "30 days")
    assert (await room.world.proposals.rebase(room.rita, room.project, proposal.id)).state is ProposalState.OPEN


async def test_what_the_spec_says_already_is_no_proposal_any_more(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    await room.save("30 days", "14 days")
    now = await room.world.proposals.rebase(room.world.claude, room.project, proposal.id)
    assert now.state is ProposalState.SUPERSEDED
    assert now.outcome
    assert "already" in now.outcome.reason


async def test_some_hunks_are_accepted_and_the_rest_stays_open(room: Room) -> None:
    text = TEXT.replace("30 days", "14 days").replace("Ten", "Nine")
    proposal = (await room.post(room.world.claude, SpecChange(spec=room.spec, text=text))).proposal
    detail = await room.world.proposals.get(room.rita, room.project, proposal.id)
    first, second = pieces(detail.delta)
    landed = await room.approve(proposal, hunks=(first.id,))
    assert landed.proposal.state is ProposalState.ACCEPTED
    assert landed.proposal.digest != proposal.digest
    assert await room.text() == TEXT.replace("30 days", "14 days")
    assert landed.rest is not None
    rest = await room.world.proposals.get(room.rita, room.project, landed.rest)
    assert rest.proposal.author.name == "claude"
    assert [piece.id for piece in pieces(rest.delta)] == [second.id]
    await room.approve(rest.proposal)
    assert await room.text() == text


async def test_the_rest_may_be_declined_and_unknown_hunks_are_refused(room: Room) -> None:
    text = TEXT.replace("30 days", "14 days").replace("Ten", "Nine")
    proposal = (await room.post(room.world.claude, SpecChange(spec=room.spec, text=text))).proposal
    with pytest.raises(ConflictError):
        await room.approve(proposal, hunks=("nothing",))
    detail = await room.world.proposals.get(room.rita, room.project, proposal.id)
    landed = await room.approve(proposal, hunks=(pieces(detail.delta)[1].id,), rest=Rest.DECLINE)
    assert landed.rest is None
    assert await room.text() == TEXT.replace("Ten", "Nine")
    assert (await room.world.proposals.list(room.rita, room.project, mine=True)).items == ()


async def test_comments_come_in_one_batch_and_stay_with_their_text(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    line = TEXT.split("\n").index("Within 30 days.") + 1
    comments = (
        CommentDraft("Why 14?", room.spec, line=line),
        CommentDraft("Is this so?", room.spec, Side.BEFORE, anchor="limits"),
        CommentDraft("Good in all."),
    )
    await room.comment(proposal, room.rita, *comments, body="Three things.")
    await room.save("A charge is made once.", "A charge is made once.\n\nIt is logged.")
    await room.world.proposals.rebase(room.rita, room.project, proposal.id)
    detail = await room.world.proposals.get(room.rita, room.project, proposal.id)
    placed = [(one.comment.quote, one.comment.anchor, one.line) for one in detail.comments]
    assert placed == [("Within 14 days.", "refunds", line + 2), ("## Limits", "limits", 13), ("", "", None)]
    assert [review.body for review in detail.reviews] == ["Three things."]
    assert await room.turns(room.world.claude) == [Why.ANSWER]
    answer = CommentDraft("The law says so.", reply_to=detail.comments[0].comment.id)
    await room.comment(proposal, room.world.claude, answer)
    assert await room.turns(room.world.claude) == []
    target = detail.comments[0].comment.id
    with pytest.raises(DeniedError, match="an agent does not settle"):
        await room.world.proposals.resolve(room.world.claude, room.project, proposal.id, target, resolved=True)
    await room.world.proposals.resolve(room.rita, room.project, proposal.id, target, resolved=True)
    again = await room.world.proposals.get(room.rita, room.project, proposal.id)
    assert again.comments[0].comment.resolved_by == room.rita.actor.id
    await room.world.proposals.resolve(room.rita, room.project, proposal.id, target, resolved=False)


async def test_overlapping_proposals_are_told_of_each_other(room: Room) -> None:
    first = await room.propose("30 days", "14 days")
    second = await room.propose("Within 30 days", "In 30 days", by=room.world.eve)
    apart = await room.propose("Ten", "Nine", by=room.world.eve)
    for mine, other in ((first, second), (second, first)):
        detail = await room.world.proposals.get(room.rita, room.project, mine.id)
        assert [(met.proposal, met.overlaps[0].anchor) for met in detail.meetings] == [(other.id, "refunds")]
    assert not (await room.world.proposals.get(room.rita, room.project, apart.id)).meetings
    await room.decline(second)
    assert not (await room.world.proposals.get(room.rita, room.project, first.id)).meetings


async def test_decline_withdraw_supersede_reopen(room: Room) -> None:
    proposals = room.world.proposals
    declined = await room.propose("30", "14")
    await room.decline(declined, body="The law says 30.")
    assert (await room.get(declined)).outcome.reason == "The law says 30."
    assert await room.turns(room.world.claude) == [Why.DECLINED]
    with pytest.raises(DeniedError):
        await proposals.reopen(room.world.claude, room.project, declined.id)
    assert (await proposals.reopen(room.rita, room.project, declined.id)).state is ProposalState.OPEN
    withdrawn = await room.propose("Ten", "Nine")
    with pytest.raises(DeniedError):
        await proposals.withdraw(room.rita, room.project, withdrawn.id)
    await proposals.withdraw(room.world.claude, room.project, withdrawn.id, "Not now.")
    await proposals.reopen(room.world.claude, room.project, withdrawn.id)
    now = await proposals.supersede(room.world.claude, room.project, withdrawn.id, declined.id)
    assert now.outcome
    assert now.outcome.superseded_by == declined.id
    with pytest.raises(ConflictError):
        await room.approve(withdrawn)
    for by in (withdrawn.id, NOBODY):
        with pytest.raises(HoldfastError):
            await proposals.supersede(room.world.claude, room.project, withdrawn.id, by)


async def test_accepted_is_final(room: Room) -> None:
    proposal = await room.propose("30", "14")
    await room.approve(proposal)
    for step in (
        room.approve(proposal, room.rolf),
        room.decline(proposal, room.rolf),
        room.world.proposals.withdraw(room.world.claude, room.project, proposal.id),
        room.world.proposals.reopen(room.rita, room.project, proposal.id),
        room.world.proposals.rebase(room.rita, room.project, proposal.id),
    ):
        with pytest.raises(ConflictError):
            await step


async def test_two_who_approve_at_once_land_it_once(room: Room) -> None:
    proposal = await room.propose("30 days", "14 days")
    results = await together(room.approve(proposal), room.approve(proposal, room.rolf))
    assert sorted(type(result).__name__ for result in results) == ["ConflictError", "Landed"]
    history = await room.world.library.history(room.rita, room.project, room.spec)
    assert len(history.items) == 2
    assert not await room.world.verify_audit()


async def test_proposals_on_one_spec_land_at_once_and_nothing_is_lost(room: Room) -> None:
    pairs = [("once", "only once"), ("30 days", "14 days"), ("Ten", "Nine")]
    made = [await room.propose(*pair) for pair in pairs]
    results = await together(*(room.approve(proposal) for proposal in made))
    text = await room.text()
    for (old, new), result in zip(pairs, results, strict=True):
        assert isinstance(result, Landed), result
        assert result.proposal.state is ProposalState.ACCEPTED
        assert new in text, old


async def test_lists_filter_and_turn_pages(room: Room) -> None:
    made = [await room.propose("30", str(number)) for number in range(5)]
    await room.decline(made[0])
    own = await room.propose("Ten", "Nine", by=room.rita)
    proposals = room.world.proposals

    async def ids(by: Principal = room.rita, **filters: object) -> list[UUID]:
        page = await proposals.list(by, room.project, **filters)  # type: ignore[arg-type]
        return [item.id for item in page.items]

    assert await ids(states=frozenset({ProposalState.DECLINED})) == [made[0].id]
    assert await ids(author=room.rita.actor.id) == [own.id]
    assert len(await ids(spec=room.spec)) == 6
    assert await ids(spec=NOBODY) == []
    assert await ids(mine=True) == [one.id for one in reversed(made[1:])]
    assert await ids(room.world.eve, mine=True) == []
    first = await proposals.list(room.rita, room.project, limit=4)
    rest = await proposals.list(room.rita, room.project, limit=4, cursor=first.next)
    assert [item.id for item in (*first.items, *rest.items)] == [own.id, *(one.id for one in reversed(made))]
    assert rest.next is None
    with pytest.raises(UserError):
        await proposals.list(room.rita, room.project, cursor="x")


async def test_strangers_and_readers(room: Room) -> None:
    proposal = await room.propose("30", "14")
    other = await room.world.projects.create(SERVER, "other", "Other")
    await room.world.members.set_role(SERVER, other.id, "rita", Role.ADMIN)
    rita = await room.world.access.principal_of(room.rita.actor.id)
    with pytest.raises(MissingError):
        await room.world.proposals.get(rita, other.id, proposal.id)
    with pytest.raises(MissingError):
        await room.world.proposals.review(rita, other.id, proposal.id, ReviewDraft(Verdict.APPROVE, proposal.digest))
    edit = SpecChange(spec=room.spec, text="# Mine\n")
    with pytest.raises(MissingError):
        await room.world.proposals.propose(rita, other.id, Draft("Mine", (edit,)))
    assert (await room.get(proposal, room.world.rob)).id == proposal.id
    with pytest.raises(DeniedError):
        await room.propose("30", "14", by=room.world.rob)
    with pytest.raises(DeniedError):
        await room.propose("30", "14", by=replace(room.world.eve, scopes=frozenset({Scope.READ})))


@pytest.mark.parametrize(
    "change",
    [
        SpecChange(Operation.CREATE, path="new.md"),
        SpecChange(Operation.CREATE, path="../new.md", text="x"),
        SpecChange(Operation.CREATE, path="new.md", text="a\0"),
        SpecChange(Operation.CREATE, path="new.md", text="\ud800"),
        SpecChange(),
        SpecChange(spec=NOBODY, text="x"),
    ],
)
async def test_what_cannot_be_proposed_is_said(room: Room, change: SpecChange) -> None:
    with pytest.raises((UserError, MissingError)) as caught:
        await room.post(room.world.eve, change)
    assert caught.value.hint


async def test_bad_input_of_an_edit(room: Room) -> None:
    section = SectionChange(SectionOperation.DELETE, "nowhere")
    for change in (
        SpecChange(spec=room.spec),
        SpecChange(spec=room.spec, text=TEXT),
        SpecChange(spec=room.spec, text="x", base="0" * 64),
        SpecChange(spec=room.spec, text="x", base="\0"),
        SpecChange(spec=room.spec, text="x", sections=(section,)),
        SpecChange(spec=room.spec, sections=(section,)),
        SpecChange(Operation.RETIRE, spec=room.spec, text="x"),
    ):
        with pytest.raises((UserError, MissingError)) as caught:
            await room.post(room.world.eve, change)
        assert caught.value.hint


@pytest.mark.parametrize(
    "draft",
    [
        ReviewDraft(Verdict.COMMENT),
        ReviewDraft(Verdict.APPROVE),
        ReviewDraft(Verdict.APPROVE, "x"),
        ReviewDraft(Verdict.APPROVE, "0" * 64, hunks=()),
        ReviewDraft(Verdict.DECLINE, "0" * 64),
        ReviewDraft(Verdict.COMMENT, body="a\0"),
        ReviewDraft(Verdict.COMMENT, comments=(CommentDraft(" "),)),
        ReviewDraft(Verdict.COMMENT, comments=(CommentDraft("x", NOBODY),)),
        ReviewDraft(Verdict.COMMENT, comments=(CommentDraft("x", line=3),)),
        ReviewDraft(Verdict.COMMENT, comments=(CommentDraft("x", reply_to=NOBODY),)),
    ],
)
async def test_what_cannot_be_said_is_refused(room: Room, draft: ReviewDraft) -> None:
    proposal = await room.propose("30", "14")
    with pytest.raises((UserError, ConflictError)) as caught:
        await room.world.proposals.review(room.rita, room.project, proposal.id, draft)
    assert caught.value.hint


async def test_a_comment_on_a_line_that_is_not_there(room: Room) -> None:
    proposal = await room.propose("30", "14")
    for comment in (CommentDraft("x", room.spec, line=999), CommentDraft("x", room.spec, anchor="nowhere")):
        with pytest.raises(UserError):
            await room.comment(proposal, room.rita, comment)


async def test_reading_and_deciding_at_once_never_deadlocks(room: Room) -> None:
    made = [await room.propose("Ten", f"Ten or {number}") for number in range(4)]
    await asyncio.wait_for(
        together(
            *(room.approve(one) for one in made),
            *(room.world.proposals.rebase(room.rolf, room.project, one.id) for one in made),
            *(room.save("once", f"once, {number}") for number in range(3)),
        ),
        timeout=60,
    )
    assert not await room.world.verify_audit()
