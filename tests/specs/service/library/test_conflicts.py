"""Conflicts are listed, read against the newest head, decided region by region, resolved, withdrawn."""

from uuid import UUID

import pytest

from specs.access import SERVER, Principal
from specs.conflicts import OWN, ConflictState, Standing, UnmergedError, offers
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.library import Spec
from specs.proposals.draft import ReviewDraft
from specs.proposals.pieces import pieces
from specs.proposals.state import Verdict
from specs.service.library.conflicts import Pick
from specs.service.proposals.admitting import WaitsError
from tests.factories import World

PARTS = "# Rules\n\nThe first rule.\n\n## Two\n\nThe second rule.\n\n## Three\n\nThe third rule.\n"
ADAS = PARTS.replace("first", "very first").replace("second", "very second")
EVES = PARTS.replace("first", "foremost").replace("second", "next").replace("third", "last")


async def met(world: World, who: str = "eve") -> tuple[Spec, Standing]:
    """A spec that ada changed while someone else changed two of the same rules, and a third."""
    spec = (await world.library.create(world.ada, world.project.id, "a.md", PARTS)).spec
    saved = await world.library.save(world.ada, world.project.id, spec.id, base=spec.head, text=ADAS)
    writer: Principal = getattr(world, who)
    with pytest.raises(UnmergedError) as caught:
        await world.library.save(writer, world.project.id, spec.id, base=spec.head, text=EVES, message="Mine")
    return saved.spec, caught.value.standing


async def test_a_conflict_names_its_regions_and_who_wrote_each_side(world: World) -> None:
    spec, standing = await met(world, "claude")
    assert [region.conflict.ours for region in standing.regions] == [
        "The very first rule.\n",
        "The very second rule.\n",
    ]
    for region in standing.regions:
        assert [actor.name for actor in region.ours_by] == ["Ada"]
        assert [(actor.name, actor.kind) for actor in region.theirs_by] == [("claude", "agent")]
        assert region.choice is None
    [record] = (await world.conflicts.list(world.rob, world.project.id, spec=spec.id)).items
    assert (record.path, record.state, record.regions, record.decided) == ("a.md", ConflictState.OPEN, 2, 0)
    assert (await world.conflicts.read(world.rob, world.project.id, record.id)).record == record


async def test_choices_are_kept_and_all_of_them_make_a_head(world: World) -> None:
    spec, standing = await met(world)
    first, second = (region.key for region in standing.regions)
    ident = standing.record.id
    part = await world.conflicts.choose(world.ada, world.project.id, ident, [Pick(first, "ours")])
    assert (part.record.decided, [one.key for one in part.open_regions]) == (1, [second])
    with pytest.raises(UnmergedError) as caught:
        await world.conflicts.resolve(world.eve, world.project.id, ident)
    assert [one.key for one in caught.value.standing.open_regions] == [second]
    own = [Pick(second, OWN, "The second rule, settled.\n")]
    saved = await world.conflicts.resolve(world.eve, world.project.id, ident, own, "Settle")
    assert saved.revision.parents == (spec.head, standing.theirs.digest)
    assert saved.revision.message == "Settle"
    found = await world.library.read(world.rob, world.project.id, "a.md")
    assert found.text == PARTS.replace("first", "very first").replace(
        "The second rule.", "The second rule, settled."
    ).replace("third", "last")
    record = (await world.conflicts.read(world.rob, world.project.id, ident)).record
    assert (record.state, record.resolution) == (ConflictState.RESOLVED, saved.revision.digest)
    assert {choice.actor.name for choice in record.choices} == {"Ada", "Eve"}
    with pytest.raises(ConflictError, match="resolved already"):
        await world.conflicts.resolve(world.eve, world.project.id, ident)
    assert (await world.conflicts.list(world.rob, world.project.id)).items == ()
    assert await world.verify_audit() == {}


async def test_when_the_head_moves_choices_count_where_their_region_is_as_it_was(world: World) -> None:
    spec, standing = await met(world)
    first, second = (region.key for region in standing.regions)
    ident = standing.record.id
    own = [Pick(first, OWN, "The first rule of all.\n"), Pick(second, "theirs")]
    await world.conflicts.choose(world.eve, world.project.id, ident, own)
    moved = ADAS.replace("very first", "truly first")
    await world.library.save(world.ada, world.project.id, spec.id, base=spec.head, text=moved)
    with pytest.raises(UnmergedError) as caught:
        await world.conflicts.resolve(world.eve, world.project.id, ident)
    now = caught.value.standing
    assert [region.choice.take if region.choice else None for region in now.regions] == [None, "theirs"]
    assert [choice.text for choice in now.earlier] == ["The first rule of all.\n"]
    with pytest.raises(UnmergedError, match="changed again"):
        await world.conflicts.choose(world.eve, world.project.id, ident, [Pick(first, OWN, "Late words.\n")])
    kept = await world.conflicts.read(world.eve, world.project.id, ident)
    assert [choice.text for choice in kept.earlier] == ["Late words.\n"]
    saved = await world.conflicts.resolve(world.eve, world.project.id, ident, [Pick(now.regions[0].key, "ours")])
    text = (await world.library.read(world.rob, world.project.id, "a.md", saved.revision.digest)).text
    assert text == EVES.replace("foremost", "truly first")


async def test_a_conflict_that_the_head_has_outgrown_resolves_without_choices(world: World) -> None:
    spec, standing = await met(world)
    await world.library.save(world.ada, world.project.id, spec.id, base=spec.head, text=EVES)
    saved = await world.conflicts.resolve(world.ada, world.project.id, standing.record.id)
    assert saved.revision.parents[1] == standing.theirs.digest
    assert (await world.library.read(world.rob, world.project.id, "a.md")).text == EVES


async def test_saving_a_text_that_takes_the_side_in_resolves_it(world: World) -> None:
    spec, standing = await met(world)
    saved = await world.library.save(
        world.eve, world.project.id, spec.id, base=spec.head, text=EVES, takes_in=standing.theirs.digest
    )
    record = (await world.conflicts.read(world.eve, world.project.id, standing.record.id)).record
    assert (record.state, record.resolution) == (ConflictState.RESOLVED, saved.revision.digest)


async def test_the_writer_or_a_reviewer_withdraws_and_the_text_stays(world: World) -> None:
    _, standing = await met(world, "claude")
    ident = standing.record.id
    with pytest.raises(DeniedError):
        await world.conflicts.withdraw(world.eve, world.project.id, ident)
    for _ in range(2):
        gone = await world.conflicts.withdraw(world.claude, world.project.id, ident)
        assert (gone.state, gone.settled_by) == (ConflictState.WITHDRAWN, world.claude.actor)
    side = await world.library.read(world.rob, world.project.id, "a.md", standing.theirs.digest)
    assert side.text == EVES
    with pytest.raises(ConflictError):
        await world.conflicts.choose(world.eve, world.project.id, ident, [Pick(standing.regions[0].key, "ours")])


async def test_what_is_offered_can_be_taken_and_nothing_else(world: World) -> None:
    _, standing = await met(world)
    key, ident = standing.regions[0].key, standing.record.id
    for pick in (Pick(key, "nonsense"), Pick(key, "ours", "text"), Pick(key, OWN), Pick(key, OWN, "a\0b")):
        with pytest.raises(UserError) as caught:
            await world.conflicts.choose(world.eve, world.project.id, ident, [pick])
        assert caught.value.hint
    for suggestion in offers(standing.regions[0].conflict):
        chosen = await world.conflicts.choose(world.eve, world.project.id, ident, [Pick(key, suggestion.name)])
        assert chosen.regions[0].choice is not None
        assert chosen.regions[0].choice.text == suggestion.text


async def test_rights_and_projects_are_kept_apart(world: World) -> None:
    _, standing = await met(world)
    ident, key = standing.record.id, standing.regions[0].key
    with pytest.raises(DeniedError):
        await world.conflicts.choose(world.rob, world.project.id, ident, [Pick(key, "ours")])
    with pytest.raises(MissingError):
        await world.conflicts.read(world.eve, world.project.id, UUID(int=7))
    with pytest.raises(MissingError):
        await world.conflicts.read(world.eve, UUID(int=7), ident)


async def test_pages_of_conflicts(world: World) -> None:
    for number in range(3):
        spec = (await world.library.create(world.ada, world.project.id, f"{number}.md", PARTS)).spec
        await world.library.save(world.ada, world.project.id, spec.id, base=spec.head, text=ADAS)
        with pytest.raises(UnmergedError):
            await world.library.save(world.eve, world.project.id, spec.id, base=spec.head, text=EVES)
    seen, cursor = [], None
    while True:
        page = await world.conflicts.list(world.rob, world.project.id, cursor=cursor, limit=1)
        seen += [record.path for record in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == ["2.md", "1.md", "0.md"]
    with pytest.raises(UserError):
        await world.conflicts.list(world.rob, world.project.id, cursor="YQ")


async def under_review(world: World) -> None:
    """Have everything reviewed by one person."""
    rule = "id: ours\nevent: proposal\nwhen: 'true'\nthen: review 1 from reviewer\nwhy: We say so."
    await world.library.create(SERVER, world.project.id, "rules.md", f"# R\n\n```yaml policy\n{rule}\n```\n")


async def test_a_resolution_that_waits_for_review_settles_its_conflict_when_it_is_accepted(world: World) -> None:
    spec, standing = await met(world)
    await under_review(world)
    ident, home = standing.record.id, world.project.id
    picks = [Pick(region.key, "theirs") for region in standing.regions]
    with pytest.raises(WaitsError) as held:
        await world.conflicts.resolve(world.eve, home, ident, picks, "Settle")
    waiting = (await world.conflicts.read(world.rob, home, ident)).record
    assert (waiting.state, waiting.proposal) == (ConflictState.OPEN, held.value.proposal.id)
    draft = ReviewDraft(Verdict.APPROVE, held.value.proposal.digest)
    await world.proposals.review(world.ada, home, held.value.proposal.id, draft)
    done = (await world.conflicts.read(world.rob, home, ident)).record
    found = await world.library.read(world.rob, home, "a.md")
    assert (done.state, done.resolution) == (ConflictState.RESOLVED, found.revision.digest)
    assert found.revision.parents == (spec.head, standing.theirs.digest)
    assert (done.settled_by or SERVER.actor).name == "Eve"
    assert "foremost" in found.text


async def test_a_resolution_of_which_only_a_part_is_accepted_settles_nothing(world: World) -> None:
    _, standing = await met(world)
    await under_review(world)
    ident, home = standing.record.id, world.project.id
    picks = [Pick(region.key, "theirs") for region in standing.regions]
    with pytest.raises(WaitsError) as held:
        await world.conflicts.resolve(world.eve, home, ident, picks)
    proposal = held.value.proposal
    first = pieces((await world.proposals.get(world.ada, home, proposal.id)).delta)[0].id
    await world.proposals.review(
        world.ada, home, proposal.id, ReviewDraft(Verdict.APPROVE, proposal.digest, hunks=(first,))
    )
    left = (await world.conflicts.read(world.rob, home, ident)).record
    assert (left.state, left.proposal) == (ConflictState.OPEN, None)


async def test_a_resolution_that_is_declined_leaves_its_conflict_open(world: World) -> None:
    _, standing = await met(world)
    await under_review(world)
    ident, home = standing.record.id, world.project.id
    picks = [Pick(region.key, "ours") for region in standing.regions]
    with pytest.raises(WaitsError) as held:
        await world.conflicts.resolve(world.eve, home, ident, picks)
    proposal = held.value.proposal
    draft = ReviewDraft(Verdict.DECLINE, proposal.digest, "Not so.")
    await world.proposals.review(world.ada, home, proposal.id, draft)
    assert (await world.conflicts.read(world.rob, home, ident)).record.state is ConflictState.OPEN
