"""What a client takes for an answer at a hook: text for its model in the place where that client looks. Pure.

A text in another place is dropped without a word, and a key too many makes Codex refuse the whole, so each shape is
exactly what is published. None of them decides anything: nothing is blocked, allowed or asked.
"""

import json
from collections.abc import Mapping

from specs.values import dataclass
from sync.agents.events import Moment

MOST_CHARACTERS = 9_500


@dataclass(frozen=True, slots=True)
class Client:
    """A client that has hooks: the events at which its model is given text, by moment, as it calls them."""

    name: str
    events: Mapping[Moment, str]
    forgets: str = ""


_SHARED = {
    Moment.PROMPT: "UserPromptSubmit",
    Moment.START: "SessionStart",
    Moment.BEFORE_EDIT: "PreToolUse",
    Moment.AFTER_EDIT: "PostToolUse",
    Moment.SUBAGENT: "SubagentStart",
}
CLAUDE = Client("claude-code", _SHARED)
CODEX = Client("codex", _SHARED)
GEMINI = Client(
    "gemini",
    {Moment.PROMPT: "BeforeAgent", Moment.START: "SessionStart", Moment.AFTER_EDIT: "AfterTool"},
    forgets="PreCompress",
)
CURSOR = Client(
    "cursor",
    {Moment.PROMPT: "beforeSubmitPrompt", Moment.START: "sessionStart", Moment.AFTER_EDIT: "postToolUse"},
    forgets="preCompact",
)
COPILOT = Client("copilot", {Moment.START: "sessionStart", Moment.SUBAGENT: "subagentStart"})
CLIENTS: Mapping[str, Client] = {client.name: client for client in (CLAUDE, CODEX, CURSOR, COPILOT, GEMINI)}


def answer(client: Client, moment: Moment, text: str) -> str:
    """Write an answer that gives the client's model a text; "" where it takes none at this moment, or would cut it."""
    event = client.events.get(moment)
    if event is None or not text.strip() or len(text) > MOST_CHARACTERS:
        return ""
    return json.dumps(_shaped(client, moment, event, text), ensure_ascii=False)


def _shaped(client: Client, moment: Moment, event: str, text: str) -> dict[str, object]:
    if client is COPILOT:
        return {"additionalContext": text}
    if client is CURSOR:
        return (
            {"continue": True, "additional_context": text} if moment is Moment.PROMPT else {"additional_context": text}
        )
    return {"hookSpecificOutput": {"hookEventName": event, "additionalContext": text}}
