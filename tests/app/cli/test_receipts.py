"""`holdfast receipts` and what `holdfast context` leaves out, against a server."""

import json
from datetime import timedelta

from app import sources
from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town
from tests.drift.service.made import Recorder, finding
from tests.factories import Clock

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


async def test_each_option_narrows_to_what_it_names(town: Town, command: Command, ask) -> None:
    world = town.world
    world.clock, world.project, world.ada = Clock(), town.project, town.people[Role.ADMIN]
    recorder = await Recorder(world).prepare()
    task = {"intent": "Rewrite refunds", "paths": ["shop/domain.py"], "claim": True}
    begun = (await ask("POST", "/tasks", Role.EDITOR, json=task)).json()
    under = {"holdfast-task": begun["id"], "holdfast-fencing": str(begun["fencing"])}
    asked = {"task": "rewrite refunds", "paths": ["shop/domain.py"]}
    told = (await ask("POST", "/context", Role.EDITOR, json=asked, headers=under)).json()["id"]
    await ask("POST", "/context", Role.READER, json={"task": "something else", "paths": ["docs"]})
    world.clock.time = sources.now() - timedelta(hours=23)
    await recorder.check(finding("a"))
    [record] = (await recorder.drift.findings(town.people[Role.ADMIN], town.project.id)).items
    me = str(town.people[Role.EDITOR].actor.id)
    for words in (
        ("--task", begun["id"]),
        ("--path", "shop"),
        ("--path", "shop/domain.py"),
        ("--author", me),
        ("--finding", record.fingerprint),
    ):
        said = (await command("receipts", *words)).stdout
        assert (told in said, said.endswith("1 bundle.\n")) == (True, True), words
    nobody = str(town.project.id)
    assert "Nothing was served" in (await command("receipts", "--path", "elsewhere")).stdout
    assert "Nothing was served" in (await command("receipts", "--task", nobody)).stdout
    assert "There is no such gate." in (await command("receipts", "--gate", nobody)).stderr
    assert "There is no such proposal." in (await command("receipts", "--proposal", nobody)).stderr
    wrong = await command("receipts", "--task", "not an id")
    assert (wrong.exit_code, "Traceback" in wrong.stderr) == (2, False)


async def test_a_bundle_of_nobody_is_refused(town: Town, command: Command) -> None:
    refused = await command(*TASK, "--since", str(town.project.id))
    assert "There is no such context bundle." in refused.stderr
