"""Only what is new: `holdfast check --base`, in repositories where things move, and specs and locks change."""

import pytest

from tests.repositories import Repo
from tests.shop import CLEAN, LAYERS, NEW, OLD, SPEC, Run, report, runner, states

TAX = "shop.domain.tax -> shop.web"
BILL = "shop.domain.bill -> shop.web"
CORE = LAYERS.replace("shop.domain", "shop.core")


@pytest.fixture
def run(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(repo.root)
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    repo.git("checkout", "-q", "-b", "feature")
    return runner(repo)


def weakenings(value: dict) -> list[dict]:
    found = [one for one in value["findings"] if one["kind"] == "weakening"]
    assert value["counts"]["weakenings"] == len(found)
    return found


def everywhere(repo: Repo, run: Run) -> dict:
    """Compare the work tree, then the index, then a commit with main: all say the same."""
    values = [report(run, "--base", "main")]
    repo.git("add", "-A")
    values.append(report(run, "--base", "main", "--staged"))
    repo.commit()
    values += [report(run, "--base", "main"), report(run, "--base", "main", "--rev", "HEAD", "--no-cache")]
    assert all(value["findings"] == values[0]["findings"] for value in values)
    return values[0]


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


SETTINGS = 'exclude = ["shop/domain/tax.py"]\n'
WEAKER = {
    "removed": ({SPEC: "# Shop\n"}, "it was removed", 1),
    "retired": ({SPEC: "---\nstatus: retired\n---\n" + LAYERS}, "retired with its spec", 1),
    "drafted": ({SPEC: "---\nstatus: draft\n---\n" + LAYERS}, "since its section or spec is a draft", 1),
    "demoted": ({SPEC: LAYERS.replace("why:", "severity: info\nwhy:")}, "reports infos, and reported errors", 1),
    "excepted": (
        {SPEC: LAYERS.replace("why:", 'except: [{what: "shop.domain.tax -> shop.web", because: old}]\nwhy:')},
        "it excepts shop.domain.tax -> shop.web (old)",
        1,
    ),
    "loosened": ({SPEC: LAYERS.replace("shop.domain]", "shop.domain.order]")}, "`layers` is not what it was", 1),
    "loosened, and nothing is let through": (
        {SPEC: LAYERS.replace("why:", "indirect: false\nwhy:")},
        "`indirect` is not what it was. It lets nothing through today",
        0,
    ),
    "of another kind": (
        {SPEC: "# Shop\n\n```yaml invariant\nid: shop-layers\nkind: acyclic\nwithin: shop.domain\n```\n"},
        "it is of kind acyclic now, and was layers",
        1,
    ),
    "excluded": ({"holdfast.toml": SETTINGS}, "`exclude` of holdfast.toml changed", 1),
}


@pytest.mark.parametrize(("files", "said", "lost"), WEAKER.values(), ids=WEAKER)
def test_what_asks_less_is_shown(repo, run, files, said, lost):
    repo.write(files)
    value = everywhere(repo, run)
    (weaker,) = weakenings(value)
    assert said in weaker["message"]
    assert (weaker["severity"], weaker["state"], value["verdict"]) == ("warning", "introduced", "kept")
    assert len(weaker["lets_through"]) == lost
    assert weaker["before"] != weaker["after"]
    text = run("check", "--base", "main").stdout
    assert "weakening" in text
    assert "1 weakening" in text
    assert run("explain", weaker["fingerprint"][:8], "--base", "main").exit_code in {0, 2}


STRICTER = {
    "severity": LAYERS,
    "no exception": LAYERS,
    "more layers closed": LAYERS.replace("why:", "closed: [shop.web]\nwhy:"),
    "an exception that ends": LAYERS.replace(
        "why:", "except: [{what: shop.none -> shop.web, because: x, until: 2990-01-01}]\nwhy:"
    ),
    "another why": LAYERS.replace("web server", "server"),
    "another place": "# Other\n\nText.\n\n" + LAYERS,
}


@pytest.mark.parametrize("after", STRICTER.values(), ids=STRICTER)
def test_what_asks_more_or_the_same_is_not(repo, run, after):
    loose = LAYERS.replace("why:", "severity: warning\nexcept: [{what: shop.none -> shop.web, because: x}]\nwhy:")
    repo.git("checkout", "-q", "main")
    repo.commit({SPEC: loose})
    repo.git("checkout", "-q", "-b", "next")
    repo.write({SPEC: after})
    assert weakenings(report(run, "--base", "main")) == []


def test_weakening_breaks_where_either_side_says_so(repo, run):
    repo.git("checkout", "-q", "main")
    repo.commit({"holdfast.toml": 'weakening = "error"\n'})
    repo.git("checkout", "-q", "-b", "next")
    repo.write({SPEC: "# Shop\n", "holdfast.toml": 'weakening = "info"\n'})
    value = report(run, "--base", "main")
    assert value["verdict"] == "broken"
    assert {one["severity"] for one in weakenings(value)} == {"error"}
    assert any("`weakening` of holdfast.toml" in one["message"] for one in weakenings(value))


def test_the_configuration_is_held_against_what_it_may_be(repo, run):
    repo.write({"holdfast.toml": 'weakening = "fatal"\n'})
    assert "write one of" in run("check").stderr


def test_only_restricts_what_is_compared(repo, run):
    repo.write({SPEC: "# Shop\n"})
    assert weakenings(report(run, "--base", "main", "--only", "forbidden")) == []
