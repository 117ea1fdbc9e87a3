"""The library keeps specs: heads move by compare-and-set, and no text that reached it is lost."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from specs.access import Principal, Scope
from specs.conflicts import UnmergedError
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.library import SpecStatus
from specs.revision import ActorKind, Provenance
from tests.factories import World, together

TEXT = "---\ntitle: Charges\n---\n# Charging\n\nA charge is made once.\n"


NOBODY = UUID(int=7)


async def test_create_and_read(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "charges.md", TEXT, "Start")
    assert saved.created
    for ref in (saved.spec.id, "charges.md", "CHARGES.md"):
        found = await world.library.read(world.rob, world.project.id, ref)
        assert (found.text, found.spec.title, found.revision.message) == (TEXT, "Charges", "Start")
    assert found.revision == saved.revision
    assert found.revision.actor.name == "Eve"
    assert world.changes == [(world.project.id, saved.spec.id)]


async def test_provenance_and_kind_come_from_the_credential(world: World) -> None:
    by_person = await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    by_agent = await world.library.create(world.claude, world.project.id, "b.md", "b\n")
    assert by_person.revision.provenance is Provenance.EXPLICIT
    assert by_agent.revision.provenance is Provenance.INFERRED
    assert by_agent.revision.actor.kind is ActorKind.AGENT
    assert (await world.library.read(world.rob, world.project.id, "b.md")).revision == by_agent.revision


async def test_every_revision_stays_readable(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "0\n")
    digests = [saved.revision.digest]
    for number in range(1, 4):
        saved = await world.library.save(
            world.eve, world.project.id, saved.spec.id, base=digests[-1], text=f"{number}\n"
        )
        digests.append(saved.revision.digest)
        assert saved.revision.parents == (digests[-2],)
    for number, digest in enumerate(digests):
        assert (await world.library.read(world.rob, world.project.id, "a.md", digest)).text == f"{number}\n"


async def test_back_and_forth_is_three_revisions(world: World) -> None:
    """A, B, A again: the text is stored once, the revisions are three."""
    saved = await world.library.create(world.eve, world.project.id, "a.md", "A\n")
    digests = {saved.revision.digest}
    for text in ("B\n", "A\n"):
        saved = await world.library.save(world.eve, world.project.id, saved.spec.id, base=saved.spec.head, text=text)
        digests.add(saved.revision.digest)
    assert len(digests) == 3


async def test_the_same_text_makes_no_revision(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "A\n")
    again = await world.library.save(world.eve, world.project.id, saved.spec.id, base=saved.spec.head, text="A\n")
    stale = await world.library.save(world.eve, world.project.id, saved.spec.id, base="0" * 64, text="A\n")
    assert not again.created
    assert not stale.created
    assert again.revision == stale.revision == saved.revision
    assert await world.actions() == ["member.set", "member.set", "member.set", "token.issue", "spec.create"]


async def test_a_stale_save_is_kept_and_told(world: World) -> None:
    first = await world.library.create(world.eve, world.project.id, "a.md", "base\n")
    spec = first.spec.id
    head = await world.library.save(world.ada, world.project.id, spec, base=first.spec.head, text="ada's\n")
    with pytest.raises(ConflictError) as caught:
        await world.library.save(world.eve, world.project.id, spec, base=first.spec.head, text="eve's\n")
    details = caught.value.details
    assert isinstance(caught.value, UnmergedError)
    assert (details["base"], details["head"]) == (first.spec.head, head.spec.head)
    standing = caught.value.standing
    assert (standing.base_text, standing.ours_text, standing.theirs_text) == ("base\n", "ada's\n", "eve's\n")
    side = details["side_revision"]
    assert caught.value.hint
    kept = await world.library.read(world.rob, world.project.id, spec, str(side))
    assert (kept.text, kept.revision.parents, kept.spec.head) == ("eve's\n", (first.spec.head,), head.spec.head)
    history = await world.library.history(world.rob, world.project.id, spec)
    assert [entry.side for entry in history.items] == [True, False, False]
    assert (await world.actions())[-1] == "spec.set-aside"


async def test_a_conflict_is_resolved_by_taking_the_side_in(world: World) -> None:
    first = await world.library.create(world.eve, world.project.id, "a.md", "base\n")
    spec = first.spec.id
    head = await world.library.save(world.ada, world.project.id, spec, base=first.spec.head, text="ada's\n")
    with pytest.raises(ConflictError) as caught:
        await world.library.save(world.eve, world.project.id, spec, base=first.spec.head, text="eve's\n")
    side = str(caught.value.details["side_revision"])
    saved = await world.library.save(
        world.eve, world.project.id, spec, base=head.spec.head, text="both\n", takes_in=side
    )
    assert saved.revision.parents == (head.spec.head, side)
    assert saved.spec.head == saved.revision.digest


async def test_taking_in_what_is_not_there_is_refused(world: World) -> None:
    first = await world.library.create(world.eve, world.project.id, "a.md", "base\n")
    for digest in ("0" * 64, "x", "\0", "\ud800"):
        with pytest.raises(UserError):
            await world.library.save(
                world.eve, world.project.id, first.spec.id, base=first.spec.head, text="b\n", takes_in=digest
            )


@pytest.mark.parametrize("base", ["", "0" * 64, "main", "\0", "\ud800", 'W/"x"'])
async def test_a_base_nobody_knows_loses_no_text(world: World, base: str) -> None:
    first = await world.library.create(world.eve, world.project.id, "a.md", "base\n")
    with pytest.raises(ConflictError) as caught:
        await world.library.save(world.eve, world.project.id, first.spec.id, base=base, text="mine\n")
    assert caught.value.details["base"] is None
    side = str(caught.value.details["side_revision"])
    assert (await world.library.read(world.rob, world.project.id, first.spec.id, side)).text == "mine\n"


async def test_twenty_writers_on_one_base(world: World) -> None:
    """Exactly one becomes the head, nineteen are side revisions, and not one text is lost."""
    first = await world.library.create(world.eve, world.project.id, "a.md", "base\n")
    spec = first.spec.id

    async def write(number: int) -> object:
        writer = world.eve if number % 2 else world.claude
        return await world.library.save(writer, world.project.id, spec, base=first.spec.head, text=f"writer {number}\n")

    outcomes = await together(*(write(number) for number in range(20)))
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, ConflictError)]
    winners = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    assert (len(winners), len(conflicts)) == (1, 19)
    history = (await world.library.history(world.rob, world.project.id, spec)).items
    assert sorted(entry.side for entry in history) == [False] * 2 + [True] * 19
    texts = {
        (await world.library.read(world.rob, world.project.id, spec, entry.revision.digest)).text for entry in history
    }
    assert texts == {"base\n", *(f"writer {number}\n" for number in range(20))}
    assert await world.verify_audit() == {}


async def test_heads_form_one_chain(world: World) -> None:
    """Writers that read again after a conflict: every edit gets in once, each on the head before it."""
    first = await world.library.create(world.eve, world.project.id, "a.md", "\n")
    spec = first.spec.id

    async def edit(writer: int) -> None:
        for number in range(5):
            while True:
                now = await world.library.read(world.eve, world.project.id, spec)
                text = now.text + f"{writer}.{number}\n"
                try:
                    await world.library.save(world.eve, world.project.id, spec, base=now.spec.head, text=text)
                    break
                except ConflictError:
                    continue

    await asyncio.gather(*(edit(writer) for writer in range(4)))
    final = await world.library.read(world.eve, world.project.id, spec)
    lines = final.text.split()
    assert sorted(lines) == sorted(f"{writer}.{number}" for writer in range(4) for number in range(5))
    chain = []
    digest = final.spec.head
    while digest:
        found = await world.library.read(world.eve, world.project.id, spec, digest)
        chain.append(digest)
        digest = found.revision.parents[0] if found.revision.parents else ""
    history = (await world.library.history(world.rob, world.project.id, spec, limit=200)).items
    assert chain == [entry.revision.digest for entry in history if not entry.side]
    assert len(chain) == 21


async def test_create_on_a_taken_path_keeps_the_text(world: World) -> None:
    first = await world.library.create(world.eve, world.project.id, "Straße.md", "base\n")
    with pytest.raises(ConflictError) as caught:
        await world.library.create(world.ada, world.project.id, "STRASSE.md", "second\n")
    assert caught.value.details["spec"] == str(first.spec.id)
    side = str(caught.value.details["side_revision"])
    assert (await world.library.read(world.rob, world.project.id, first.spec.id, side)).text == "second\n"


async def test_creating_one_path_at_once_makes_one_spec(world: World) -> None:
    outcomes = await together(
        *(world.library.create(world.eve, world.project.id, "a.md", f"{number}\n") for number in range(8))
    )
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 7
    assert len((await world.library.list(world.rob, world.project.id)).items) == 1


async def test_rename_leads_the_old_path_on(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    renamed = await world.library.rename(world.eve, world.project.id, saved.spec.id, "b/c.md")
    assert renamed.path == "b/c.md"
    assert renamed.head == saved.spec.head
    assert (await world.library.read(world.rob, world.project.id, "a.md")).spec == renamed
    taken = await world.library.create(world.eve, world.project.id, "a.md", "another\n")
    assert (await world.library.read(world.rob, world.project.id, "a.md")).spec.id == taken.spec.id


async def test_rename_to_a_taken_path_is_a_conflict(world: World) -> None:
    one = await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    await world.library.create(world.eve, world.project.id, "b.md", "b\n")
    with pytest.raises(ConflictError):
        await world.library.rename(world.eve, world.project.id, one.spec.id, "B.md")
    recased = await world.library.rename(world.eve, world.project.id, one.spec.id, "A.md")
    assert recased.path == "A.md"


async def test_two_specs_renamed_to_one_path_at_once(world: World) -> None:
    specs = [await world.library.create(world.eve, world.project.id, f"{n}.md", f"{n}\n") for n in range(4)]
    outcomes = await together(
        *(world.library.rename(world.eve, world.project.id, saved.spec.id, "same.md") for saved in specs)
    )
    assert sum(isinstance(outcome, ConflictError) for outcome in outcomes) == 3
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1


async def test_retired_specs_stay_readable_and_take_no_head(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    retired = await world.library.retire(world.eve, world.project.id, saved.spec.id)
    assert retired.status is SpecStatus.RETIRED
    assert await world.library.retire(world.eve, world.project.id, saved.spec.id) == retired
    assert (await world.library.list(world.rob, world.project.id)).items == ()
    assert len((await world.library.list(world.rob, world.project.id, retired=True)).items) == 1
    assert await world.library.heads(world.rob, world.project.id) == ()
    with pytest.raises(ConflictError, match="retired") as caught:
        await world.library.save(world.eve, world.project.id, saved.spec.id, base=saved.spec.head, text="b\n")
    side = str(caught.value.details["side_revision"])
    assert (await world.library.read(world.rob, world.project.id, saved.spec.id, side)).text == "b\n"
    restored = await world.library.restore(world.eve, world.project.id, saved.spec.id)
    assert restored.status is SpecStatus.ACTIVE
    assert restored.head == saved.spec.head


async def test_list_pages_by_path_and_prefix(world: World) -> None:
    paths = sorted(f"{folder}/{number:02}.md" for folder in ("api", "Web", "ö") for number in range(5))
    for path in paths:
        await world.library.create(world.eve, world.project.id, path, f"{path}\n")
    seen: list[str] = []
    cursor = None
    while True:
        page = await world.library.list(world.rob, world.project.id, cursor=cursor, limit=4)
        assert len(page.items) <= 4
        seen += [spec.path for spec in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert sorted(seen) == sorted(paths)
    assert len(seen) == len(paths)
    under = await world.library.list(world.rob, world.project.id, prefix="web/")
    assert [spec.path for spec in under.items] == [f"Web/{number:02}.md" for number in range(5)]
    wild = await world.library.list(world.rob, world.project.id, prefix="%")
    assert wild.items == ()


@pytest.mark.parametrize("cursor", ["x", "%%%", "é", "\0", "//8", "AA"])
async def test_a_cursor_that_is_none_is_a_user_error(world: World, cursor: str) -> None:
    spec = (await world.library.create(world.eve, world.project.id, "a.md", "a\n")).spec
    with pytest.raises(UserError, match=r"cursor|NUL"):
        await world.library.list(world.rob, world.project.id, cursor=cursor)
    with pytest.raises(UserError, match=r"cursor|NUL"):
        await world.library.history(world.rob, world.project.id, spec.id, cursor=cursor)


async def test_history_pages(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "0\n")
    for number in range(1, 6):
        saved = await world.library.save(
            world.eve, world.project.id, saved.spec.id, base=saved.spec.head, text=f"{number}\n"
        )
    first = await world.library.history(world.rob, world.project.id, saved.spec.id, limit=4)
    second = await world.library.history(world.rob, world.project.id, saved.spec.id, limit=4, cursor=first.next)
    assert [len(first.items), len(second.items), second.next] == [4, 2, None]
    assert first.items[0].revision.digest == saved.spec.head


async def test_diff_of_any_two_revisions(world: World) -> None:
    first = await world.library.create(world.eve, world.project.id, "a.md", "one\ntwo\n")
    second = await world.library.save(world.eve, world.project.id, first.spec.id, base=first.spec.head, text="one\n2\n")
    found = await world.library.diff(
        world.rob, world.project.id, first.spec.id, second.revision.digest, first.revision.digest
    )
    assert (found.before.text, found.after.text) == ("one\n2\n", "one\ntwo\n")


async def test_nothing_crosses_projects(world: World) -> None:
    """Ids and digests of another project are as good as none, in every call and for every role."""
    other = await world.projects.create(world_admin(world), "billing")
    spec = (await world.library.create(world.eve, world.project.id, "a.md", "secret\n")).spec
    stranger = await world.person("mallory", project=other)
    mallory = replace(stranger, roles={other.id: world.ada.roles[world.project.id]})
    library = world.library
    for ask in (
        library.read(mallory, world.project.id, spec.id),
        library.read(mallory, other.id, spec.id),
        library.read(mallory, other.id, "a.md"),
        library.read(mallory, other.id, spec.id, spec.head),
        library.list(mallory, world.project.id),
        library.heads(mallory, world.project.id),
        library.history(mallory, other.id, spec.id),
        library.diff(mallory, other.id, spec.id, spec.head, spec.head),
        library.save(mallory, other.id, spec.id, base=spec.head, text="x\n"),
        library.rename(mallory, other.id, spec.id, "b.md"),
        library.retire(mallory, other.id, spec.id),
        library.restore(mallory, other.id, spec.id),
    ):
        with pytest.raises(MissingError):
            await ask
    assert (await library.read(world.eve, world.project.id, spec.id)).spec == spec


def world_admin(world: World) -> Principal:
    return replace(world.ada, site_admin=True)


async def test_roles_and_scopes_are_asked_for(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    spec = saved.spec
    reading_only = replace(world.claude, scopes=frozenset({Scope.READ}))
    for who in (world.rob, reading_only):
        for ask in (
            world.library.create(who, world.project.id, "b.md", "b\n"),
            world.library.save(who, world.project.id, spec.id, base=spec.head, text="b\n"),
            world.library.rename(who, world.project.id, spec.id, "b.md"),
            world.library.retire(who, world.project.id, spec.id),
        ):
            with pytest.raises(DeniedError):
                await ask
    with pytest.raises(DeniedError):
        await world.library.read(replace(world.claude, scopes=frozenset({Scope.CHECK})), world.project.id, spec.id)


async def test_unknown_things_are_missing(world: World) -> None:
    spec = (await world.library.create(world.eve, world.project.id, "a.md", "a\n")).spec
    for ref in (NOBODY, "b.md", "", "../a.md", "a\0.md", "\ud800.md", "x" * 9999):
        with pytest.raises(MissingError):
            await world.library.read(world.rob, world.project.id, ref)
    for digest in ("", "0" * 64, "\0", spec.head.upper(), spec.head[:10]):
        with pytest.raises(MissingError):
            await world.library.read(world.rob, world.project.id, spec.id, digest)
    with pytest.raises(MissingError):
        await world.library.save(world.eve, world.project.id, NOBODY, base="", text="x\n")


async def test_a_failing_listener_leaves_nothing_half_written(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "a\n")

    async def fail(connection: object, project: UUID, spec: UUID) -> None:
        raise RuntimeError("the queue is full")

    world.library._on_change = fail
    with pytest.raises(RuntimeError):
        await world.library.save(world.eve, world.project.id, saved.spec.id, base=saved.spec.head, text="b\n")
    assert (await world.library.read(world.rob, world.project.id, "a.md")).text == "a\n"
    assert len((await world.library.history(world.rob, world.project.id, saved.spec.id)).items) == 1
    assert await world.verify_audit() == {}
