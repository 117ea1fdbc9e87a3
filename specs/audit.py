"""The audit log as a chain of hashes: an entry's digest covers all it says and the digest before it.

Knows no storage and no clock. An edit, a deletion in the middle or a swap breaks the chain at its place; a cut end
shows against the recorded end of the chain, or against a `Checkpoint` kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted
from typing import TypeAlias
from uuid import UUID

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

INSTALLATION = UUID(int=0)
"""The chain of what concerns the whole installation; every project has a chain of its own under its id."""
GENESIS = "0" * 64
MAX_DETAIL = 500


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be recorded: who, by which credential, for whom, in which task, did what to what.

    `policy` names the revision of the policies under which it was decided, where a policy was asked.
    """

    at: datetime
    actor: UUID
    actor_kind: str
    action: str
    subject: str
    details: Mapping[str, Json]
    credential: UUID | None = None
    on_behalf_of: UUID | None = None
    task: UUID | None = None
    policy: str | None = None


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
    head, middle, tail = frame(chain, act)
    return hashlib.sha256(f"{head}{n}{middle}{previous}{tail}".encode("ascii")).hexdigest()


def frame(chain: UUID, act: Act) -> tuple[str, str, str]:
    """Give the canonical JSON of an act in three parts: its number stands after the first, `previous` after the second.

    So whoever holds the end of the chain can put it in its place without knowing more. An act decided under a policy
    is of version 2, which says so; all others are of version 1 and keep the digests they always had.
    """
    policy = "" if act.policy is None else f'"policy":{quoted(act.policy)},'
    head = (
        f'{{"action":{quoted(act.action)},"actor":"{act.actor}","actor_kind":{quoted(act.actor_kind)},'
        f'"at":"{act.at.astimezone(UTC).isoformat(timespec="microseconds")}","chain":"{chain}",'
        f'"credential":{_text(act.credential)},"details":{_CANONICAL(dict(act.details))},"n":'
    )
    middle = f',"on_behalf_of":{_text(act.on_behalf_of)},{policy}"previous":"'
    tail = f'","subject":{quoted(act.subject)},"task":{_text(act.task)},"version":{1 if act.policy is None else 2}}}'
    return head, middle, tail


def _text(value: UUID | None) -> str:
    return "null" if value is None else f'"{value}"'


def storable(value: str, limit: int = MAX_DETAIL) -> str:
    """Replace what PostgreSQL cannot keep in a text (NUL, lone surrogates), and cut what is too long."""
    kept = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def stored(value: Json) -> Json:
    """Make every text in a value `storable`."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [stored(item) for item in value]
    if isinstance(value, dict):
        return {storable(name): stored(item) for name, item in value.items()}
    return value


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
