"""The compose file is valid, and its very commands work together as plain processes: several webs, several workers."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app import sources
from tests.fleet import COMPOSE, PATIENCE, Fleet, services
from tests.gitmaker import Made

LAYERS = "# Layers\n\n```yaml invariant\nid: layers\nkind: layers\nlayers: [shop.web, shop.domain]\n```\n"


@pytest.mark.house
def test_compose_file_follows_the_compose_schema() -> None:
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(checker, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.house
def test_services_can_be_scaled() -> None:
    """Several containers of one service need no fixed name and no single host port."""
    found = services()
    assert {"database", "migrate", "web", "worker"} == set(found)
    for name in ("web", "worker"):
        assert "container_name" not in found[name]
        assert all("-" in port.split(":")[0] for port in found[name].get("ports", []))


@pytest.fixture
async def fleet(tmp_path: Path, world_url: str) -> AsyncIterator[Fleet]:
    made = Fleet(tmp_path, world_url)
    yield made
    made.stop()


async def test_two_webs_and_two_workers_share_one_database(fleet: Fleet, world, tmp_path: Path) -> None:
    """What one web process took, another shows; what it asked for, some worker does."""
    repository = Made(tmp_path / "shop")
    repository.commit(
        "Begin", {"shop/web.py": "import shop.domain\n", "shop/domain.py": "", "docs/specs/layers.md": LAYERS}
    )
    assert fleet.start("migrate").wait(PATIENCE) == 0, fleet.told()
    roots = {"HOLDFAST_REPOSITORY_ROOTS": str(tmp_path)}
    first, second = await asyncio.gather(fleet.web(**roots), fleet.web(**roots))
    for _ in range(2):
        fleet.start("worker", **roots)
    world.clock.time = sources.now()
    admin = (await world.tokens.issue_for_self(world.ada, "test", scopes=world.ada.scopes)).secret
    api = "/api/v1/projects/payments"
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {admin}"}, timeout=30) as client:
        spec = {"path": "refunds.md", "text": "# Refunds\n\nWithin ten days.\n"}
        assert (await client.post(f"{first}{api}/specs", json=spec)).status_code == 201, fleet.told()
        shown = await client.get(f"{second}{api}/specs/by-path/refunds.md", headers={"accept": "text/markdown"})
        assert shown.text == spec["text"]
        wanted = {"name": "shop", "url": str(repository.root)}
        answer = await client.post(f"{first}{api}/repositories", json=wanted)
        assert answer.status_code == 201, answer.text
        checks: list[dict[str, str]] = []
        for _ in range(PATIENCE):
            checks = (await client.get(f"{second}{api}/checks")).json()["items"]
            if checks:
                break
            await asyncio.sleep(1)
    assert checks[0]["verdict"] == "kept"
