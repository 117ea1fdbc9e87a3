"""`holdfast baseline`: what breaks today is frozen, and from then on only shrinks."""

import pytest

from tests.repositories import Repo
from tests.shop import CLEAN, NEW, OLD, SPEC, Run, report, runner, states

LINE = "shop-layers | shop.domain.tax -> shop.web | frozen |  | Ada <ada@example.com>"


@pytest.fixture
def run(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(repo.root)
    return runner(repo)


def lock(repo: Repo) -> list[str]:
    return [line for line in (repo.root / "holdfast.lock").read_text().splitlines() if not line.startswith("#")]


def notes(value: dict) -> list[tuple[str, str]]:
    return [(one["severity"], one["message"]) for one in value["findings"] if one["kind"] == "lock"]


def test_what_breaks_today_is_existing_from_then_on(repo, run):
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    assert run("check").exit_code == 1
    done = run("baseline")
    assert done.exit_code == 0, done.stderr
    assert "1 finding frozen" in done.stdout
    assert "merge=union" in done.stdout
    assert lock(repo) == [LINE]
    value = report(run)
    assert states(value) == [("shop.domain.tax -> shop.web", "existing")]
    assert value["findings"][0]["accepted"] == {"until": None, "by": "Ada <ada@example.com>", "because": ""}
    assert run("check").stdout.startswith("● kept  0 of 1 invariant kept · 1 existing")
    repo.commit()
    for words in (["--staged"], ["--rev", "HEAD"], ["--no-cache"]):
        assert states(report(run, *words)) == [("shop.domain.tax -> shop.web", "existing")]


def test_lines_may_move_and_new_drift_breaks(repo, run):
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    run("baseline")
    repo.write({"shop/domain/tax.py": "# a comment\n\n" + OLD, "shop/domain/bill.py": NEW})
    assert states(report(run)) == [
        ("shop.domain.bill -> shop.web", "introduced"),
        ("shop.domain.tax -> shop.web", "existing"),
    ]


def test_growth_is_refused_and_shown_unless_there_is_a_reason(repo, run):
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    run("baseline")
    repo.write({"shop/domain/bill.py": NEW})
    refused = run("baseline")
    assert refused.exit_code == 1
    assert "shop.domain.bill -> shop.web" in refused.stdout
    assert "may only shrink" in refused.stdout
    assert lock(repo) == [LINE]
    assert run("baseline", "--grow").exit_code == 2
    assert "say why" in run("baseline", "--grow").stderr
    grown = run("baseline", "--grow", "--because", "the bill moves next")
    assert grown.exit_code == 0
    assert "+ shop.domain.bill -> shop.web" in grown.stdout
    assert lock(repo)[0].endswith("| Ada <ada@example.com> | the bill moves next")
    assert run("check").exit_code == 0


def test_what_is_mended_never_breaks_and_leaves(repo, run):
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    run("baseline")
    repo.write({"shop/domain/tax.py": "RATE = 2\n"})
    value = report(run)
    assert value["verdict"] == "kept"
    assert notes(value) == [("info", "shop.domain.tax -> shop.web (shop-layers) is frozen here and holds no more.")]
    assert notes(report(run, "--only", "forbidden")) == []
    before = (repo.root / "holdfast.lock").read_text()
    assert "- shop.domain.tax -> shop.web" in run("baseline", "--dry-run").stdout
    assert (repo.root / "holdfast.lock").read_text() == before
    assert "1 mended" in run("baseline").stdout
    assert lock(repo) == []
    assert notes(report(run)) == []
    repo.write({"shop/domain/tax.py": OLD})
    assert run("baseline").exit_code == 1, "an empty lock is no first one"


def test_an_invariant_that_cannot_be_read_keeps_its_entries(repo, run):
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    run("baseline")
    repo.write({SPEC: (repo.root / SPEC).read_text().replace("layers: [", "lairs: [")})
    done = run("baseline")
    assert lock(repo) == [LINE]
    assert done.exit_code == 1
    assert "cannot be frozen" in done.stdout


def test_selectors_that_match_nothing_are_not_frozen(repo, run):
    repo.commit({**CLEAN, SPEC: CLEAN[SPEC].replace("shop.web,", "shop.wob,"), "shop/domain/tax.py": OLD})
    done = run("baseline")
    assert done.exit_code == 1
    assert "shop.wob" in done.stdout
    assert run("check").exit_code == 1


def test_an_entry_follows_a_move_that_nobody_committed(repo, run):
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD})
    run("baseline")
    repo.commit()
    repo.git("mv", "shop/domain", "shop/core")
    repo.write({SPEC: (repo.root / SPEC).read_text().replace("shop.domain", "shop.core")})
    for words in ([], ["--staged"]):
        if words:
            repo.git("add", "-A")
        value = report(run, *words)
        assert states(value) == [("shop.core.tax -> shop.web", "existing")]
        assert notes(value)[0][0] == "warning"
        assert "goes by shop.core.tax -> shop.web now" in notes(value)[0][1]
    moved = repo.commit()
    assert states(report(run)) == [("shop.core.tax -> shop.web", "existing")], "history shows the move"
    repo.commit({"other.txt": "x"})
    assert states(report(run)) == [("shop.core.tax -> shop.web", "existing")]
    assert "~ shop.domain.tax -> shop.web" in run("baseline").stdout
    assert lock(repo) == [LINE.replace("shop.domain", "shop.core")]
    assert notes(report(run)) == []
    assert states(report(run, "--rev", moved)) == [("shop.core.tax -> shop.web", "existing")]


def test_git_merges_two_locks(repo, run):
    repo.commit({**CLEAN, ".gitattributes": "holdfast.lock merge=union\n", "shop/domain/tax.py": OLD})
    run("baseline")
    repo.commit()
    repo.git("checkout", "-q", "-b", "one")
    repo.write({"shop/domain/bill.py": NEW})
    assert run("waive", "shop.domain.bill -> shop.web", "--until", "2999-01-01", "--because", "one").exit_code == 0
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write({"shop/domain/cart.py": NEW})
    assert run("waive", "shop.domain.cart -> shop.web", "--until", "2999-01-01", "--because", "two").exit_code == 0
    repo.commit()
    repo.git("merge", "-q", "one", "-m", "merge")
    assert sorted(line.partition(" | ")[2].partition(" ")[0] for line in lock(repo)) == [
        "shop.domain.bill",
        "shop.domain.cart",
        "shop.domain.tax",
    ]
    assert {state for _, state in states(report(run))} == {"waived", "existing"}


def test_a_bad_line_is_an_error_with_its_place_and_the_others_count(repo, run):
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD, "holdfast.lock": f"{LINE}\n{LINE.replace('frozen', 'forzen')}\n"})
    value = report(run)
    (bad,) = [one for one in value["findings"] if one["kind"] == "lock"]
    assert (value["verdict"], bad["severity"], bad["spec"]["line"]) == ("broken", "error", 2)
    assert "`frozen`" in bad["fix"]
    assert states(value) == [("shop.domain.tax -> shop.web", "existing")]
    refused = run("baseline")
    assert refused.exit_code == 2
    assert "holdfast.lock:2" in refused.stderr


def test_bad_input_is_told(repo, run, tmp_path, monkeypatch):
    repo.commit({**CLEAN, "shop/domain/tax.py": OLD, ".gitignore": "*.lock\n"})
    assert "git ignores holdfast.lock" in run("baseline").stdout
    (repo.root / "holdfast.lock").unlink()
    (repo.root / "holdfast.lock").symlink_to("elsewhere")
    repo.write({".gitignore": ""})
    assert "plain file" in run("baseline").stderr
    (repo.root / "holdfast.lock").unlink()
    repo.git("config", "--unset", "user.name")
    repo.git("config", "--unset", "user.email")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert run("baseline", "--by", "CI").exit_code == 0
    assert lock(repo) == [LINE.replace("Ada <ada@example.com>", "CI")]


def test_outside_git_someone_must_say_who(tmp_path, run, monkeypatch):
    place = tmp_path / "plain"
    for name, text in {**CLEAN, "shop/domain/tax.py": OLD}.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(str(text))
    monkeypatch.chdir(place)
    assert "--by" in run("baseline").stderr
    assert run("baseline", "--by", "Ada").exit_code == 0
    assert run("check").exit_code == 0
