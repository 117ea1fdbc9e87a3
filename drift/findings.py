"""A finding: one place where code and spec disagree, as data. Kinds decide what it says, renderers how it looks."""

import hashlib
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from specs.problem import Severity
from specs.values import dataclass

if TYPE_CHECKING:
    from drift.mentions.removal import Removal

# Kinds of finding that are about the lock and about the specs asking less; no invariant is of these kinds.
LOCK, WEAKENING = "lock", "weakening"
# Of what a spec beside a package asks less than the one above it: such findings, and weakenings, show two texts.
LOOSENING = "loosening"
TWO_TEXTS = frozenset({WEAKENING, LOOSENING})
Verdict: TypeAlias = Literal["kept", "broken", "unmatched", "error"]


class FindingState(StrEnum):
    """How a finding stands against what was there before."""

    INTRODUCED = "introduced"
    EXISTING = "existing"
    FIXED = "fixed"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class SpecAnchor:
    """Where the intent is written: path of the spec, anchor of the section, line."""

    path: str
    anchor: str
    line: int


class CodeAnchor(NamedTuple):
    """Where the code stands."""

    path: str
    line: int
    column: int = 1


class Hop(NamedTuple):
    """One import of a chain: module `importer` imports `imported` at `path`:`line`.

    A named tuple, because the chains of a tree have thousands and making one must cost next to nothing.
    """

    importer: str
    imported: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What `holdfast.lock` says about a finding: accepted until an ISO date ("" without end), by whom, and why."""

    until: str = ""
    by: str = ""
    because: str = ""


def chain(hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """Give the chain that evidence begins with, its repeats on other lines included."""
    length = 1
    for before, hop in pairwise(hops):
        if hop.importer != before.imported and (hop.importer, hop.imported) != (before.importer, before.imported):
            break
        length += 1
    return hops[:length]


@dataclass(frozen=True, slots=True)
class Finding:
    """One disagreement. `identity` holds what makes it the same finding tomorrow: no line numbers.

    For a finding about imports, `importer` and `imported` are the modules of the import to mend, and `code` is where it
    stands. `evidence` begins with the chain (each hop goes on where the one before it ended); hops after that are more
    imports that begin or end such chains, or repeat the import on other lines. `accepted` is set where
    `holdfast.lock` speaks of it. A weakening has the text `before` and `after` it, and the messages it `lets_through`.
    A loosening has the fingerprints of those that it `releases` while it is waived.
    A mention of what is gone has its `removal`.
    """

    invariant: str
    kind: str
    severity: Severity
    message: str
    fix: str
    spec: SpecAnchor
    code: CodeAnchor | None
    identity: tuple[str, ...]
    evidence: tuple[Hop, ...] = ()
    importer: str | None = None
    imported: str | None = None
    reference: str | None = None
    state: FindingState = FindingState.INTRODUCED
    accepted: Acceptance | None = None
    before: str = ""
    after: str = ""
    lets_through: tuple[str, ...] = ()
    releases: tuple[str, ...] = ()
    removal: "Removal | None" = None

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that survive line moves and unrelated edits."""
        return _digest("\x1f".join((self.invariant, self.kind, *self.identity)))


@lru_cache(maxsize=50_000)
def _digest(name: str) -> str:
    """Name a finding; it is asked for its name again and again."""
    return hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:16]
