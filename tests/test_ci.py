"""The pieces for continuous integration: their very commands, run on a repository in a stand-in for the real place."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.codehosts import TOKEN, CodeHost, code_host
from tests.repositories import Repo

ROOT = Path(__file__).resolve().parent.parent
HOLDFAST = Path(sys.executable).parent / "holdfast"
SPEC = """\
# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```
"""
SHOP: dict[str, str | bytes] = {
    "docs/specs/shop.md": SPEC,
    "shop/__init__.py": "",
    "shop/web.py": "import shop.domain\n",
    "shop/domain.py": "X = 1\n",
}
DRIFT: dict[str, str | bytes] = {"shop/domain.py": "import shop.web\n"}
# Makes of `python -m venv DIR` a folder whose holdfast is the one under test, and notes what pip is asked for.
PYTHON = f"""#!/bin/bash
if [ "$1 $2" = "-m venv" ]; then
  mkdir -p "$3/bin" && cp "$0" "$3/bin/python" && ln -s {shlex.quote(str(HOLDFAST))} "$3/bin/holdfast"
else
  echo "$@" >> "$NOTES"
fi
"""


def yaml_of(name: str) -> Any:
    return YAML(typ="safe").load(ROOT / name)


def schema_of(name: str) -> Any:
    """The schema that check-jsonschema brings along."""
    package = importlib.util.find_spec("check_jsonschema")
    assert package is not None
    assert package.origin
    return json.loads((Path(package.origin).parent / f"builtin_schemas/vendor/{name}.json").read_text())


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "repo")


@pytest.fixture
def shop(repo: Repo) -> Repo:
    """A branch that brings drift, off a main branch that has none."""
    repo.commit(SHOP)
    repo.git("checkout", "-q", "-b", "feature")
    repo.commit(DRIFT)
    return repo


class Runner:
    """Runs the steps of the action one after another, as GitHub would."""

    def __init__(self, repo: Repo, tmp: Path, host: CodeHost) -> None:
        self.repo, self.tmp, self.host = repo, tmp, host
        self.outputs: dict[str, dict[str, str]] = {"python": {"python-path": str(tmp / "bin/python")}}
        self.inputs = {name: row.get("default", "") for name, row in yaml_of("action.yml")["inputs"].items()}
        self.github = {"event_name": "pull_request", "token": TOKEN, "sha": "0" * 40, "repository": "acme/shop"}
        self.github |= {"api_url": f"{host.address}/api/v3", "server_url": "https://github.com", "run_id": "1"}
        self.github |= {"ref_name": "feature"}
        self.event = {"pull_request.base.sha": repo.git("rev-parse", "main"), "pull_request.number": "7"}
        self.event["pull_request.head.sha"] = repo.git("rev-parse", "HEAD")
        self.env: dict[str, str] = {}
        (tmp / "bin").mkdir()
        (tmp / "bin/python").write_text(PYTHON)
        (tmp / "bin/python").chmod(0o755)

    def value(self, expression: str) -> str:
        """Evaluate `a.b || c.d`."""
        for name in expression.split("||"):
            head, _, rest = name.strip().partition(".")
            if head == "steps":
                step, _, output = rest.partition(".outputs.")
                found = self.outputs.get(step, {}).get(output, "")
            elif head == "inputs":
                found = self.filled(self.inputs[rest])
            else:
                found = self.event.get(rest.removeprefix("event."), "") or self.github.get(rest, "")
            if found:
                return found
        return ""

    def filled(self, text: str) -> str:
        return re.sub(r"\$\{\{ (.+?) \}\}", lambda found: self.value(found[1]), text)

    def wanted(self, condition: str) -> bool:
        """Evaluate an `if`."""
        python = re.sub(r"[a-z_]+(?:\.[a-z_-]+)+", lambda name: repr(self.value(name[0])), condition)
        return bool(eval(python.replace("&&", " and ").replace("||", " or ")))

    def run(self) -> int:
        """Run the steps; gives the exit code of the step that failed, else 0. Steps of other actions are passed by."""
        for step in yaml_of("action.yml")["runs"]["steps"]:
            if "run" not in step or not self.wanted(step.get("if", "'yes' == 'yes'")):
                continue
            code = self.step(step)
            if code:
                return code
        return 0

    def step(self, step: Mapping[str, Any]) -> int:
        files = {name: self.tmp / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "NOTES")}
        files["GITHUB_OUTPUT"].write_text("")
        env = {
            "PATH": f"{self.tmp}/bin{os.pathsep}{os.defpath}",
            "HOME": str(self.tmp),
            "RUNNER_TEMP": str(self.tmp / "temp"),
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_REPOSITORY": "acme/shop",
            "GIT_CONFIG_NOSYSTEM": "1",
            **{name: str(path) for name, path in files.items()},
            **{name: self.filled(value) for name, value in step.get("env", {}).items()},
            **self.env,
        }
        place = self.repo.root / self.filled(step.get("working-directory", "."))
        script = self.tmp / "step.sh"
        script.write_text(step["run"])
        words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        done = subprocess.run(words, cwd=place, env=env, capture_output=True, text=True, check=False)
        self.said = getattr(self, "said", "") + done.stdout + done.stderr
        pairs = (line.partition("=") for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        self.outputs[step["id"]] = {name: value for name, _, value in pairs}
        return done.returncode

    @property
    def notes(self) -> list[str]:
        return (self.tmp / "NOTES").read_text().splitlines()


@pytest.fixture
def host() -> Iterator[CodeHost]:
    with code_host() as made:
        yield made


@pytest.fixture
def runner(shop: Repo, tmp_path: Path, host: CodeHost) -> Runner:
    (tmp_path / "runner").mkdir()
    return Runner(shop, tmp_path / "runner", host)


def test_the_action_is_well_formed_and_no_text_of_strangers_enters_a_script() -> None:
    import jsonschema  # noqa: PLC0415 (only where the schema is at hand)

    action = yaml_of("action.yml")
    schema = schema_of("github-actions")
    jsonschema.validators.validator_for(schema)(schema).validate(action)
    assert not [step["id"] for step in action["runs"]["steps"] if "${{" in step.get("run", "")]


def test_the_action_annotates_comments_and_fails_on_drift(runner: Runner, host: CodeHost) -> None:
    assert runner.run() == 1
    assert "::error file=shop/domain.py,line=1,col=1,title=holdfast%3A shop-layers::" in runner.said
    assert runner.outputs["check"]["verdict"] == "broken"
    folder = Path(runner.outputs["check"]["folder"])
    assert json.loads((folder / "holdfast.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((folder / "holdfast.json").read_text())["verdict"] == "broken"
    assert "### 🔴 Holdfast: drift" in (runner.tmp / "GITHUB_STEP_SUMMARY").read_text()
    (installed,) = runner.notes
    assert installed.endswith(str(ROOT))
    assert [one["body"] for one in host.comments] == [(folder / "holdfast.markdown").read_text()]
    assert not host.statuses, "a status is set only where that is asked for"
    assert (runner.tmp / ".cache/holdfast").is_dir()


def test_the_action_brings_its_comment_and_its_status_up_to_date(runner: Runner, host: CodeHost) -> None:
    runner.inputs["status"] = "true"
    head = runner.event["pull_request.head.sha"]
    assert runner.run() == 1
    assert host.statuses[head, "holdfast"]["state"] == "failure"
    runner.repo.commit({"shop/domain.py": "X = 2\n"})
    shutil.rmtree(runner.tmp / "temp")  # another run is another machine
    assert runner.run() == 0
    assert host.statuses[head, "holdfast"]["state"] == "success"
    assert host.statuses[head, "holdfast"]["target_url"] == "https://github.com/acme/shop/actions/runs/1"
    assert "Holdfast: drift" not in host.comments[0]["body"]
    assert len(host.comments) == 1


def test_the_action_begins_no_comment_to_say_that_all_is_well(runner: Runner, host: CodeHost) -> None:
    runner.repo.commit({"shop/domain.py": "X = 2\n"})
    assert runner.run() == 0
    assert not host.comments


def test_a_token_that_may_not_write_changes_no_verdict(runner: Runner, host: CodeHost) -> None:
    host.forbidden = True
    assert runner.run() == 1
    assert "::warning title=holdfast::the comment cannot be written or brought up to date" in runner.said


def test_a_wrong_configuration_fails_the_action_with_its_own_code(runner: Runner) -> None:
    runner.inputs["args"] = "--only nonsense"
    assert runner.run() == 2
    assert runner.outputs["check"]["verdict"] == "failed"
    assert "hint: known are" in runner.said


def test_a_shallow_clone_is_deepened(runner: Runner, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    where = runner.repo.root.as_uri()
    runner.repo.git("clone", "-q", "--depth", "1", "--branch", "feature", where, str(clone))
    runner.repo.root = clone
    assert runner.run() == 1
    assert runner.outputs["check"]["verdict"] == "broken"


def test_outside_a_pull_request_everything_counts(runner: Runner) -> None:
    runner.github["event_name"] = "push"
    assert runner.run() == 1
    assert not runner.host.requests, "nothing is told where nothing is asked for"


def gitlab(repo: Repo, tmp_path: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run the job's script as GitLab's runner does: all lines in one shell that stops at the first failure."""
    job = yaml_of("ci/gitlab.yml")["holdfast"]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").write_text(PYTHON)
    (tmp_path / "bin/python").chmod(0o755)
    env = {
        "PATH": f"{tmp_path}/bin{os.pathsep}{os.defpath}",
        "HOME": str(tmp_path),
        "NOTES": str(tmp_path / "notes"),
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    env |= {key: value.replace("$CI_PROJECT_DIR", str(repo.root)) for key, value in job["variables"].items()} | extra
    script = "set -eo pipefail\n" + "\n".join(job["script"]).replace("/tmp/holdfast", f"{tmp_path}/venv")
    return subprocess.run(["bash", "-c", script], cwd=repo.root, env=env, capture_output=True, text=True, check=False)


def test_the_gitlab_template_is_well_formed() -> None:
    import jsonschema  # noqa: PLC0415 (only where the schema is at hand)

    schema = schema_of("gitlab-ci")
    jsonschema.validators.validator_for(schema)(schema).validate(yaml_of("ci/gitlab.yml"))


def test_the_gitlab_job_reports_what_a_merge_request_brings(shop: Repo, tmp_path: Path) -> None:
    shop.git("checkout", "-q", "main")
    shop.commit({"shop/util.py": "import shop.web\n", "shop/domain.py": "import shop.util\n"})
    base = shop.git("rev-parse", "HEAD")
    shop.commit({"shop/late.py": ""})
    done = gitlab(shop, tmp_path, CI_MERGE_REQUEST_DIFF_BASE_SHA=base)
    assert done.returncode == 0, done.stderr
    assert len(json.loads((shop.root / "gl-code-quality-report.json").read_text())) == 1, "what was there is listed too"
    assert 'failures="0"' in (shop.root / "holdfast.xml").read_text()
    assert (shop.root / ".holdfast/cache").is_dir()


def test_the_gitlab_job_fails_on_drift(shop: Repo, tmp_path: Path, host: CodeHost) -> None:
    known = {"CI_API_V4_URL": f"{host.address}/api/v4", "CI_PROJECT_PATH": "acme/shop", "CI_MERGE_REQUEST_IID": "7"}
    known |= {"CI_COMMIT_SHA": shop.git("rev-parse", "HEAD"), "HOLDFAST_HOST_TOKEN": TOKEN}
    done = gitlab(shop, tmp_path, CI_JOB_URL="https://gitlab.com/acme/shop/-/jobs/1", **known)
    assert done.returncode == 1
    assert host.statuses[known["CI_COMMIT_SHA"], "holdfast"]["state"] == "failed"
    assert "Holdfast: drift" in host.comments[0]["body"]
    assert "shop-layers" in done.stdout
    assert 'failures="1"' in (shop.root / "holdfast.xml").read_text()


def test_the_pre_commit_hooks_stop_drift_and_nothing_else(repo: Repo) -> None:
    hooks = {hook["id"]: hook for hook in yaml_of(".pre-commit-hooks.yaml")}
    assert all({"id", "name", "entry", "language"} <= hook.keys() for hook in hooks.values())

    def run(name: str) -> int:
        words = [str(HOLDFAST), *shlex.split(hooks[name]["entry"])[1:]]
        return subprocess.run(words, cwd=repo.root, capture_output=True, check=False).returncode

    repo.commit({**SHOP, "shop/old.py": "import shop.web\n", "shop/domain.py": "import shop.old\n"})
    repo.write({"shop/new.py": "X = 1\n"})
    repo.git("add", "-A")
    assert run("holdfast") == 0, "what was there does not stop a commit"
    assert run("holdfast-push") == 1
    repo.write({"shop/domain.py": "import shop.old\nimport shop.web\n"})
    assert run("holdfast") == 0, "only what is staged counts"
    repo.git("add", "-A")
    assert run("holdfast") == 1
