"""Specs as the library keeps them: values for a spec, its text at a revision, its history, a page of a list."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from specs.problem import Problem
from specs.revision import Actor, ActorKind, Provenance, Revision

Item = TypeVar("Item")

MAX_TEXT_BYTES = 1024 * 1024
MAX_MESSAGE = 2000


class SpecStatus(StrEnum):
    """Whether a spec counts. What is retired stays readable."""

    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Spec:
    """A spec without its text. `head` is a digest.

    `diverged` names the side revision that git brought while the head was edited here, until one takes in the other.
    `agreed` is the head at which git had the same text. `retired_origin` is the commit that removed it, if one did.
    """

    id: UUID
    project: UUID
    path: str
    title: str
    status: SpecStatus
    head: str
    created_at: datetime
    updated_at: datetime
    diverged: str | None = None
    agreed: str | None = None
    retired_origin: str | None = None


@dataclass(frozen=True, slots=True)
class SpecText:
    """A spec and its text at one revision."""

    spec: Spec
    revision: Revision
    text: str


@dataclass(frozen=True, slots=True)
class Merged:
    """How a text that met another head was taken in: made from `base`, kept as `side`, put on top of `onto`."""

    base: str
    onto: str
    side: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write left: the spec as it stands, the revision that holds the text, whether that revision is new.

    `merged` where the head had moved and the text was put together with it; the revision then holds both.
    """

    spec: Spec
    revision: Revision
    created: bool
    merged: Merged | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """A revision in a spec's history; `side` when it never was the head."""

    revision: Revision
    side: bool
    seq: int


@dataclass(frozen=True, slots=True)
class Whose:
    """Which revisions are looked for: of an actor, of a kind of actors, of a provenance; None for any."""

    actor: UUID | None = None
    kind: ActorKind | None = None
    provenance: Provenance | None = None


ANYONE = Whose()


@dataclass(frozen=True, slots=True)
class Known:
    """A revision with its text, and whether the head comes from it."""

    revision: Revision
    text: str
    behind_head: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """Two revisions of a spec, to be compared."""

    before: SpecText
    after: SpecText


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list, and the cursor that gives the next ones (none at the end)."""

    items: tuple[Item, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class GitOrigin:
    """The commit that brings a text: who it says wrote it, when, and whether its marks speak of an agent.

    `masked` names the secrets that were taken out of the text; `repository` and `branch` say where it came from;
    `revisions` are those that the commit says it holds, `author` the person whose key signed it, if it is theirs.
    """

    commit: str
    author_name: str
    author_email: str
    at: datetime
    message: str
    agent: bool = False
    provenance: Provenance = Provenance.INFERRED
    masked: tuple[str, ...] = ()
    repository: str = ""
    branch: str = ""
    revisions: tuple[str, ...] = ()
    author: Actor | None = None

    @property
    def origin(self) -> str:
        """The `origin` of revisions that this commit brings."""
        return f"git:{self.commit}"


def check_text(text: str) -> Problem | None:
    """Say why a text cannot be kept, or give None. What it means is not asked here: content with problems is kept."""
    nul = text.find("\0")
    if nul >= 0:
        line, column = _place(text, nul)
        return Problem("nul", "The text holds a NUL character.", line, column, "Remove it: no Markdown text needs one.")
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        line, column = _place(text, error.start)
        message = "The text holds half of a surrogate pair, which is no character."
        return Problem("surrogate", message, line, column, "Save the file as UTF-8 and send it again.")
    if size > MAX_TEXT_BYTES:
        message = f"The text has {size} bytes; a spec may have {MAX_TEXT_BYTES}."
        return Problem("too-long", message, 1, 1, "Split it into several specs that link to each other.")
    return None


def check_message(message: str) -> Problem | None:
    """Say why a message cannot be kept, or give None."""
    if len(message) > MAX_MESSAGE:
        text = f"The message has {len(message)} characters; it may have {MAX_MESSAGE}."
        return Problem("message-too-long", text, 1, 1, "Say it in a sentence or two; the rest belongs into the spec.")
    found = check_text(message)
    return found and Problem("bad-message", found.message.replace("text", "message"), 1, 1, "Send plain UTF-8 text.")


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
