"""What `holdfast openspec propose` asks a server: the specs of capabilities, and a proposal that changes them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.cli._remote import Remote
from specs.errors import UserError
from sync.specfiles.openspec import FileChange

MAX_TITLE = 200
_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Held:
    """A spec as the server has it."""

    id: str
    head: str
    text: str


def specs_on(at: Remote, capabilities: Sequence[str]) -> dict[str, Held]:
    """Read the specs of these capabilities, wherever in the project they stand. Raises `UserError` where two could."""
    listed = at.every("/specs")
    found: dict[str, Held] = {}
    for capability in capabilities:
        wanted = f"{capability}/spec.md"
        fitting = [one for one in listed if one["path"] == wanted or one["path"].endswith(f"/{wanted}")]
        if len(fitting) > 1:
            paths = ", ".join(str(one["path"]) for one in fitting)
            raise UserError(f"Several specs could be {capability}: {paths}.", "Rename or retire all but one of them.")
        for one in fitting:
            read = at.get(f"/specs/{one['id']}", {"include": "text"}).json()
            found[capability] = Held(str(one["id"]), str(read["head"]), str(read["text"]))
    return found


def asking(one: FileChange, held: Held | None) -> dict[str, Any]:
    """Give one change as the API takes it: a new spec, another text, or that a spec retires."""
    if held is None:
        return {"operation": "create", "path": one.path, "text": one.after}
    if one.after is None:
        return {"operation": "retire", "spec": held.id}
    return {"spec": held.id, "base": held.head, "text": one.after}


def heading_of(text: str) -> str:
    """Give the first heading of a text."""
    found = _HEADING.search(text)
    return found[1][:MAX_TITLE] if found else ""
