"""Tasks for agents: claim, renew, finish, fail and give back, by one handle: the task and its fencing token."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from app.mcp.asked import IntentAsked
from app.mcp.asking import Ask
from app.mcp.fence import HEADER, listed, mark, plain
from app.mcp.source import Told
from specs.errors import UserError
from sync.contexts.quoting import quoted, word

BUDGET = 2000
LONGEST_TOKEN = 15
# The step below a task, and what the words of the agent are called there.
STEPS: Mapping[str, tuple[str, str]] = {
    "renew": ("renew", ""),
    "finish": ("finish", "note"),
    "fail": ("fail", "reason"),
    "release": ("release", "note"),
}


async def intended(ask: Ask, asked: IntentAsked) -> Told:
    """Do one step of a task. Raises what the server refuses, a handle that holds no longer above all."""
    if asked.action == "claim":
        task = (await ask("POST", *_claiming(asked))).json()
    else:
        name, fencing = parted(asked.claim)
        step, words = STEPS[asked.action]
        body: dict[str, object] = {"fencing": fencing}
        if words:
            body[words] = asked.intent
        task = (await ask("POST", f"/tasks/{name}/{step}", body)).json()
    facts = {name: task[name] for name in ("id", "state", "fencing", "lease_until") if name in task}
    facts["overlaps"] = len(task.get("overlaps", ()))
    return Told(_told(task, asked), facts | ({"claim": handle(task)} if task.get("fencing") else {}))


def handle(task: Mapping[str, Any]) -> str:
    """Name a claim: the task, and the fencing token."""
    return f"{task['id']}@{task['fencing']}"


def parted(claim: str) -> tuple[str, int]:
    """Give the task and the fencing token of a handle. Raises `UserError`."""
    name, _, token = claim.partition("@")
    hint = "Send the handle that report_intent gave when you claimed, such as 01a2...@1."
    if not claim:
        raise UserError("Which claim?", hint)
    try:
        task = UUID(name)
    except ValueError as error:
        raise UserError(f"{plain(claim, 80)} is no handle of a claim.", hint) from error
    if not (token.isascii() and token.isdigit() and 0 < len(token) <= LONGEST_TOKEN):
        raise UserError(f"{plain(claim, 80)} is no handle of a claim.", hint)
    return str(task), int(token)


def as_claimed(claim: str) -> dict[str, str]:
    """Give the headers that say in the course of which claim something is asked; none where none is named."""
    if not claim:
        return {}
    task, fencing = parted(claim)
    return {"holdfast-task": task, "holdfast-fencing": str(fencing)}


def _claiming(asked: IntentAsked) -> tuple[str, dict[str, object]]:
    """Say what to ask: for a task that is there, for a new one, or for the oldest that is free."""
    if asked.task:
        try:
            return f"/tasks/{UUID(asked.task)}/claim", {}
        except ValueError as error:
            raise UserError(f"{plain(asked.task, 80)} is no task.", "Name the id of one, or none.") from error
    if not asked.intent.strip():
        return "/tasks/claim", {}
    area = {"paths": asked.paths, "symbols": asked.symbols, "sections": asked.sections}
    return "/tasks", {"intent": asked.intent, "claim": True, **area}


def _told(task: Mapping[str, Any], asked: IntentAsked) -> str:
    delimiter = mark()
    head = f"Task {task['id']} is {task['state']}"
    if task.get("fencing"):
        head += f": yours until {task['lease_until'][:19]}Z. claim {handle(task)}"
    elif task.get("waits"):
        head += f": it waits for {', '.join(task.get('wanted', ())) or 'a person'}"
    lines = list(_around(task, delimiter))
    text = listed(f"{head}.", lines, BUDGET, delimiter)
    if asked.action == "claim" and not asked.intent.strip():
        begin = "" if lines else f"\n{HEADER.format(mark=delimiter)}\n"
        text += begin + quoted(delimiter, ("task", task["by"]["kind"], task["by"]["name"]), _wanted(task))
    return text


def _wanted(task: Mapping[str, Any]) -> str:
    named = [*task.get("paths", ()), *task.get("symbols", ()), *task.get("sections", ())]
    return "\n".join((task["intent"], *(f"- {one}" for one in named)))


def _around(task: Mapping[str, Any], delimiter: str) -> Iterator[str]:
    """Say who else is at work there, and what became of what was read."""
    for one in task.get("overlaps", ()):
        shared = [*one.get("paths", ()), *one.get("symbols", ()), *one.get("sections", ())]
        holder = one.get("holder") or {}
        who = f"{holder.get('kind', 'nobody')} {word(holder.get('name', ''), delimiter)}"
        where = ", ".join(word(name, delimiter) for name in shared)
        yield f"overlap: {who} holds task {one['task']} ({plain(one['title'], 120)}) on {where}"
    for one in task.get("news", ()):
        yield f"news: {plain(', '.join(f'{name} {value}' for name, value in sorted(one.items())))}"
