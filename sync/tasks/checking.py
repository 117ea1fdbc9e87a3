"""Whether a task can be kept as somebody wants it, and its area in plain form."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from specs.library import check_text
from sync.tasks.lifecycle import Refusal
from sync.tasks.task import (
    LEAST_LEASE,
    LONGEST_INTENT,
    LONGEST_NAME,
    MOST_LEASE,
    MOST_NAMED,
    Area,
    Phase,
    Wanted,
)

NOWHERE = frozenset({"", ".", ".."})
_ORDER = (Phase.RESEARCH, Phase.PLAN, Phase.IMPLEMENT)


def checked(wanted: Wanted) -> Wanted | Refusal:
    """Give what is wanted in plain form, or why it cannot be kept."""
    if not wanted.intent.strip():
        return Refusal("no-intent", "The task says nothing.", "Say in a sentence what is to be done.")
    if len(wanted.intent) > LONGEST_INTENT or check_text(wanted.intent) is not None:
        hint = f"Send at most {LONGEST_INTENT} characters of plain text."
        return Refusal("bad-intent", "The text of the task cannot be read.", hint)
    if not _follows(wanted.phase, wanted.until):
        hint = "The phases are research, plan, implement, in this order; a free task has no other."
        return Refusal("bad-phase", f"A task does not go from {wanted.phase} to {wanted.until}.", hint)
    area = checked_area(wanted.area)
    return area if isinstance(area, Refusal) else replace(wanted, area=area)


def checked_area(area: Area) -> Area | Refusal:
    """Give an area in plain form, or why it cannot be used."""
    paths = _each(area.paths, _path, "path", "Write paths from the top of the repository, such as `src/payments`.")
    symbols = _each(area.symbols, _word, "symbol", "Write symbols such as `payments.charge:Card.pay`.")
    sections = _each(area.sections, _section, "section", "Write sections such as `payments.md#refunds`.")
    for found in (paths, symbols, sections):
        if isinstance(found, Refusal):
            return found
    return Area(*(found for found in (paths, symbols, sections) if not isinstance(found, Refusal)))


def check_lease(lease: timedelta) -> Refusal | None:
    """Say why a lease cannot last so long, or give None."""
    if LEAST_LEASE <= lease <= MOST_LEASE:
        return None
    least, most = int(LEAST_LEASE.total_seconds()), int(MOST_LEASE.total_seconds())
    return Refusal("bad-lease", "A lease cannot last so long.", f"Ask for {least} to {most} seconds, and renew it.")


def _each(names: Sequence[str], plain: Callable[[str], str], word: str, hint: str) -> tuple[str, ...] | Refusal:
    if len(names) > MOST_NAMED:
        return Refusal("too-many", f"{len(names)} {word}s are too many.", f"Name at most {MOST_NAMED}.")
    found = tuple(dict.fromkeys(map(plain, names)))
    return found if "" not in found else Refusal(f"bad-{word}", f"A {word} cannot be used.", hint)


def _word(name: str) -> str:
    """Give a name, or "" for what is none."""
    kept = name.strip()
    fine = len(kept) <= LONGEST_NAME and kept.isprintable() and check_text(kept) is None
    return kept if fine else ""


def _path(name: str) -> str:
    kept = _word(name).removeprefix("./").rstrip("/")
    return "" if NOWHERE & set(kept.split("/")) else kept


def _section(name: str) -> str:
    path, _, anchor = _word(name).partition("#")
    path = _path(path)
    return f"{path}#{anchor}" if path and anchor else path


def _follows(first: Phase, last: Phase) -> bool:
    if Phase.FREE in {first, last}:
        return first is last
    return _ORDER.index(first) <= _ORDER.index(last)
