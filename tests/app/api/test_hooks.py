"""Hooks over HTTP: what an agent is told at each moment, in the shape its client takes, and once a session."""

import asyncio

from specs.access import SERVER, Role
from tests.app.conftest import API
from tests.app.embedding import furnished

SPEC = '---\ncovers: ["shop/pay.py"]\n---\n# Shop\n\n## Refunds\n\nA refund is paid in ten days.\n'
PROMPT = {
    "hook_event_name": "UserPromptSubmit",
    "session_id": "s1",
    "cwd": "/w",
    "prompt": "Pay refunds sooner, please",
}


async def test_a_session_is_told_once_and_again_when_it_has_forgotten(ask, town):
    await town.world.library.create(SERVER, town.project.id, "shop.md", SPEC)

    async def told(**more):
        answer = await ask("POST", "/hooks/claude-code", Role.READER, json={**PROMPT, **more})
        assert answer.status_code == 200, answer.text
        return answer.json()

    first = (await told())["hookSpecificOutput"]
    assert first["hookEventName"] == "UserPromptSubmit"
    assert "A refund is paid in ten days." in first["additionalContext"]
    assert set(await told()) <= {"hookSpecificOutput"}
    assert "ten days" not in str(await told())
    assert "ten days" in str(await told(session_id="s2"))
    compacted = await told(hook_event_name="SessionStart", source="compact")
    assert "ten days" in compacted["hookSpecificOutput"]["additionalContext"]
    assert await told(hook_event_name="SessionStart", source="startup", session_id="s9") == {}
    assert await told(prompt="/help me now") == {}
    edit = {"hook_event_name": "PreToolUse", "tool_name": "Edit", "session_id": "s3"}
    assert "ten days" in str(await told(**edit, tool_input={"file_path": "/w/shop/pay.py"}))
    assert await told(**edit, tool_input={"file_path": "/w/shop/refund.py"}) == {}
    assert await told(**edit, tool_input={"file_path": "/elsewhere/shop/pay.py"}) == {}


async def test_what_is_no_event_is_refused_with_a_hint(ask):
    for client, body, status in (
        ("claude-code", {}, 400),
        ("claude-code", {"hook_event_name": 7}, 400),
        ("claude-code", {"hook_event_name": "Nothing"}, 400),
        ("nobody", PROMPT, 404),
    ):
        refused = await ask("POST", f"/hooks/{client}", json=body)
        assert (refused.status_code, bool(refused.json()["hint"])) == (status, True), body


async def test_any_process_of_a_server_knows_what_a_session_was_told(ask, town, settings):
    from litestar.testing import AsyncTestClient  # noqa: PLC0415 (only this test needs it)

    await town.world.library.create(SERVER, town.project.id, "shop.md", SPEC)
    await town.world.library.create(SERVER, town.project.id, "tax.md", "# Tax\n\n## Rates\n\nRates follow the law.\n")
    headers = {"authorization": f"Bearer {await town.token(Role.READER)}"}

    async def here(**more):
        return (await ask("POST", "/hooks/claude-code", Role.READER, json={**PROMPT, **more})).text

    with furnished(settings) as other:
        async with AsyncTestClient(other, raise_server_exceptions=False) as client:
            await other.state.wakes.close()

            async def there(**more):
                answer = await client.post(f"{API}/hooks/claude-code", json={**PROMPT, **more}, headers=headers)
                return answer.text

            assert "ten days" in await here()
            assert "ten days" not in await there()
            assert "Rates follow" in await there(prompt="Which rates of tax are there?")
            for say in (here, there):
                assert await say() == "{}"
                assert await say(prompt="Which rates of tax are there?") == "{}"
            subagent = {"hook_event_name": "SubagentStart", "agent_id": "a"}
            assert "Rates follow" in await here(**subagent), "a subagent inherits nothing but the task"
            assert await there(**subagent) == "{}"
            await here(hook_event_name="SessionStart", source="clear")
            assert "ten days" in await there()
            many = await asyncio.gather(*(one(session_id=f"s{at % 3}") for at, one in enumerate([here, there] * 6)))
            assert all(answer == "{}" or "ten days" in answer for answer in many)
            assert all([await one(session_id=f"s{at}") == "{}" for at in range(3) for one in (here, there)])
