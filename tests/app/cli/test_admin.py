"""The commands of whoever runs the server: migrate, token, admin, audit, on a real database."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from app import sources
from specs.access import SERVER, Scope
from tests.app.cli.conftest import Holdfast, environment
from tests.factories import PASSWORD, World

ROOT = Path(__file__).resolve().parents[3]


async def test_a_token_is_given_listed_and_taken_back(holdfast: Holdfast, world: World, world_url: str) -> None:
    words = ("--project", "payments", "--name", "ci", "--scope", "check", "--days", "7")
    made = holdfast(world_url, "token", "create", *words)
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    token_id = made.stderr.split()[0]
    async with world.database.read() as connection:
        assert (await connection.exec_driver_sql("select count(*) from credentials where name = 'ci'")).scalar() == 1
    world.access._clock = sources.now
    assert (await world.access.authenticate_token(secret)).scopes == {Scope.CHECK}
    listed = holdfast(world_url, "token", "list", "--project", "payments")
    assert f"{token_id}  {secret[:11]}  ci  check  valid" in listed.stdout
    assert secret not in listed.stdout
    assert holdfast(world_url, "token", "revoke", token_id).returncode == 0
    assert "revoked" in holdfast(world_url, "token", "list", "--project", "payments").stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("token", "create", "--name", "x"), "HOLDFAST_PROJECT"),
        (("token", "create", "--name", "x", "--project", "nope"), "no such project"),
        (("token", "create", "--name", "x", "--project", "payments", "--scope", "admin"), "admin"),
        (("token", "create", "--name", "x", "--project", "payments", "--role", "reviewer"), "reviewer"),
        (("token", "revoke", "nonsense"), "nonsense"),
        (("token", "revoke", "00000000-0000-7000-8000-00000000dead"), "no such token"),
        (("admin", "link", "--login", "eve"), "no such administrator"),
        (("admin", "invite", "eve"), "already"),
        (("audit", "verify", "--against", "/nonexistent"), "nonexistent"),
    ],
)
async def test_mistakes_are_explained(
    holdfast: Holdfast, world: World, world_url: str, words: tuple[str, ...], says: str
) -> None:
    done = holdfast(world_url, *words)
    assert done.returncode in {2, 3}
    assert says in done.stderr
    assert "hint:" in done.stderr
    assert "Traceback" not in done.stderr


async def test_links_let_people_in(holdfast: Holdfast, world: World, world_url: str) -> None:
    world.access._clock = sources.now
    made = holdfast(world_url, "admin", "link")
    assert made.returncode == 0, made.stderr
    address, _, token = made.stdout.strip().partition("#")
    assert address == "http://127.0.0.1:8000/welcome"  # nothing was served yet
    assert (await world.access.redeem_link(token, PASSWORD)).site_admin
    invited = holdfast(world_url, "admin", "invite", "zoe", "--project", "payments", "--role", "reviewer")
    zoe = await world.access.redeem_link(invited.stdout.strip().partition("#")[2], PASSWORD)
    assert zoe.roles[world.project.id].value == "reviewer"


async def test_a_project_is_begun_and_one_that_is_not_there_says_how(
    holdfast: Holdfast, world: World, world_url: str
) -> None:
    missing = holdfast(world_url, "token", "list", "--project", "shop")
    assert (missing.returncode, "`holdfast admin project NAME`" in missing.stderr) == (2, True)
    made = holdfast(world_url, "admin", "project", "shop", "--name", "The shop")
    assert (made.returncode, made.stdout) == (0, "http://127.0.0.1:8000/p/shop\n"), made.stderr
    assert (await world.projects.find(SERVER, "shop")).name == "The shop"
    for name in ("shop", "health", "Not a slug", ""):
        refused = holdfast(world_url, "admin", "project", name)
        assert refused.returncode in {2, 3}, name
        assert "hint:" in refused.stderr


def test_the_log_is_verified_against_what_was_kept(
    holdfast: Holdfast, tmp_path: Path, world_url: str, world_secret: str
) -> None:
    kept = holdfast(world_url, "audit", "checkpoint")
    assert kept.returncode == 0, kept.stderr
    assert "holdfast" in kept.stdout
    (tmp_path / "kept").write_text(kept.stdout)
    whole = holdfast(world_url, "audit", "verify", "--against", "kept")
    assert (whole.returncode, "holds" in whole.stdout) == (0, True)
    (tmp_path / "nonsense").write_text("{}\n[1]\n")
    assert holdfast(world_url, "audit", "verify", "--against", "nonsense").returncode == 1
    with psycopg.connect(world_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update audit set subject = 'x' where n = 2")
    broken = holdfast(world_url, "audit", "verify")
    assert broken.returncode == 1
    assert "entry 2: what it says is not what was recorded" in broken.stdout


def test_migrate_may_be_repeated(holdfast: Holdfast, url: str) -> None:
    for _ in range(2):
        done = holdfast(url, "migrate")
        assert (done.returncode, done.stdout) == (0, "The schema is up to date.\n"), done.stderr


def test_an_address_of_nobody_is_unavailable_to_the_command_itself(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], **environment(tmp_path, "postgresql://u:geheim@127.0.0.1:1/x")}
    command = [sys.executable, str(ROOT / "holdfast.py"), "migrate"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 3
    assert "hint:" in done.stderr
    assert "geheim" not in done.stderr


def test_keys_of_what_is_kept_are_listed_and_changed(holdfast: Holdfast, url: str) -> None:
    assert holdfast(url, "admin", "artifact-keys").stdout == ""
    assert "in use" in holdfast(url, "admin", "artifact-keys", "--rotate").stdout
    former, new = holdfast(url, "admin", "artifact-keys", "--rotate").stdout.splitlines()
    assert "opens" in former
    assert "in use" in new


async def test_limits_of_the_installation_are_set_and_what_is_old_goes(
    holdfast: Holdfast, world: World, world_url: str
) -> None:
    assert world.project
    said = holdfast(world_url, "admin", "limits", "specs=500", "ended-tokens=1").stdout
    assert "500" in said
    assert "[installation]" in said
    own = holdfast(world_url, "admin", "limits", "--project", "payments", "specs=7").stdout
    assert "0 of 7 " in own
    assert "no limit" in holdfast(world_url, "admin", "limits", "nothing=7").stderr
    dry = holdfast(world_url, "admin", "retention", "--dry-run").stdout
    assert "0 stored values of 0 bytes would go." in dry
    assert "went" in holdfast(world_url, "admin", "retention").stdout
