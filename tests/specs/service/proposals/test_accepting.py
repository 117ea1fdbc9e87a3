"""How what commits bring lands that had to wait: for policy, or because it met what was written here."""

import pytest

from specs.library import SpecStatus
from specs.proposals.draft import ReviewDraft
from specs.proposals.state import PENDING, Verdict
from specs.revision import Provenance
from specs.store.proposals import ProposalStore
from sync.binding.bindings import Publish
from tests.gitmaker import Made
from tests.histories import evaluate_nothing
from tests.stage import make_stage

A = "# Alpha\n\nFirst words.\n\n## More\n\nSecond words.\n"
FILES = {"docs/specs/a.md": A, "docs/specs/b.md": "# Beta\n\nOne.\n"}
REVIEW = """# Rules

```yaml policy
id: review-git
event: proposal
when: repository != "" && {}
then: review 1 from reviewer
why: People look at what git brings.
```
"""


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "repo")
    made.git("config", "receive.denyCurrentBranch", "updateInstead")
    return made


@pytest.fixture
async def stage(world, made, tmp_path):
    world.clock.forward(days=30)
    stage = make_stage(world, made, tmp_path, evaluate_nothing)
    made.commit("begin", FILES)
    return stage


async def pending(stage):
    async with stage.world.database.read() as connection:
        store = ProposalStore(connection, stage.project)
        found = [await store.find(ident) for ident in await store.pending_commits()]
    return [one for one in found if one.state in PENDING]


async def approve(stage, proposal):
    review = ReviewDraft(Verdict.APPROVE, proposal.digest)
    return await stage.world.proposals.review(stage.world.ada, stage.project, proposal.id, review)


async def policy(stage, condition):
    await stage.world.library.create(stage.world.ada, stage.project, "policies/rules.md", REVIEW.format(condition))


async def edit(stage, path, text):
    found = await stage.spec(path)
    return await stage.world.library.save(
        stage.world.eve, stage.project, found.spec.id, base=found.spec.head, text=text
    )


async def test_a_commit_that_waited_lands_as_its_authors_word_though_its_spec_moved(stage):
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    await policy(stage, "true")
    stage.made.commit("theirs", {"docs/specs/a.md": A.replace("Second", "Other")}, author="Bob")
    await stage.round()
    [waiting] = await pending(stage)
    assert (await stage.spec("a.md")).text == A
    await edit(stage, "a.md", A.replace("First", "Better"))
    await stage.world.proposals.rebase_all(stage.world.ada, stage.project, waiting.specs[0])
    [waiting] = await pending(stage)
    await approve(stage, waiting)
    found = await stage.spec("a.md")
    both = A.replace("First", "Better").replace("Second", "Other")
    assert (found.text, found.revision.actor.name, found.revision.provenance) == (both, "Bob", Provenance.EXPLICIT)
    side = await stage.spec("a.md", found.revision.parents[1])
    assert (side.revision.from_git, side.revision.digest) == (True, found.spec.agreed)
    await stage.round()
    assert stage.made.read("docs/specs/a.md").decode() == both
    stage.made.commit("more", {"docs/specs/a.md": both + "\nThird.\n"}, author="Bob")
    await stage.round()
    assert (await stage.spec("a.md")).text == both


async def test_a_new_name_and_its_new_text_wait_together_and_later_ones_with_them(stage):
    await stage.register()
    await stage.round()
    await policy(stage, "true")
    stage.made.git("mv", "docs/specs/a.md", "docs/specs/c.md")
    stage.made.commit("move", {"docs/specs/c.md": A + "\nThird.\n"}, author="Bob")
    await stage.round()
    assert (await stage.spec("a.md")).spec.path == "a.md"
    [waiting] = await pending(stage)
    stage.made.commit("more", {"docs/specs/c.md": A + "\nFourth.\n"}, author="Bob")
    await stage.round()
    [later] = await pending(stage)
    assert later.id != waiting.id
    await approve(stage, later)
    found = await stage.spec("c.md")
    assert (found.spec.path, found.text) == ("c.md", A + "\nFourth.\n")


async def test_a_removal_waits_for_policy_and_is_over_when_the_file_comes_back(stage):
    await stage.register()
    await stage.round()
    await policy(stage, "true")
    stage.made.commit("remove", {"docs/specs/b.md": None}, author="Bob")
    await stage.round()
    assert (await stage.spec("b.md")).spec.status is SpecStatus.ACTIVE
    [waiting] = await pending(stage)
    stage.made.commit("back", {"docs/specs/b.md": FILES["docs/specs/b.md"]}, author="Bob")
    await stage.round()
    assert await pending(stage) == []
    stage.made.commit("remove again", {"docs/specs/b.md": None}, author="Bob")
    await stage.round()
    [waiting] = await pending(stage)
    await approve(stage, waiting)
    assert (await stage.spec("b.md")).spec.status is SpecStatus.RETIRED


async def test_a_removal_that_meets_new_words_waits_and_nothing_is_picked(stage):
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    await edit(stage, "b.md", "# Beta\n\nTwo.\n")
    stage.made.commit("remove", {"docs/specs/b.md": None}, author="Bob")
    await stage.round()
    [waiting] = await pending(stage)
    assert "docs/specs/b.md" not in stage.made.files()
    assert (await stage.spec("b.md")).spec.status is SpecStatus.ACTIVE
    review = ReviewDraft(Verdict.DECLINE, waiting.digest, "We need it.")
    await stage.world.proposals.review(stage.world.ada, stage.project, waiting.id, review)
    await stage.round()
    assert stage.made.read("docs/specs/b.md") == b"# Beta\n\nTwo.\n"


async def test_new_words_in_git_for_what_was_retired_here_are_a_conflict(stage):
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    found = await stage.spec("b.md")
    await stage.world.library.retire(stage.world.ada, stage.project, found.spec.id)
    stage.made.commit("edit", {"docs/specs/b.md": "# Beta\n\nTwo.\n"}, author="Bob")
    await stage.round()
    [conflict] = (await stage.world.conflicts.list(stage.world.ada, stage.project)).items
    assert stage.made.read("docs/specs/b.md") == b"# Beta\n\nTwo.\n"
    await stage.world.conflicts.withdraw(stage.world.ada, stage.project, conflict.id)
    await stage.round()
    assert "docs/specs/b.md" not in stage.made.files()
    stage.made.commit("once more", {"docs/specs/b.md": "# Beta\n\nOne.\n"}, author="Bob")
    await stage.round()
    [waiting] = await pending(stage)
    await approve(stage, waiting)
    assert (await stage.spec("b.md")).spec.status is SpecStatus.ACTIVE


async def test_two_names_for_one_spec_wait_for_people(stage):
    await stage.register(publish=Publish.DIRECT)
    await stage.round()
    found = await stage.spec("a.md")
    await stage.world.library.rename(stage.world.eve, stage.project, found.spec.id, "ours.md")
    stage.made.git("mv", "docs/specs/a.md", "docs/specs/theirs.md")
    stage.made.commit("move", author="Bob")
    await stage.round()
    [waiting] = await pending(stage)
    assert ((await stage.spec("ours.md")).spec.path, "docs/specs/theirs.md" in stage.made.files()) == ("ours.md", True)
    await approve(stage, waiting)
    await stage.round()
    assert (await stage.spec("theirs.md")).spec.id == found.spec.id
    assert (await stage.detail()).binding.pushed.held == ()
