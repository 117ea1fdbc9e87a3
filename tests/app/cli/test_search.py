"""`holdfast search` against a server."""

import json

import pytest

from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town


@pytest.fixture
async def specs(town: Town) -> None:
    eve = town.people[Role.EDITOR]
    saved = await town.world.library.create(eve, town.project.id, "pay.md", "# Pay\n\nA refund takes ten days.\n")
    await town.world.library.save(
        eve, town.project.id, saved.spec.id, base=saved.revision.digest, text="# Pay\n\nA refund takes \u200ba while.\n"
    )


@pytest.mark.usefixtures("specs")
async def test_lines_are_shown_with_their_numbers(command: Command) -> None:
    result = await command("search", "refund", who=Role.READER)
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "pay.md\n      3  A refund takes \\u200ba while.\n"


@pytest.mark.usefixtures("specs")
async def test_a_phrase_is_a_phrase_however_it_is_quoted(command: Command) -> None:
    assert "pay.md" in (await command("search", "refund takes")).stdout
    assert "pay.md" in (await command("search", '"refund takes"')).stdout
    assert "Nothing is found" in (await command("search", '"takes refund"')).stdout


@pytest.mark.usefixtures("specs")
async def test_the_past_is_searched_when_asked_for(command: Command) -> None:
    assert "Nothing is found. With --past" in (await command("search", "ten days")).stdout
    found = (await command("search", "ten days", "--past")).stdout
    assert "pay.md (once: revision" in found
    assert "by Editor-Person)" in found
    assert "A refund takes ten days." in found


@pytest.mark.usefixtures("specs")
async def test_json_is_what_the_server_says(command: Command) -> None:
    answer = json.loads((await command("search", "ref", "--format", "json")).stdout)
    assert [hit["spec"]["path"] for hit in answer["items"]] == ["pay.md"]
    assert answer["items"][0]["places"][0]["marks"] == [[2, 5]]


async def test_refusals_come_with_a_hint(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = await command("search", "--", "--")
    assert (nothing.exit_code, "hint:" in nothing.stderr) == (2, True)
    monkeypatch.setenv("HOLDFAST_PROJECT", "no-such")
    assert "There is no such project." in (await command("search", "x")).stderr
    monkeypatch.setenv("HOLDFAST_SERVER", "")
    assert "Which server?" in (await command("search", "x")).stderr
