"""What a checkout and a server say to each other, as values, and the seam behind which HTTP is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from specs.manifest import Entry
from sync.checkout.values import Operation, Sent, Version, Wait

Result: TypeAlias = Literal["saved", "unchanged", "merged", "conflict", "waits", "refused"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What the server has: a version of each listed spec by id, and the cursor for the next question."""

    versions: Mapping[str, Version]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Want:
    """A text that is wanted, and one of the same spec that is there already: its revision and itself ("": none)."""

    id: str
    head: str
    have: str = ""
    have_text: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text, and who wrote it when, and why."""

    text: str
    actor: str
    kind: str
    at: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Something asked of the server. `base` is the revision a text was made from, `base_text` what it says."""

    operation: Operation
    key: str
    id: str = ""
    path: str = ""
    base: str = ""
    base_text: str = ""
    text: str = ""
    takes_in: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change: the spec as it is there now; `merged` is its text where that is not what was sent."""

    result: Result
    id: str = ""
    path: str = ""
    head: str = ""
    text: str = ""
    merged: str = ""
    ident: str = ""
    side: str = ""
    detail: str = ""
    hint: str = ""


class Server(Protocol):
    """A project on a server. Every method raises `UnavailableError` where it does not answer."""

    def listing(self, known: Sequence[Entry], cursor: str | None) -> Listing | None:
        """Give what the server has; None where that is what is known."""

    def texts(self, wanted: Sequence[Want]) -> dict[tuple[str, str], Text]:
        """Give texts by spec and revision; those that are not there are left out."""

    def send(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """Ask for changes, and say what became of each; a change with a key happens once."""

    def revise(self, sent: Sent, change: Change) -> Outcome:
        """Give a proposal that waits another text."""

    def fate(self, sent: Sent) -> Wait:
        """Say how a conflict or proposal stands: as it did, `ACCEPTED` (in whatever words), or `DECLINED`."""
