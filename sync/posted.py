"""Weekly letters as they are kept, and their mails, as values. Pure."""

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


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter's mail to one recipient."""

    recipient: str
    message_id: str
    state: MailState
    problem: str = ""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class LetterRecord:
    """A letter in a list. `counts` holds new, resolved, regressed and open; `begins` is the week's Monday."""

    id: UUID
    begins: date
    subject: str
    verdict: str
    counts: Mapping[str, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class LetterText:
    """A letter in all its forms. `trend` has a mapping for each of twelve weeks: start, opened, resolved, open."""

    record: LetterRecord
    markdown: str
    html: str
    trend: tuple[Mapping[str, Yaml], ...]
