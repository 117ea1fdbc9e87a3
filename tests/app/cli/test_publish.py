"""`holdfast publish`: a commit's status and one comment on GitHub and GitLab, against a stand-in for both."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from tests.codehosts import TOKEN, CodeHost, code_host

COMMIT = "ab" * 20
MARKER = "<!-- holdfast:check -->"
DRIFT = f"{MARKER}\n### 🔴 Holdfast: drift\n\n| | |\n"
CLEAN = f"{MARKER}\n### Holdfast: kept\n"
URL = "https://holdfast.example/p/shop/gates/1"


@pytest.fixture
def host() -> Iterator[CodeHost]:
    with code_host() as made:
        yield made


@pytest.fixture(params=["github", "gitlab"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def run(host: CodeHost, kind: str, folder: Path, *more: str, body: str = DRIFT, token: str = TOKEN) -> Result:
    (folder / "comment.md").write_text(body)
    place = host.place(kind)
    words = ("publish", "--host", kind, "--api", place.api, "--repository", place.name)
    words = (*words, "--commit", COMMIT, "--pull", "7", "--comment", str(folder / "comment.md"), *more)
    return CliRunner().invoke(cli, list(words), env={"HOLDFAST_HOST_TOKEN": token})


def decided(folder: Path, state: str) -> tuple[str, str]:
    (folder / "decision.json").write_text(json.dumps({"state": state, "url": URL}))
    return "--decision", str(folder / "decision.json")


def test_drift_is_told_and_brought_up_to_date(host: CodeHost, kind: str, tmp_path: Path) -> None:
    assert run(host, kind, tmp_path, "--verdict", "broken").output == "comment: begun\n"
    assert host.statuses[COMMIT, "holdfast"]["state"] in {"failure", "failed"}
    assert run(host, kind, tmp_path, "--verdict", "kept", body=CLEAN).output == "comment: updated\n"
    assert [one["body"] for one in host.comments] == [CLEAN]
    assert host.statuses[COMMIT, "holdfast"]["state"] == "success"


def test_no_comment_is_begun_to_say_that_all_is_well(host: CodeHost, kind: str, tmp_path: Path) -> None:
    assert run(host, kind, tmp_path, *decided(tmp_path, "passed"), body=CLEAN).output == "comment: quiet\n"
    assert not host.comments
    assert host.statuses[COMMIT, "holdfast"]["target_url"] == URL


def test_what_needs_approval_waits_and_leads_to_where_one_decides(host: CodeHost, kind: str, tmp_path: Path) -> None:
    assert run(host, kind, tmp_path, *decided(tmp_path, "needs-approval"), body=CLEAN).output == "comment: begun\n"
    assert f"[Approve or refuse]({URL})" in host.comments[0]["body"]
    assert host.statuses[COMMIT, "holdfast"]["state"] == "pending"
    assert run(host, kind, tmp_path, *decided(tmp_path, "failed")).exit_code == 0
    assert f"[Decision]({URL})" in host.comments[0]["body"]


def test_a_token_that_may_not_write_changes_nothing_else(host: CodeHost, kind: str, tmp_path: Path) -> None:
    host.forbidden = True
    done = run(host, kind, tmp_path, "--verdict", "broken")
    assert done.exit_code == 0
    told = done.stdout if kind == "github" else done.stderr
    assert told.count("may not") + told.count("not accessible") >= 2
    assert ("::warning title=holdfast::" in told) is (kind == "github")


def test_bad_input_is_told(host: CodeHost, kind: str, tmp_path: Path) -> None:
    assert "HOLDFAST_HOST_TOKEN" in run(host, kind, tmp_path, token="").stderr
    (tmp_path / "decision.json").write_text("{")
    assert run(host, kind, tmp_path, "--decision", str(tmp_path / "decision.json")).exit_code == 2
    assert run(host, kind, tmp_path, "--comment", str(tmp_path / "none.md")).exit_code == 2
    assert run(host, kind, tmp_path, "--decision", str(tmp_path / "none.json")).output == "comment: begun\n"
    assert not host.statuses, "where nothing is known of the commit, nothing is said of it"
