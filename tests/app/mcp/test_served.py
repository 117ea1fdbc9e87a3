"""Tools answered from a server: what a model reads, within its budget, with what it needs to go on."""

import pytest

from specs.access import Role, Scope
from sync.contexts.bundle import tokens

TEXT = """---
title: Refunds
---
# Refunds

Money goes back.

## Time {#time}

A refund MUST be made within ten days.

#### Scenario: holidays

Holidays count.

## Errors

### Codes {#codes}

An error has a code.
"""


@pytest.fixture
async def filled(ask):
    made = await ask("POST", "/specs", Role.EDITOR, json={"path": "refunds.md", "text": TEXT})
    assert made.status_code == 201
    return made.json()


async def test_a_bundle_is_named_and_never_over_budget(call, filled):
    for budget in (300, 500, 2000):
        answer = await call("get_spec_context", task="refund time and errors", budget=budget)
        assert answer.text.startswith(f"bundle {answer.facts['id']} · degraded: embeddings\n")
        assert tokens(answer.text) <= budget


async def test_what_a_caller_has_is_not_told_again(call, filled):
    first = await call("get_spec_context", task="refund time")
    again = await call("get_spec_context", task="refund time", since=first.facts["id"])
    assert again.facts["unchanged"] > 0
    assert "within ten days" not in again.text


async def test_a_section_comes_with_all_below_it_and_who_said_it(call, filled):
    answer = await call("get_spec_section", section="refunds.md#time")
    assert "within ten days" in answer.text
    assert "Holidays count." in answer.text
    assert "An error has a code." not in answer.text
    assert "explicit by human" in answer.text
    assert (answer.facts["revision"], answer.facts["stale"]) == (filled["head"], False)
    inner = await call("get_spec_section", section="refunds.md#errors")
    assert "An error has a code." in inner.text


async def test_a_whole_spec_and_one_without_headings(call, ask, filled):
    assert "Money goes back." in (await call("get_spec_section", section="refunds.md")).text
    await ask("POST", "/specs", Role.EDITOR, json={"path": "plain.md", "text": "No heading here.\n"})
    assert "No heading here." in (await call("get_spec_section", section="plain.md")).text


async def test_a_section_of_an_older_revision_is_called_stale(call, ask, filled):
    headers = {"if-match": f'"{filled["head"]}"'}
    text = TEXT.replace("ten days", "five days")
    saved = await ask("PUT", f"/specs/{filled['id']}", Role.EDITOR, json={"text": text}, headers=headers)
    assert saved.status_code == 201
    old = await call("get_spec_section", section="refunds.md#time", revision=filled["head"])
    assert "ten days" in old.text
    assert "STALE: the head is " in old.text
    assert old.facts["stale"] is True
    assert "five days" in (await call("get_spec_section", section="refunds.md#time")).text


async def test_what_an_agent_said_is_marked_until_a_person_confirms_it(call, ask, filled, town):
    admin = town.people[Role.ADMIN]
    scopes = [Scope.READ, Scope.WRITE]
    agent = await town.world.tokens.issue_for_agent(admin, town.project.id, "bot", role=Role.EDITOR, scopes=scopes)
    changes = [{"spec": "refunds.md", "do": "insert-after", "section": "codes", "text": "### More\n\nAgents say so.\n"}]
    made = await call("propose_spec_change", token=agent.secret, title="More", why="why", changes=changes)
    assert made.facts["state"] == "accepted"
    assert "inferred, not confirmed" in (await call("get_spec_section", section="refunds.md#more")).text


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("refunds.md#nowhere", "Its sections: refunds, time, "),
        ("nowhere.md", "There is no such spec."),
        ("../../etc/passwd", "hint: "),
        ("refunds.md#" + "x" * 1400, "has no section"),
        ("a\u0000b", "hint: "),
    ],
)
async def test_a_section_that_is_not_there_is_an_error_with_a_hint(call, filled, section, message):
    answer = await call("get_spec_section", section=section)
    assert answer.failed
    assert message in answer.text
    assert "hint: " in answer.text
    assert len(answer.text) < 1500


async def test_wrong_arguments_say_what_the_tool_takes(call):
    answer = await call("get_spec_context", task=["x"])
    assert answer.failed
    assert "Expected `str`" in answer.text
    assert "It takes: task, paths" in answer.text


async def test_neither_task_nor_path_is_refused_as_the_api_does(call):
    answer = await call("get_spec_context")
    assert answer.failed
    assert "neither a task nor a path" in answer.text


async def test_a_tool_that_is_not_there_is_an_error_of_the_protocol(call):
    answer = await call("drop_everything")
    assert answer.body["error"]["code"] == -32602


async def test_drift_is_not_known_before_a_commit_was_checked(call):
    answer = await call("check_drift", paths=["src"])
    assert answer.facts["checked"] is False


async def test_resources_are_listed_page_by_page_and_read(send, ask, filled):
    for at in range(3):
        await ask("POST", "/specs", Role.EDITOR, json={"path": f"more/{at}.md", "text": f"# More {at}\n\nText.\n"})
    listed = (await send("resources/list")).body["result"]
    assert [one["uri"] for one in listed["resources"]][-1] == "spec://payments/refunds.md"
    read = (await send("resources/read", {"uri": "spec://payments/more/1.md"})).body["result"]["contents"][0]
    assert "More 1" in read["text"]
    assert read["_meta"]["holdfast/stale"] is False


@pytest.mark.parametrize(
    "uri", ["spec://secrets/a.md", "spec://payments/nowhere.md", "file:///etc/passwd", "spec://[x"]
)
async def test_a_resource_that_is_not_there_is_an_error_of_the_protocol(send, filled, uri):
    assert (await send("resources/read", {"uri": uri})).body["error"]["code"] in {-32602, -32002}


async def test_a_cursor_that_is_none_is_refused(send):
    assert (await send("resources/list", {"cursor": "%%%"})).body["error"]["code"] == -32602
