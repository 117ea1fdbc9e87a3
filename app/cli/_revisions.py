"""Finds the revision of a spec that a person names: the head, a digest's first digits, or a tag."""

from typing import Any

from app.cli._remote import Remote
from app.wording import clean
from specs.errors import HoldfastError, MissingError, UserError

HEAD = "head"
LEAST_DIGITS = 6
LENGTH = 64
_HEX = frozenset("0123456789abcdef")


def revision_of(at: Remote, spec: dict[str, Any], name: str) -> str:
    """Give the digest of the revision that a name means. Raises `UserError` or `MissingError` for what means none."""
    if name in {"", HEAD}:
        return str(spec["head"])
    if set(name) <= _HEX and len(name) >= LEAST_DIGITS:
        if len(name) == LENGTH:
            return name
        found = [one["digest"] for one in at.every(f"/specs/{spec['id']}/revisions") if one["digest"].startswith(name)]
        if len(found) == 1:
            return str(found[0])
        if found:
            raise UserError(f"{len(found)} revisions begin with {name}.", "Give more of its digits.")
    try:
        held = at.get(f"/tags/{at.quoted(name)}").json()["items"]
    except HoldfastError as error:
        raise MissingError(
            f"{clean(spec['path'])} has no revision {clean(name)}, and no tag is named so.",
            f"`holdfast spec history {clean(spec['path'])}` lists them; six digits are enough.",
        ) from error
    digests = [item["revision"] for item in held if item["spec"] == spec["id"]]
    if not digests:
        raise MissingError(
            f"The tag {clean(name)} does not hold {clean(spec['path'])}.", "It came later, or was retired."
        )
    return str(digests[0])


def before(at: Remote, spec: dict[str, Any], digest: str) -> str:
    """Give the revision that one was made from, by its first parent. Raises `UserError` for a spec's first."""
    parents = at.get(f"/specs/{spec['id']}/revisions/{digest}").json()["parents"]
    if not parents:
        raise UserError("This is the first revision: nothing was before it.", "`holdfast spec show` prints it.")
    return str(parents[0])
