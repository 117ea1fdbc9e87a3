"""Queries of weekly letters and of their mails."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from specs.store.connection import Connection
from sync.posted import LetterRecord, LetterText, Mail, MailState
from sync.tables import letter_mails, letters

_RECORD = (letters.c.id, letters.c.begins, letters.c.subject, letters.c.verdict, letters.c.counts, letters.c.at)


class LetterStore:
    """Letters and mails on one connection; letters are always asked for by project."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, project: UUID, text: LetterText) -> bool:
        """Keep a letter; False, and nothing kept, when the project has one for that week."""
        record = text.record
        row = {
            "id": record.id,
            "project_id": project,
            "begins": record.begins,
            "subject": record.subject,
            "verdict": record.verdict,
            "counts": dict(record.counts),
            "trend": list(text.trend),
            "markdown": text.markdown,
            "html": text.html,
            "at": record.at,
        }
        statement = insert(letters).values(row).on_conflict_do_nothing().returning(letters.c.id)
        return (await self._connection.execute(statement)).first() is not None

    async def page(self, project: UUID, limit: int) -> tuple[LetterRecord, ...]:
        """Give the letters of a project, newest first."""
        query = select(*_RECORD).where(letters.c.project_id == project).order_by(letters.c.begins.desc()).limit(limit)
        return tuple(_record(row) for row in (await self._connection.execute(query)).mappings())

    async def letter(self, project: UUID, letter: UUID) -> LetterText | None:
        """Give one letter."""
        query = select(letters).where(letters.c.project_id == project, letters.c.id == letter)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _text(row)

    async def of_week(self, project: UUID, begins: date) -> LetterText | None:
        """Give the letter of one week."""
        query = select(letters).where(letters.c.project_id == project, letters.c.begins == begins)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _text(row)

    async def address(self, letter: UUID, recipients: Sequence[tuple[str, str]], at: datetime) -> None:
        """Note that a letter is to be mailed to (recipient, message id); whoever has it noted already stays as is."""
        rows = [
            {"letter_id": letter, "recipient": recipient, "message_id": message_id, "at": at}
            for recipient, message_id in recipients
        ]
        if rows:
            await self._connection.execute(insert(letter_mails).values(rows).on_conflict_do_nothing())

    async def take(self, letter: UUID, at: datetime) -> Mail | None:
        """Take one pending mail for sending: it is `sending` from here on. Two workers never take the same."""
        query = (
            select(letter_mails)
            .where(letter_mails.c.letter_id == letter, letter_mails.c.state == MailState.PENDING)
            .order_by(letter_mails.c.recipient)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        statement = update(letter_mails).where(
            letter_mails.c.letter_id == letter, letter_mails.c.recipient == row["recipient"]
        )
        attempts = row["attempts"] + 1
        await self._connection.execute(statement.values(state=MailState.SENDING, attempts=attempts, at=at))
        return Mail(row["recipient"], row["message_id"], MailState.SENDING, "", attempts)

    async def settle(self, letter: UUID, mail: Mail, at: datetime) -> None:
        """Write down how the sending of one mail ended."""
        statement = update(letter_mails).where(
            letter_mails.c.letter_id == letter, letter_mails.c.recipient == mail.recipient
        )
        await self._connection.execute(statement.values(state=mail.state, problem=mail.problem, at=at))

    async def mails(self, letter: UUID) -> tuple[Mail, ...]:
        """Give the mails of a letter, by recipient."""
        query = select(letter_mails).where(letter_mails.c.letter_id == letter).order_by(letter_mails.c.recipient)
        return tuple(
            Mail(row["recipient"], row["message_id"], MailState(row["state"]), row["problem"], row["attempts"])
            for row in (await self._connection.execute(query)).mappings()
        )


def _record(row: RowMapping) -> LetterRecord:
    return LetterRecord(row["id"], row["begins"], row["subject"], row["verdict"], row["counts"], row["at"])


def _text(row: RowMapping) -> LetterText:
    return LetterText(_record(row), row["markdown"], row["html"], tuple(row["trend"]))
