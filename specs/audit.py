"""The audit log as a chain of hashes: an entry's digest covers all it says and the digest before it.

Knows no storage and no clock. An edit, a deletion in the middle or a swap breaks the chain at its place; a cut end
shows against the recorded end of the chain, or against a `Checkpoint` kept elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted
from typing import NamedTuple, TypeAlias
from uuid import UUID

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"
Frame: TypeAlias = tuple[str, str, str]
Ids: TypeAlias = Sequence[str | None]
Words: TypeAlias = tuple[str, str, str, str | None]

INSTALLATION = UUID(int=0)
"""The chain of what concerns the whole installation; every project has a chain of its own under its id."""
GENESIS = "0" * 64
MAX_DETAIL = 500
# What an entry's details call the request in whose course it was made.
REQUEST = "request"
MOST_FAULTS = 1000
"""Whoever rewrote a million entries need not be told a million times."""


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


class Seal(NamedTuple):
    """How an entry is bound into its chain, and the digest that what it says comes to."""

    n: int
    previous: str
    digest: str
    computed: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for; what is None does not matter. An action may end in `*`."""

    actor: UUID | None = None
    on_behalf_of: UUID | None = None
    action: str | None = None
    subject: str | None = None
    task: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    request: str | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a chain had come, to be kept where whoever can change the database cannot."""

    chain: UUID
    n: int
    digest: str


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where a chain does not hold; without a chain, where a file of checkpoints does not."""

    chain: UUID | None
    n: int
    message: str


def entry(chain: UUID, n: int, act: Act, previous: str) -> Entry:
    """Put an act in its place."""
    return Entry(chain, n, act, previous, entry_digest(chain, n, act, previous))


def entry_digest(chain: UUID, n: int, act: Act, previous: str) -> str:
    """Hash the canonical JSON of everything an entry says (sorted keys, no blanks, ASCII)."""
    return _hashed(frame(chain, act), n, previous)


def frame(chain: UUID, act: Act) -> Frame:
    """Give the canonical JSON of an act in three parts: its number stands after the first, `previous` after the second.

    So whoever holds the end of the chain can put it in its place without knowing more. An act decided under a policy
    is of version 2, which says so; all others are of version 1 and keep the digests they always had.
    """
    ids = (act.actor, act.credential, act.on_behalf_of, act.task)
    said = tuple(None if one is None else str(one) for one in ids)
    words = (act.actor_kind, act.action, act.subject, act.policy)
    return _frame(str(chain), act.at, said, words, dict(act.details))


def seal(  # noqa: PLR0913, PLR0917 (as it stands in a row; made a million times)
    chain: str, n: int, at: datetime, ids: Ids, words: Words, details: str, previous: str, digest: str
) -> Seal:
    """Say how an entry is bound to the one before, and what its digest should be: "" for what no entry can say.

    `ids` are those of actor, credential, on whose behalf, and task; `words` the actor's kind, action, subject, policy;
    `details` is JSON.
    """
    try:
        return Seal(n, previous, digest, _hashed(_frame(chain, at, ids, words, json.loads(details)), n, previous))
    except (ValueError, TypeError, RecursionError):
        return Seal(n, previous, digest, "")


def _frame(chain: str, at: datetime, ids: Ids, words: Words, details: Json) -> Frame:
    actor, credential, on_behalf_of, task = ids
    kind, action, subject, policy = words
    version, decided = ("1", "") if policy is None else ("2", f'"policy":{quoted(policy)},')
    head = (
        f'{{"action":{quoted(action)},"actor":"{actor}","actor_kind":{quoted(kind)},'
        f'"at":"{at.astimezone(UTC).isoformat(timespec="microseconds")}","chain":"{chain}",'
        f'"credential":{_id(credential)},"details":{_CANONICAL(details)},"n":'
    )
    middle = f',"on_behalf_of":{_id(on_behalf_of)},{decided}"previous":"'
    return head, middle, f'","subject":{quoted(subject)},"task":{_id(task)},"version":{version}}}'


def _id(value: str | None) -> str:
    return "null" if value is None else f'"{value}"'


def _hashed(parts: Frame, n: int, previous: str) -> str:
    head, middle, tail = parts
    return hashlib.sha256(f"{head}{n}{middle}{previous}{tail}".encode("utf-8", "replace")).hexdigest()


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
    """Follows one chain entry by entry, in order, and gathers the faults; holds nothing but the last digest.

    `checkpoints` were kept elsewhere: each must be met on the way. `begins` is where to begin, if not at the start.
    """

    def __init__(self, chain: UUID, checkpoints: Iterable[Checkpoint] = (), begins: Checkpoint | None = None) -> None:
        self.chain = chain
        self.faults: list[Fault] = []
        self.end = begins or Checkpoint(chain, 0, GENESIS)
        self._checkpoints: dict[int, set[str]] = {}
        for checkpoint in checkpoints:
            self._checkpoints.setdefault(checkpoint.n, set()).add(checkpoint.digest)
        self._furthest = max(self._checkpoints, default=0)

    def follow(self, entries: Iterable[Entry]) -> None:
        """Check the next entries of the chain."""
        self.follow_seals(
            Seal(one.n, one.previous, one.digest, entry_digest(one.chain, one.n, one.act, one.previous))
            for one in entries
        )

    def follow_seals(self, seals: Iterable[Seal]) -> None:
        """Check the next entries of the chain, known by how they are bound."""
        n, last = self.end.n, self.end.digest
        for found in seals:
            if found.n != n + 1:
                self._fault(n + 1, f"entries {n + 1} to {found.n - 1} are missing")
            if found.previous != last:
                self._fault(found.n, "it does not follow the entry before it")
            if found.computed != found.digest:
                self._fault(found.n, "what it says is not what was recorded")
            n, last = found.n, found.digest
            if n in self._checkpoints and self._checkpoints[n] != {last}:
                self._fault(n, "it is not the entry that the checkpoint saw")
        self.end = Checkpoint(self.chain, n, last)

    def finish(self, recorded: Checkpoint | None) -> tuple[Fault, ...]:
        """Compare the end reached with the recorded end of the chain, and give all faults."""
        if recorded is None or (recorded.n, recorded.digest) != (self.end.n, self.end.digest):
            says = "none is recorded" if recorded is None else f"the recorded end is entry {recorded.n}"
            self._fault(self.end.n, f"the chain ends here, and {says}")
        if self._furthest > self.end.n:
            self._fault(self.end.n, f"the chain ends here, and a checkpoint saw entry {self._furthest}")
        return tuple(self.faults)

    def _fault(self, n: int, message: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(self.chain, n, message))
