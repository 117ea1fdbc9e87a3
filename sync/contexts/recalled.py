"""Passages out of a server's answers, to be packed again: for an agent that knows some, or while the server is away.

Pure. A passage that was told once is told as it stood then; what serves it says how old it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from specs.revision import text_digest
from specs.values import dataclass, replace
from sync.contexts.bundle import BYTES_PER_TOKEN, LEAST_BUDGET, SAID, Bundle, pack, tokens
from sync.contexts.context import Passage, PassageKind
from sync.contexts.kept import Kept
from sync.contexts.ranking import rank
from sync.contexts.shelf import Asked, Shelf
from sync.contexts.ties import Area
from sync.contexts.wanted import Wanted

TEXTS = ("spec", "anchor", "heading", "revision", "author", "author_kind", "provenance", "why")
MINUTE, HOUR, DAY = 60, 3600, 86_400
REACH, FEWEST = 4, 24


def passages_of(answer: Mapping[str, Any]) -> tuple[Passage, ...]:
    """Read the passages of an answer in their order; what has another shape is left out."""
    found = (_passage(row) for row in _rows(answer))
    return tuple(one for one in found if one is not None)


def _rows(answer: Mapping[str, Any]) -> Iterable[object]:
    rows = answer.get("passages")
    return rows if isinstance(rows, list) else ()


def _passage(row: Any) -> Passage | None:
    try:
        texts: dict[str, Any] = {name: str(row.get(name) or "") for name in TEXTS}
        spans = tuple((int(start), int(end)) for start, end in row.get("inferred") or ())
        kind, text = PassageKind(row["kind"]), row["text"]
        if not isinstance(text, str) or texts["provenance"] not in SAID:
            return None
        at = datetime.fromisoformat(row["at"]) if row.get("at") else None
        holds = tuple(str(digest) for digest in row.get("holds") or ())
        score = float(row.get("score") or 0)
        return Passage(kind=kind, score=score, text=text, inferred=spans, at=at, holds=holds, **texts)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """Passages to be packed, best first; `notice` is a line about all of them, `degraded` what was not to be had."""

    passages: tuple[Passage, ...]
    notice: str = ""
    degraded: tuple[str, ...] = ()


def packed(found: Found, budget: int, delimiter: str, known: Collection[str] = ()) -> Bundle:
    """Pack passages within a budget, with the notice below the first line; what is `known` by digest is not told."""
    room = max(LEAST_BUDGET // 2, budget - tokens(found.notice) - 1)
    made = pack(
        nearest(found.passages, REACH * budget), room, delimiter, degraded=found.degraded, known=frozenset(known)
    )
    text = with_notice(made.text, found.notice)
    return replace(made, budget=budget, text=text, tokens=tokens(text))


def nearest(passages: Sequence[Passage], most: int) -> Sequence[Passage]:
    """Give the first passages that hold about so many tokens, and at least so many of them: none further down fits."""
    held = 0
    for at, passage in enumerate(passages):
        if held > most and at >= FEWEST:
            return passages[:at]
        held += len(passage.text) // BYTES_PER_TOKEN
    return passages


def with_notice(text: str, notice: str) -> str:
    """Set a line of ours below the first line of a bundle."""
    first, mark, rest = text.partition("\n")
    return f"{first}{mark}{notice}\n{rest}" if notice else text


def stale_notice(server: str, seconds: float) -> str:
    """Say that an answer is old, and how old."""
    return f"Stale: {server} does not answer. This is what it last said, {age(seconds)} ago; it may have changed since."


def age(seconds: float) -> str:
    """Say an age in words."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds >= unit:
            count = int(seconds // unit)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "less than a minute"


def recalled(wanted: Wanted, kept: Sequence[Kept]) -> tuple[tuple[Passage, ...], float]:
    """Choose from all that is kept what bears on another question; give it, and when the oldest of it was told.

    What was told of the same paths comes first, then sections by the words of the task. Each passage counts once, as it
    was told last.
    """
    newest: dict[tuple[PassageKind, str, str, str], tuple[Passage, Kept]] = {}
    for one in sorted(kept, key=lambda one: -one.at):
        for passage in passages_of(one.answer):
            name = passage.revision if passage.kind is PassageKind.FINDING else passage.heading
            newest.setdefault((passage.kind, passage.spec, passage.anchor, name), (passage, one))
    near = [(passage, one) for passage, one in newest.values() if passage.kind is not PassageKind.SECTION]
    ruling = [(passage, one) for passage, one in near if _meets(wanted.paths, one.wanted.paths)]
    sections = [(passage, one) for passage, one in newest.values() if passage.kind is PassageKind.SECTION]
    ranked = [sections[at] for at in _ranked(wanted, [passage for passage, _ in sections])]
    chosen = [*ruling, *ranked]
    return tuple(passage for passage, _ in chosen), min((one.at for _, one in chosen), default=0.0)


def _meets(asked: Sequence[str], told: Sequence[str]) -> bool:
    """Say whether some path that is asked for is among, below or above those that were asked for then."""
    plain = [[path.removeprefix("./").strip("/") for path in paths] for paths in (asked, told)]
    return any(
        one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
        for one in plain[0]
        for other in plain[1]
    )


def _ranked(wanted: Wanted, passages: Sequence[Passage]) -> list[int]:
    """Order passages by what they share with the task; those that share nothing are left out."""
    from specs.parser import parse  # noqa: PLC0415 (only while a server is away)

    shelf = Shelf()
    for at, passage in enumerate(passages):
        text = f"# {passage.heading}\n\n{passage.text}\n"
        shelf.put(f"{at:06}", text_digest(text), parse(text))
    rows = rank(shelf, Asked.of(wanted.task, wanted.paths), Area(paths=wanted.paths))
    return list(dict.fromkeys(int(shelf.volume(row.row).path) for row in rows))
