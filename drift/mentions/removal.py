"""What history says of a name that is gone, as values for findings."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from specs.values import dataclass, field

How: TypeAlias = Literal["removed", "renamed", "file removed"]


@dataclass(frozen=True, slots=True)
class Removal:
    """The end of a name: the commit ("" for edits not committed yet), its ISO date and subject, and where it was.

    `became` is what took its place, where that is known. `how` tells a name that went with all files that had it.
    """

    commit: str
    date: str = ""
    subject: str = ""
    was_in: tuple[str, ...] = ()
    became: str = ""
    how: How = "removed"


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier revisions of the repository knew, about the references that were asked for.

    `gone` maps a reference to its end; one that is absent is there still, or never resolved. `later` names, for a
    document, the references that came into it after their end: they never were true. `unknown` are those that cannot be
    judged because history was cut.
    """

    gone: Mapping[str, Removal]
    later: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
