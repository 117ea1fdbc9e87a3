"""`holdfast check --server`: specs from a server, code that stays here, a decision that counts."""

import asyncio
import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.client import ask
from specs.access import SERVER, Role
from sync.inbox.decisions import Choice, FindingDecision
from sync.store.decisions import FindingDecisionStore
from tests.app.cli.conftest import Command
from tests.app.conftest import Town
from tests.repositories import Repo

SPEC = """# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```
"""
CODE: dict[str, str | bytes] = {
    "shop/__init__.py": "",
    "shop/web.py": "import shop.domain\n",
    "shop/domain.py": "SECRET_CODE = 1\n",
}
DRIFT: dict[str, str | bytes] = {"shop/domain.py": "import shop.web\nSECRET_CODE = 1\n"}


@pytest.fixture
async def shop(town: Town, repo: Repo) -> Repo:
    await town.world.library.create(town.people[Role.ADMIN], town.project.id, "shop.md", SPEC)
    repo.commit(CODE)
    repo.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    return repo


@pytest.fixture
def check(command: Command, shop: Repo, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Check the repository against the server of the test."""
    server = os.environ["HOLDFAST_SERVER"]

    async def run(*words: str, at: str = server, who: Role = Role.EDITOR) -> Any:
        return await command("check", str(shop.root), "--server", at, *words, who=who)

    return run


async def test_a_kept_commit_passes_with_a_token(check: Any, shop: Repo, tmp_path: Path) -> None:
    file = tmp_path / "out" / "decision.json"
    done = await check("--decision", str(file), "--branch", "main", "--pull", "7")
    assert done.exit_code == 0, done.output
    assert "Decision: passed." in done.stderr
    decision = json.loads(file.read_text())
    assert decision["state"] == "passed"
    assert decision["repository"] == "github.com/acme/shop"
    assert decision["commit"] == shop.git("rev-parse", "HEAD")
    assert decision["token"].count(".") == 2


async def test_drift_fails_and_no_code_travels(
    check: Any, shop: Repo, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app import client  # noqa: PLC0415 (to hear what is said)

    said: list[str] = []
    ask = client.ask

    def heard(*words: Any, **more: Any) -> Any:
        said.append(json.dumps([str(word) if not isinstance(word, dict) else word for word in words]))
        return ask(*words, **more)

    monkeypatch.setattr("app.cli._remote.ask", heard)
    base = shop.git("rev-parse", "HEAD")
    shop.commit(DRIFT)
    done = await check("--base", base, "--format", "json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["verdict"] == "broken"
    assert "Decision: failed." in done.stderr
    assert "checks-broken" in done.stderr
    assert any("shop/domain.py" in one for one in said), "paths are told"
    assert not any("SECRET_CODE" in one for one in said), "code is not"
    del town


async def test_one_request_when_nothing_changed_and_the_cache_when_the_server_is_away(
    check: Any, shop: Repo, town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from app import client  # noqa: PLC0415 (to count what is asked)

    asked: list[str] = []
    ask = client.ask

    def counted(method: str, server: str, path: str, *words: Any, **more: Any) -> Any:
        answer = ask(method, server, path, *words, **more)
        asked.append(f"{method} {path.partition('?')[0].rpartition('/')[2]} {answer.status}")
        return answer

    monkeypatch.setattr("app.cli._remote.ask", counted)
    assert (await check()).exit_code == 0
    assert [one.split()[-1] for one in asked] == ["200", "200", "201"], "the list, one text, the gate"
    asked.clear()
    assert (await check()).exit_code == 0
    assert asked == ["GET governing 304", "POST gates 201"]
    await town.world.library.create(SERVER, town.project.id, "more.md", "# More\n")
    asked.clear()
    assert (await check()).exit_code == 0
    assert len(asked) == 3, "only what is new is fetched"

    file = tmp_path / "decision.json"
    down = "http://127.0.0.1:9"
    fresh = await check(at=down)
    assert fresh.exit_code == 3, "nothing was kept of that server"
    for place in (shop.root / ".holdfast/cache/served").glob("*.json"):
        kept = json.loads(place.read_text())
        assert {one["path"] for one in kept["items"]} == {"shop.md", "more.md"}
    monkeypatch.setattr("app.cli._remote.ask", away)
    done = await check("--decision", str(file))
    assert done.exit_code == 0
    assert "is away; checked against its specs of 1 min ago" in done.stderr
    assert json.loads(file.read_text())["state"] == "undecided"
    shop.commit(DRIFT)
    assert (await check()).exit_code == 1, "the exit code is that of the check"


async def test_what_people_waived_on_the_server_is_waived_here_too(
    check: Any, shop: Repo, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = await registered(town, "https://github.com/acme/shop.git")
    shop.commit(DRIFT)
    broken = await check("--format", "json")
    assert broken.exit_code == 1
    [name] = [one["fingerprint"] for one in json.loads(broken.stdout)["findings"]]
    await waive(town, repository, name, datetime.now(UTC).date() + timedelta(days=3))
    told = await check("--format", "json")
    assert told.exit_code == 0, told.output
    report = json.loads(told.stdout)
    assert (report["verdict"], report["findings"][0]["state"]) == ("kept", "waived")
    assert report["findings"][0]["accepted"]["because"] == "Later."
    assert [(one["verdict"], one["waived"]) for one in report["invariants"]] == [("broken", True)]
    assert "0 of 1 invariant kept and 1 waived" in (await check()).stdout
    [run] = json.loads((await check("--format", "sarif")).stdout)["runs"]
    assert "Later." in run["results"][0]["suppressions"][0]["justification"]
    assert "0 of 1 invariant kept and 1 waived" in (await check("--format", "markdown")).stdout
    monkeypatch.setattr("app.cli._remote.ask", away)
    assert (await check()).exit_code == 0, "what was waived is kept for when the server is away"


async def registered(town: Town, url: str) -> UUID:
    """Register a repository in the project of the test."""
    server, token = os.environ["HOLDFAST_SERVER"], await town.token(Role.ADMIN)
    path, body = "/api/v1/projects/payments/repositories", {"name": "shop", "url": url}
    made = await asyncio.to_thread(ask, "POST", server, path, body, token=token)
    return UUID(made.json()["id"])


async def waive(town: Town, repository: UUID, fingerprint: str, until: date) -> None:
    """Waive a finding on the server."""
    ada = town.people[Role.ADMIN].actor
    given = (uuid4(), repository, fingerprint, "shop-layers", "", Choice.WAIVE, "Later.", ada, datetime.now(UTC))
    async with town.world.database.transaction() as connection:
        await FindingDecisionStore(connection, town.project.id).add([FindingDecision(*given, until=until)])


def away(*_words: Any, **_more: Any) -> Any:
    from specs.errors import UnavailableError  # noqa: PLC0415 (only here)

    raise UnavailableError("It does not answer.", "Try again.")


async def test_a_forged_cache_is_not_taken_while_the_server_answers(check: Any, shop: Repo) -> None:
    assert (await check()).exit_code == 0
    shop.commit(DRIFT)
    (place,) = (shop.root / ".holdfast/cache/served").glob("*.json")
    kept = json.loads(place.read_text())
    kept["items"][0]["text"] = "# Nothing is asked\n"
    place.write_text(json.dumps(kept))
    assert (await check()).exit_code == 1
    for broken in ("", "[]", "{", '{"items": 3}', "\x00"):
        place.write_text(broken)
        assert (await check()).exit_code == 1


async def test_a_commit_is_checked_not_the_files_here(check: Any, shop: Repo) -> None:
    shop.write(DRIFT)
    assert (await check()).exit_code == 0
    first = shop.git("rev-parse", "HEAD")
    shop.commit(DRIFT)
    assert (await check()).exit_code == 1
    assert (await check("--rev", first)).exit_code == 0


async def test_what_cannot_be_checked_is_told(check: Any, shop: Repo) -> None:
    assert "no such tag" in (await check("--tag", "v9")).stderr
    assert (await check("--only", "layers")).exit_code == 2
    assert (await check("--specs", "docs")).exit_code == 2
    assert (await check(who=Role.READER)).exit_code == 2
    shop.git("remote", "remove", "origin")
    nameless = await check()
    assert (nameless.exit_code, "Which repository" in nameless.stderr) == (2, True)
    assert (await check("--repository", "acme/shop")).exit_code == 0


async def test_weakening_in_the_same_change_wants_a_person(check: Any, shop: Repo) -> None:
    base = shop.git("rev-parse", "HEAD")
    shop.commit({"holdfast.toml": 'exclude = ["shop/later.py"]\n', "shop/later.py": "import shop.web\n"})
    done = await check("--base", base)
    assert done.exit_code == 1
    assert "Decision: needs approval." in done.stderr
    assert "/p/payments/gates/" in done.stderr


async def test_commits_that_speak_of_an_agent_are_told_so(check: Any, shop: Repo, town: Town) -> None:
    text = """# Policies

```yaml policy
id: agents-code
event: check
when: commits_by_agent
then: review 1 from reviewer
why: Somebody reads what agents write.
```
"""
    await town.world.library.create(SERVER, town.project.id, "policies.md", text)
    assert (await check()).exit_code == 0
    base = shop.git("rev-parse", "HEAD")
    shop.commit({"shop/new.py": "X = 1\n"}, "Add\n\nCo-Authored-By: Claude <noreply@anthropic.com>")
    shop.commit({"shop/newer.py": "X = 1\n"})
    done = await check("--base", base)
    assert "agents-code" in done.stderr
    assert done.exit_code == 1
