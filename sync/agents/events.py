"""What a client says at a hook, as one value whatever the client. Pure; garbage gives an event that asks for nothing.

Claude Code and Codex say the same things; Cursor, Gemini and Copilot have other names for them.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from specs.values import dataclass

MOST_PATHS = 20
LONGEST_PROMPT = 20_000
PATCH_FILE = re.compile(r"(?m)^\*\*\* (?:(?:Add|Update|Delete) File|Move to): (.+?)[ \t]*$")
EDITS = re.compile(r"(?i)edit|write|replace|patch|create|insert|delete")
PATH_KEYS = ("file_path", "notebook_path", "path", "filePath", "target_file", "absolute_path")
PATCH_KEYS = ("command", "input", "patch")


class Moment(StrEnum):
    """When a hook is called."""

    PROMPT = "prompt"
    START = "start"
    BEFORE_EDIT = "before edit"
    AFTER_EDIT = "after edit"
    SUBAGENT = "subagent"
    COMPACT = "compact"


# By the client's name for it, in small letters alone.
MOMENTS: Mapping[str, Moment] = {
    "userpromptsubmit": Moment.PROMPT,
    "userpromptsubmitted": Moment.PROMPT,
    "beforesubmitprompt": Moment.PROMPT,
    "beforeagent": Moment.PROMPT,
    "sessionstart": Moment.START,
    "pretooluse": Moment.BEFORE_EDIT,
    "beforetool": Moment.BEFORE_EDIT,
    "posttooluse": Moment.AFTER_EDIT,
    "aftertool": Moment.AFTER_EDIT,
    "subagentstart": Moment.SUBAGENT,
    "precompact": Moment.COMPACT,
    "precompress": Moment.COMPACT,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One call of a hook. `paths` are those that a tool edits, as the client wrote them; `session` "" is not known.

    `agent` names a subagent within the session. `source` is why a session starts: startup, resume, clear or compact.
    """

    moment: Moment
    session: str = ""
    agent: str = ""
    cwd: str = ""
    prompt: str = ""
    source: str = ""
    paths: tuple[str, ...] = ()


def moment_of(name: str) -> Moment | None:
    """Give the moment that an event's name means, in any spelling; None for one that is not known."""
    return MOMENTS.get(re.sub(r"[^a-z]", "", name.lower()))


def event_of(moment: Moment, data: bytes) -> Event:
    """Read what a client sent. What has another shape than it should is as if it had not been said."""
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        payload = None
    if not isinstance(payload, dict):
        return Event(moment)
    roots = payload.get("workspace_roots")
    first = roots[0] if isinstance(roots, list) and roots else None
    return Event(
        moment,
        session=_text(payload, "session_id", "sessionId", "conversation_id"),
        agent=_text(payload, "agent_id", "agentId"),
        cwd=_text(payload, "cwd") or (first if isinstance(first, str) else ""),
        prompt=_text(payload, "prompt", "initialPrompt")[:LONGEST_PROMPT],
        source=_text(payload, "source", "trigger"),
        paths=edited(_text(payload, "tool_name", "toolName"), _tool_input(payload)),
    )


def _text(payload: Mapping[str, Any], *names: str) -> str:
    """Give the first of these that is a text; what cannot be written as UTF-8 counts as none."""
    for name in names:
        value = payload.get(name)
        if isinstance(value, str) and value and "\0" not in value:
            return value.encode("utf-8", "replace").decode()
    return ""


def _tool_input(payload: Mapping[str, Any]) -> object:
    value = payload.get("tool_input", payload.get("toolArgs"))
    if isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return {"input": value}
    return value


def edited(tool: str, given: object) -> tuple[str, ...]:
    """Give the files that a tool's arguments say it edits, in order; none for a tool that edits nothing."""
    if not isinstance(given, dict):
        return ()
    patched = [path for text in _patches(given) for path in PATCH_FILE.findall(text)]
    named = [given[key] for key in PATH_KEYS if isinstance(given.get(key), str)] if EDITS.search(tool) else []
    found = (path for path in (*named, *patched) if path and "\0" not in path)
    return tuple(dict.fromkeys(found))[:MOST_PATHS]


def _patches(given: Mapping[str, object]) -> Iterator[str]:
    for key in PATCH_KEYS:
        value = given.get(key)
        words: Iterable[object] = value if isinstance(value, list) else (value,)
        yield from (word for word in words if isinstance(word, str) and "*** Begin Patch" in word)


WORD = re.compile(r"[\w./@+-]*[\w/]")
MOST_WORDS = 2_000


def paths_in(prompt: str) -> tuple[str, ...]:
    """Give the words of a prompt that may be paths of files, in order; whether they are, only a disk knows."""
    words = (match.group().lstrip("@") for match in WORD.finditer(prompt))
    likely = (word for _, word in zip(range(MOST_WORDS), words, strict=False) if "." in word or "/" in word)
    return tuple(dict.fromkeys(word.removeprefix("./") for word in likely if not word.startswith(("/", ".."))))
