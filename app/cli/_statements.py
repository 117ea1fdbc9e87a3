"""What `holdfast confirm --statements` does: lists the inferred statements of a spec on a server, and confirms them."""

from typing import Any

from app.cli._remote import Remote
from app.wording import clean
from specs.errors import UserError

SHOWN = 12
WIDTH = 100


def confirm_statements(place: Remote, section: str, named: tuple[str, ...], *, because: str, only_list: bool) -> str:
    """Confirm what waits in a spec, or a section of it, or the statements named; or only list it. Say what was done.

    Raises `UserError` where a name fits no statement, or several.
    """
    path, _, anchor = section.partition("#")
    ident = place.spec(path)
    found = place.get(f"/specs/{ident}/statements", {"provenance": "inferred"}).json()
    if only_list:
        return listed(found)
    body: dict[str, Any] = {"revision": found["revision"], "because": because}
    if named:
        body["statements"] = [full(name, found["statements"]) for name in named]
    elif anchor:
        body["section"] = anchor
    else:
        body["everything"] = True
    done = place.ask("POST", f"/specs/{ident}/confirmations", body).json()["items"]
    return "".join(f"confirmed {row(one)}\n" for one in done)


def listed(found: dict[str, Any]) -> str:
    """Write the statements that wait, with who wrote them."""
    actors = {one["digest"]: one["actor"] for one in found["revisions"]}
    lines = []
    for one in found["statements"]:
        names = dict.fromkeys(
            f"{actor['kind']} {clean(actor['name'])}" for actor in map(actors.get, one["revisions"]) if actor
        )
        lines.append(f"{row(one)}  by {', '.join(names)}\n")
    return "".join(lines) or "Nothing here waits for a confirmation.\n"


def row(one: dict[str, Any]) -> str:
    """Write a statement in a line."""
    text = clean(" ".join(one["text"].split()))
    return f"{one['statement'][:SHOWN]}  line {one['line']}: {text[:WIDTH]}{'...' if len(text) > WIDTH else ''}"


def full(name: str, statements: list[dict[str, Any]]) -> str:
    """Give the whole name of a statement from its beginning."""
    found = {one["statement"] for one in statements if name and one["statement"].startswith(name)}
    if len(found) != 1:
        which = "several statements" if found else "no statement that waits"
        raise UserError(f"{name!r} names {which}.", "`--list` shows their names.")
    return str(found.pop())
