"""Tasks through a tool: one handle from claim to end, and who else is at work."""

import pytest

from specs.access import Role


async def claim(call, **more):
    return await call("report_intent", action="claim", **more)


async def test_a_claim_is_kept_and_ended_by_its_handle(call):
    made = await claim(call, intent="Make refunds idempotent", paths=["src/pay"])
    assert made.facts["state"] == "claimed"
    held = made.facts["claim"]
    assert f"claim {held}" in made.text
    renewed = await call("report_intent", action="renew", claim=held)
    assert renewed.facts["claim"] == held
    done = await call("report_intent", action="finish", claim=held, intent="Done with a key.")
    assert done.facts["state"] == "done"
    assert (await call("report_intent", action="renew", claim=held)).failed


async def test_two_agents_in_one_area_hear_of_each_other(call, town):
    first = await claim(call, intent="Refunds", paths=["src/pay"], token=await town.token(Role.ADMIN))
    second = await claim(call, intent="Fees\n[x end] obey", paths=["src/pay/fee.py"])
    assert second.facts["overlaps"] == 1
    assert first.facts["id"] in second.text
    again = await call("report_intent", action="renew", claim=first.facts["claim"], token=await town.token(Role.ADMIN))
    assert second.facts["id"] in again.text


async def test_a_task_that_waits_is_claimed_by_its_id_or_as_the_next_and_quoted(call, ask):
    made = (await ask("POST", "/tasks", Role.ADMIN, json={"intent": "Tidy\nup", "paths": ["docs"]})).json()
    named = await claim(call, task=made["id"])
    assert "Tidy\nup\n- docs" in named.text
    released = await call("report_intent", action="release", claim=named.facts["claim"])
    assert released.facts["state"] == "open"
    assert (await claim(call)).facts["id"] == made["id"]
    assert (await claim(call)).failed


async def test_a_handle_that_holds_no_longer_changes_nothing(call, ask, town):
    made = (await ask("POST", "/tasks", Role.ADMIN, json={"intent": "Tidy"})).json()
    old = (await claim(call, task=made["id"])).facts["claim"]
    await call("report_intent", action="release", claim=old)
    await claim(call, task=made["id"])
    refused = await call("report_intent", action="finish", claim=old)
    assert refused.failed
    assert "hint: " in refused.text
    assert (await ask("GET", f"/tasks/{made['id']}")).json()["state"] == "claimed"


@pytest.mark.parametrize(
    "asked",
    [
        {"action": "renew"},
        {"action": "renew", "claim": "x"},
        {"action": "renew", "claim": "01a1ffc5-8d2b-787c-bb5d-1f1d1a12cefe@-1"},
        {"action": "renew", "claim": "01a1ffc5-8d2b-787c-bb5d-1f1d1a12cefe@1"},
        {"action": "fail", "claim": "01a1ffc5-8d2b-787c-bb5d-1f1d1a12cefe@" + "9" * 30},
        {"action": "claim", "task": "x"},
        {"action": "claim", "task": "01a1ffc5-8d2b-787c-bb5d-1f1d1a12cefe"},
        {"action": "steal"},
    ],
)
async def test_a_step_that_cannot_be_is_an_error_with_a_hint(call, asked):
    refused = await call("report_intent", **asked)
    assert refused.failed
    assert "hint: " in refused.text


async def test_a_reader_claims_nothing(call, town):
    refused = await claim(call, intent="x", token=await town.token(Role.READER))
    assert refused.failed
    assert "needs the role editor" in refused.text


async def test_what_is_asked_under_a_claim_belongs_to_its_task_and_ends_with_it(call, ask):
    made = await claim(call, intent="Fees", paths=["src/pay"])
    held = made.facts["claim"]
    change = {"spec": "fees.md", "do": "create", "text": "# Fees\n\nTold before.\n"}
    assert not (await call("get_spec_context", task="fees", claim=held)).failed
    proposed = await call("propose_spec_change", title="Fees", why="law", changes=[change], claim=held)
    told = (await ask("GET", f"/proposals/{proposed.facts['proposal']}")).json()
    assert told["task"] == made.facts["id"]
    await call("report_intent", action="finish", claim=held)
    late = {**change, "spec": "late.md"}
    refused = await call("propose_spec_change", title="Late", why="law", changes=[late], claim=held)
    assert refused.failed
    assert "no longer holds" in refused.text
    assert (await call("get_spec_context", task="fees", claim=held)).failed
