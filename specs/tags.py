"""Tags: names for what the specs of a project said at one moment, such as `release-2.3`. Values only; no storage.

A tag never changes: it holds the exact revision of each spec it names, and the path the spec had then.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from specs.problem import Problem
from specs.revision import Actor

MAX_TAG_NAME = 100
# What git takes for a tag too, so that a release can bear one name in both; no slash, since names stand in addresses.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]*")


@dataclass(frozen=True, slots=True)
class Tag:
    """A named state of `count` specs."""

    name: str
    message: str
    actor: Actor
    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Tagged:
    """A spec as a tag holds it: its path and title then, the revision, and the digest of the text."""

    spec: UUID
    path: str
    title: str
    revision: str
    text_digest: str


class Difference(StrEnum):
    """How a spec differs between two states. A spec that moved and changed is `changed`, and its paths differ."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class TagChange:
    """A spec that differs between two states; `before` is None where it was added, `after` where it is gone."""

    difference: Difference
    before: Tagged | None
    after: Tagged | None


def check_tag_name(name: str) -> Problem | None:
    """Say why a name cannot be a tag's, or give None."""
    fits = len(name) <= MAX_TAG_NAME and _NAME.fullmatch(name) is not None
    if fits and ".." not in name and not name.endswith((".", ".lock")):
        return None
    hint = f"Letters, digits and . _ + - @, at most {MAX_TAG_NAME}, such as release-2.3."
    return Problem("tag-name", "This cannot be the name of a tag.", 1, 1, hint)


def compare(before: Iterable[Tagged], after: Iterable[Tagged]) -> tuple[TagChange, ...]:
    """Give the specs that differ between two states, by path (the later one). The same text is no difference."""
    old, new = ({item.spec: item for item in side} for side in (before, after))
    changes = []
    for spec in {**old, **new}:
        one, other = old.get(spec), new.get(spec)
        difference = _difference(one, other)
        if difference is not None:
            changes.append(TagChange(difference, one, other))
    return tuple(sorted(changes, key=lambda change: (_path(change), change.difference)))


def _difference(one: Tagged | None, other: Tagged | None) -> Difference | None:
    if one is None:
        return Difference.ADDED
    if other is None:
        return Difference.REMOVED
    if one.text_digest != other.text_digest:
        return Difference.CHANGED
    return None if one.path == other.path else Difference.RENAMED


def _path(change: TagChange) -> str:
    item = change.after or change.before
    return "" if item is None else item.path
