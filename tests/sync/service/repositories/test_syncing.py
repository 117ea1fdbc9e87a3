import asyncio
from pathlib import Path

import pytest

from app.programs.evaluator import evaluate_in_child
from drift.lives.evaluated import Evaluated, failed
from drift.lives.life import LifeEvent, LifeState, Reason
from drift.lives.records import CheckVerdict, RepositoryState
from specs.errors import MissingError
from specs.library import SpecStatus
from tests.stage import BAD, CODE, FREE, GOOD, LAYERS, evaluate_here, make_stage


async def test_findings_are_put_down_to_the_commit_that_brought_them(stage):
    stage.made.commit("begin", CODE)
    bad = stage.made.commit("take a short cut", BAD, author="Bob")
    stage.made.commit("something else", {"README.md": "x"})
    good = stage.made.commit("mend it", GOOD, author="Cyd")
    again = stage.made.commit("once more", BAD, author="Dan")
    await stage.register()
    done = await stage.sync()
    assert (done.evaluated, done.problem) == (5, "")
    [finding] = await stage.findings()
    assert (finding.state, finding.regressed, finding.invariant) == (LifeState.OPEN, 1, "layering")
    assert await stage.events(finding.fingerprint) == [
        (LifeEvent.OPENED, bad, "Bob"),
        (LifeEvent.RESOLVED, good, "Cyd"),
        (LifeEvent.REGRESSED, again, "Dan"),
    ]
    assert finding.opened.actor == "Bob"
    assert finding.code_path == "shop/domain.py"
    [verdict] = await stage.drift.verdicts(stage.world.ada, stage.project)
    assert (verdict.verdict, verdict.broken, verdict.invariants, verdict.commit) == (CheckVerdict.BROKEN, 1, 1, again)
    assert verdict.repository.branch == "main"


async def test_nothing_new_is_nothing_done(stage):
    stage.made.commit("begin", CODE)
    await stage.register()
    assert (await stage.sync()).evaluated == 1
    assert (await stage.sync()).evaluated == 0
    assert len(await stage.checks()) == 1


async def test_a_changed_spec_is_evaluated_on_the_same_commit_and_answers_for_what_it_changes(stage):
    head = stage.made.commit("begin", CODE | BAD)
    await stage.register()
    await stage.sync()
    spec = await stage.spec("layers.md")
    saved = await stage.world.library.save(
        stage.world.eve, stage.project, spec.spec.id, base=spec.revision.digest, text=FREE
    )
    done = await stage.sync(fetch=False)
    assert done.evaluated == 1
    [finding] = await stage.findings(state=LifeState.RESOLVED)
    detail = await stage.drift.finding(stage.world.ada, stage.project, finding.fingerprint)
    last = detail.events[-1]
    assert (last.kind, last.cause.reference, last.cause.actor) == (LifeEvent.RESOLVED, saved.revision.digest, "Eve")
    assert (last.reason, last.cause.spec_path) == (Reason.INVARIANT_REMOVED, "layers.md")
    assert (await stage.checks())[0].commit == head
    assert (await stage.sync(fetch=False)).evaluated == 0


async def test_a_rewritten_branch(stage):
    first = stage.made.commit("begin", CODE)
    stage.made.commit("old", {"docs/specs/layers.md": LAYERS + "\nOld.\n", "docs/specs/gone.md": "# Gone\n"})
    await stage.register()
    await stage.sync()
    stage.made.git("reset", "-q", "--hard", first)
    stage.made.commit("new", BAD)
    await stage.sync()
    assert (await stage.spec("layers.md")).text == LAYERS
    assert (await stage.spec("gone.md")).spec.status is SpecStatus.RETIRED
    assert "rewritten" in (await stage.detail()).repository.note
    assert len(await stage.findings(state=LifeState.OPEN)) == 1


async def test_a_broken_configuration_retires_nothing_and_is_caught_up_with(stage):
    stage.made.commit("begin", CODE)
    await stage.register()
    await stage.sync()
    stage.made.commit("break", {"holdfast.toml": "nonsense = 1\n", "docs/specs/layers.md": LAYERS + "\nMore.\n"})
    await stage.sync()
    assert (await stage.spec("layers.md")).text == LAYERS
    assert "nonsense" in (await stage.detail()).repository.note
    assert "nonsense" in (await stage.checks())[0].problem
    stage.made.commit("mend", {"holdfast.toml": None})
    await stage.sync()
    assert (await stage.spec("layers.md")).text == LAYERS + "\nMore.\n"
    assert (await stage.checks())[0].verdict is CheckVerdict.KEPT


async def test_what_the_configuration_leaves_out_is_not_checked(stage):
    stage.made.commit("begin", CODE | BAD | {"holdfast.toml": 'exclude = ["shop/domain.py"]\n'})
    await stage.register()
    await stage.sync()
    assert [f.code_path for f in await stage.findings() if f.invariant == "layering" and f.code_path] == []


async def test_a_branch_that_went_back(stage):
    first = stage.made.commit("begin", CODE)
    stage.made.commit("old", BAD | {"docs/specs/layers.md": LAYERS + "\nOld.\n"})
    await stage.register()
    await stage.sync()
    stage.made.git("reset", "-q", "--hard", first)
    await stage.sync()
    assert (await stage.spec("layers.md")).text == LAYERS
    assert await stage.findings(state=LifeState.OPEN) == ()
    assert (await stage.detail()).repository.head == first
    assert (await stage.sync()).evaluated == 0


async def test_a_branch_that_is_gone_is_a_problem_with_a_hint(stage):
    stage.made.commit("begin", CODE)
    stage.made.git("branch", "feature")
    await stage.register(branch="feature")
    await stage.sync()
    stage.made.git("branch", "-D", "feature")
    await stage.sync()
    repository = (await stage.detail()).repository
    assert repository.state is RepositoryState.FAILED
    assert "feature" in repository.problem
    assert repository.hint
    assert repository.head


async def test_an_empty_repository_is_no_failure(stage):
    await stage.register()
    await stage.sync()
    repository = (await stage.detail()).repository
    assert (repository.state, repository.branch) == (RepositoryState.READY, "")
    assert "no commits" in repository.note
    stage.made.commit("begin", CODE)
    await stage.sync()
    assert (await stage.detail()).repository.branch == "main"


async def test_a_vanished_or_foreign_path_is_a_problem(stage, tmp_path):
    stage.made.commit("begin", CODE)
    await stage.register()
    stage.made.root.rename(tmp_path / "elsewhere")
    await stage.sync()
    assert "no repository at this path" in (await stage.detail()).repository.problem
    (tmp_path / "repo").symlink_to("/etc")
    await stage.sync()
    assert "may not be read" in (await stage.detail()).repository.problem


async def test_a_folder_that_is_no_repository(stage, tmp_path):
    (tmp_path / "plain").mkdir()
    await stage.register(url=str(tmp_path / "plain"))
    done = await stage.sync()
    assert "not a git repository" in done.problem
    assert (await stage.detail()).repository.hint


async def test_older_commits_are_imported_and_counted_but_not_evaluated(stage, monkeypatch):
    monkeypatch.setattr("sync.service.repositories.syncing.WINDOW", 2)
    stage.made.commit("begin", CODE)
    for number in range(3):
        stage.made.commit(f"spec {number}", {"docs/specs/layers.md": LAYERS + f"\n{number}\n"})
    await stage.register()
    await stage.sync()
    repository = (await stage.detail()).repository
    assert repository.skipped == 2
    assert "2 older commits" in repository.note
    assert len(await stage.checks()) == 2
    spec = await stage.spec("layers.md")
    assert len((await stage.world.library.history(stage.world.ada, stage.project, spec.spec.id)).items) == 4


async def test_an_evaluation_that_dies_is_a_check_in_error_and_the_next_commit_goes_on(world, made, tmp_path):
    deaths = []

    async def evaluator(request) -> Evaluated:
        if len(deaths) < 1:
            deaths.append(request["commit"])
            return failed("The evaluation was killed (SIGKILL).")
        return await evaluate_in_child(request)

    world.clock.forward(days=30)
    stage = make_stage(world, made, tmp_path, evaluator)
    dead = made.commit("begin", CODE | BAD)
    await stage.register()
    await stage.sync()
    [check] = await stage.checks()
    assert (check.verdict, check.commit) == (CheckVerdict.ERROR, dead)
    assert "SIGKILL" in check.problem
    made.commit("more", {"README.md": "x"})
    await stage.sync()
    assert len(await stage.findings(state=LifeState.OPEN)) == 1


async def test_a_failed_check_is_tried_again_when_asked(world, made, tmp_path):
    outcomes = [failed("too slow")]

    async def evaluator(request) -> Evaluated:
        return outcomes.pop() if outcomes else await evaluate_here(request)

    world.clock.forward(days=30)
    stage = make_stage(world, made, tmp_path, evaluator)
    made.commit("begin", CODE)
    await stage.register()
    await stage.sync()
    assert (await stage.sync(fetch=False)).evaluated == 0
    assert (await stage.sync(fetch=False, again=True)).evaluated == 1
    assert (await stage.checks())[0].verdict is CheckVerdict.KEPT


async def test_a_run_killed_between_import_and_record_is_taken_up(world, made, tmp_path):
    async def die(request) -> Evaluated:
        raise asyncio.CancelledError

    world.clock.forward(days=30)
    stage = make_stage(world, made, tmp_path, die)
    made.commit("begin", CODE)
    bad = made.commit("bad", BAD | {"docs/specs/layers.md": LAYERS + "\nMore.\n"}, author="Bob")
    await stage.register()
    with pytest.raises(asyncio.CancelledError):
        await stage.sync()
    second = make_stage(world, made, tmp_path)
    second.reference = stage.reference
    assert (await second.sync()).evaluated == 2
    [finding] = await second.findings()
    assert finding.opened.reference == bad
    spec = await second.spec("layers.md")
    assert len((await world.library.history(world.ada, second.project, spec.spec.id)).items) == 2


async def test_two_runs_at_once_record_each_commit_once(stage, world, made, tmp_path):
    for number in range(3):
        made.commit(f"commit {number}", (CODE if not number else {"README.md": str(number)}))
    await stage.register()
    other = make_stage(world, made, tmp_path)
    other.reference = stage.reference
    await asyncio.gather(stage.sync(), other.sync(), return_exceptions=True)
    await stage.sync()
    checks = await stage.checks()
    assert len(checks) == len({check.commit for check in checks}) == 3


async def test_removing_a_repository_while_it_is_evaluated_loses_nothing_else(world, made, tmp_path):
    async def evaluator(request) -> Evaluated:
        await stage.repositories.remove(world.ada, stage.project, stage.reference)
        return await evaluate_here(request)

    world.clock.forward(days=30)
    stage = make_stage(world, made, tmp_path, evaluator)
    made.commit("begin", CODE)
    await stage.register()
    done = await stage.sync()
    assert done.problem
    with pytest.raises(MissingError):
        await stage.detail()
    assert (await stage.spec("layers.md")).text == LAYERS


async def test_a_shallow_source_is_read_as_far_as_it_goes(stage, tmp_path):
    stage.made.commit("begin", CODE)
    stage.made.commit("second", {"README.md": "x"})
    shallow = tmp_path / "shallow"
    stage.made.git("clone", "-q", "--depth", "1", f"file://{stage.made.root}", str(shallow))
    await stage.register(url=str(shallow))
    done = await stage.sync()
    repository = (await stage.detail()).repository
    assert (done.evaluated, repository.state, repository.problem) == (1, RepositoryState.READY, "")


async def test_what_the_context_needs_is_kept_for_the_head(stage):
    stage.made.commit("begin", CODE)
    await stage.register()
    await stage.sync()
    facts = await stage.drift.paths(stage.world.ada, stage.project, ["shop/web.py"])
    assert [(f.module, f.imports, f.invariants) for f in facts] == [("shop.web", ("shop.domain",), ("layering",))]
    below = await stage.drift.paths(stage.world.ada, stage.project, ["shop"])
    assert {fact.path for fact in below} >= {"shop/web.py", "shop/domain.py"}


async def test_mirrors_hold_no_work_tree(stage):
    stage.made.commit("begin", CODE)
    await stage.register()
    await stage.sync()
    mirror: Path = stage.mirrors.place(stage.reference)
    assert (mirror / "HEAD").exists()
    assert not (mirror / "shop").exists()


async def test_the_lock_of_a_commit_freezes_and_waives(stage):
    line = "layering | shop.domain -> shop.web | {} | Ada | why\n"
    stage.made.commit("begin", CODE | BAD)
    stage.made.commit("adopt", {"holdfast.lock": line.format("frozen | ")})
    await stage.register()
    await stage.sync()
    [finding] = await stage.findings()
    assert (finding.state, finding.data["state"], len(finding.data["accepted"])) == (LifeState.OPEN, "existing", 3)
    [check, *_] = await stage.checks()
    assert check.verdict is CheckVerdict.KEPT, "what is frozen breaks nothing"
    waived = stage.made.commit("until later", {"holdfast.lock": line.format("waived | 2999-01-01")}, author="Bob")
    await stage.sync()
    [finding] = await stage.findings(state=LifeState.WAIVED)
    assert finding.data["accepted"] == {"until": "2999-01-01", "by": "Ada", "because": "why"}
    lapsed = stage.made.commit("over", {"holdfast.lock": line.format("waived | 2000-01-01")}, author="Cyd")
    await stage.sync()
    [finding] = await stage.findings(state=LifeState.OPEN)
    assert "that day is over" in finding.message
    assert await stage.events(finding.fingerprint) == [
        (LifeEvent.OPENED, finding.opened.reference, finding.opened.actor),
        (LifeEvent.WAIVED, waived, "Bob"),
        (LifeEvent.LAPSED, lapsed, "Cyd"),
    ]
    assert (await stage.checks())[0].verdict is CheckVerdict.BROKEN


async def test_a_lock_that_cannot_be_read_is_a_finding_and_hides_nothing(stage):
    stage.made.commit("begin", CODE | BAD | {"holdfast.lock": "layering | shop.domain -> shop.web | forzen\n"})
    await stage.register()
    await stage.sync()
    assert {finding.kind for finding in await stage.findings()} == {"layers", "lock"}
