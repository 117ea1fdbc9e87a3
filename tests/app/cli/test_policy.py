"""`holdfast policy`, `frozen`, `freeze` and `thaw`."""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from specs.access import SERVER, Role
from specs.policy.change import Change, ChangedSpec, Side
from specs.policy.shipped import TEXT
from specs.service.policies.policies import decide
from tests.app.cli.conftest import Command
from tests.app.conftest import Town

BLOCK = """# P

```yaml policy
id: {id}
event: proposal
when: {when}
then: deny
why: Because.
examples:
  - {{facts: {{words_added: 6}}, expect: deny}}
  - {{facts: {{words_added: 5}}, expect: nothing}}
```
"""


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(words))
    return result.exit_code, result.output


def test_the_shipped_policy_is_printed_and_holds(tmp_path: Path) -> None:
    code, text = run("policy", "show", "--shipped")
    assert (code, text) == (0, TEXT)
    (tmp_path / "p.md").write_text(text)
    code, text = run("policy", "test", str(tmp_path))
    assert code == 0
    assert "39 examples of 16 policies: none failed." in text


@pytest.mark.parametrize(
    ("when", "code", "told"),
    [
        ("words_added > 5", 0, "2 examples of 1 policy: none failed."),
        ("words_added > 6", 1, "p.md:10: FAILED p: expected deny, got nothing"),
        (
            "word_added > 5",
            1,
            "p.md:6: error: There is no fact word_added. (near `word_added > 5`)\n  hint: Did you mean",
        ),
        ("words_added / 0 > 5", 1, "expected deny, got "),
        ("'words_added > \\u202e'", 1, "error: "),
    ],
)
def test_policies_are_tried_on_their_examples(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str, code: int, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.md").write_text(BLOCK.format(id="p", when=when))
    found, text = run("policy", "test", "p.md")
    assert found == code, text
    assert told in text


def test_without_paths_the_specs_of_the_repository_are_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs" / "specs").mkdir(parents=True)
    (tmp_path / "docs" / "specs" / "p.md").write_text(BLOCK.format(id="p", when="words_added > 5"))
    assert run("policy", "test")[0] == 0


def test_what_cannot_be_tried_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("none.md").write_text("# None\n")
    Path("odd.md").write_bytes(b"\xff\xfe")
    Path("empty").mkdir()
    for words in (["none.md"], ["odd.md"], ["empty"], ["absent.md"], [], ["none.md", "--server", "http://x"]):
        code, text = run("policy", "test", *words)
        assert code == 2, text
        assert "hint:" in text


def test_facts_are_listed() -> None:
    code, text = run("policy", "facts")
    assert code == 0
    assert "author_kind  human | agent | system" in text


async def test_policies_of_a_server_are_shown_and_tried(command: Command, town: Town) -> None:
    text = BLOCK.format(id="people-write", when="words_added > 6")
    await town.world.library.create(SERVER, town.project.id, "policy.md", text)
    shown = await command("policy", "show", who=Role.READER)
    assert "people-write  policy.md:3" in shown.stdout
    assert "agents-word  shipped with Holdfast" in shown.stdout
    assert "Taken the place of shipped ones: people-write." in shown.stdout
    tried = await command("policy", "test", "--server", _server(), who=Role.READER)
    assert tried.exit_code == 1
    assert "policy.md:10: FAILED people-write: expected deny, got nothing" in tried.stdout


async def test_a_decision_is_explained(command: Command, town: Town) -> None:
    change = Change((ChangedSpec(None, Side("a.md", "# A\n\n```yaml policy\nid: x\n```\n")),))
    async with town.world.database.transaction() as connection:
        await decide(
            connection,
            town.people[Role.EDITOR],
            town.project.id,
            change,
            at=town.world.clock(),
            subject="0190-proposal",
        )
    told = await command("policy", "explain", "0190-proposal", "--all", who=Role.READER)
    assert told.exit_code == 0, told.stderr
    assert "Decided: review 2 from reviewer." in told.stdout
    assert "policies-need-two (shipped with Holdfast): review 2 from reviewer. A policy that one person" in told.stdout
    assert "policies_touched: 1" in told.stdout
    same = await command("policy", "explain", "a.md", who=Role.READER)
    assert "Decided: review 2 from reviewer." in same.stdout
    absent = await command("policy", "explain", "nothing.md", who=Role.READER)
    assert (absent.exit_code, "hint:" in absent.stderr) == (2, True)


async def test_an_agent_is_frozen_and_thawed(command: Command, town: Town) -> None:
    await town.world.tokens.issue_for_agent(town.people[Role.ADMIN], town.project.id, "claude")
    assert (await command("frozen", who=Role.READER)).stdout == "Nobody is frozen.\n"
    done = await command("freeze", "claude", "--for", "2h", "--because", "It loops.", who=Role.REVIEWER)
    assert done.stdout.startswith("claude is frozen until ")
    listed = (await command("frozen", who=Role.READER)).stdout
    assert "by Reviewer-Person: It loops." in listed
    refused = await command("thaw", "claude", who=Role.EDITOR)
    assert (refused.exit_code, "hint:" in refused.stderr) == (2, True)
    assert (await command("thaw", "claude", "--because", "Mended.", who=Role.REVIEWER)).exit_code == 0
    assert (await command("thaw", "nobody", who=Role.REVIEWER)).exit_code == 2
    assert (await command("frozen", who=Role.READER)).stdout == "Nobody is frozen.\n"


def _server() -> str:
    return os.environ["HOLDFAST_SERVER"]
