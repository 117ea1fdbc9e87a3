"""Queries of weekly letters and of their mails, of when a project wants them, and of who does."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from specs.store.connection import Connection
from sync.tables.letters import letter_mails, letter_schedules, letter_wishes, letters
from sync.weekly.period import Schedule
from sync.weekly.posted import LetterRecord, LetterText, Mail, MailState, Wish

_RECORD = [letters.c[name] for name in ("id", "begins", "owner", "subject", "verdict", "counts", "at")]


class LetterStore:
    """Letters and mails on one connection; letters are always asked for by project."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, project: UUID, text: LetterText) -> bool:
        """Keep a letter; False, and nothing kept, when the owner has one for that week."""
        record = text.record
        row = {
            "id": record.id,
            "project_id": project,
            "begins": record.begins,
            "owner": record.owner,
            "subject": record.subject,
            "verdict": record.verdict,
            "counts": dict(record.counts),
            "trend": list(text.trend),
            "markdown": text.markdown,
            "html": text.html,
            "model": None if text.model is None else dict(text.model),
            "at": record.at,
        }
        statement = insert(letters).values(row).on_conflict_do_nothing().returning(letters.c.id)
        return (await self._connection.execute(statement)).first() is not None

    async def page(self, project: UUID, limit: int, owner: str | None = "") -> tuple[LetterRecord, ...]:
        """Give the letters of a project or of an owner in it, newest first; of all with None."""
        query = select(*_RECORD).where(letters.c.project_id == project)
        if owner is not None:
            query = query.where(letters.c.owner == owner)
        query = query.order_by(letters.c.begins.desc(), letters.c.owner).limit(limit)
        return tuple(_record(row) for row in (await self._connection.execute(query)).mappings())

    async def letter(self, project: UUID, letter: UUID) -> LetterText | None:
        """Give one letter."""
        query = select(letters).where(letters.c.project_id == project, letters.c.id == letter)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _text(row)

    async def of_week(self, project: UUID, begins: date, owner: str = "") -> LetterText | None:
        """Give the letter of one week."""
        query = select(letters).where(
            letters.c.project_id == project, letters.c.begins == begins, letters.c.owner == owner
        )
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _text(row)

    async def schedule(self, project: UUID) -> Schedule | None:
        """Give when a project wants its letters, where somebody said so."""
        query = select(letter_schedules).where(letter_schedules.c.project_id == project)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        if row is None:
            return None
        return Schedule(row["weekday"], row["hour"], row["zone"], row["enabled"], row["since"])

    async def set_schedule(self, project: UUID, schedule: Schedule, since: datetime) -> None:
        """Say when a project wants its letters."""
        row = {"weekday": schedule.weekday, "hour": schedule.hour, "zone": schedule.zone, "enabled": schedule.on}
        values = {**row, "since": since}
        made = insert(letter_schedules).values(project_id=project, **values)
        await self._connection.execute(made.on_conflict_do_update(index_elements=["project_id"], set_=values))

    async def wishes(self, project: UUID) -> dict[UUID, Wish]:
        """Give which letters people want, of those who said so."""
        query = select(letter_wishes).where(letter_wishes.c.project_id == project)
        return {row["actor_id"]: Wish(row["wish"]) for row in (await self._connection.execute(query)).mappings()}

    async def set_wish(self, project: UUID, actor: UUID, wish: Wish) -> None:
        """Say which letter a person wants."""
        made = insert(letter_wishes).values(project_id=project, actor_id=actor, wish=wish)
        target = ["project_id", "actor_id"]
        await self._connection.execute(made.on_conflict_do_update(index_elements=target, set_={"wish": wish}))

    async def address(self, letter: UUID, recipients: Sequence[tuple[str, str]], at: datetime) -> None:
        """Note that a letter is to be mailed to (recipient, message id); whoever has it noted already stays as is."""
        rows = [
            {"letter_id": letter, "recipient": recipient, "message_id": message_id, "at": at}
            for recipient, message_id in recipients
        ]
        if rows:
            await self._connection.execute(insert(letter_mails).values(rows).on_conflict_do_nothing())

    async def take(self, letter: UUID, begun: datetime, at: datetime) -> Mail | None:
        """Take one pending mail for sending: it is `sending` from here on. Two workers never take the same.

        What was touched after `begun` has been tried in this run already.
        """
        mail = letter_mails.c
        query = (
            select(letter_mails)
            .where(mail.letter_id == letter, mail.state == MailState.PENDING, mail.at <= begun)
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
        return Mail(row["recipient"], row["message_id"], MailState.SENDING, "", attempts, at)

    async def settle(self, letter: UUID, mail: Mail, at: datetime) -> None:
        """Write down how the sending of one mail ended."""
        statement = update(letter_mails).where(
            letter_mails.c.letter_id == letter, letter_mails.c.recipient == mail.recipient
        )
        await self._connection.execute(statement.values(state=mail.state, problem=mail.problem, at=at))

    async def again(self, letter: UUID, recipient: str, until: datetime, at: datetime) -> bool:
        """Let a mail that failed, or was cut off before a moment, be sent once more; False where there is none."""
        mail = letter_mails.c
        unsettled = (mail.state == MailState.FAILED) | ((mail.state == MailState.SENDING) & (mail.at < until))
        statement = update(letter_mails).where(mail.letter_id == letter, mail.recipient == recipient, unsettled)
        values = statement.values(state=MailState.PENDING, problem="", attempts=0, at=at).returning(mail.recipient)
        return (await self._connection.execute(values)).first() is not None

    async def mails(self, letter: UUID) -> tuple[Mail, ...]:
        """Give the mails of a letter, by recipient."""
        query = select(letter_mails).where(letter_mails.c.letter_id == letter).order_by(letter_mails.c.recipient)
        return tuple(
            Mail(
                row["recipient"],
                row["message_id"],
                MailState(row["state"]),
                row["problem"],
                row["attempts"],
                row["at"],
            )
            for row in (await self._connection.execute(query)).mappings()
        )


def _record(row: RowMapping) -> LetterRecord:
    return LetterRecord(
        row["id"], row["begins"], row["subject"], row["verdict"], row["counts"], row["at"], row["owner"]
    )


def _text(row: RowMapping) -> LetterText:
    return LetterText(_record(row), row["markdown"], row["html"], tuple(row["trend"]), row["model"])
