"""`holdfast events` against a real server: once, from a cursor, as it happens; and what to do where one is gone."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from specs.access import Role
from tests.app.cli.conftest import Command

ROOT = Path(__file__).resolve().parents[3]


async def create(town: Any, path: str) -> None:
    await town.world.library.create(town.people[Role.EDITOR], town.project.id, path, "# A\n")


async def test_what_happened_is_printed_from_the_start_or_a_cursor(command: Command, town: Any, tmp_path: Path) -> None:
    await create(town, "a.md")
    told = await command("events", "--kinds", "spec.*", who=Role.READER)
    assert told.exit_code == 0, told.output
    assert told.output.endswith("spec.changed          a.md (created), by Editor-Person\n")
    file = tmp_path / "cursor"
    words = ("events", "--format", "json", "--cursor-file", str(file), "--kinds", "spec.changed")
    first = await command(*words)
    assert [json.loads(line)["data"]["path"] for line in first.output.splitlines()] == ["a.md"]
    assert (await command(*words)).output == ""
    await create(town, "b.md")
    second = await command(*words)
    assert [json.loads(line)["data"]["path"] for line in second.output.splitlines()] == ["b.md"]
    cursor = json.loads(first.output)["cursor"]
    assert "b.md" in (await command("events", "--after", cursor)).output
    assert "a.md" not in (await command("events", "--after", cursor)).output


async def test_bad_input_is_told_with_a_hint(command: Command, tmp_path: Path) -> None:
    for words, hint in (
        (("--kinds", "spec.change"), "Did you mean spec.changed?"),
        (("--after", "nonsense"), "unchanged"),
        (("--after", "1"), "Read anew what you keep (holdfast pull), then: --after 1"),
    ):
        told = await command("events", *words)
        assert told.exit_code == 2, told.output
        assert hint in told.output
    (tmp_path / "odd").write_bytes(b"\xff\xfe")
    assert "as a cursor" in (await command("events", "--cursor-file", str(tmp_path / "odd"))).output
    assert "cannot be written" in (await command("events", "--cursor-file", str(tmp_path / "no/such"))).output


async def test_following_prints_what_happens_as_it_happens(command: Command, town: Any) -> None:
    await command("events")  # sets the token
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(ROOT / "holdfast.py"),
        "events",
        "--follow",
        "--after",
        "start",
        "--kinds",
        "spec.changed",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    async with asyncio.timeout(40):
        for name in ("a.md", "b.md"):
            await create(town, name)
            assert name.encode() in await process.stdout.readline()
        process.terminate()
        await process.wait()
