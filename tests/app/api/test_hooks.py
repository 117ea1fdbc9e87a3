"""Hooks over HTTP: what an agent is told at each moment, in the shape its client takes, and once a session."""

from specs.access import SERVER, Role

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
