"""The audit log as a chain of hashes: an entry's digest covers all it says and the digest before it.

Knows no storage and no clock. An edit, a deletion in the middle or a swap breaks the chain at its place; a cut end
shows against the recorded end of the chain, or against a `Checkpoint` kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

INSTALLATION = UUID(int=0)
"""The chain of what concerns the whole installation; every project has a chain of its own under its id."""
GENESIS = "0" * 64
MAX_DETAIL = 500


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded: who, by which credential, for whom, in which task, did what to what."""

    at: datetime
    actor: UUID
    actor_kind: str
    action: str
    subject: str
    details: Mapping[str, Json]
    credential: UUID | None = None
    on_behalf_of: UUID | None = None
    task: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An act in its place: the `n`-th of its chain, after the entry with digest `previous`."""

    chain: UUID
    n: int
    act: Act
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a chain had come, to be kept where whoever can change the database cannot."""

    chain: UUID
    n: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a chain does not hold."""

    chain: UUID
    n: int
    message: str


def entry(chain: UUID, n: int, act: Act, previous: str) -> Entry:
    """Put an act in its place."""
    return Entry(chain, n, act, previous, entry_digest(chain, n, act, previous))


def entry_digest(chain: UUID, n: int, act: Act, previous: str) -> str:
    """Hash the canonical JSON of everything an entry says (sorted keys, no blanks, ASCII)."""
    record = {
        "action": act.action,
        "actor": str(act.actor),
        "actor_kind": act.actor_kind,
        "at": act.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "chain": str(chain),
        "credential": _text(act.credential),
        "details": dict(act.details),
        "n": n,
        "on_behalf_of": _text(act.on_behalf_of),
        "previous": previous,
        "subject": act.subject,
        "task": _text(act.task),
        "version": 1,
    }
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def storable(value: str, limit: int = MAX_DETAIL) -> str:
    """Replace what PostgreSQL cannot keep in a text (NUL, lone surrogates), and cut what is too long."""
    kept = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


class Verification:
    """Follows one chain entry by entry, in order, and gathers the faults; holds nothing but the last digest."""

    def __init__(self, chain: UUID, checkpoint: Checkpoint | None = None) -> None:
        self.chain = chain
        self.faults: list[Fault] = []
        self.end = Checkpoint(chain, 0, GENESIS)
        self._checkpoint = checkpoint
        self._met = checkpoint is None or checkpoint.n == 0

    def follow(self, entries: Iterable[Entry]) -> None:
        """Check the next entries of the chain."""
        for found in entries:
            expected = self.end.n + 1
            if found.n != expected:
                self._fault(expected, f"entries {expected} to {found.n - 1} are missing")
            if found.previous != self.end.digest:
                self._fault(found.n, "it does not follow the entry before it")
            if (
                found.chain != self.chain
                or entry_digest(found.chain, found.n, found.act, found.previous) != found.digest
            ):
                self._fault(found.n, "what it says is not what was recorded")
            if self._checkpoint is not None and found.n == self._checkpoint.n:
                self._met = True
                if found.digest != self._checkpoint.digest:
                    self._fault(found.n, "it is not the entry that the checkpoint saw")
            self.end = Checkpoint(self.chain, found.n, found.digest)

    def finish(self, recorded: Checkpoint | None) -> tuple[Fault, ...]:
        """Compare the end reached with the recorded end of the chain, and give all faults."""
        if recorded is None or (recorded.n, recorded.digest) != (self.end.n, self.end.digest):
            says = "none is recorded" if recorded is None else f"the recorded end is entry {recorded.n}"
            self._fault(self.end.n, f"the chain ends here, and {says}")
        if not self._met and self._checkpoint is not None:
            self._fault(self.end.n, f"the chain ends here, and the checkpoint saw entry {self._checkpoint.n}")
        return tuple(self.faults)

    def _fault(self, n: int, message: str) -> None:
        self.faults.append(Fault(self.chain, n, message))
