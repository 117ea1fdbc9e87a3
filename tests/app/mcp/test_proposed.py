"""Proposals through a tool: by the same policy and services as any other, and once for the same call."""

import pytest

from specs.access import Role, Scope
from tests.app.mcp.test_served import TEXT


@pytest.fixture
async def filled(ask):
    return (await ask("POST", "/specs", Role.EDITOR, json={"path": "refunds.md", "text": TEXT})).json()


def change(**more):
    return {"title": "Sooner", "why": "customers", "changes": [{"spec": "refunds.md", **more}]}


async def test_the_same_call_again_has_no_second_effect(call, ask, filled):
    asked = change(do="body", section="time", text="\nWithin five days.\n")
    first = await call("propose_spec_change", **asked)
    # The base is the head, which has moved: named, the call is the very same.
    asked = change(do="body", section="time", text="\nWithin two days.\n", base=filled["head"][:12])
    second = await call("propose_spec_change", **asked)
    third = await call("propose_spec_change", **asked)
    assert not first.failed
    assert second.facts["proposal"] == third.facts["proposal"]
    assert (second.facts["again"], third.facts["again"]) == (False, True)
    assert third.text.startswith("You proposed exactly this before.")
    assert len((await ask("GET", "/proposals")).json()["items"]) == 2


async def test_a_refusal_is_no_answer_for_good(call, filled, town):
    asked = change(do="body", section="time", text="\nWithin five days.\n", base=filled["head"])
    token = await town.token(Role.READER)
    for _ in range(3):
        assert (await call("propose_spec_change", token=token, **asked)).failed
    reader = town.people[Role.READER].actor.id
    await town.world.members.set_role(town.people[Role.ADMIN], town.project.id, reader, Role.EDITOR)
    made = await call("propose_spec_change", token=token, **asked)
    assert (made.facts["state"], made.facts["again"]) == ("accepted", False)
    assert (await call("propose_spec_change", token=token, **asked)).facts["again"] is True


async def test_a_proposal_that_waits_says_for_whom_and_changes_nothing(call, ask, filled, town):
    scopes = [Scope.READ, Scope.WRITE]
    admin = town.people[Role.ADMIN]
    agent = await town.world.tokens.issue_for_agent(admin, town.project.id, "bot", role=Role.EDITOR, scopes=scopes)
    asked = change(text=TEXT.replace("MUST", "MAY"))
    answer = await call("propose_spec_change", token=agent.secret, **asked)
    assert answer.facts["state"] == "open"
    assert "no spec changed yet" in answer.text
    assert "1 from reviewer" in answer.text
    assert (await ask("GET", f"/specs/{filled['id']}")).json()["head"] == filled["head"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"do": "body", "section": "nowhere", "text": "x"}, "nowhere"),
        ({"do": "rename", "text": "x"}, "rename needs a section"),
        ({"spec": "nowhere.md", "text": "x"}, "no such spec"),
        ({"text": "x", "base": "abcdef"}, "has no revision abcdef"),
        ({"do": "explode"}, "Invalid enum value"),
    ],
)
async def test_what_cannot_be_proposed_is_an_error_with_a_hint(call, filled, more, said):
    answer = await call("propose_spec_change", **change(**more))
    assert answer.failed
    assert said in answer.text
    assert "hint: " in answer.text


async def test_a_reader_may_not_propose(call, filled, town):
    answer = await call("propose_spec_change", token=await town.token(Role.READER), **change(text="# Other\n"))
    assert answer.failed
    assert "needs the role editor" in answer.text
