"""A merge as a value: pieces that tile the merged text, each settled or a conflict. It can be stored and settled later.

Knows nothing of how pieces are found (`specs.merging.engine`), nor of who wrote what.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal, TypeAlias

from specs.errors import UserError

MARKER_SIZE = 7


class Reason(StrEnum):
    """Why two sides could not be put together without asking."""

    EDITED = "edited"  # both changed the same words, or words that touch
    DEPENDENT = "dependent"  # both changed one sentence in ways that may hang together
    DELETED = "deleted"  # one side deleted what the other changed
    INSERTED = "inserted"  # both inserted at one point, and order may matter
    STRUCTURE = "structure"  # together the sides would break a fence, a table or the front matter


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer computed ahead: `name` says what it is (`both`, `both-reversed`, `combination`, `ours`, `theirs`)."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """Text on which nobody needs to decide."""

    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Whole lines that three texts hold differently. `suggestions` are best first.

    `index` is its number among the merge's conflicts (from 0), and stays its own while others are resolved. `anchor`
    and `line` (from 1) say where it begins in the base; a conflict of insertions begins at the line they precede.
    `note` says in words what both sides would break together, where that is the reason.
    """

    index: int
    base: str
    ours: str
    theirs: str
    reason: Reason
    suggestions: tuple[Suggestion, ...] = ()
    anchor: str = ""
    line: int = 1
    note: str = ""


Piece: TypeAlias = Resolved | Conflict
Style: TypeAlias = Literal["diff3", "merge"]


@dataclass(frozen=True, slots=True)
class Merge:
    """The pieces in order, and the line end that the merged text uses."""

    pieces: tuple[Piece, ...]
    newline: str = "\n"

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Give the conflicts that are left, in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Conflict))

    @property
    def clean(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.conflicts

    @property
    def text(self) -> str | None:
        """Give the merged text; None while conflicts are left."""
        if not self.clean:
            return None
        return "".join(piece.text for piece in self.pieces if isinstance(piece, Resolved))

    def side(self, name: Literal["base", "ours", "theirs"]) -> str:
        """Give the text with what is settled, and one side's words for each conflict."""
        return "".join(piece.text if isinstance(piece, Resolved) else getattr(piece, name) for piece in self.pieces)

    def marked(
        self,
        ours_label: str = "ours",
        theirs_label: str = "theirs",
        *,
        base_label: str = "base",
        size: int = MARKER_SIZE,
        style: Style = "diff3",
    ) -> str:
        """Give the text with git's marks round each conflict: lines of `size` marks, and the base in style diff3."""
        parts: list[str] = []
        for piece in self.pieces:
            if isinstance(piece, Resolved):
                parts.append(piece.text)
                continue
            parts += [self._mark("<", size, ours_label), self._ended(piece.ours)]
            if style == "diff3":
                parts += [self._mark("|", size, base_label), self._ended(piece.base)]
            parts += [self._mark("=", size), self._ended(piece.theirs), self._mark(">", size, theirs_label)]
        return "".join(parts)

    def _mark(self, sign: str, size: int, label: str = "") -> str:
        return f"{sign * size}{' ' if label else ''}{label}{self.newline}"

    def _ended(self, text: str) -> str:
        return f"{text}{self.newline}" if text and not text.endswith("\n") else text


def resolve(merge: Merge, answers: Mapping[int, str]) -> Merge:
    """Put texts in place of the conflicts with these indices; the others stay. Raises `UserError` for an unknown index.

    An answer takes the line ends of the merge, and ends its last line where something follows.
    """
    unknown = set(answers) - {conflict.index for conflict in merge.conflicts}
    if unknown:
        listed = ", ".join(str(index) for index in sorted(unknown))
        raise UserError(f"There is no open conflict {listed}.", "Name conflicts by the `index` that each one holds.")
    pieces: list[Piece] = []
    for place, piece in enumerate(merge.pieces):
        if isinstance(piece, Conflict) and piece.index in answers:
            text = answers[piece.index].replace("\r\n", "\n").replace("\n", merge.newline)
            last = not any(_may_hold(later) for later in merge.pieces[place + 1 :])
            pieces.append(Resolved(text if last or not text or text.endswith("\n") else text + merge.newline))
        else:
            pieces.append(piece)
    return replace(merge, pieces=joined(pieces))


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Join neighbouring settled pieces, and leave empty ones out."""
    parts: list[Piece] = []
    for piece in pieces:
        before = parts[-1] if parts else None
        if isinstance(piece, Resolved) and isinstance(before, Resolved):
            parts[-1] = Resolved(before.text + piece.text)
        elif isinstance(piece, Conflict) or piece.text:
            parts.append(piece)
    return tuple(parts)


def to_json(merge: Merge) -> dict[str, Any]:
    """Give the merge as JSON values; `from_json` reads them."""
    return {"newline": merge.newline, "pieces": [_piece(piece) for piece in merge.pieces]}


def from_json(value: Mapping[str, Any]) -> Merge:
    """Read what `to_json` gave."""
    return Merge(tuple(_read(entry) for entry in value["pieces"]), value["newline"])


def _piece(piece: Piece) -> dict[str, Any]:
    if isinstance(piece, Resolved):
        return {"text": piece.text}
    return {
        "index": piece.index,
        "base": piece.base,
        "ours": piece.ours,
        "theirs": piece.theirs,
        "reason": piece.reason.value,
        "suggestions": [{"name": entry.name, "text": entry.text} for entry in piece.suggestions],
        "anchor": piece.anchor,
        "line": piece.line,
        "note": piece.note,
    }


def _read(entry: Mapping[str, Any]) -> Piece:
    if "index" not in entry:
        return Resolved(entry["text"])
    suggestions = tuple(Suggestion(each["name"], each["text"]) for each in entry["suggestions"])
    values = {**entry, "reason": Reason(entry["reason"]), "suggestions": suggestions}
    return Conflict(**values)


def _may_hold(piece: Piece) -> bool:
    texts = (piece.text,) if isinstance(piece, Resolved) else (piece.base, piece.ours, piece.theirs)
    return any(texts)
