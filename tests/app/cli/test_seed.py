"""`holdfast seed`, on the server's machine."""

import asyncio

from click.testing import CliRunner

from app.cli import cli
from specs.access import SERVER


async def test_the_sample_project_is_loaded_once(repo, world, world_url, monkeypatch):
    repo.commit({"docs/specs/a.md": "# A\n"})
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", world_url)
    for _ in range(2):
        result = await asyncio.to_thread(CliRunner().invoke, cli, ["seed", str(repo.root)])
        assert result.exit_code == 0, result.stderr
        assert "/api/v1/projects/holdfast/context" in result.stdout
    assert "holdfast" in [project.slug for project in await world.projects.list(SERVER)]


async def test_a_folder_that_is_no_repository_is_refused(tmp_path, world_url, monkeypatch):
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", world_url)
    result = await asyncio.to_thread(CliRunner().invoke, cli, ["seed", str(tmp_path)])
    assert result.exit_code == 2
    assert "hint:" in result.stderr
