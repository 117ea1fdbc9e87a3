"""`holdfast report`, on the server's machine."""

import pytest
from click.testing import CliRunner

from app.cli import cli
from specs.access import Role


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
        ("--project", "payments", "--dry-run"),
        ("--project", "payments", "--again", "a@b.example"),
        ("--project", "payments", "--owner", "nobody"),
        ("--project", "payments", "--week", "9999-12-31", "--preview"),
        ("--project", "payments", "--format", "json", "--output", "/nowhere/x"),
        ("--project", "payments", "--schedule", "someday"),
        ("--project", "payments", "--schedule", "monday 25"),
        ("--project", "payments", "--schedule", "monday 5 Nowhere/Land"),
        ("--project", "payments", "--schedule", "monday 5 UTC more"),
    ],
)
async def test_what_cannot_be_done_is_said_with_a_hint(run, words):
    result = await run(*words)
    assert result.exit_code in {1, 2}
    assert "hint:" in result.stderr
    assert "Traceback" not in result.stderr


async def test_a_rehearsal_shows_all_of_it_and_keeps_nothing(run, world, tmp_path, monkeypatch):
    await world.person("grace@example.org", Role.REVIEWER)
    await world.library.create(world.ada, world.project.id, "pay.md", "---\nowners: [payments]\n---\n# Pay\n")
    monkeypatch.setenv("HOLDFAST_SMTP_HOST", "127.0.0.1")
    result = await run("--project", "payments", "--send", "--dry-run", "--output", str(tmp_path / "out"))
    assert result.exit_code == 0, result.stderr
    assert "to: grace@example.org" in result.stdout
    assert "Payments, payments, week of" in result.stdout
    assert {"".join(path.suffixes) for path in (tmp_path / "out").iterdir()} >= {".md", ".html", ".pdf", ".slack.json"}
    assert "Nothing was kept or sent." in result.stderr
    assert "letter.write" not in await world.actions()


async def test_a_schedule_is_set_and_switched_off(run):
    result = await run("--project", "payments", "--schedule", "friday 16 Europe/Berlin")
    assert "on friday at 16:00, Europe/Berlin" in result.stdout
    assert "switched off" in (await run("--project", "payments", "--schedule", "off")).stdout
    assert "on monday at 16:00, Europe/Berlin" in (await run("--project", "payments", "--schedule", "monday")).stdout


async def test_a_report_is_written_in_other_forms(run, tmp_path):
    out = tmp_path / "r.pdf"
    assert (await run("--project", "payments", "--format", "pdf", "--output", str(out))).exit_code == 0
    assert out.read_bytes().startswith(b"%PDF")
    assert '"schema": 1' in (await run("--project", "payments", "--format", "json")).stdout
