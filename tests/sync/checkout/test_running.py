"""Runs of a checkout against a server in memory: both ways, renames, removals, conflicts, what waits."""

from pathlib import Path

import pytest

from sync.checkout.deciding import mine, theirs
from sync.checkout.values import Operation, Reason
from tests.sync.checkout.pretending import Checkout, PretendedServer, words

TEXT = "# Rules\n\n" + "\n".join(f"## Part {number}\n\nWhat part {number} keeps to.\n" for number in range(6))


@pytest.fixture
def server() -> PretendedServer:
    return PretendedServer()


@pytest.fixture
def here(tmp_path: Path, server: PretendedServer) -> Checkout:
    return Checkout(tmp_path / "one", server)


def test_specs_come_and_a_second_run_has_nothing_to_do(here: Checkout, server: PretendedServer) -> None:
    server.create("a.md", TEXT)
    server.create("web/b.md", "# B\r\n")
    assert words(here.run("pull")) == [("a.md", "new"), ("web/b.md", "new")]
    assert here.files() == {"a.md": TEXT, "web/b.md": "# B\r\n"}
    server.requests.clear()
    assert words(here.run("pull", "push")) == []
    assert server.requests == ["listing"]


def test_changes_on_both_sides_meet(here: Checkout, server: PretendedServer) -> None:
    spec = server.create("a.md", TEXT)
    here.run("pull")
    server.edit(spec, TEXT.replace("part 5 keeps", "part 5 holds"))
    here.write("a.md", TEXT.replace("part 1 keeps", "part 1 holds"))
    assert words(here.run("pull", "push")) == [("a.md", "merged"), ("a.md", "saved")]
    both = TEXT.replace("part 1 keeps", "part 1 holds").replace("part 5 keeps", "part 5 holds")
    assert (spec.text, here.files()["a.md"]) == (both, both)
    server.edit(spec, both.replace("part 0 keeps", "part 0 holds"))
    here.write("a.md", both.replace("part 3 keeps", "part 3 holds"))
    assert words(here.run("push")) == [("a.md", "merged there"), ("a.md", "updated")]
    assert here.files()["a.md"] == spec.text
    assert words(here.run("pull", "push")) == []


def test_renames_and_removals_go_both_ways(here: Checkout, server: PretendedServer) -> None:
    first, second, third = (server.create(f"{name}.md", TEXT.replace("Rules", name)) for name in "abc")
    here.run("pull")
    (here.root / "a.md").rename(here.root / "moved.md")
    here.write("moved.md", here.files()["moved.md"].replace("part 2 keeps", "part 2 holds"))
    server.edit(first, first.text.replace("part 4 keeps", "part 4 holds"))
    second.path = "deep/er.md"
    server.specs[third.id].retired = True
    here.run("pull", "push")
    assert sorted(here.files()) == ["deep/er.md", "moved.md"]
    assert first.path == "moved.md"
    assert "part 2 holds" in first.text
    assert "part 4 holds" in first.text
    (here.root / "deep/er.md").unlink()
    here.run("push")
    assert second.retired
    assert words(here.run("pull", "push")) == []


def test_specs_that_change_places_do(here: Checkout, server: PretendedServer) -> None:
    one, two = server.create("a.md", "# One\n"), server.create("b.md", "# Two\n")
    here.run("pull")
    one.path, two.path = "b.md", "a.md"
    for kill in range(1, 12):
        if not here.killed("pull", kill=kill):
            break
    assert here.files() == {"b.md": "# One\n", "a.md": "# Two\n"}
    assert words(here.run("pull", "push")) == []


def test_a_conflict_pauses_its_file_and_no_other(here: Checkout, server: PretendedServer) -> None:
    spec, other = server.create("a.md", TEXT), server.create("b.md", "# B\n")
    here.run("pull")
    server.edit(spec, TEXT.replace("part 1 keeps", "part 1 must keep"))
    server.edit(other, "# New B\n")
    mine_ = TEXT.replace("part 1 keeps", "part 1 never keeps")
    here.write("a.md", mine_)
    run = here.run("pull")
    assert words(run) == [("b.md", "updated")]
    assert [(item.path, item.pause) for item in run.items()] == [("a.md", Reason.EDITED)]
    assert here.files()["a.md"] == mine_
    assert words(here.run("pull", "push")) == [("a.md", "conflict")]
    assert words(here.run("pull", "push")) == []
    (ident,) = server.conflicts
    server.resolve(ident, TEXT.replace("part 1 keeps", "part 1 shall keep"))
    assert words(here.run("pull", "push")) == [("a.md", "updated")]
    assert here.files()["a.md"] == spec.text
    assert words(here.run("pull", "push")) == []


def paused(here: Checkout, server: PretendedServer, text: str) -> None:
    (spec,) = server.specs.values()
    here.run("pull")
    server.edit(spec, TEXT.replace("part 1 keeps", "part 1 must keep"))
    here.write("a.md", text)
    here.run("pull", "push")


@pytest.mark.parametrize("sent", [True, False])
def test_a_person_decides_for_either_side(here: Checkout, server: PretendedServer, *, sent: bool) -> None:
    spec = server.create("a.md", TEXT)
    own = TEXT.replace("part 1 keeps", "part 1 never keeps")
    here.run("pull")
    server.edit(spec, TEXT.replace("part 1 keeps", "part 1 must keep"))
    here.write("a.md", own)
    run = here.run("pull", *(["push"] if sent else []))
    (item,) = run.items()
    run.state = run.state.put(mine(item, run.state.records[spec.id]))
    run.push()
    run.save()
    assert spec.text == own
    assert all(state == "resolved" for _, _, state in server.conflicts.values())
    server.edit(spec, own.replace("never", "always"))
    here.write("a.md", own.replace("never", "seldom"))
    run = here.run("pull")
    (item,) = run.items()
    run.state = run.state.put(theirs(item, run.state.records[spec.id]))
    run.pull()
    run.save()
    assert here.files()["a.md"] == spec.text == own.replace("never", "always")
    assert words(here.run("pull", "push")) == []


def test_what_was_removed_on_one_side_and_changed_on_the_other_waits_for_a_person(
    here: Checkout, server: PretendedServer
) -> None:
    one, two = server.create("a.md", TEXT), server.create("b.md", TEXT.replace("Rules", "B"))
    here.run("pull")
    (here.root / "a.md").unlink()
    server.edit(one, TEXT + "\nMore.\n")
    two.retired = True
    here.write("b.md", "# Mine\n")
    run = here.run("pull", "push")
    assert [item.pause for item in run.items()] == [Reason.REMOVED_HERE, Reason.REMOVED_THERE]
    assert words(run) == []
    first, second = run.items()
    run.state = run.state.put(theirs(first, run.state.records[one.id]), mine(second, run.state.records[two.id]))
    run.pull()
    run.push()
    run.save()
    assert words(here.run("pull", "push")) == [("b.md", "saved")]
    assert here.files() == {"a.md": TEXT + "\nMore.\n", "b.md": "# Mine\n"}
    assert (two.text, two.retired) == ("# Mine\n", False)


def test_two_that_came_to_one_path(here: Checkout, server: PretendedServer) -> None:
    server.create("a.md", TEXT)
    server.create("same.md", "# Same\n")
    here.write("A.md", "# Another\n")
    here.write("same.md", "# Same\n")
    run = here.run("pull", "push")
    assert [(item.path, item.pause) for item in run.items()] == [("A.md", Reason.BOTH_NEW)]
    assert words(run) == [("A.md", "conflict")]
    assert here.files() == {"A.md": "# Another\n", "same.md": "# Same\n"}
    assert words(here.run("pull", "push")) == []


def test_what_waits_for_review_is_sent_once_and_revised(here: Checkout, server: PretendedServer) -> None:
    spec = server.create("a.md", TEXT)
    server.waits = frozenset({Operation.SAVE, Operation.CREATE})
    here.run("pull")
    here.write("a.md", TEXT.replace("part 1 keeps", "part 1 must keep"))
    here.write("new.md", "# New\n")
    assert sorted(words(here.run("push"))) == [("a.md", "waits"), ("new.md", "waits")]
    assert words(here.run("pull", "push")) == []
    here.write("a.md", TEXT.replace("part 1 keeps", "part 1 shall keep"))
    assert words(here.run("pull", "push")) == [("a.md", "waits")]
    assert len(server.proposals) == 2
    for ident in list(server.proposals):
        server.accept(ident)
    assert words(here.run("pull", "push")) == []
    assert here.files()["a.md"] == spec.text
    assert {item.path for item in here.run("pull", "push").items()} == set()
    server.waits = frozenset()
    here.write("new.md", "# Newer\n")
    assert words(here.run("pull", "push")) == [("new.md", "saved")]


def test_a_declined_change_is_not_sent_again_as_it_is(here: Checkout, server: PretendedServer) -> None:
    server.create("a.md", TEXT)
    server.waits = frozenset({Operation.SAVE})
    here.run("pull")
    here.write("a.md", "# Other\n")
    here.run("push")
    (ident,) = server.proposals
    server.proposals[ident] = ("declined", server.proposals[ident][1])
    assert words(here.run("pull", "push")) == []
    here.write("a.md", "# Another\n")
    assert words(here.run("push")) == [("a.md", "waits")]


def test_an_answer_that_was_lost_doubles_nothing(here: Checkout, server: PretendedServer) -> None:
    spec = server.create("a.md", TEXT)
    here.run("pull")
    here.write("a.md", TEXT.replace("part 1 keeps", "part 1 holds"))
    here.write("new.md", "# New\n")
    server.edit(spec, TEXT.replace("part 4 keeps", "part 4 holds"))
    for kill in range(1, 30):
        if not here.killed("push", kill=kill):
            break
    here.run("pull", "push")
    assert words(here.run("pull", "push")) == []
    assert len(server.specs) == 2
    assert here.files() == {one.path: one.text for one in server.specs.values()}
    assert spec.text.count("holds") == 2
