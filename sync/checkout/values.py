"""What a checkout knows of each spec: what it had last, what the server has, what was sent and waits. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from specs.manifest import Entry

NO_REVISION = "0" * 64


class Reason(StrEnum):
    """Why a file is paused: nobody but a person can say what is meant."""

    EDITED = "edited"  # both sides changed the same words
    BOTH_NEW = "both-new"  # a file here and a spec there came to one path, with other texts
    REMOVED_HERE = "removed-here"  # removed here, changed there
    REMOVED_THERE = "removed-there"  # changed here, retired there
    RENAMED = "renamed"  # renamed on both sides, differently
    TAKEN = "taken"  # the path is another's on the other side


class Operation(StrEnum):
    """What is asked of the server for one spec."""

    SAVE = "save"
    CREATE = "create"
    RENAME = "rename"
    RETIRE = "retire"
    RESTORE = "restore"


class Wait(StrEnum):
    """What keeps something that was sent from being the truth."""

    CONFLICT = "conflict"
    PROPOSAL = "proposal"
    REFUSED = "refused"
    DECLINED = "declined"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Version:
    """A spec at a revision: its path, and the digests of the revision and of its text.

    `head` is "" where a text was taken in by way of a proposal: there is no revision with it.
    """

    path: str
    head: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that was sent and is not the truth: `value` is the digest of the text, or the path.

    `ident` names the conflict or the proposal; `side` is the revision that keeps the text of a conflict.
    """

    operation: Operation
    value: str
    wait: Wait
    ident: str = ""
    side: str = ""
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A spec: `base` is what the file at `at` was made from, `there` what the server has (None: retired, or unknown).

    `revive` says that it is to be restored there.
    """

    id: str
    base: Version | None = None
    there: Version | None = None
    at: str = ""
    sent: tuple[Sent, ...] = ()
    revive: bool = False

    def waits(self, operation: Operation) -> Sent | None:
        """Give what was sent of a kind and waits."""
        return next((one for one in self.sent if one.operation is operation), None)

    def with_sent(self, operation: Operation, sent: Sent | None) -> "Record":
        """Give the record with what waits of a kind replaced."""
        others = tuple(one for one in self.sent if one.operation is not operation)
        return replace(self, sent=others if sent is None else (*others, sent))


@dataclass(frozen=True, slots=True)
class Stamp:
    """How a file looked when its text had a digest: while it looks so, nobody reads it again."""

    size: int
    changed: int
    entered: int
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A file to be written, moved or removed, with the digests of its text before and after ("": no file).

    `after` is what the spec's record is based on then; None: the spec is forgotten.
    """

    id: str
    source: str
    before: str
    target: str
    text: str
    after: Version | None


@dataclass(frozen=True)
class State:
    """All that a checkout remembers. `drafts` are new files that were sent and wait, by path.

    `branch` is where git stood when the folder was last the same or sent.
    `keys` name changes that were sent and not answered yet; `steps` are under way and are done again after a kill.
    """

    records: Mapping[str, Record] = field(default_factory=dict)
    drafts: Mapping[str, Sent] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    cursor: str | None = None
    branch: str = ""

    def entries(self) -> list[Entry]:
        """Give the server's list as far as it is known."""
        return [
            Entry(record.id, record.there.path, record.there.head, record.there.text)
            for record in self.records.values()
            if record.there is not None
        ]

    def put(self, *records: Record) -> "State":
        """Give the state with records replaced; those that hold nothing any more are forgotten."""
        made = {**self.records, **{record.id: record for record in records}}
        for record in records:
            if record.base is None and record.there is None:
                del made[record.id]
        return replace(self, records=made)
