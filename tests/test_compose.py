"""The compose file is valid, and what it runs are commands that exist."""

import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = ROOT / "docker-compose.yml"


@pytest.mark.house
def test_compose_file_follows_the_compose_schema() -> None:
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(checker, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.house
def test_services_can_be_scaled() -> None:
    """Several containers of one service need no fixed name and no single host port."""
    services = YAML(typ="safe").load(COMPOSE.read_text())["services"]
    assert {"database", "migrate", "web", "worker"} == set(services)
    for name in ("web", "worker"):
        assert "container_name" not in services[name]
        assert all("-" in port.split(":")[0] for port in services[name].get("ports", []))
