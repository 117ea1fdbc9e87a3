"""What a peer's contracts come to in our words, as values: contracts, how the peer reads code, what was dropped.

An importer (one file of `sync.importers`) makes a `Translation` of a configuration file. Knows no particular peer, and
neither files nor processes: the texts beside the file come through `Source`.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from drift.cruise.files import Disk, NoDisk
from drift.findings import Finding
from drift.invariants import Kind
from drift.language import Languages
from drift.source import all_kept
from specs.document import Yaml
from specs.problem import Severity
from specs.values import dataclass, field

LONGEST_ID = 60
# For all paths, and those that have a module: which of the others a reader would miss, with the reason.
LeftOut = Callable[[Iterable[str], Collection[str]], Mapping[str, str]]


class Dropped(NamedTuple):
    """A part of the peer's file that is not carried over: what it is, its line (0: unknown), and why."""

    what: str
    line: int
    reason: str


class Let(NamedTuple):
    """One import or place that a contract lets through (`except`), with the reason, and perhaps its last day."""

    what: str
    because: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Contract:
    """One invariant. `name` is exactly the peer's; `options` are those of the kind, in the order they are written.

    `line` is where the peer's file states it. `prose` says in a sentence or two what the reader of a spec should know
    beside the block; `why` is the peer's own description.
    """

    id: str
    name: str
    kind: str
    options: Mapping[str, Yaml]
    why: str = ""
    severity: Severity = "error"
    exceptions: tuple[Let, ...] = ()
    line: int = 1
    prose: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """How the peer sees a tree. `languages` place and resolve as it does (empty: as we do).

    Paths in `excludes` are not there at all; of the rest, those that it `reads` are read. Languages are told
    apart by their `repr`: it must name all that their answers depend on. `left_out` says which of the paths the
    peer does not look at though a reader would think so, by path or folder, with the reason; it is told which have a
    module. `unseen` are the attributes of imports that only we see: what they would break is told, and breaks nothing.
    `retold` gives a finding as the peer would tell it, with the text of files at hand: in other places, or not at all
    where a comment in the code lets it through.
    `kinds` judge contracts that no kind of ours can; they know the tree and what lies beside it by themselves.
    """

    languages: Languages = ()
    excludes: Callable[[str], bool] = all_kept
    reads: Callable[[Iterable[str]], list[str]] = list
    left_out: LeftOut = field(default=lambda _paths, _placed: {})
    unseen: tuple[str, ...] = ()
    retold: Callable[[Finding, Callable[[str], str | None]], Sequence[Finding]] | None = None
    kinds: tuple[Kind, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """A peer's file in our words. `title` heads the spec that is made of it.

    `in_place` are the contracts to check where they stand, where these are others than those of a spec; `unwritten`
    says what a spec then lacks.
    """

    peer: str
    title: str
    contracts: tuple[Contract, ...]
    dropped: tuple[Dropped, ...] = ()
    view: View = field(default_factory=View)
    in_place: tuple[Contract, ...] = ()
    unwritten: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The file to translate, with what lies round it. `path` and `paths` are relative to the root of the check.

    `read` gives the text of another file of the tree, None where there is none. `evaluated` runs a file that is a
    program (`.js`, `.cjs`, `.mjs`) in a child process with limits and gives what it exports, as JSON values; it raises
    `UserError` where that cannot be done. `disk` shows installed packages, which are no part of the tree.
    """

    path: str
    text: str
    paths: frozenset[str]
    read: Callable[[str], str | None]
    evaluated: Callable[[str], Yaml]
    disk: Disk = field(default_factory=NoDisk)

    @property
    def folder(self) -> str:
        """The folder of the file; "" is the root."""
        return self.path.rpartition("/")[0]


class Importer(Protocol):
    """One peer, in one file of `sync.importers`."""

    @property
    def name(self) -> str:
        """The peer's own name."""

    def recognises(self, path: str, text: str) -> bool:
        """Say whether a file is one of the peer's, by its name and, where that does not tell, by its text."""

    def translate(self, source: Source) -> Translation:
        """Translate a file. Raises `UserError` where it cannot be read at all; parts of it are `dropped` instead."""


class Ids:
    """Gives each contract of a file an id of its own, made of the name it has."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, name: str, otherwise: str = "contract") -> str:
        """Give an id of small letters, digits and dashes; a number tells equal ones apart."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-") or otherwise
        found, number = words, 2
        while found in self._taken:
            found, number = f"{words}-{number}", number + 1
        self._taken.add(found)
        return found


def line_of(text: str, needles: Sequence[str]) -> int:
    """Give the first line that holds the first of these texts that is there at all; 1 for none."""
    for needle in needles:
        if needle and (at := text.find(needle)) >= 0:
            return text.count("\n", 0, at) + 1
    return 1
