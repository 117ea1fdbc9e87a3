"""`holdfast report`, on the server's machine."""

import pytest
from click.testing import CliRunner

from app.cli import cli


@pytest.fixture
def run(world, world_url, monkeypatch):
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", world_url)
    monkeypatch.delenv("HOLDFAST_SMTP_HOST", raising=False)

    def invoke(*words):
        import asyncio  # noqa: PLC0415 (the command runs a loop of its own, so it needs a thread of its own)

        return asyncio.to_thread(CliRunner().invoke, cli, ["report", *words])

    return invoke


async def test_a_week_has_one_report(run):
    first = await run("--project", "payments", "--week")
    assert first.exit_code == 0, first.stderr
    assert first.stdout.startswith("# Payments, week of ")
    assert (await run("--project", "payments", "--week")).stdout == first.stdout


async def test_a_preview_keeps_nothing(run, world):
    assert (await run("--project", "payments", "--preview", "--format", "html")).stdout.startswith("<!doctype html>")
    assert "letter.write" not in await world.actions()


async def test_any_day_names_its_week(run):
    result = await run("--project", "payments", "--week", "2026-11-11", "--preview")
    assert "week of 9 November 2026" in result.stdout


@pytest.mark.parametrize(
    "words",
    [
        ("--week",),
        ("--project", "payments", "--week", "soon"),
        ("--project", "payments", "--preview", "--send"),
        ("--project", "payments", "--send"),
        ("--project", "nothing"),
    ],
)
async def test_what_cannot_be_done_is_said_with_a_hint(run, words):
    result = await run(*words)
    assert result.exit_code in {1, 2}
    assert "hint:" in result.stderr
    assert "Traceback" not in result.stderr
