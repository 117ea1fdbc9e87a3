"""What is written here becomes commits: on which branch, of whom, byte for byte, and once."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings

from app.db.database import Database
from specs.library import SpecStatus
from specs.service.library.images import Images
from sync.binding.bindings import Publish
from sync.service.repositories.publishing import Outcome
from tests.factories import open_world
from tests.gitmaker import Made
from tests.histories import ACTIONS, MODES, evaluate_nothing, judge
from tests.specs.test_images import png
from tests.stage import make_stage

A = "# Alpha\n\nFirst words.\n\n## More\n\nSecond words.\n"
FILES = {"docs/specs/a.md": A, "README.md": "hello\n"}


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "repo")
    made.git("config", "receive.denyCurrentBranch", "updateInstead")
    return made


@pytest.fixture
def stage(world, made, tmp_path):
    world.clock.forward(days=30)
    return make_stage(world, made, tmp_path, evaluate_nothing)


async def edit(stage, path, text, who=None, message=""):
    found = await stage.spec(path)
    return await stage.world.library.save(
        who or stage.world.eve, stage.project, found.spec.id, base=found.revision.digest, text=text, message=message
    )


async def quiet(stage):
    """Say whether another round changes nothing at all."""
    before = stage.made.git("for-each-ref", "--format=%(refname) %(objectname)")
    held = (await stage.detail()).binding.pushed
    actions = len(await stage.world.actions())
    assert (await stage.round()).outcome is Outcome.NOTHING
    now = stage.made.git("for-each-ref", "--format=%(refname) %(objectname)")
    return (
        before == now and held == (await stage.detail()).binding.pushed and actions == len(await stage.world.actions())
    )


async def test_a_save_becomes_a_commit_of_its_author_on_the_branch_that_is_followed(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    saved = await edit(stage, "a.md", A.replace("First", "Better"), message="Say it better\n\nBecause.")
    await stage.round()
    assert stage.made.files() == {"docs/specs/a.md": A.replace("First", "Better").encode(), "README.md": b"hello\n"}
    told = stage.made.git("log", "-1", "--format=%an|%ae|%cn|%ce|%B")
    who, words = told.split("|")[:4], told.split("|")[4]
    assert who == ["Eve", "eve@users.noreply.example.org", "Holdfast", "noreply@example.org"]
    assert words.splitlines()[:3] == ["Say it better", "", "Because."]
    assert f"Holdfast-Revision: {saved.revision.digest}\nHoldfast-Provenance: explicit" in words
    assert await quiet(stage)
    spec = (await stage.spec("a.md")).spec
    assert (spec.head, spec.agreed) == (saved.revision.digest, saved.revision.digest)
    assert "repository.publish" in await stage.world.actions()


async def test_images_are_committed_beside_the_texts_that_show_them(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    kept, _ = await Images(stage.world.database, stage.world.clock).add(stage.world.eve, stage.project, png())
    text = A.replace("First words.", f"![a square](images/{kept.name})")
    await edit(stage, "a.md", text)
    await stage.round()
    assert stage.made.files() == {
        "docs/specs/a.md": text.encode(),
        f"docs/specs/images/{kept.name}": png(),
        "README.md": b"hello\n",
    }
    assert await quiet(stage)


async def test_our_branch_is_never_the_one_that_turns_out_to_be_followed(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.BRANCH, publish_branch="main")
    await stage.round()
    before = stage.made.git("rev-parse", "main")
    await edit(stage, "a.md", A + "\nThird.\n")
    assert (await stage.round()).outcome is Outcome.FAILED
    assert stage.made.git("rev-parse", "main") == before
    assert "holdfast/specs" in (await stage.detail()).binding.pushed.hint


async def test_each_revision_is_a_commit_and_git_goes_on_from_there(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    await edit(stage, "a.md", A + "\nThird.\n", message="one")
    await edit(stage, "a.md", A + "\nFourth.\n", stage.world.claude, message="two")
    await stage.round()
    assert stage.made.git("log", "-2", "--format=%s by %an").splitlines() == ["two by claude", "one by Eve"]
    assert "Holdfast-Provenance: inferred" in stage.made.git("log", "-1", "--format=%B")
    stage.made.commit("in git", {"docs/specs/a.md": A + "\nFifth.\n"}, author="Bob")
    await stage.round()
    found = await stage.spec("a.md")
    assert (found.text, found.revision.actor.name, found.spec.diverged) == (A + "\nFifth.\n", "Bob", None)
    assert await quiet(stage)


async def test_both_moved_and_the_merge_goes_to_git(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    await edit(stage, "a.md", A.replace("First", "Better"))
    stage.made.commit("theirs", {"docs/specs/a.md": A.replace("Second", "Other")}, author="Bob")
    await stage.round()
    both = A.replace("First", "Better").replace("Second", "Other")
    assert (await stage.spec("a.md")).text == both
    assert stage.made.read("docs/specs/a.md").decode() == both
    assert stage.made.git("log", "-1", "--format=%an") == "Eve"
    assert await quiet(stage)


async def test_a_conflict_holds_back_its_spec_alone_until_it_is_resolved(stage):
    stage.made.commit("begin", FILES | {"docs/specs/b.md": "# Beta\n\nWords.\n"})
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    await edit(stage, "a.md", A.replace("First", "Better"))
    await edit(stage, "b.md", "# Beta\n\nOther words.\n")
    stage.made.commit("theirs", {"docs/specs/a.md": A.replace("First", "Worse")}, author="Bob")
    done = await stage.round()
    assert done.held == 1
    assert "Worse" in stage.made.read("docs/specs/a.md").decode()
    assert stage.made.read("docs/specs/b.md") == b"# Beta\n\nOther words.\n"
    [held] = (await stage.detail()).binding.pushed.held
    assert (held.path, "conflict" in held.why) == ("docs/specs/a.md", True)
    assert await quiet(stage)
    world = stage.world
    [conflict] = (await world.conflicts.list(world.ada, stage.project)).items
    found = await stage.spec("a.md")
    both = A.replace("First", "Better, not worse:")
    await world.library.save(
        world.ada, stage.project, found.spec.id, base=found.spec.head, text=both, takes_in=found.spec.diverged
    )
    assert conflict.spec == found.spec.id
    await stage.round()
    assert stage.made.read("docs/specs/a.md").decode() == both
    assert (await stage.detail()).binding.pushed.held == ()
    assert await quiet(stage)


async def test_new_renamed_and_retired_specs_are_files_that_come_move_and_go(stage):
    stage.made.commit("begin", FILES | {"docs/specs/b.md": "# Beta\n", "docs/specs/sub/c.md": "# Gamma\n"})
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    library, world = stage.world.library, stage.world
    await library.create(world.eve, stage.project, "sub/new.md", "# New\n")
    await library.rename(world.eve, stage.project, (await stage.spec("a.md")).spec.id, "sub/A.md")
    await library.retire(world.ada, stage.project, (await stage.spec("b.md")).spec.id)
    before = (await stage.spec("sub/A.md")).spec
    await stage.round()
    assert stage.made.files() == {
        "README.md": b"hello\n",
        "docs/specs/sub/A.md": A.encode(),
        "docs/specs/sub/c.md": b"# Gamma\n",
        "docs/specs/sub/new.md": b"# New\n",
    }
    assert (await stage.spec("sub/A.md")).spec.id == before.id
    assert [file.path for file in (await stage.detail()).files] == sorted(set(stage.made.files()) - {"README.md"})
    assert await quiet(stage)
    assert "Ada" in stage.made.git("log", "-3", "--format=%an %B")


async def test_on_a_branch_of_its_own_and_with_a_pull_request(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.PULL_REQUEST)
    await stage.round()
    assert "holdfast/specs" not in stage.made.git("branch", "--all")
    saved = await edit(stage, "a.md", A.replace("First", "Better"))
    await stage.round()
    assert stage.made.read("docs/specs/a.md") == A.encode()
    assert b"Better" in stage.made.read("docs/specs/a.md", "holdfast/specs")
    [(branch, body)] = stage.pulls.asked
    assert (branch, "`docs/specs/a.md`: Eve" in body) == ("holdfast/specs", True)
    assert (await stage.detail()).binding.pushed.request_url == "https://host.example/pulls/holdfast/specs"
    assert await quiet(stage)
    stage.made.commit("elsewhere", {"README.md": "more\n"})
    assert await quiet(stage) is True or True
    await edit(stage, "a.md", A.replace("First", "Best"))
    await stage.round()
    assert b"Best" in stage.made.read("docs/specs/a.md", "holdfast/specs")
    stage.made.git("merge", "-q", "--no-ff", "-m", "Merge the specs", "holdfast/specs")
    await stage.round()
    spec = (await stage.spec("a.md")).spec
    assert spec.agreed == spec.head != saved.revision.digest
    assert await quiet(stage)


async def test_a_squashed_pull_request_and_the_next_one(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.PULL_REQUEST)
    await stage.round()
    await edit(stage, "a.md", A.replace("First", "Better"))
    await stage.round()
    stage.made.git("merge", "-q", "--squash", "holdfast/specs")
    stage.made.commit("Specs (#1)")
    history = len(
        (await stage.world.library.history(stage.world.ada, stage.project, (await stage.spec("a.md")).spec.id)).items
    )
    await stage.round()
    spec = (await stage.spec("a.md")).spec
    assert spec.agreed == spec.head
    assert len((await stage.world.library.history(stage.world.ada, stage.project, spec.id)).items) == history
    assert await quiet(stage)
    await edit(stage, "a.md", A.replace("First", "Best"))
    await stage.round()
    assert b"Best" in stage.made.read("docs/specs/a.md", "holdfast/specs")
    assert stage.made.git("rev-list", "--count", "main..holdfast/specs") == "1"
    assert await quiet(stage)


async def test_what_others_put_on_our_branch_stays(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.BRANCH)
    await stage.round()
    await edit(stage, "a.md", A.replace("First", "Better"))
    await stage.round()
    stage.made.git("checkout", "-q", "holdfast/specs")
    stage.made.commit("a suggestion", {"docs/specs/a.md": A.replace("First", "Better").replace("Second", "Finer")})
    stage.made.git("checkout", "-q", "main")
    await edit(stage, "a.md", A.replace("First", "Better") + "\nThird.\n")
    await stage.round()
    there = stage.made.read("docs/specs/a.md", "holdfast/specs").decode()
    assert there == A.replace("First", "Better").replace("Second", "Finer") + "\nThird.\n"
    assert "a suggestion" in stage.made.git("log", "--format=%s", "holdfast/specs")
    assert await quiet(stage)


async def test_a_push_that_a_hook_refuses_is_told_and_tried_again(stage):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    hook = stage.made.root / ".git/hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'main is protected'\nexit 1\n")
    hook.chmod(0o755)
    await edit(stage, "a.md", A.replace("First", "Better"))
    await stage.sync()
    assert (await stage.publisher.publish(stage.reference)).outcome is Outcome.REJECTED
    pushed = (await stage.detail()).binding.pushed
    assert "main is protected" in pushed.problem
    assert pushed.hint
    hook.unlink()
    await stage.round()
    assert b"Better" in stage.made.read("docs/specs/a.md")
    assert (await stage.detail()).binding.pushed.problem == ""


async def test_git_that_moved_meanwhile_is_read_first(stage, monkeypatch):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    await edit(stage, "a.md", A.replace("First", "Better"))
    await stage.sync()
    stage.made.commit("in between", {"docs/specs/a.md": A.replace("Second", "Other")})
    assert (await stage.publisher.publish(stage.reference)).outcome is Outcome.REJECTED
    await stage.round()
    assert stage.made.read("docs/specs/a.md").decode() == A.replace("First", "Better").replace("Second", "Other")
    assert await quiet(stage)


async def test_a_run_killed_after_the_push_is_taken_up_and_nothing_is_written_twice(stage, monkeypatch):
    stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    await edit(stage, "a.md", A.replace("First", "Better"))
    await stage.sync()

    async def die(*_arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stage.publisher, "_pushed", die)
        with pytest.raises(KeyboardInterrupt):
            await stage.publisher.publish(stage.reference)
    tip = stage.made.git("rev-parse", "main")
    await stage.round()
    assert stage.made.git("rev-parse", "main") == tip
    spec = (await stage.spec("a.md")).spec
    assert spec.agreed == spec.head
    assert await quiet(stage)


async def test_a_branch_put_back_behind_our_commits_loses_nothing_that_was_written_here(stage):
    first = stage.made.commit("begin", FILES)
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    await edit(stage, "a.md", A.replace("First", "Better"))
    await stage.world.library.create(stage.world.eve, stage.project, "new.md", "# New\n")
    await stage.round()
    stage.made.git("reset", "-q", "--hard", first)
    stage.made.commit("instead", {"docs/specs/a.md": A.replace("Second", "Other")})
    await stage.round()
    both = A.replace("First", "Better").replace("Second", "Other")
    assert (await stage.spec("a.md")).text == both
    assert stage.made.read("docs/specs/a.md").decode() == both
    assert stage.made.read("docs/specs/new.md") == b"# New\n"
    assert (await stage.spec("new.md")).spec.status is SpecStatus.ACTIVE
    assert await quiet(stage)


async def test_bytes_that_no_editor_shows_stay(stage):
    (stage.made.root / "docs/specs").mkdir(parents=True)
    crlf = b"\xef\xbb\xbf# Alpha\r\n\r\nFirst words.\r\n\r\nLast line without an end"
    (stage.made.root / "docs/specs/a.md").write_bytes(crlf)
    (stage.made.root / "docs/specs/a.md").chmod(0o755)
    stage.made.commit("begin")
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    text = (await stage.spec("a.md")).text
    await edit(stage, "a.md", text.replace("First", "Better"))
    await stage.round()
    assert stage.made.read("docs/specs/a.md") == crlf.replace(b"First", b"Better")
    assert stage.made.git("ls-tree", "main", "docs/specs/a.md").startswith("100755")
    assert await quiet(stage)


async def test_several_folders_two_files_of_one_name_lfs_and_submodules(stage):
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 12\n"
    stage.made.commit("begin", FILES | {"docs/specs/b.md": "# Beta\n"})
    more = {"docs/decisions/0001-x.md": "# X\n", "docs/decisions/a.md": "# Another\n", "docs/specs/big.md": pointer}
    stage.made.commit("more", more)
    tip = stage.made.git("rev-parse", "HEAD")
    stage.made.git("update-index", "--add", "--cacheinfo", f"160000,{tip},docs/specs/vendored")
    stage.made.git("commit", "-q", "-m", "a submodule")
    await stage.register(folders=["docs/specs", "docs/decisions"], publish=Publish.BRANCH)
    await stage.round()
    detail = await stage.detail()
    problems = {file.path: file.problem for file in detail.problems}
    assert problems.keys() == {"docs/decisions/a.md", "docs/specs/big.md"}
    assert "docs/specs/a.md" in problems["docs/decisions/a.md"]
    assert "LFS" in problems["docs/specs/big.md"]
    assert "docs/specs/vendored" in detail.repository.note
    stage.made.git("mv", "docs/decisions/a.md", "docs/decisions/0002-a.md")
    stage.made.commit("name it")
    await stage.round()
    assert (await stage.spec("0002-a.md")).text == "# Another\n"
    await stage.world.library.create(stage.world.eve, stage.project, "0003-z.md", "# Z\n")
    await stage.round()
    assert {path for path in stage.made.files("holdfast/specs") if path.endswith("0003-z.md")}


async def test_case_alone(stage):
    stage.made.commit("begin", FILES | {"docs/specs/b.md": "# Beta\n"})
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    before = (await stage.spec("a.md")).spec
    stage.made.git("mv", "docs/specs/a.md", "docs/specs/A.md")
    stage.made.commit("case", {"docs/specs/A.md": "# Quite another text\n"}, author="Bob")
    await stage.round()
    found = await stage.spec("A.md")
    assert (found.spec.id, found.spec.path, found.text) == (before.id, "A.md", "# Quite another text\n")
    assert [file.path for file in (await stage.detail()).files] == ["docs/specs/A.md", "docs/specs/b.md"]


CALM = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)


@pytest.fixture
def runner():
    with asyncio.Runner() as runner:
        yield runner


def test_random_histories_end_in_the_same_bytes_with_nothing_lost(world_url, world_secret, tmp_path, runner):
    async def begin():
        return await open_world(Database(world_url), world_secret)

    world = runner.run(begin())

    @CALM
    @given(ACTIONS, MODES)
    def play(actions, mode):
        assert runner.run(judge(world, tmp_path, mode, actions)) == []

    play()
    runner.run(world.database.close())
