"""The parsed form of a spec: blocks that tile the text, and what they mean. Values only; `specs.parser` makes them.

Knows nothing of code, of storage or of files. Lines and columns count from 1.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, TypeAlias

from specs.problem import Problem, Severity
from specs.values import dataclass, field

Yaml: TypeAlias = "str | int | float | bool | list[Yaml] | dict[str, Yaml] | None"
Place: TypeAlias = tuple[int, int]
Status: TypeAlias = Literal["draft", "active", "retired"]


class BlockKind(StrEnum):
    """The sort of a block. `BLANK` and `OTHER` carry text no one authored as a statement."""

    FRONT_MATTER = "front_matter"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_ROW = "table_row"
    FENCE = "fence"
    BLANK = "blank"
    OTHER = "other"


STATEMENT_KINDS = frozenset(
    {BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_ROW, BlockKind.FENCE}
)


@dataclass(frozen=True, slots=True)
class Block:
    """One slice of the source. The texts of a document's blocks, joined, are the document's text.

    `anchor` is the address of the section the block stands in ("" before the first heading);
    `info` is the info string of a fence, else "".
    """

    kind: BlockKind
    text: str
    line: int
    anchor: str = ""
    info: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what is under it up to the next heading of its level or higher.

    `text` is the whole of that source; `body` only what stands before the next heading of any level
    (without the heading line itself). `line` is the heading's, `end_line` the last line of `text`.
    """

    anchor: str
    title: str
    level: int
    line: int
    end_line: int
    text: str
    body: str
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionClause:
    """One entry of `except`: `what` the invariant lets through, `because` of what, perhaps `until` an ISO date."""

    what: str
    because: str
    until: str | None
    line: int


@dataclass(frozen=True, slots=True)
class InvariantBlock:
    """A ```yaml invariant block whose common keys are checked; `options` holds the keys of its kind, unchecked.

    `line` is that of the opening fence; `option_lines` gives the line of each key of `options`, and of nested keys and
    list entries by their path (`layers/2`, `modules/api`). `repositories` are those it is about, where it names any;
    `extends` is the invariant of a parent folder that it restates for its own.
    """

    id: str
    kind: str
    name: str
    why: str
    severity: Severity
    owner: str
    exceptions: tuple[ExceptionClause, ...]
    options: Mapping[str, Yaml]
    option_lines: Mapping[str, int]
    anchor: str
    line: int
    text: str
    repositories: tuple[str, ...] = ()
    extends: str = ""


@dataclass(frozen=True, slots=True)
class BrokenBlock:
    """An invariant block that cannot be evaluated: its id if that could be read, else "". A problem says why."""

    line: int
    anchor: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class PolicyBlock:
    """A ```yaml policy block: its mapping, as read, with the place of each key; `specs.rules` knows what it means.

    One whose YAML cannot be trusted is `broken` and has no values.
    """

    values: Mapping[str, Yaml]
    anchor: str
    line: int
    text: str
    places: Mapping[tuple[str | int, ...], Place] = field(default_factory=dict)
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """Inline code in prose: `text` without its backticks, where it stands, and the sentence-bearing block's text."""

    text: str
    anchor: str
    line: int
    column: int
    context: str


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the front matter says, with defaults. `values` has every key as read, known or not; `lines` their lines."""

    title: str = ""
    status: Status = "active"
    owners: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()
    repositories: tuple[str, ...] = ()
    values: Mapping[str, Yaml] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A whole spec. `title` is the front matter's, else the first heading's, else "".

    What is known from elsewhere than the text: `unconfirmed` are the lines of statements that await a person,
    `elsewhere` those of invariants that are not about the repository at hand. Its prose is not either where it is
    `away`; where it is a `guest`, what is wrong with the spec itself is told in another repository. `within` is the
    package beside which it lies: the folder that its invariants are about ("" for the whole).
    """

    text: str
    title: str
    front_matter: FrontMatter
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    invariants: tuple[InvariantBlock, ...]
    policies: tuple[PolicyBlock, ...]
    mentions: tuple[Mention, ...]
    problems: tuple[Problem, ...]
    broken: tuple[BrokenBlock, ...] = ()
    unconfirmed: frozenset[int] = frozenset()
    elsewhere: frozenset[int] = frozenset()
    away: bool = False
    guest: bool = False
    within: str = ""
