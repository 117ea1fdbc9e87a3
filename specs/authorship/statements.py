"""The statements of a spec with what is known of their words: which revisions brought them, and who vouches for them.

A statement is inferred while any of its words is in doubt, and explicit once a person confirmed it as it stands.
"""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from specs.authorship.pieces import TOKEN, is_word, statement_key
from specs.authorship.runs import Ground, Run
from specs.document import STATEMENT_KINDS, Block, BlockKind, Document
from specs.revision import Actor, Provenance
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person's word for a statement: `digest` names its exact text, `doubts` the revisions it was in doubt since."""

    digest: str
    doubts: frozenset[str]
    actor: Actor
    at: datetime
    revision: str
    because: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A heading, paragraph, item, row or fenced block, where it stands in the text, and who stands behind it.

    `origins` are the revisions that brought its words, most words first. `doubts` are those that put or changed it
    without a person having said so; none, for an explicit one. `listed`: the front matter calls its section inferred.
    """

    kind: BlockKind
    anchor: str
    line: int
    start: int
    end: int
    digest: str
    origins: tuple[str, ...]
    doubts: frozenset[str] = frozenset()
    listed: bool = False
    confirmed: Confirmation | None = None

    @property
    def waits(self) -> bool:
        """Say whether it waits to be confirmed by a person."""
        return bool(self.doubts) and self.confirmed is None

    @property
    def provenance(self) -> Provenance:
        """Say whether a person said so."""
        return Provenance.INFERRED if self.listed or self.waits else Provenance.EXPLICIT


def statement_digest(block: Block) -> str:
    """Name a statement by its text: blanks, line breaks and an item's number do not count, but do in a fenced block."""
    key = statement_key(block.text, fenced=block.kind is BlockKind.FENCE)
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def statements_of(
    document: Document, runs: Sequence[Run], confirmations: Collection[Confirmation] = ()
) -> tuple[Statement, ...]:
    """Give the statements of a text in order, given who brought it and what was confirmed of its spec."""
    ground = Ground(runs)
    listed = inferred_anchors(document)
    known: dict[str, list[Confirmation]] = {}
    for one in sorted(confirmations, key=lambda one: one.at):
        known.setdefault(one.digest, []).append(one)
    found = []
    at = 0
    for block in document.blocks:
        start, at = at, at + len(block.text)
        if block.kind in STATEMENT_KINDS:
            found.append(_statement(block, start, ground, known, listed=block.anchor in listed))
    return tuple(found)


def inferred_anchors(document: Document) -> frozenset[str]:
    """Give the sections that the front matter lists as inferred, with all that stand in them."""
    listed = set(document.front_matter.inferred)
    for section in document.sections:
        if section.parent in listed:
            listed.add(section.anchor)
    return frozenset(listed)


def _statement(
    block: Block, start: int, ground: Ground, known: dict[str, list[Confirmation]], *, listed: bool
) -> Statement:
    tokens = [match for match in TOKEN.finditer(block.text) if is_word(match[0])] or [*TOKEN.finditer(block.text)]
    marks = [ground.at(start + match.start()) for match in tokens]
    counts: dict[str, int] = {}
    for mark in marks:
        counts[mark.origin] = counts.get(mark.origin, 0) + 1
    doubts = frozenset(mark.doubt for mark in marks if mark.doubt)
    digest = statement_digest(block)
    fitting = [one for one in known.get(digest, ()) if doubts and doubts <= one.doubts]
    return Statement(
        kind=block.kind,
        anchor=block.anchor,
        line=block.line,
        start=start,
        end=start + len(block.text.rstrip()),
        digest=digest,
        origins=tuple(sorted(counts, key=lambda origin: (-counts[origin], origin))),
        doubts=doubts,
        listed=listed,
        confirmed=fitting[-1] if fitting else None,
    )
