"""What git brings becomes revisions of its authors, and whose word it is follows from the trust in its branch."""

from app import sources
from drift.lives.life import LifeState
from specs.library import SpecStatus
from specs.revision import Provenance
from specs.service.revisions.authorship import Authorship, Chosen
from sync.binding.bindings import Trust
from tests.gitmaker import Made
from tests.stage import BAD, CODE, LAYERS


async def test_specs_become_revisions_of_their_authors(stage):
    stage.made.commit("begin", CODE, author="Ada")
    stage.made.commit("say why", {"docs/specs/layers.md": LAYERS + "\nBecause.\n"}, author="Bob")
    await stage.register()
    await stage.sync()
    found = await stage.spec("layers.md")
    assert found.text.endswith("Because.\n")
    assert found.revision.actor.name == "Bob"
    history = await stage.world.library.history(stage.world.ada, stage.project, found.spec.id)
    assert [entry.revision.actor.name for entry in history.items] == ["Bob", "Ada"]


async def test_git_does_not_move_a_head_that_a_person_wrote(stage):
    stage.made.commit("begin", CODE)
    await stage.register()
    await stage.sync()
    spec = await stage.spec("layers.md")
    mine = await stage.world.library.save(
        stage.world.eve, stage.project, spec.spec.id, base=spec.revision.digest, text=LAYERS + "\nMine.\n"
    )
    stage.made.commit("theirs", {"docs/specs/layers.md": LAYERS + "\nTheirs.\n"})
    await stage.sync()
    now = await stage.spec("layers.md")
    assert now.revision.digest == mine.revision.digest
    side = await stage.spec("layers.md", now.spec.diverged)
    assert side.text.endswith("Theirs.\n")


async def test_renamed_and_removed_files(stage):
    stage.made.commit("begin", CODE | {"docs/specs/other.md": "# Other\n\nWords that stay the same.\n" * 5})
    await stage.register()
    await stage.sync()
    first = await stage.spec("other.md")
    stage.made.git("mv", "docs/specs/other.md", "docs/specs/moved.md")
    stage.made.commit("move", {"docs/specs/layers.md": None})
    await stage.sync()
    assert (await stage.spec("moved.md")).spec.id == first.spec.id
    assert (await stage.spec("layers.md")).spec.status is SpecStatus.RETIRED
    assert [file.path for file in (await stage.detail()).files] == ["docs/specs/moved.md"]


async def test_files_that_cannot_be_specs_are_told_and_hold_up_nothing(stage):
    (stage.made.root / "docs/specs").mkdir(parents=True)
    (stage.made.root / "docs/specs/latin.md").write_bytes(b"caf\xe9\n")
    (stage.made.root / "docs/specs/big.md").write_text("x" * 2_100_000)
    stage.made.commit("begin", CODE | {"docs/specs/con.md": "# reserved\n"})
    await stage.register()
    await stage.sync()
    problems = {file.path.rsplit("/", 1)[-1]: file.problem for file in (await stage.detail()).problems}
    assert problems.keys() == {"latin.md", "big.md", "con.md"}
    assert all(problems.values())
    assert (await stage.spec("layers.md")).text == LAYERS


async def test_other_folders_in_the_configuration_bring_other_specs(stage):
    stage.made.commit("begin", CODE | {"intent/other.md": "# Other\n"})
    await stage.register()
    await stage.sync()
    stage.made.commit("move house", {"holdfast.toml": 'specs = ["intent"]\n'})
    await stage.sync()
    assert (await stage.spec("other.md")).text == "# Other\n"
    assert (await stage.spec("layers.md")).spec.status is SpecStatus.RETIRED


async def test_two_repositories_do_not_overwrite_each_others_specs(stage, world, tmp_path):
    stage.made.commit("begin", CODE)
    await stage.register("one")
    await stage.sync()
    second = Made(tmp_path / "second")
    second.commit("begin", {"docs/specs/layers.md": "# Another\n", "a.py": "x = 1\n"})
    await stage.register("two", url=str(second.root))
    await stage.sync()
    assert (await stage.spec("two/layers.md")).text == "# Another\n"
    assert (await stage.spec("layers.md")).text == LAYERS
    await stage.register("three", url=str(second.root), prefix="")
    await stage.sync()
    [problem] = (await stage.detail()).problems
    assert "one" in problem.problem


async def severities(stage):
    return {finding.invariant: finding.severity for finding in await stage.findings(state=LifeState.OPEN)}


async def test_the_word_of_people_on_a_trusted_branch_breaks_a_check_and_an_agents_warns(stage):
    stage.made.commit("begin\n\nCo-authored-by: Claude <noreply@anthropic.com>", CODE | BAD)
    await stage.register()
    await stage.sync()
    assert await severities(stage) == {"layering": "warning"}
    found = await stage.spec("layers.md")
    assert found.revision.provenance is Provenance.INFERRED
    world = stage.world
    authorship = Authorship(world.database, world.clock, sources.new_id)
    everything = Chosen(everything=True)
    await authorship.confirm(world.ada, stage.project, found.spec.id, everything, revision=found.revision.digest)
    assert (await stage.sync(fetch=False)).evaluated == 1
    assert await severities(stage) == {"layering": "error"}


async def test_commits_count_as_their_authors_word_only_where_the_branch_is_trusted(stage):
    stage.made.commit("begin", CODE | BAD)
    done = await stage.register(trust=Trust.NONE)
    assert done.binding.trust is Trust.NONE
    await stage.sync()
    assert await severities(stage) == {"layering": "warning"}
    await stage.register(name="again", prefix="again")
    await stage.sync()
    assert (await stage.spec("again/layers.md")).revision.provenance is Provenance.EXPLICIT
    entries = [one for one in await stage.world.actions() if one == "repository.register"]
    assert len(entries) == 2


async def test_a_merge_that_mixes_in_what_an_agent_wrote_is_no_persons_word(stage):
    stage.made.commit("begin", CODE)
    stage.made.git("checkout", "-q", "-b", "side")
    stage.made.commit("by an agent", {"docs/specs/layers.md": LAYERS + "\nFrom the side.\n"}, author="Claude")
    stage.made.git("checkout", "-q", "main")
    stage.made.commit("by a person", {"docs/specs/layers.md": LAYERS.replace("# Layering", "# Our layers")})
    stage.made.git("merge", "-q", "-m", "merge", "side")
    await stage.register()
    await stage.sync()
    found = await stage.spec("layers.md")
    assert "From the side." in found.text
    assert found.revision.provenance is Provenance.INFERRED


async def test_what_git_takes_back_goes_out_of_what_was_merged_with_it(stage):
    before = "# Pay\n\nIt retries once.\n\nIt tells.\n"
    stage.made.commit("begin", {"docs/specs/pay.md": before})
    await stage.register()
    await stage.sync()
    spec = (await stage.spec("pay.md")).spec
    mine = before.replace("tells", "tells everyone")
    await stage.world.library.save(stage.world.eve, stage.project, spec.id, base=spec.head, text=mine)
    stage.made.commit("theirs", {"docs/specs/pay.md": before.replace("once", "twice")})
    await stage.sync()
    assert (await stage.spec("pay.md")).text == mine.replace("once", "twice")
    stage.made.git("reset", "-q", "--hard", "main~1")
    stage.made.commit("another", {"README.md": "x"})
    await stage.sync()
    now = await stage.spec("pay.md")
    assert now.text == mine
    assert now.revision.message == "Take back what git took back"
    assert (await stage.world.actions()).count("spec.merge") == 2
    await stage.sync()
    assert (await stage.spec("pay.md")).revision == now.revision
