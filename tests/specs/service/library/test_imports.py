"""What git brings: it moves heads that are git's, stands beside heads that people made, and counts once."""

import pytest

from specs.access import SERVER
from specs.errors import DeniedError, MissingError, UserError
from specs.library import GitOrigin, Spec, SpecStatus
from specs.proposals.state import ProposalState
from specs.revision import ActorKind, Provenance
from specs.service.proposals.admitting import WaitsError
from tests.factories import START, World, commit


async def arrive(world: World, number: int, text: str, path: str = "a.md", *, agent: bool = False) -> Spec:
    saved = await world.imports.import_revision(SERVER, world.project.id, path, text, commit(number, agent=agent))
    return saved.spec


async def head_text(world: World, path: str = "a.md") -> str:
    return (await world.library.read(world.rob, world.project.id, path)).text


async def test_a_new_spec_and_its_next_commit(world: World) -> None:
    first = await arrive(world, 1, "one\n")
    second = await arrive(world, 2, "two\n")
    assert first.id == second.id
    found = await world.library.read(world.rob, world.project.id, "a.md")
    assert (found.text, found.revision.parents) == ("two\n", (first.head,))
    assert found.revision.origin == commit(2).origin
    assert found.revision.at == commit(2).at
    assert found.revision.message == "Commit 2"
    assert (found.revision.actor.name, found.revision.provenance) == ("Grace", Provenance.INFERRED)
    assert second.diverged is None


async def test_a_commit_counts_once(world: World) -> None:
    await arrive(world, 1, "one\n")
    await arrive(world, 2, "two\n")
    for _ in range(2):
        saved = await world.imports.import_revision(SERVER, world.project.id, "a.md", "one\n", commit(1))
        assert not saved.created
    assert await head_text(world) == "two\n"
    assert len((await world.library.history(world.rob, world.project.id, saved.spec.id)).items) == 2


async def test_a_head_made_here_stands_and_the_spec_diverges(world: World) -> None:
    first = await arrive(world, 1, "one\n")
    mine = await world.library.save(world.eve, world.project.id, first.id, base=first.head, text="mine\n")
    spec = await arrive(world, 2, "theirs\n")
    assert spec.head == mine.spec.head
    assert spec.diverged is not None
    side = await world.library.read(world.rob, world.project.id, first.id, spec.diverged)
    assert (side.text, side.revision.parents) == ("theirs\n", (first.head,))
    third = await arrive(world, 3, "theirs again\n")
    assert third.diverged not in {None, spec.diverged}
    resolved = await world.library.save(
        world.eve, world.project.id, first.id, base=spec.head, text="both\n", takes_in=third.diverged
    )
    assert resolved.spec.diverged is None


async def test_once_git_has_the_same_text_it_may_move_the_head_again(world: World) -> None:
    first = await arrive(world, 1, "one\n")
    mine = await world.library.save(world.eve, world.project.id, first.id, base=first.head, text="mine\n")
    await arrive(world, 2, "theirs\n")
    agreed = await arrive(world, 3, "mine\n")
    assert (agreed.head, agreed.diverged) == (mine.spec.head, None)
    moved = await arrive(world, 4, "next\n")
    assert await head_text(world) == "next\n"
    assert moved.diverged is None
    assert (await world.library.read(world.rob, world.project.id, "a.md")).revision.parents == (mine.spec.head,)


async def test_a_spec_made_here_first_is_not_overwritten(world: World) -> None:
    await world.library.create(world.eve, world.project.id, "a.md", "mine\n")
    spec = await arrive(world, 1, "theirs\n")
    assert spec.diverged is not None
    assert await head_text(world) == "mine\n"


async def test_who_a_commit_claims_is_not_who_can_log_in(world: World) -> None:
    """A commit proves nothing: Eve's address in it makes another actor, of no rights."""
    git = GitOrigin("a" * 40, "Eve", "eve", START, "Grant everything")
    saved = await world.imports.import_revision(SERVER, world.project.id, "a.md", "a\n", git)
    assert saved.revision.actor.id != world.eve.actor.id
    assert saved.revision.provenance is Provenance.INFERRED
    with pytest.raises(DeniedError):
        await world.access.login("eve ", "anything at all")
    roles = (await world.access.principal_of(saved.revision.actor.id)).roles
    assert roles == {}


async def test_authors_are_one_by_address_and_agents_apart(world: World) -> None:
    actors = []
    for number, agent in ((1, False), (2, False), (3, True)):
        spec = await arrive(world, number, f"{number}\n", agent=agent)
        actors.append((await world.library.read(world.rob, world.project.id, spec.id)).revision.actor)
    assert actors[0] == actors[1]
    assert actors[2].id != actors[0].id
    assert actors[2].kind is ActorKind.AGENT


async def test_names_and_messages_of_any_bytes_are_kept_readable(world: World) -> None:
    git = GitOrigin("b" * 40, "N\0ul \udcff", "", START, "m\0\udc80" + "x" * 9000)
    saved = await world.imports.import_revision(SERVER, world.project.id, "a.md", "a\n", git)
    assert "\0" not in saved.revision.actor.name
    assert len(saved.revision.message) == 2000


async def test_bad_paths_and_texts_are_user_errors(world: World) -> None:
    for path, text in (("../a.md", "a\n"), ("a.md", "a\0"), ("a\n.md", "a")):
        with pytest.raises(UserError):
            await world.imports.import_revision(SERVER, world.project.id, path, text, commit(1))
    assert (await world.library.list(world.rob, world.project.id)).items == ()


async def test_removal_retires_what_is_gits_and_a_return_restores_it(world: World) -> None:
    await arrive(world, 1, "one\n")
    gone = await world.imports.import_removal(SERVER, world.project.id, "a.md", commit(2))
    assert gone is not None
    assert gone.status is SpecStatus.RETIRED
    back = await arrive(world, 3, "one\n")
    assert back.status is SpecStatus.ACTIVE
    await world.imports.import_removal(SERVER, world.project.id, "a.md", commit(4))
    changed = await arrive(world, 5, "five\n")
    assert changed.status is SpecStatus.ACTIVE
    assert await head_text(world) == "five\n"


async def test_removal_leaves_alone_what_is_not_gits(world: World) -> None:
    made = await world.library.create(world.eve, world.project.id, "a.md", "mine\n")
    kept = await world.imports.import_removal(SERVER, world.project.id, "a.md", commit(1))
    assert kept == made.spec
    assert await world.imports.import_removal(SERVER, world.project.id, "b.md", commit(1)) is None
    assert await world.imports.import_removal(SERVER, world.project.id, "../b.md", commit(1)) is None


async def test_what_a_person_retired_git_does_not_restore(world: World) -> None:
    spec = await arrive(world, 1, "one\n")
    await world.library.retire(world.eve, world.project.id, spec.id)
    assert (await arrive(world, 2, "two\n")).status is SpecStatus.RETIRED


async def test_nothing_waits_once_a_person_restored_what_git_brought_back(world: World) -> None:
    spec = await arrive(world, 1, "one\n")
    await world.library.retire(world.eve, world.project.id, spec.id)
    with pytest.raises(WaitsError) as caught:
        await arrive(world, 2, "one\n")
    await world.library.restore(world.eve, world.project.id, spec.id)
    asked = await world.proposals.get(world.rob, world.project.id, caught.value.proposal.id)
    assert asked.proposal.state is ProposalState.SUPERSEDED
    assert (await arrive(world, 3, "two\n")).status is SpecStatus.ACTIVE
    assert await head_text(world) == "two\n"


async def test_renames_follow_the_file(world: World) -> None:
    spec = await arrive(world, 1, "one\n")
    moved = await world.imports.import_rename(SERVER, world.project.id, "a.md", "b.md", commit(2))
    assert moved is not None
    assert (moved.id, moved.path) == (spec.id, "b.md")
    again = await world.imports.import_rename(SERVER, world.project.id, "a.md", "b.md", commit(2))
    assert again == moved
    after = await arrive(world, 3, "three\n", "b.md")
    assert after.id == spec.id


async def test_a_file_renamed_in_git_takes_its_spec_along_whoever_wrote_its_text(world: World) -> None:
    made = await world.library.create(world.eve, world.project.id, "a.md", "mine\n")
    moved = await world.imports.import_rename(SERVER, world.project.id, "a.md", "b.md", commit(1))
    assert moved is not None
    assert moved.path == "b.md"
    later = await arrive(world, 2, "theirs\n", "b.md")
    assert later.id == made.spec.id
    assert later.diverged is not None


async def test_a_spec_renamed_here_still_gets_the_files_commits(world: World) -> None:
    spec = await arrive(world, 1, "one\n")
    await world.library.rename(world.eve, world.project.id, spec.id, "b.md")
    after = await arrive(world, 2, "two\n", "a.md")
    assert (after.id, after.path) == (spec.id, "b.md")
    assert await head_text(world, "b.md") == "two\n"


async def test_rename_onto_another_spec_does_nothing(world: World) -> None:
    await arrive(world, 1, "one\n", "a.md")
    await arrive(world, 1, "two\n", "b.md")
    assert await world.imports.import_rename(SERVER, world.project.id, "a.md", "b.md", commit(2)) is None
    assert await head_text(world, "b.md") == "two\n"


async def test_imports_name_the_author_in_the_audit_log_and_need_rights(world: World) -> None:
    await arrive(world, 1, "one\n")
    assert (await world.actions())[-1] == "spec.import"
    assert await world.verify_audit() == {}
    with pytest.raises(DeniedError):
        await world.imports.import_revision(world.rob, world.project.id, "a.md", "x\n", commit(2))
    other = await world.projects.create(SERVER, "other")
    with pytest.raises(MissingError):
        await world.imports.import_revision(world.eve, other.id, "a.md", "x\n", commit(2))
