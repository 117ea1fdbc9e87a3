"""`holdfast receipts` and what `holdfast context` leaves out, against a server."""

import json

from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town

TASK = ("context", "quicker refunds")


async def test_what_an_author_had_been_told_is_found_from_the_proposal(town: Town, command: Command, ask) -> None:
    eve, library, home = town.people[Role.EDITOR], town.world.library, town.project.id
    await library.create(eve, home, "refunds.md", "# Refunds\n\nA refund is made within ten days.\n")
    first = json.loads((await command(*TASK, "--format", "json")).stdout)
    again = (await command(*TASK, "--since", first["id"])).stdout
    assert "ten days" not in again
    assert "not repeated: 1" in again
    body = {"title": "More", "changes": [{"operation": "create", "path": "more.md", "text": "# More\n"}]}
    proposal = (await ask("POST", "/proposals", Role.EDITOR, json=body)).json()["proposal"]
    told = (await command("receipts", "--proposal", proposal["id"])).stdout
    assert f"{first['id']}  20" in told
    assert "quicker refunds\n  section  refunds.md#refunds  " in told
    assert told.endswith("2 bundles.\n")
    assert len(json.loads((await command("receipts", "--format", "json")).stdout)) == 2
    assert "Nothing was served" in (await command("receipts", "--author", str(town.project.id))).stdout
    assert "There is no such finding." in (await command("receipts", "--finding", "abc")).stderr


async def test_a_bundle_of_nobody_is_refused(town: Town, command: Command) -> None:
    refused = await command(*TASK, "--since", str(town.project.id))
    assert "There is no such context bundle." in refused.stderr
