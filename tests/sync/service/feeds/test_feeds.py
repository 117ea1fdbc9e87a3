"""Following projects: all of it, in order, each once; a cursor from elsewhere or long ago is gone, not guessed at."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from drift.lives.records import CheckVerdict
from specs.access import SERVER, Role
from specs.audit import Act
from specs.errors import MissingError, UserError
from specs.store.audit import AuditStore
from sync.feeds.cursor import START, GoneError, decode, encode
from sync.feeds.wanted import wanted
from sync.service.feeds.feeds import Feeds
from tests.gitmaker import Made

ALL = wanted()


@pytest.fixture
def feeds(world: Any) -> Feeds:
    return Feeds(world.database, world.clock)


async def heard(feeds: Feeds, world: Any, cursor: str, *, limit: int = 3, projects: Any = ()) -> tuple[list[Any], str]:
    """Read on until nothing more is there, in small bites."""
    found = []
    while True:
        told = await feeds.read(world.rob, projects or (world.project,), cursor, ALL, limit)
        found += told.events
        cursor = told.cursor
        if not told.more:
            return [event for event, _ in found], cursor


async def test_a_reader_hears_what_happened_since_and_nothing_twice(world: Any, feeds: Feeds) -> None:
    begun = await feeds.begin(world.rob, (world.project,), None)
    made = await world.library.create(world.eve, world.project.id, "a.md", "# A\n")
    await world.library.rename(world.eve, world.project.id, made.spec.id, "b.md")
    await world.members.set_role(world.ada, world.project.id, "eve", Role.REVIEWER)
    await world.tokens.issue_for_agent(
        world.ada,
        world.project.id,
        "quiet",
        role=Role.READER,
        scopes=["read"],
        expires_at=world.clock() + timedelta(days=1),
    )
    events, cursor = await heard(feeds, world, begun)
    assert [event.type for event in events] == ["spec.changed", "spec.renamed", "member.changed"]
    assert events[0].data["revision"] == made.revision.digest
    assert {*events[1].paths} == {"b.md", "a.md"}
    assert (events[0].actor.name, events[0].project) == ("Eve", "payments")
    assert await heard(feeds, world, cursor) == ([], cursor)
    assert await feeds.begin(world.rob, (world.project,), cursor) == cursor
    again, _ = await heard(feeds, world, begun, limit=1)
    assert again == events


async def test_each_event_has_the_cursor_after_it(world: Any, feeds: Feeds) -> None:
    begun = await feeds.begin(world.rob, (world.project,), None)
    for name in "abc":
        await world.library.create(world.eve, world.project.id, f"{name}.md", "# A\n")
    told = await feeds.read(world.rob, (world.project,), begun, ALL)
    for place, (_, cursor) in enumerate(told.events, start=1):
        rest = await feeds.read(world.rob, (world.project,), cursor, ALL)
        assert rest.events == told.events[place:]


async def test_several_projects_have_one_cursor(world: Any, feeds: Feeds) -> None:
    other = await world.projects.create(SERVER, "other", "Other")
    await world.members.set_role(SERVER, other.id, "rob", Role.READER)
    world.rob = await world.access.principal_of(world.rob.actor.id)
    both = (world.project, other)
    begun = await feeds.begin(world.rob, both, None)
    for number in range(4):
        for project in both:
            await world.library.create(SERVER, project.id, f"{number}.md", "# A\n")
    events, cursor = await heard(feeds, world, begun, projects=both)
    assert [(event.project, next(iter(event.paths))) for event in events] == [
        (project.slug, f"{number}.md") for number in range(4) for project in both
    ]
    assert decode(cursor).keys() == {project.id for project in both}
    # One that is followed from now on begins now, whatever the cursor knows of the other.
    alone = encode({world.project.id: decode(begun)[world.project.id]})
    events, _ = await heard(feeds, world, await feeds.begin(world.rob, both, alone), projects=both)
    assert [event.project for event in events] == ["payments"] * 4


async def test_who_may_not_read_a_project_does_not_follow_it(world: Any, feeds: Feeds) -> None:
    other = await world.projects.create(SERVER, "other", "Other")
    with pytest.raises(MissingError):
        await feeds.begin(world.rob, (world.project, other), None)
    cursor = await feeds.begin(SERVER, (other,), None)
    with pytest.raises(MissingError):
        await feeds.read(world.rob, (other,), cursor, ALL)
    with pytest.raises(UserError):
        await feeds.begin(world.rob, (), None)


async def test_a_cursor_that_is_too_old_is_gone(world: Any, feeds: Feeds) -> None:
    old = await feeds.begin(world.rob, (world.project,), None)
    await world.library.create(world.eve, world.project.id, "a.md", "# A\n")
    world.clock.forward(days=29)
    assert await feeds.begin(world.rob, (world.project,), old) == old
    now = await feeds.begin(world.rob, (world.project,), None)
    world.clock.forward(days=2)
    with pytest.raises(GoneError) as caught:
        await feeds.begin(world.rob, (world.project,), old)
    assert caught.value.details["cursor"] == now
    # Whoever heard all there is has missed nothing, however long ago that was.
    assert await feeds.begin(world.rob, (world.project,), now) == now
    assert await feeds.begin(world.rob, (world.project,), START) == now
    await world.library.create(world.eve, world.project.id, "b.md", "# B\n")
    events, _ = await heard(feeds, world, await feeds.begin(world.rob, (world.project,), START))
    assert [[*event.paths] for event in events] == [["b.md"]]


async def test_a_cursor_of_another_history_is_gone(world: Any, feeds: Feeds) -> None:
    cursor = await feeds.begin(world.rob, (world.project,), None)
    (place,) = decode(cursor).values()
    for wrong in (
        {world.project.id: type(place)(place.n, "0" * 12)},
        {world.project.id: type(place)(place.n + 5, place.digest)},
        {world.ada.actor.id: place},
        {},
    ):
        with pytest.raises(GoneError):
            await feeds.begin(world.rob, (world.project,), encode(wrong))


async def test_many_writers_at_once_leave_no_gap(world: Any, feeds: Feeds) -> None:
    other = await world.projects.create(SERVER, "other", "Other")
    both = (world.project, other)
    world.rob = SERVER
    cursor, seen, writing = await feeds.begin(SERVER, both, None), [], True

    async def write(writer: int) -> None:
        for number in range(10):
            project = both[(writer + number) % 2].id
            await world.library.create(SERVER, project, f"{writer}/{number}.md", "# A\n")

    async def follow() -> None:
        nonlocal cursor
        while writing:
            events, cursor = await heard(feeds, world, cursor, projects=both, limit=7)
            seen.extend(events)
            await asyncio.sleep(0)

    following = asyncio.create_task(follow())
    await asyncio.gather(*(write(writer) for writer in range(6)))
    writing = False
    await following
    seen += (await heard(feeds, world, cursor, projects=both))[0]
    assert len(seen) == len({event.id for event in seen}) == 60
    for project in both:
        own = [event.n for event in seen if event.project == project.slug]
        assert own == sorted(own)
        assert own == list(range(own[0], own[0] + len(own)))


async def test_a_check_tells_what_drift_it_opened_and_what_is_gone(stage: Any, made: Made, feeds: Feeds) -> None:
    world = stage.world
    begun = await feeds.begin(world.rob, (world.project,), None)
    await stage.register()
    rule = "# Rule\n\n```yaml invariant\nid: no-b\nkind: absent\nfile: src/b.py\n```\n"
    made.commit("begin", {"docs/specs/rule.md": rule, "src/b.py": "B = 1\n"})
    await stage.sync()
    made.commit("mend it", {"src/b.py": None, "src/a.py": "A = 1\n"})
    await stage.sync()
    events, _ = await heard(feeds, world, begun, limit=50)
    assert not (await world.verify_audit())
    told = [event for event in events if event.type.partition(".")[0] in {"check", "finding"}]
    assert [event.type for event in told] == ["check.done", "finding.opened", "check.done", "finding.fixed"]
    assert [event.data.get("verdict") for event in told if "verdict" in event.data] == [
        CheckVerdict.BROKEN,
        CheckVerdict.KEPT,
    ]
    (row,) = told[1].data["findings"]
    assert (row["invariant"], row["event"]) == ("no-b", "opened")
    assert [*told[1].specs]
    assert told[3].data["finding_count"] == 1
    assert told[1].data["commit"] != told[3].data["commit"]


async def test_the_log_is_followed_also_where_clocks_went_back(world: Any, feeds: Feeds) -> None:
    begun = await feeds.begin(world.rob, (world.project,), None)
    async with world.database.transaction() as connection:
        for hours in (0, -5, 3, -9):
            at = world.clock() + timedelta(hours=hours)
            act = Act(at, world.eve.actor.id, "human", "tag.create", "v", {"name": str(hours)})
            await AuditStore(connection).append(world.project.id, act)
    events, _ = await heard(feeds, world, begun, limit=2)
    assert [event.data["name"] for event in events] == ["0", "-5", "3", "-9"]
