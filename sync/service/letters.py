"""Writing, keeping and addressing the weekly letter. Sending is `app.mail`'s; rendering is handed in.

A week's letter is written once. Knows nothing of SMTP or of markup.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from drift.service import Drift
from specs.access import SERVER, Principal, Project, Role, Scope
from specs.errors import MissingError
from specs.parser import parse
from specs.service.auditing import record
from specs.service.library import Library
from specs.store.connection import Clock, IdSource, Transactions
from sync.posted import LetterRecord, LetterText, Mail, MailState
from sync.store.letters import LetterStore
from sync.weekly import Letter, Subject, week_of, write

LOOK_BACK = timedelta(weeks=13)


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a letter becomes text: subject line, Markdown and mail HTML, each from the one model."""

    subject: Callable[[Letter], str]
    markdown: Callable[[Letter], str]
    html: Callable[[Letter], str]


class Letters:
    """The weekly letters of projects, and the state of their mails."""

    def __init__(self, database: Transactions, library: Library, drift: Drift, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._library = library
        self._drift = drift
        self._clock = clock
        self._new_id = new_id

    async def compose(self, principal: Principal, project: Project, begins: date | None = None) -> Letter:
        """Write the letter of the week that begins on `begins` (else: the last whole week) without keeping it."""
        principal.require(project.id, Role.READER, Scope.READ)
        now = self._clock()
        begins = week_of(now)[0] - timedelta(days=7) if begins is None else week_of_day(begins)
        heads = await self._library.heads(principal, project.id)
        owners = {head.spec.path: parse(head.text).front_matter.owners for head in heads}
        verdicts = await self._drift.verdicts(principal, project.id)
        lives = await self._drift.lives(principal, project.id, now - LOOK_BACK)
        return write(Subject(project.slug, project.name, owners), verdicts, lives, begins, now)

    async def publish(
        self, principal: Principal, project: Project, rendering: Rendering, begins: date | None = None
    ) -> LetterText:
        """Write and keep the letter of a week; where the week has one, give that one unchanged."""
        letter = await self.compose(principal, project, begins)
        counts = letter.counts
        made = LetterText(
            LetterRecord(
                self._new_id(),
                letter.begins,
                rendering.subject(letter),
                letter.verdict,
                {
                    "new": counts.new,
                    "resolved": counts.resolved,
                    "regressed": counts.regressed,
                    "open": counts.open,
                },
                letter.made_at,
            ),
            rendering.markdown(letter),
            rendering.html(letter),
            tuple(
                {
                    "start": week.start.isoformat(),
                    "opened": week.opened + week.regressed,
                    "resolved": week.resolved,
                    "open": week.open,
                }
                for week in letter.trend
            ),
        )
        async with self._database.transaction() as connection:
            store = LetterStore(connection)
            if await store.add(project.id, made):
                await record(
                    connection, principal, project.id, at=made.record.at, action="letter.write", subject=made.record.id
                )
                return made
            kept = await store.of_week(project.id, letter.begins)
        return made if kept is None else kept

    async def list(self, principal: Principal, project: UUID, limit: int = 60) -> tuple[LetterRecord, ...]:
        """Give the letters of a project, newest first."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await LetterStore(connection).page(project, limit)

    async def get(self, principal: Principal, project: UUID, letter: UUID) -> LetterText:
        """Give one letter. Raises `MissingError`."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            found = await LetterStore(connection).letter(project, letter)
        if found is None:
            raise MissingError("There is no such report.", "The list of reports shows all that were written.")
        return found

    async def mails(self, principal: Principal, project: UUID, letter: UUID) -> tuple[Mail, ...]:
        """Say to whom a letter went and how each mail stands."""
        await self.get(principal, project, letter)
        async with self._database.read() as connection:
            return await LetterStore(connection).mails(letter)

    async def address(self, letter: UUID, recipients: Sequence[tuple[str, str]]) -> None:
        """Note who is to get a letter, as (recipient, message id). Noting twice is noting once."""
        async with self._database.transaction() as connection:
            await LetterStore(connection).address(letter, recipients, self._clock())

    async def take(self, letter: UUID) -> Mail | None:
        """Take the next pending mail for sending, committed before the mail server is spoken to."""
        async with self._database.transaction() as connection:
            return await LetterStore(connection).take(letter, self._clock())

    async def settle(self, project: UUID, letter: UUID, mail: Mail) -> None:
        """Write down how sending one mail ended."""
        async with self._database.transaction() as connection:
            now = self._clock()
            await LetterStore(connection).settle(letter, mail, now)
            if mail.state is MailState.SENT:
                details = {"recipient": mail.recipient}
                await record(connection, SERVER, project, at=now, action="letter.send", subject=letter, details=details)


def week_of_day(day: date) -> date:
    """Give the Monday of the week a day falls in."""
    return day - timedelta(days=day.weekday())
