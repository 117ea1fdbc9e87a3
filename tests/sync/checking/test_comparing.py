"""Only what is new: `holdfast check --base`, in repositories where things move, and specs and locks change."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from tests.repositories import Repo
from tests.shop import CLEAN, LAYERS, NEW, OLD, SPEC, Run, report, states
from tests.sync.compared import BILL, CORE, TAX, everywhere, weakenings


def test_introduced_existing_and_fixed(repo, run):
    repo.write({"shop/domain/bill.py": NEW, "shop/domain/tax.py": "\n# later\n" + OLD})
    value = everywhere(repo, run)
    assert states(value) == [(BILL, "introduced"), (TAX, "existing")]
    assert (value["verdict"], weakenings(value)) == ("broken", [])
    text = run("check", "--base", "main")
    assert text.exit_code == 1
    assert "shop.domain.bill" in text.stdout
    assert "shop.domain.tax imports" not in text.stdout
    assert "shop.domain.tax imports" in run("check", "--base", "main", "--all").stdout
    repo.commit({"shop/domain/bill.py": "", "shop/domain/tax.py": "RATE = 2\n"})
    value = report(run, "--base", "main")
    assert (value["verdict"], states(value)) == ("kept", [(TAX, "fixed")])


def test_a_file_that_moves_introduces_nothing(repo, run):
    repo.git("mv", "shop/domain/tax.py", "shop/domain/taxes.py")
    repo.write({"shop/domain/taxes.py": OLD + "\n\ndef more():\n    return 3\n"})
    assert states(everywhere(repo, run)) == [("shop.domain.taxes -> shop.web", "existing")]


def test_a_file_that_moves_by_hand_introduces_nothing(repo, run):
    (repo.root / "shop/domain/tax.py").rename(repo.root / "shop/domain/taxes.py")
    assert states(report(run, "--base", "main")) == [("shop.domain.taxes -> shop.web", "existing")]


def test_a_package_that_moves_introduces_nothing_and_its_invariant_follows(repo, run):
    repo.git("mv", "shop/domain", "shop/core")
    repo.write({SPEC: CORE, "shop/web.py": "import shop.core\n\nPAGES = 1\n"})
    value = everywhere(repo, run)
    assert states(value) == [("shop.core.tax -> shop.web", "existing")]
    assert weakenings(value) == []


def test_an_invariant_that_does_not_follow_is_unmatched_and_no_weakening_where_it_lets_nothing_through(repo, run):
    repo.commit({"shop/domain/tax.py": "RATE = 2\n"})
    repo.git("branch", "-f", "main", "HEAD")
    repo.git("mv", "shop/domain", "shop/core")
    repo.write({"shop/web.py": "import shop.core\n\nPAGES = 1\n"})
    value = everywhere(repo, run)
    assert [one["verdict"] for one in value["invariants"] if one["id"] == "shop-layers"] == ["unmatched"]
    assert weakenings(value) == []


def test_what_is_split_off_is_introduced_and_the_rest_stays(repo, run):
    repo.write({"shop/domain/rates.py": "import shop.web\n\nRATE = 2\n"})
    repo.write({"shop/domain/tax.py": "import shop.web\n\n\ndef tax():\n    return RATE\n"})
    assert states(everywhere(repo, run)) == [("shop.domain.rates -> shop.web", "introduced"), (TAX, "existing")]


def test_an_invariant_by_another_name_introduces_nothing(repo, run):
    repo.write({"docs/specs/other.md": LAYERS.replace("shop-layers", "storey-order")})
    (repo.root / SPEC).unlink()
    value = everywhere(repo, run)
    assert states(value) == [(TAX, "existing")]
    assert weakenings(value) == []


def test_a_base_without_specs_kept_nothing_and_a_baseline_adopts_it(repo, run):
    repo.git("checkout", "-q", "--orphan", "bare")
    repo.git("rm", "-q", "-r", "--cached", "docs")
    repo.git("commit", "-q", "-m", "code")
    repo.git("checkout", "-q", "-f", "-b", "adopt")
    repo.write({SPEC: LAYERS})
    assert states(report(run, "--base", "bare")) == [(TAX, "introduced")]
    run("baseline")
    value = report(run, "--base", "bare")
    assert (value["verdict"], states(value), weakenings(value)) == ("kept", [(TAX, "existing")], [])


def test_debt_that_a_change_brings_cannot_be_frozen_by_it(repo, run):
    run("baseline")
    repo.write({"shop/domain/bill.py": NEW})
    run("baseline", "--grow", "--because", "later")
    assert states(report(run)) == [(BILL, "existing"), (TAX, "existing")]
    value = everywhere(repo, run)
    assert (value["verdict"], states(value)) == ("broken", [(BILL, "introduced"), (TAX, "existing")])
    (bill,) = [one for one in value["findings"] if one["kind"] == "layers" and one["state"] == "introduced"]
    assert "may only shrink" in bill["message"]
    assert len(weakenings(value)) == 2


def test_a_new_invariant_comes_with_what_it_finds_in_old_code(repo, run):
    more = LAYERS.replace("shop-layers", "order-first").replace("[shop.web, shop.domain]", "[shop.domain, shop.web]")
    repo.commit({SPEC: LAYERS + more.removeprefix("# Shop\n")})
    assert ("shop.web -> shop.domain", "introduced") in states(report(run, "--base", "main"))
    run("baseline")
    value = report(run, "--base", "main")
    assert value["verdict"] == "kept"
    assert [one["invariant"] for one in weakenings(value)] == ["shop-layers"], "what it held before is frozen now"


def test_a_waiver_counts_and_is_shown(repo, run):
    repo.write({"shop/domain/bill.py": NEW})
    run("waive", BILL, "--until", "2999-01-01", "--because", "later")
    value = everywhere(repo, run)
    assert (value["verdict"], states(value)) == ("kept", [(BILL, "waived"), (TAX, "existing")])
    (weaker,) = weakenings(value)
    assert weaker["after"].startswith("shop-layers | shop.domain.bill -> shop.web | waived | 2999-01-01")
    assert len(weaker["lets_through"]) == 1


def test_a_waiver_that_lasts_longer_is_shown_and_a_shorter_one_not(repo, run):
    line = "shop-layers | shop.domain.tax -> shop.web | {} | Ada | why\n"
    repo.git("checkout", "-q", "main")
    repo.commit({"holdfast.lock": line.format("waived | 2998-01-01")})
    repo.git("checkout", "-q", "-b", "next")
    repo.write({"holdfast.lock": line.format("waived | 2999-01-01")})
    (weaker,) = weakenings(report(run, "--base", "main"))
    assert (weaker["before"], "2998" in weaker["message"]) == (line.format("waived | 2998-01-01"), True)
    repo.write({"holdfast.lock": line.format("frozen | ")})
    assert len(weakenings(report(run, "--base", "main"))) == 1
    repo.write({"holdfast.lock": line.format("waived | 2997-01-01")})
    assert weakenings(report(run, "--base", "main")) == []
    (repo.root / "holdfast.lock").unlink()
    assert weakenings(report(run, "--base", "main")) == []


def test_notes_about_the_lock_are_there_once_and_never_fixed(repo, run):
    repo.git("checkout", "-q", "main")
    repo.commit({"holdfast.lock": "shop-layers | gone -> shop.web | frozen\n"})
    repo.git("checkout", "-q", "-b", "next")
    value = report(run, "--base", "main")
    assert states(value, "lock") == [("None -> None", "existing")]
    run("baseline", "--grow", "--because", "x")
    assert states(report(run, "--base", "main"), "lock") == []


def test_only_restricts_what_is_compared(repo, run):
    repo.write({SPEC: "# Shop\n"})
    assert weakenings(report(run, "--base", "main", "--only", "forbidden")) == []


@pytest.fixture
def upstream(repo: Repo, tmp_path: Path) -> str:
    """A repository to clone: two branches with some commits since they parted. Gives its address."""
    repo.commit(CLEAN)
    for number in range(3):
        repo.commit({"notes.txt": f"{number}"})
    repo.git("checkout", "-q", "-b", "feature")
    repo.commit({"shop/domain/tax.py": OLD})
    repo.commit({"shop/domain/bill.py": NEW})
    repo.git("checkout", "-q", "main")
    repo.commit({"notes.txt": "last"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return f"file://{repo.root}"


def clone(repo: Repo, place: Path, address: str, *options: str) -> Run:
    """Clone, and give a function that runs the command there."""
    repo.git("clone", "-q", *options, address, str(place))

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, [words[0], str(place), *words[1:]])

    return run


def obey(repo: Repo, place: Path, result: Result) -> None:
    """Run the command that the hint of a failed check names."""
    assert result.exit_code == 2, result.stdout
    command = re.search(r"run `git ([^`]+)`", result.stderr)
    assert command, result.stderr
    repo.git(*command[1].split(), cwd=place)


BOTH = [(BILL, "introduced"), (TAX, "introduced")]


@pytest.mark.parametrize("depth", ["1", "2", "3"])
def test_a_shallow_clone_of_one_branch_is_told_what_to_fetch(repo, upstream, tmp_path, depth):
    place = tmp_path / "clone"
    run = clone(repo, place, upstream, "--depth", depth, "--branch", "feature")
    obey(repo, place, run("check", "--base", "origin/main"))
    assert states(report(run, "--base", "origin/main")) == BOTH


def test_a_shallow_clone_that_has_both_tips_is_told_what_to_fetch(repo, upstream, tmp_path):
    place = tmp_path / "clone"
    run = clone(repo, place, upstream, "--depth", "1", "--no-single-branch", "--branch", "feature")
    result = run("check", "--base", "origin/main")
    assert "does not reach back" in result.stderr
    assert "fetch-depth: 0" in result.stderr
    obey(repo, place, result)
    assert states(report(run, "--base", "origin/main")) == BOTH


def test_a_shallow_clone_that_reaches_back_is_enough(repo, upstream, tmp_path):
    place = tmp_path / "clone"
    run = clone(repo, place, upstream, "--depth", "4", "--no-single-branch", "--branch", "feature")
    assert states(report(run, "--base", "origin/main")) == BOTH
    repo.git("checkout", "-q", "--detach", cwd=place)
    assert states(report(run, "--base", "origin/main")) == BOTH


def test_the_merge_commit_of_a_pull_request_needs_two_commits(repo, upstream, tmp_path):
    repo.git("checkout", "-q", "-b", "merged", "main")
    repo.git("merge", "-q", "--no-ff", "feature", "-m", "merge")
    place = tmp_path / "clone"
    run = clone(repo, place, upstream, "--depth", "2", "--branch", "merged")
    repo.git("checkout", "-q", "--detach", cwd=place)
    assert states(report(run, "--base", "HEAD^1")) == BOTH


def test_a_partial_clone_is_told_what_to_fetch(repo, upstream, tmp_path):
    repo.commit({"shop/web.py": "PAGES = 2\n", "notes.txt": "again"})
    repo.git("branch", "-q", "old", "main~1")
    place = tmp_path / "clone"
    run = clone(repo, place, upstream, "--filter=blob:none", "--branch", "main")
    result = run("check", "--base", "origin/old")
    assert "partial" in result.stderr
    obey(repo, place, result)
    assert report(run, "--base", "origin/old")["verdict"] == "kept"


def test_branches_without_a_common_commit_are_compared_as_they_are(repo, run):
    repo.git("checkout", "-q", "--orphan", "island")
    repo.commit({"shop/domain/bill.py": NEW})
    assert states(report(run, "--base", "main")) == [(BILL, "introduced"), (TAX, "existing")]


@pytest.mark.parametrize("base", ["nothing", "origin/nothing", "f" * 40, "a b", "--all", "$(x)", "", "HEAD^9"])
def test_a_base_that_is_not_there_is_told(repo, run, base):
    for remote in (False, True):
        if remote:
            repo.git("remote", "add", "origin", "file:///nowhere")
        result = run("check", f"--base={base}")
        if base:
            assert result.exit_code == 2
            assert "hint: " in result.stderr


def test_a_branch_of_the_remote_is_named_in_full(repo, upstream, tmp_path):
    run = clone(repo, tmp_path / "clone", upstream, "--branch", "feature")
    assert "did you mean origin/main?" in run("check", "--base", "main").stderr
    run = clone(repo, tmp_path / "single", upstream, "--branch", "feature", "--single-branch")
    told = run("check", "--base", "main").stderr
    assert (
        "run `git fetch origin +refs/heads/main:refs/remotes/origin/main`, then check with --base origin/main" in told
    )


def test_before_the_first_commit_there_is_nothing_to_compare_with(tmp_path):
    repo = Repo(tmp_path / "new")
    repo.write(CLEAN)
    result = CliRunner().invoke(cli, ["check", str(repo.root), "--base", "main"])
    assert (result.exit_code, "no commit yet" in result.stderr) == (2, True)


def test_a_base_whose_configuration_cannot_be_used_is_read_by_the_one_here(repo, run):
    repo.git("checkout", "-q", "main")
    repo.commit({"holdfast.toml": "nonsense = 1\n"})
    repo.git("checkout", "-q", "-b", "mend")
    repo.commit({"holdfast.toml": "", "shop/domain/bill.py": NEW})
    assert states(report(run, "--base", "main")) == [(BILL, "introduced"), (TAX, "existing")]


def test_a_change_that_removes_all_specs_is_refused(repo, run):
    (repo.root / SPEC).unlink()
    result = run("check", "--base", "main")
    assert (result.exit_code, "there are no specs" in result.stderr) == (2, True)


def test_a_section_that_is_confirmed_again_is_shown_as_a_note(repo, run):
    block = "\n```yaml invariant\nid: described\nkind: reviewed\nsymbols: ['shop.domain.tax:tax']\n```\n"
    repo.git("checkout", "-q", "main")
    repo.write({SPEC: LAYERS + block})
    assert run("confirm", SPEC).exit_code == 0
    repo.commit()
    repo.git("checkout", "-q", "-b", "next")
    repo.commit({"shop/domain/tax.py": OLD.replace("return RATE", "return RATE + 1")})
    assert ("None -> None", "introduced") in states(report(run, "--base", "main"), "reviewed")
    assert run("confirm", SPEC).exit_code == 0
    value = report(run, "--base", "main")
    assert value["verdict"] == "kept"
    assert [(one["severity"], one["invariant"]) for one in weakenings(value)] == [("info", "described")]
    run("baseline")
    assert "reviewed" in (repo.root / "holdfast.lock").read_text(), "baseline leaves confirmed sections alone"


LINTED = """\
[importlinter]
root_package = shop

[importlinter:contract:pure]
name = The domain knows no web
type = forbidden
source_modules =
    shop.domain
forbidden_modules =
    shop.web
"""


def test_contracts_of_other_tools_are_compared_alike(repo, run):
    repo.git("checkout", "-q", "main")
    repo.commit({".importlinter": LINTED})
    repo.git("checkout", "-q", "-b", "next")
    repo.write({"shop/domain/bill.py": NEW})
    words = ("--base", "main", "--contracts", ".importlinter")
    value = report(run, *words)
    assert states(value, "forbidden") == [(BILL, "introduced"), (TAX, "existing")]
    assert weakenings(value) == []
    repo.write({".importlinter": LINTED + "ignore_imports =\n    shop.domain.bill -> shop.web\n"})
    value = report(run, *words)
    assert (value["verdict"], states(value, "forbidden")) == ("kept", [(TAX, "existing")])
    (weaker,) = weakenings(value)
    assert "it excepts" in weaker["message"]
    assert len(weaker["lets_through"]) == 1
    assert "=shop.domain.bill -> =shop.web" in weaker["after"]
    assert "shop.domain.bill" not in weaker["before"]
