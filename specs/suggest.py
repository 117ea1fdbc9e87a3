"""Close names: what a person may have meant. Pure, bounded, deterministic; knows nothing of specs or code."""

from collections.abc import Collection, Iterable
from heapq import nsmallest

# difflib's cost grows with each candidate, so only the likeliest are compared in full.
COMPARED = 300


def close_names(name: str, candidates: Collection[str], limit: int = 3, *, cutoff: float = 0.7) -> tuple[str, ...]:
    """Give up to `limit` of the candidates that look most like the name, best first; `cutoff` 1 means the same."""
    from difflib import get_close_matches  # noqa: PLC0415 (only where something is misspelt)

    wanted = name[:200]
    short = candidates if len(candidates) <= COMPARED else _likely(wanted, candidates)
    return tuple(get_close_matches(wanted, sorted(set(short)), n=limit, cutoff=cutoff))


def did_you_mean(name: str, candidates: Collection[str]) -> str:
    """Give "Did you mean `a` or `b`?", or nothing where no candidate is close."""
    found = close_names(name, candidates, limit=2)
    return f"Did you mean {either(found)}?" if found else ""


def either(names: Iterable[str]) -> str:
    """Give "`a`, `b` or `c`"."""
    quoted = [f"`{name}`" for name in names]
    return " or ".join((", ".join(quoted[:-1]), quoted[-1])) if len(quoted) > 1 else "".join(quoted)


def listed(names: Iterable[str], most: int = 3, word: str = "and") -> str:
    """Give "a, b and c", or "a, b, c and 7 more" past `most` names; `word` joins the last."""
    shown = list(names)
    if len(shown) > most + 1:
        shown = [*shown[:most], f"{len(shown) - most} more"]
    return f" {word} ".join((", ".join(shown[:-1]), shown[-1])) if len(shown) > 1 else "".join(shown)


def _likely(name: str, candidates: Iterable[str]) -> list[str]:
    """Give the candidates of about the same length that share the most pairs of letters with the name."""
    pairs = _pairs(name)
    near = [other for other in candidates if abs(len(other) - len(name)) <= max(3, len(name) // 3)]
    return nsmallest(COMPARED, near, key=lambda other: (-len(pairs & _pairs(other)), other))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
