"""`holdfast people` on a real database: who can log in, who is shut out, and what the audit log says of it."""

import json

import pytest

from app import sources
from specs.audit import INSTALLATION
from specs.errors import DeniedError
from tests.app.cli.conftest import Holdfast
from tests.factories import PASSWORD, World


async def test_people_are_listed_shut_out_and_let_in_again(holdfast: Holdfast, world: World, world_url: str) -> None:
    listed = holdfast(world_url, "people", "list").stdout
    assert "eve  Eve  may log in, never seen, 1 project, 0 sessions\n" in listed
    world.clock.time = sources.now()
    await world.sessions.start(world.eve)
    assert "1 session\n" in holdfast(world_url, "people", "list").stdout
    done = holdfast(world_url, "people", "shut-out", "eve")
    assert done.stdout == "Eve is shut out: sessions and tokens stopped at once.\n"
    with pytest.raises(DeniedError):
        await world.access.login("eve", PASSWORD)
    rows = {row["login"]: row for row in json.loads(holdfast(world_url, "people", "list", "--format", "json").stdout)}
    assert rows["eve"]["disabled_at"]
    assert "disabled_at" not in rows["rob"]
    assert "may log in again" in holdfast(world_url, "people", "let-in", "eve").stdout
    assert (await world.access.login("eve", PASSWORD)).actor == world.eve.actor
    assert "no session" in holdfast(world_url, "people", "end-sessions", "eve").stdout
    acts = [act for act in await world.actions(INSTALLATION) if act.startswith(("person.", "session."))]
    assert acts[-3:] == ["person.disable", "person.enable", "session.end"]


def test_nobody_of_that_login_is_no_traceback(holdfast: Holdfast, world_url: str) -> None:
    refused = holdfast(world_url, "people", "shut-out", "eve\x1b[31m")
    assert refused.returncode == 2
    assert "Nobody here has the login" in refused.stderr
    assert "holdfast people list" in refused.stderr
    assert "\x1b" not in refused.stderr


def test_an_installation_without_people_says_how_the_first_comes_in(holdfast: Holdfast, url: str) -> None:
    assert "holdfast admin link" in holdfast(url, "people", "list").stderr
