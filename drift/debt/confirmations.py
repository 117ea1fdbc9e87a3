"""Confirmed sections: how holdfast.lock says that a person held a section against its code, and what that was. Pure.

One line for each symbol or file: `invariant | symbol -> digest | reviewed | | who | when: why`. After a merge two
lines about one symbol may stand side by side: either confirms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from drift.debt import LOCK_FILE
from drift.debt.lock import Entry

LOCK = LOCK_FILE
ARROW = " -> "
DIGITS = 16


class Unit(NamedTuple):
    """One bound thing: how specs name it, its file, its name in there ("" for the whole file), its line."""

    reference: str
    path: str
    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One reviewed line of the lock. `when` begins with the day."""

    subject: str
    by: str
    when: str

    @property
    def said(self) -> str:
        """Say who confirmed, and when."""
        day = self.when.partition(":")[0]
        who = self.by.partition("<")[0].strip() or "somebody"
        return f"{who}, on {day}," if day else who


def unit_subject(reference: str, digest: str) -> str:
    """Write what is confirmed: the thing, and what it was then."""
    return f"{reference}{ARROW}{digest[:DIGITS]}"


def confirmations(rows: Iterable[Sequence[str]], invariant: str) -> Mapping[str, list[Confirmation]]:
    """Give the confirmations of one invariant by what they are about."""
    found: dict[str, list[Confirmation]] = {}
    for owner, subject, by, when in rows:
        reference, arrow, _ = subject.rpartition(ARROW)
        if owner == invariant and arrow:
            found.setdefault(reference, []).append(Confirmation(subject, by, when))
    return found


def entry_of(invariant: str, unit: Unit, digest: str, by: str, when: str) -> Entry:
    """Write a confirmation as an entry of the lock."""
    return Entry(invariant, unit_subject(unit.reference, digest), "reviewed", "", by, when)
