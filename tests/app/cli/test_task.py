"""`holdfast task`: from a new task to its end, as its holder and as people see it."""

import json

from specs.access import Role
from tests.app.cli.conftest import Command


async def test_from_new_to_done(command: Command) -> None:
    made = await command(
        "task", "new", "Mend refunds.", "--path", "src/pay", "--section", "pay.md#refunds", "--size", "s"
    )
    assert made.exit_code == 0, made.output
    assert "open" in made.output
    assert "sections: pay.md#refunds" in made.output
    held = json.loads((await command("task", "claim", "--lease", "90", "--format", "json")).output)
    number, token = f"#{held['number']}", str(held["fencing"])
    assert f"{number}  claimed by Editor-Person for 1 min" in (await command("task", "list")).output
    other = await command("task", "new", "Cards.", "--path", "src", "--claim", who=Role.REVIEWER)
    assert "overlaps: Editor-Person is at work on src/pay (Mend refunds.)" in other.output
    renewed = await command("task", "renew", number, "--fencing", token)
    assert "news: Reviewer-Person began to work on src/pay (Cards.)" in renewed.output
    await command("task", "usage", number, "--fencing", token, "--tokens", "1200", "--cost", "0.25")
    await command("task", "note", number, "Half of it.")
    shown = (await command("task", "show", number, who=Role.READER)).output
    assert "cost 0.25, 1200 tokens" in shown
    assert "Half of it." in shown
    stale = await command("task", "done", number, "--fencing", "7")
    assert stale.exit_code == 3
    assert "no longer holds: the task is held under another token now" in stale.output
    assert "done" in (await command("task", "done", number, "--fencing", token, "--note", "It holds.")).output
    assert "There is no such task." in (await command("task", "list", "--state", "open")).output


async def test_what_people_do(command: Command) -> None:
    held = json.loads((await command("task", "new", "Plan it.", "--claim", "--format", "json")).output)
    number = str(held["number"])
    for words in (("freeze", number, "--because", "Wait."), ("thaw", number), ("cancel", number, "--because", "No.")):
        assert (await command("task", *words, who=Role.READER)).exit_code == 2, words
        done = await command("task", *words, who=Role.REVIEWER)
        assert done.exit_code == 0, done.output
    assert "failed" in done.output
    assert (await command("task", "approve", number, who=Role.REVIEWER)).exit_code == 3
    missing = await command("task", "show", "999999")
    assert (missing.exit_code, "There is no task" in missing.output) == (2, True)
    assert (await command("task", "claim")).exit_code == 2
