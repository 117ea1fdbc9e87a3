"""`holdfast inbox`: a person sees what waits and puts it off; nobody else's matters, and nothing for an agent."""

from datetime import UTC, datetime, timedelta

from specs.access import AGENT_SCOPES, Role
from specs.service.policies.freezing import Freezing
from tests.app.api.observed import observe
from tests.app.cli.conftest import Command
from tests.app.conftest import Town


async def freeze(town: Town) -> None:
    """Freeze the agent of the world, for a reviewer to thaw."""
    world, admin = town.world, town.people[Role.ADMIN]
    agent = await world.tokens.issue_for_agent(
        admin,
        town.project.id,
        "claude",
        role=Role.EDITOR,
        scopes=AGENT_SCOPES,
        expires_at=datetime.now(tz=UTC) + timedelta(days=1),
    )
    await Freezing(world.database, world.clock).freeze(
        admin, town.project.id, agent.token.actor.id, timedelta(hours=1), "Enough."
    )


async def test_a_person_lists_puts_off_and_brings_back(town: Town, command: Command) -> None:
    await freeze(town)
    listed = await command("inbox", who=Role.REVIEWER)
    assert "is frozen: may it go on?" in listed.output, listed.output
    ident = listed.output.split()[0]
    assert "Nothing waits for you." in (await command("inbox", who=Role.READER)).output
    put_off = await command("inbox", "snooze", ident, "--days", "3", who=Role.REVIEWER)
    assert "put off until" in put_off.output, put_off.output
    assert "Nothing waits for you." in (await command("inbox", who=Role.REVIEWER)).output
    assert ident in (await command("inbox", "--snoozed", who=Role.REVIEWER)).output
    assert (await command("inbox", "wake", ident, who=Role.REVIEWER)).exit_code == 0
    assert ident in (await command("inbox", who=Role.REVIEWER)).output
    assert "Nothing is put off." in (await command("inbox", "--snoozed", who=Role.REVIEWER)).output


async def test_what_does_not_wait_cannot_be_put_off(command: Command) -> None:
    for words in (("snooze", "ffff"), ("wake", "ffff")):
        done = await command("inbox", *words, who=Role.REVIEWER)
        assert done.exit_code != 0
        assert "There is no matter ffff." in done.output


async def test_findings_are_decided_in_the_shell_and_that_is_taken_back(town: Town, command: Command) -> None:
    await observe(town)
    listed = await command("inbox", "--kind", "finding", who=Role.REVIEWER)
    ident = listed.output.split()[0]
    late = await command("inbox", "waive", ident, "--until", "2020-01-01", "--because", "Later.", who=Role.REVIEWER)
    assert "is over" in late.output, late.output
    made = await command("inbox", "mend", ident, "--because", "Move it.", who=Role.REVIEWER)
    assert "2 findings of layering: to be mended as task" in made.output, made.output
    assert "to be taken on: whoever claims it" in (await command("inbox", "waiting", who=Role.REVIEWER)).output
    taken = await command("inbox", *made.output.strip().splitlines()[-1].split()[3:], who=Role.REVIEWER)
    assert "Taken back: 2 decisions on layering." in taken.output, taken.output
