"""`holdfast check`, as people call it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from sync.checking.starting import Start
from tests.repositories import Repo
from tests.shop import CLEAN as SHOP
from tests.shop import OLD

HOLDFAST = Path(sys.executable).parent / "holdfast"
LAYERS = """\
# Shop

```yaml invariant
id: shop-layers
name: the domain knows no web
kind: layers
layers: [shop.web, shop.domain]
why: Batch jobs import the domain without a web server.
```
"""
CLEAN: dict[str, str | bytes] = {
    "docs/specs/shop.md": LAYERS,
    "shop/__init__.py": "",
    "shop/web.py": "import shop.domain\n",
    "shop/domain.py": "X = 1\n",
}
DRIFT: dict[str, str | bytes] = {"shop/domain.py": "import shop.util\n", "shop/util.py": "\nimport shop.web\n"}


@pytest.fixture
def run(repo: Repo, monkeypatch):
    monkeypatch.chdir(repo.root)

    def invoke(*words: str, **extra: object) -> Result:
        return CliRunner().invoke(cli, words, **extra)

    return invoke


def findings(result: Result) -> list[dict]:
    return json.loads(result.stdout)["findings"]


def test_clean_code_takes_two_lines(repo, run):
    repo.commit(CLEAN)
    result = run("check")
    assert result.exit_code == 0
    assert result.stdout == "● kept  1 invariant kept\n  4 files, 3 modules, 1 import, 1 spec\n"
    assert result.stderr == ""


def test_drift_shows_the_rule_the_chain_and_what_to_do(repo, run):
    repo.commit({**CLEAN, **DRIFT})
    result = run("check")
    assert result.exit_code == 1
    text = result.stdout
    assert "◆ shop-layers  the domain knows no web  docs/specs/shop.md:3" in text
    assert "└─ shop.util    shop/domain.py:1" in text
    assert "   └─ shop.web  shop/util.py:2" in text
    assert "fix: " in text
    assert "◆ broken  0 of 1 invariant kept · 1 error" in text


def test_json_is_version_one_and_the_same_bytes_each_time(repo, run):
    repo.commit({**CLEAN, **DRIFT})
    first = run("check", "--format", "json")
    assert first.exit_code == 1
    report = json.loads(first.stdout)
    assert (report["schema"], report["verdict"]) == (1, "broken")
    (finding,) = report["findings"]
    assert finding["state"] == "introduced"
    assert finding["code"] == {"path": "shop/util.py", "line": 2, "column": 1}
    assert finding["spec"] == {"path": "docs/specs/shop.md", "anchor": "shop", "line": 3}
    assert [hop["to"] for hop in finding["evidence"]] == ["shop.util", "shop.web"]
    assert report["invariants"][0]["findings"] == [finding["fingerprint"]]
    for words in ([], ["--no-cache"], ["--rev", "HEAD"], ["--staged"]):
        assert run("check", "--format", "json", *words).stdout == first.stdout


def test_twelve_processes_say_the_same_bytes(repo):
    files = {f"shop/part{number}.py": f"import shop.part{number * 7 % 90}\nimport shop.web\n" for number in range(90)}
    repo.commit({**CLEAN, **DRIFT, **files})
    told = set()
    for number in range(12):
        words = ["check", "--format", "json", *(["--no-cache"] if number % 3 else [])]
        env = {**os.environ, "PYTHONHASHSEED": str(number)}
        process = subprocess.run(
            [sys.executable, "-m", "holdfast", *words], cwd=repo.root, env=env, capture_output=True, check=False
        )
        assert process.returncode == 1, process.stderr
        told.add(process.stdout)
    assert len(told) == 1


def test_a_check_in_a_subfolder_or_by_path_is_that_of_the_root(repo, run, monkeypatch):
    repo.commit({**CLEAN, **DRIFT})
    whole = run("check").stdout
    monkeypatch.chdir(repo.root / "shop")
    assert run("check").stdout == whole
    monkeypatch.chdir("/")
    assert run("check", str(repo.root)).stdout == whole


def test_edits_that_are_not_staged_count(repo, run):
    repo.commit(CLEAN)
    assert run("check").exit_code == 0
    repo.write(DRIFT)
    assert run("check").exit_code == 1
    assert run("check", "--staged").exit_code == 0
    assert run("check", "--rev", "HEAD").exit_code == 0
    repo.git("add", "-A")
    assert run("check", "--staged").exit_code == 1


def test_rev_takes_code_and_specs_from_the_commit_even_of_a_bare_repository(repo, run, tmp_path):
    first = repo.commit({**CLEAN, **DRIFT})
    repo.commit({"docs/specs/shop.md": "# Nothing promised\n"})
    assert run("check").exit_code == 0
    assert run("check", "--rev", first).exit_code == 1
    repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    assert run("check", str(tmp_path / "bare.git"), "--rev", first).exit_code == 1
    assert run("check", str(tmp_path / "bare.git"), "--rev", "main").exit_code == 0
    refused = run("check", str(tmp_path / "bare.git"))
    assert refused.exit_code == 2
    assert "--rev" in refused.stderr
    assert not (tmp_path / "bare.git/.holdfast").exists()


def test_base_tells_new_findings_from_those_that_were_there(repo, run):
    repo.commit({**CLEAN, **DRIFT})
    repo.git("checkout", "-q", "-b", "feature")
    repo.commit({"docs/note.md": "x"})
    assert run("check", "--base", "main").exit_code == 0
    states = [item["state"] for item in findings(run("check", "--base", "main", "--format", "json"))]
    assert states == ["existing"]
    assert "1 existing" in run("check", "--base", "main").stdout
    repo.commit({"shop/domain.py": "import shop.util\nimport shop.web\n"})
    result = run("check", "--base", "main", "--format", "json")
    assert result.exit_code == 1
    assert sorted(item["state"] for item in findings(result)) == ["existing", "introduced"]
    repo.commit({"shop/domain.py": "X = 1\n"})
    result = run("check", "--base", "main", "--format", "json")
    assert (result.exit_code, [item["state"] for item in findings(result)]) == (0, ["fixed"])


def test_base_is_where_the_branch_left_not_where_the_other_is_now(repo, run):
    repo.commit({**CLEAN, **DRIFT})
    repo.git("checkout", "-q", "-b", "feature")
    repo.commit({"docs/note.md": "x"})
    repo.git("checkout", "-q", "main")
    repo.commit({"shop/domain.py": "X = 1\n"}, "mend it")
    repo.git("checkout", "-q", "feature")
    assert run("check", "--base", "main").exit_code == 0


def test_a_moved_file_introduces_nothing(repo, run):
    body = "".join(f"VALUE_{number} = {number}\n" for number in range(20))
    repo.commit(
        {**CLEAN, "shop/domain.py": "", "shop/domain/__init__.py": "", "shop/domain/a.py": body + "import shop.web\n"}
    )
    repo.git("rm", "-q", "shop/domain.py")
    repo.commit()
    repo.git("checkout", "-q", "-b", "feature")
    repo.git("mv", "shop/domain/a.py", "shop/domain/b.py")
    repo.commit()
    result = run("check", "--base", "main", "--format", "json")
    assert [item["state"] for item in findings(result)] == ["existing"], result.stdout
    assert result.exit_code == 0


def test_a_base_from_before_the_specs_makes_all_findings_new(repo, run):
    start = repo.commit({"a.txt": "x"})
    repo.commit({**CLEAN, **DRIFT})
    assert run("check", "--base", start).exit_code == 1


def test_only_restricts_the_kinds(repo, run):
    repo.commit({**CLEAN, **DRIFT})
    assert run("check", "--only", "forbidden,acyclic").exit_code == 0
    assert run("check", "--only", "layers").exit_code == 1
    wrong = run("check", "--only", "layer")
    assert wrong.exit_code == 2
    assert "hint: known are absent, acyclic" in wrong.stderr


def test_specs_may_come_from_a_folder_elsewhere(repo, run, tmp_path):
    repo.commit({name: text for name, text in {**CLEAN, **DRIFT}.items() if name != "docs/specs/shop.md"})
    none = run("check")
    assert none.exit_code == 2
    assert "holdfast init" in none.stderr
    (tmp_path / "intent").mkdir()
    (tmp_path / "intent/shop.md").write_text(LAYERS)
    assert run("check", "--specs", str(tmp_path / "intent")).exit_code == 1
    assert run("check", "--specs", str(tmp_path / "intent"), "--rev", "HEAD").exit_code == 1
    assert run("check", "--specs", str(tmp_path / "nothing")).exit_code == 2


def test_configuration_is_found_above_and_mistakes_stop_the_run(repo, run, monkeypatch):
    moved = {f"part/{name}": text for name, text in {**CLEAN, **DRIFT}.items() if name.startswith("shop")}
    repo.commit({**moved, "part/intent/shop.md": LAYERS, "part/holdfast.toml": 'specs = ["intent"]\n'})
    monkeypatch.chdir(repo.root / "part/shop")
    assert run("check").exit_code == 1
    assert run("check", "--rev", "HEAD").exit_code == 1
    assert (repo.root / "part/.holdfast/cache").is_dir()
    repo.write({"part/holdfast.toml": 'specs = ["intent"]\nexclude = ["shop/util.py"]\n'})
    assert run("check").exit_code == 0
    repo.write({"part/holdfast.toml": 'spec = ["intent"]\n'})
    wrong = run("check")
    assert wrong.exit_code == 2
    assert wrong.stderr == "error: part/holdfast.toml: unknown key 'spec'\nhint: did you mean 'specs'?\n"


def test_outside_git_a_folder_is_walked(tmp_path, monkeypatch):
    for name, text in {**CLEAN, **DRIFT, "node_modules/x/index.js": "import 'y'"}.items():
        place = tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(str(text))
    monkeypatch.chdir(tmp_path / "shop")
    (tmp_path / "holdfast.toml").write_text("")
    result = CliRunner().invoke(cli, ["check", "--format", "json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["counts"]["files"] == 6
    assert CliRunner().invoke(cli, ["check", "--rev", "HEAD"]).exit_code == 2


def test_a_gone_name_in_prose_is_found_through_history(repo, run):
    repo.commit({**CLEAN, "shop/domain.py": "def settle_accounts(): ...\n"})
    told = LAYERS + "\nNightly, `shop.domain.settle_accounts` runs; `shop.domain.never_was` does not.\n"
    repo.commit({"docs/specs/shop.md": told})
    assert run("check").stdout.startswith("● kept")
    repo.write({"shop/domain.py": "X = 1\n"})
    result = run("check", "--format", "json")
    assert [item["reference"] for item in findings(result)] == ["shop.domain.settle_accounts"]
    assert result.exit_code == 0
    repo.commit()
    for number in range(30):
        repo.commit({"note.txt": str(number)})
    again = findings(run("check", "--format", "json"))
    assert [item["fingerprint"] for item in again] == [item["fingerprint"] for item in findings(result)]


def test_the_cache_may_be_elsewhere_unwritable_or_full_of_rubbish(repo, run, tmp_path):
    repo.commit({**CLEAN, **DRIFT})
    fresh = run("check", "--no-cache").stdout
    assert not (repo.root / ".holdfast").exists()
    assert run("check", env={"HOLDFAST_CACHE_DIR": str(tmp_path / "cache")}).stdout == fresh
    assert list((tmp_path / "cache").glob("*.pack"))
    assert not (repo.root / ".holdfast").exists()
    assert run("check", env={"HOLDFAST_CACHE_DIR": "/dev/null/x"}).stdout == fresh
    assert run("check").stdout == fresh
    assert repo.git("status", "--porcelain") == ""
    for file in (repo.root / ".holdfast/cache").rglob("*.*"):
        if file.is_file() and file.suffix != ".gitignore":
            file.write_bytes(b"holdfast pack 1\n\xff\xff\xff\xff rubbish")
    assert run("check").stdout == fresh
    repo.write({"shop/new.py": "import shop.web\n"})
    assert run("check").exit_code == 1


def test_errors_have_a_hint_and_no_traceback(repo, run, monkeypatch):
    repo.commit(CLEAN)
    for words in (["check", "--rev", "nothing"], ["check", "--base", "nothing"], ["chek"], ["check", "--nope"]):
        result = run(*words)
        assert result.exit_code == 2
        assert result.stderr.startswith("error: ")
        assert "\nhint: " in result.stderr
    monkeypatch.setattr("sync.checking.local.run_check_with_code", lambda *asked: asked[-1].side() and 1 / 0)
    broken = run("check")
    assert broken.exit_code == 3
    assert (
        broken.stderr
        == "error: Holdfast failed: ZeroDivisionError: division by zero\nhint: set HOLDFAST_DEBUG=1 to see where\n"
    )
    assert isinstance(run("check", env={"HOLDFAST_DEBUG": "1"}).exception, ZeroDivisionError)

    def interrupted(_path: Path, _wish: object, started: Start) -> None:
        started.side()
        raise KeyboardInterrupt

    monkeypatch.setattr("sync.checking.local.run_check_with_code", interrupted)
    assert run("check").exit_code == 130


def hostile_home(repo: Repo, count: int) -> None:
    """A repository that owns packages of our names, each of which would end the run if it were imported."""
    trap = "raise SystemExit('the wrong package')\n"
    files: dict[str, str | bytes] = {f"{name}/__init__.py": trap for name in ("app", "specs", "drift", "sync")}
    files |= {f"shop/more/m{number}.py": f"import shop.domain\nX = {number}\n" for number in range(count)}
    repo.commit({**CLEAN, **DRIFT, **files, "shop/more/__init__.py": ""})


@pytest.mark.parametrize("count", [3, 900])
def test_it_runs_where_the_repository_owns_packages_of_our_names(repo, count):
    """With 900 files a second process helps, and must find the right packages too."""
    hostile_home(repo, count)
    env = {**os.environ, "PYTHONPATH": ".", "NO_COLOR": "1"}
    done = subprocess.run([HOLDFAST, "check"], cwd=repo.root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "shop-layers" in done.stdout
    assert done.stderr == ""


def test_any_number_of_processes_gives_the_same_report(repo):
    from datetime import date  # noqa: PLC0415 (used by one test)

    from app.renderers import RENDERERS  # noqa: PLC0415 (used by one test)
    from sync.checking.local import CheckOptions, run_check  # noqa: PLC0415 (used by one test)

    hostile_home(repo, 30)
    repo.write({"shop/bad.py": "def (:\n", "shop/latin.py": b"# caf\xe9\nimport shop.web\n"})
    reports = [
        run_check(repo.root, CheckOptions(date(2026, 1, 1), cached=False, processes=count)) for count in (1, 2, 3, 7)
    ]
    for item in RENDERERS:
        assert len({item.render(report) for report in reports}) == 1, item.name


def test_a_real_process_writes_plain_text_into_a_pipe(repo):
    repo.commit({**CLEAN, **DRIFT})
    env = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    done = subprocess.run([HOLDFAST, "check"], cwd=repo.root, env=env, capture_output=True, check=False)
    assert done.returncode == 1
    assert b"\x1b" not in done.stdout
    ascii_only = subprocess.run(
        [HOLDFAST, "check"], cwd=repo.root, env={**env, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=False
    )
    assert ascii_only.returncode == 1
    assert ascii_only.stdout.isascii()


def test_a_reader_that_leaves_early_is_no_failure(repo):
    repo.commit({**CLEAN, **DRIFT})
    command = f"{HOLDFAST} check --format json | head -c 1"
    done = subprocess.run(["bash", "-c", command], cwd=repo.root, capture_output=True, check=False)
    assert done.stderr == b""


KINDS_WITH_EXCEPTIONS = {
    "layers": ("layers: [shop.web, shop.domain]", "shop.domain.tax -> shop.web"),
    "forbidden": ("from: shop.domain\nto: shop.web", "shop.domain.tax -> shop.web"),
    "independent": ("modules: [shop.domain.tax, shop.web]", "shop.domain.tax -> shop.web"),
    "acyclic": ("within: shop", "shop.domain.tax -> shop.web"),
    "only": ("target: shop.web\nby: []", "shop.domain.tax -> shop.web"),
    "depends": ("modules: {shop.domain: [], shop.web: [shop.domain]}", "shop.domain.tax -> shop.web"),
    "limit": ("measure: lines\nof: functions\nmax: 1\nwhere: [shop.domain.tax]", "shop.domain.tax:tax"),
    "limit of a module": ("measure: lines\nof: functions\nmax: 1\nwhere: [shop.domain.tax]", "shop.domain.tax"),
    "limit of a file": ("measure: lines\nof: functions\nmax: 1\nwhere: [shop.domain.tax]", "shop/domain/tax.py"),
    "naming": ('what: functions\nmatches: "do_.*"\nwhere: [shop.domain.tax]', "shop.domain.tax:tax"),
    "shape": ("what: functions\nwhere: [shop.domain.tax]\nshould: {documented: true}", "shop.domain.tax:tax"),
    "absent": ('file: "**/tax.py"', "shop/domain/tax.py"),
    "pattern": ("pattern: return $A\nwhere: [shop.domain.tax]", "shop/domain/tax.py"),
}


@pytest.mark.parametrize(("options", "what"), KINDS_WITH_EXCEPTIONS.values(), ids=KINDS_WITH_EXCEPTIONS)
def test_an_exception_lets_through_ends_and_goes_stale_in_every_kind(repo, run, request, options, what):
    kind = request.node.callspec.id.partition(" ")[0]
    block = f"# Shop\n\n```yaml invariant\nid: rule\nkind: {kind}\n{options}\nEXCEPT```\n"
    clause = "except: [{{what: '{}', because: old{}}}]\n"
    repo.commit({**SHOP, "shop/domain/tax.py": OLD})

    def checked(*inserted: str) -> list[dict]:
        repo.write({"docs/specs/shop.md": block.replace("EXCEPT", clause.format(*inserted) if inserted else "")})
        found = findings(run("check", "--format", "json"))
        assert {one["severity"] for one in found} <= {"error", "info"}
        return found

    plain = checked()
    assert plain
    assert checked(what, "") == []
    assert checked(what, ", until: 2999-01-01") == []
    ended = checked(what, ", until: 2020-01-01")
    assert [one["fingerprint"] for one in ended] == [one["fingerprint"] for one in plain]
    assert all(f"The exception for {what} ended on 2020-01-01." in one["message"] for one in ended)
    missing = what.replace("tax", "tux")
    (stale,) = [one for one in checked(missing, "") if one["severity"] == "info"]
    assert "Stale exception" in stale["message"]
    assert run("check").exit_code == 1, "the exception names something else"
    repo.write({"shop/domain/tax.py": ""})
    assert run("check").exit_code == (1 if kind in {"limit", "naming", "shape", "absent"} else 0)
