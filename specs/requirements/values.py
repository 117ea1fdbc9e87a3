"""The values of requirements: `Requirement`, its `Part`s, the `Reading` of one file, and the seam of a dialect.

Offsets are indices into the text; lines count from 1. A requirement's `text` is the very source between its offsets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from specs.document import Document
from specs.problem import Problem

PartKind: TypeAlias = Literal["scenario", "criterion"]
TaskState: TypeAlias = Literal["open", "doing", "done"]


@dataclass(frozen=True, slots=True)
class Part:
    """A scenario or acceptance criterion of a requirement. `label` is the number the file itself gives it, or ""."""

    key: str
    name: str
    kind: PartKind
    line: int
    start: int
    end: int
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A statement that has a key: `path#key` addresses it.

    `anchor` is the section it stands in, `statement` what it says without header, parts and metadata, `normative` its
    normative words in order, `label` the number the file itself gives it ("FR-001", "3"; "" where it gives none).
    """

    key: str
    name: str
    anchor: str
    line: int
    end_line: int
    start: int
    end: int
    text: str
    statement: str
    parts: tuple[Part, ...] = ()
    normative: tuple[str, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    label: str = ""


@dataclass(frozen=True, slots=True)
class TaskItem:
    """An item with a box in a list of tasks. `box` is the offset of the one character in its brackets.

    `parent` is the key of the item it is nested in, `requirements` are the keys of requirements and stories it names as
    the file writes them, `paths` the files. `text` holds what is nested in it too.
    """

    key: str
    name: str
    state: TaskState
    anchor: str
    line: int
    end_line: int
    start: int
    end: int
    box: int
    text: str
    label: str = ""
    parent: str = ""
    requirements: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    parallel: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file came to: the dialect's name, the file's own scope (capability, feature, decision), requirements.

    `status` is what the file itself says of its standing, as written ("" where it says nothing). `tasks` are those of a
    list of tasks, which holds no requirements.
    """

    dialect: str
    scope: str
    requirements: tuple[Requirement, ...]
    problems: tuple[Problem, ...] = ()
    status: str = ""
    tasks: tuple[TaskItem, ...] = ()


class Dialect(Protocol):
    """A way of writing requirements. `positional` says that its numbers move when something is put in between."""

    name: str
    title: str
    positional: bool

    def recognises(self, path: str, text: str) -> bool:
        """Say whether a file is of this dialect, from its path in the repository and its text."""
        ...

    def read(self, path: str, document: Document) -> Reading:
        """Find the requirements of a file that is recognised. Never raises: what is wrong is in the problems."""
        ...
