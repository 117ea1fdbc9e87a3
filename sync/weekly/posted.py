"""Weekly letters as they are kept, their mails, and who wants which, as values. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from specs.document import Yaml


class MailState(StrEnum):
    """Where a mail stands. `SENDING` that stays was cut off: it may have arrived, and is never sent again by itself."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Wish(StrEnum):
    """Which letter a person wants of a project: the whole one, those of what they own, or none."""

    PROJECT = "project"
    OWN = "own"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter's mail to one recipient; a chat is one too."""

    recipient: str
    message_id: str
    state: MailState
    problem: str = ""
    attempts: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A letter in a list. `counts` holds the week's numbers; `begins` is its first day, `owner` whose it is ("": all).

    `regressed`, `worsened` and `ongoing` are missing where it was written before they were counted.
    """

    id: UUID
    begins: date
    subject: str
    verdict: str
    counts: Mapping[str, int]
    at: datetime
    owner: str = ""


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter as it was written. `model` holds the values that every form is made of; None for early letters.

    `trend` has a mapping for each of twelve weeks: start, opened, resolved, open.
    """

    record: LetterRecord
    markdown: str
    html: str
    trend: tuple[Mapping[str, Yaml], ...]
    model: Mapping[str, Yaml] | None = None
