"""What stands in which file of a client once it is connected: its hooks, and the server of tools it may call. Pure."""

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from specs.values import dataclass
from sync.agents.answers import CLAUDE, CLIENTS, CODEX, COPILOT, CURSOR, GEMINI, Client
from sync.agents.events import Moment

NAME = "holdfast"
SECONDS = 5
EDITS: Mapping[str, str] = {
    CLAUDE.name: "Edit|MultiEdit|Write|NotebookEdit",
    CODEX.name: "apply_patch|Edit|Write",
    CURSOR.name: "Write|StrReplace|Edit|Delete",
    GEMINI.name: "write_file|replace|edit",
}
NOTES: Mapping[str, str] = {
    CLAUDE.name: "Claude Code asks once whether to trust the project's hooks and its server of tools.",
    CODEX.name: "Codex runs a hook only once you trusted it: open /hooks in a trusted project.",
    CURSOR.name: "Open a new chat in Cursor for the hooks to count.",
    COPILOT.name: "Copilot takes text at the start of sessions and subagents alone: `holdfast export "
    "copilot-instructions` gives it the rest.",
    GEMINI.name: "Gemini CLI asks whether to trust the project's hooks when they change.",
}


@dataclass(frozen=True, slots=True)
class Part:
    """Something of ours in a file: a member at a path of JSON, an item of the list there, or a table of TOML.

    A part that is `shared` is put in where nothing stands, and is never taken out while others stand beside it.
    """

    file: str
    path: tuple[str, ...]
    value: Any
    item: bool = False
    shared: bool = False
    table: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a client is to be connected. `program` runs Holdfast; `server` and `project` are named where one is."""

    client: str
    program: str = NAME
    server: str = ""
    project: str = ""
    only: str = ""


def parts(wish: Wish) -> tuple[Part, ...]:
    """Give what is to stand in the files of a client."""
    client = CLIENTS[wish.client]
    found: list[Part] = []
    if wish.only != "mcp":
        found += _hooks(client, wish)
    if wish.only != "hooks":
        found += _tools(client, wish)
    return tuple(found)


def _command(client: Client, event: str, wish: Wish) -> str:
    words = [*shlex.split(wish.program), "hook", event]
    words += ["--client", client.name] if client is not CLAUDE else []
    words += ["--server", wish.server, "--project", wish.project] if wish.server else []
    return shlex.join(words)


def _hooks(client: Client, wish: Wish) -> list[Part]:
    file = {
        CLAUDE.name: ".claude/settings.json",
        CODEX.name: ".codex/hooks.json",
        CURSOR.name: ".cursor/hooks.json",
        COPILOT.name: ".github/hooks/holdfast.json",
        GEMINI.name: ".gemini/settings.json",
    }[client.name]
    events = [(event, moment) for moment, event in client.events.items()]
    events += [(client.forgets, Moment.COMPACT)] if client.forgets else []
    versioned = [Part(file, ("version",), 1, shared=True)] if client.name in {CURSOR.name, COPILOT.name} else []
    return versioned + [
        Part(file, ("hooks", event), _hook(client, event, moment, wish), item=True) for event, moment in events
    ]


def _hook(client: Client, event: str, moment: Moment, wish: Wish) -> dict[str, Any]:
    command = _command(client, event, wish)
    on_edits = moment in {Moment.BEFORE_EDIT, Moment.AFTER_EDIT}
    matcher = {"matcher": EDITS[client.name]} if on_edits else {}
    if client is CURSOR:
        return {"command": command, **matcher}
    if client is COPILOT:
        return {"type": "command", "bash": command, "timeoutSec": SECONDS}
    if client is GEMINI:
        return {**matcher, "hooks": [{"type": "command", "name": NAME, "command": command, "timeout": SECONDS * 1000}]}
    return {**matcher, "hooks": [{"type": "command", "command": command, "timeout": SECONDS}]}


def _tools(client: Client, wish: Wish) -> list[Part]:
    program, *arguments = [*shlex.split(wish.program), "mcp"]
    local = {"command": program, "args": arguments}
    url = f"{wish.server.rstrip('/')}/mcp/{wish.project}"

    def bearer(variable: str) -> dict[str, Any]:
        return {"url": url, "headers": {"Authorization": f"Bearer {variable}"}}

    here = not wish.server
    if client is CODEX:
        rows = local if here else {"url": url, "bearer_token_env_var": "HOLDFAST_TOKEN"}
        return [Part(".codex/config.toml", ("mcp_servers", NAME), rows, table=_table(("mcp_servers", NAME), rows))]
    if client is CLAUDE:
        value = {"type": "stdio", **local} if here else {"type": "http", **bearer("${HOLDFAST_TOKEN}")}
        return [Part(".mcp.json", ("mcpServers", NAME), value)]
    if client is CURSOR:
        return [Part(".cursor/mcp.json", ("mcpServers", NAME), local if here else bearer("${env:HOLDFAST_TOKEN}"))]
    if client is COPILOT:
        value = {"type": "stdio", **local} if here else {"type": "http", **bearer("${env:HOLDFAST_TOKEN}")}
        return [Part(".vscode/mcp.json", ("servers", NAME), value)]
    named = bearer("$HOLDFAST_TOKEN")
    value = local if here else {"httpUrl": named["url"], "headers": named["headers"]}
    return [Part(".gemini/settings.json", ("mcpServers", NAME), value)]


def _table(path: Sequence[str], rows: Mapping[str, Any]) -> str:
    """Write a table of TOML; texts and lists of texts look as in JSON."""
    lines = [f"[{'.'.join(path)}]", *(f"{key} = {json.dumps(value)}" for key, value in rows.items())]
    return "\n".join(lines) + "\n"
