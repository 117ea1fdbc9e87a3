"""Writing, keeping and addressing weekly letters. Sending is `app.mailing.mail`'s; rendering is handed in.

A week has one letter of the project and one of each owner of specs, each written once. Knows nothing of SMTP or markup.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from drift.lives.records import FindingDetail, RepositoryVerdict
from drift.service import Drift
from specs.access import SERVER, Principal, Project, Role, Scope
from specs.audit import Json
from specs.document import Yaml
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.library import SpecText
from specs.parser import parse
from specs.revision import ActorKind
from specs.service.auditing import record
from specs.service.library.library import Library
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, IdSource, Transactions
from sync.service.letters.weekfacts import Sources, WeekFacts
from sync.service.repositories.looking import Excerpts
from sync.store.letters import LetterStore
from sync.weekly.evidence import Evidence
from sync.weekly.letter import Letter
from sync.weekly.period import Period, Schedule, check_schedule, due, last_week, week_with
from sync.weekly.posted import LetterRecord, LetterText, Mail, MailState, Wish
from sync.weekly.tally import NO_OWNER, Count, behind, in_order, specs_of
from sync.weekly.writing import TREND, Subject, of_owner, write

# Whoever was at it longer ago is not at it any more: its mail may be asked for again.
CUT_OFF = timedelta(minutes=10)
FIRST_YEAR, LAST_YEAR = 1970, 9000


@dataclass(frozen=True, slots=True)
class Rendering:
    """How a letter becomes text: subject line, Markdown, mail HTML, and the values to keep, from the one model."""

    subject: Callable[[Letter], str]
    markdown: Callable[[Letter], str]
    html: Callable[[Letter], str]
    model: Callable[[Letter], Mapping[str, Yaml]]


@dataclass(frozen=True, slots=True)
class Query:
    """The question behind a number of a letter: which count, between which moments, of whose specs or of which file."""

    count: Count
    since: datetime
    until: datetime
    owner: str = ""
    spec: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What all letters of a week are made of."""

    heads: Sequence[SpecText]
    owners: Mapping[str, tuple[str, ...]]
    verdicts: Sequence[RepositoryVerdict]
    lives: Sequence[FindingDetail]
    evidence: Evidence


class Letters:
    """The weekly letters of projects, when they are due, who wants them, and the state of their mails."""

    def __init__(  # noqa: PLR0913 (where it reads, and its sources of time and names)
        self,
        database: Transactions,
        library: Library,
        drift: Drift,
        clock: Clock,
        new_id: IdSource,
        *,
        vault: Vault = CLEAR,
        excerpts: Excerpts | None = None,
    ) -> None:
        self._database = database
        self._library = library
        self._drift = drift
        self._clock = clock
        self._new_id = new_id
        self._facts = WeekFacts(database, Sources.over(database, library, drift, clock, new_id), vault, excerpts)

    async def compose(self, principal: Principal, project: Project, day: date | None = None, owner: str = "") -> Letter:
        """Write the letter of the week with a day (else: the last whole week) without keeping it.

        Raises `UserError` for an owner of nothing.
        """
        principal.require(project.id, Role.READER, Scope.READ)
        now, schedule = self._clock(), await self.schedule(principal, project.id)
        return await self._compose(project, _period(day, now, schedule), owner)

    async def _compose(self, project: Project, period: Period, owner: str) -> Letter:
        return await self._write(project, period, owner, await self._load(project, period))

    async def _load(self, project: Project, period: Period) -> "_Known":
        """Ask once for what all letters of a week are made of."""
        heads = await self._library.heads(SERVER, project.id)
        verdicts = await self._drift.verdicts(SERVER, project.id, period.until)
        lives = await self._drift.lives(SERVER, project.id, period.back(TREND).since)
        new = behind(Count.NEW, in_order(lives), period)
        evidence = await self._facts.gather(project.id, period, heads, new)
        return _Known(heads, owners_of(heads), verdicts, lives, evidence)

    async def _write(self, project: Project, period: Period, owner: str, known: "_Known") -> Letter:
        owners = known.owners
        if owner and owner != NO_OWNER and owner not in _names(owners):
            names = ", ".join(_names(owners)[:10]) or "none: no spec names owners in its front matter"
            raise UserError(f"Nobody called {owner} owns a spec here.", f"Owners are {names}.")
        subject = Subject(project.slug, project.name, owners, owner)
        letter = write(subject, known.verdicts, known.lives, period, self._clock(), known.evidence)
        places = {one.repository.name: one.repository.id for one in known.verdicts}
        return replace(letter, hot_spots=await self._facts.shown(project.id, letter.hot_spots, known.heads, places))

    async def publish(
        self,
        principal: Principal,
        project: Project,
        rendering: Rendering,
        day: date | None = None,
        owner: str = "",
    ) -> LetterText:
        """Write and keep the letter of a week; where the week has one, give that one unchanged."""
        principal.require(project.id, Role.READER, Scope.READ)
        now, schedule = self._clock(), await self.schedule(principal, project.id)
        period = _period(day, now, schedule)
        async with self._database.read() as connection:
            kept = await LetterStore(connection).of_week(project.id, period.begins, owner)
        if kept is not None:
            return kept
        if period.until > now:
            raise UserError("That week is not over.", "Ask for a preview, which keeps nothing, or for an earlier week.")
        letter = await self._compose(project, period, owner)
        return await self._keep(principal, project, self._text(letter, rendering))

    async def publish_week(self, project: Project, rendering: Rendering, period: Period) -> tuple[LetterText, ...]:
        """Write and keep the letters of a week that are not there yet, and give all: the project's, then owners'."""
        owners = await self.owners(SERVER, project.id)
        known: _Known | None = None
        found = []
        for owner in ("", *owners):
            async with self._database.read() as connection:
                kept = await LetterStore(connection).of_week(project.id, period.begins, owner)
            if kept is None:
                known = known or await self._load(project, period)
                if owner in ("", *_names(known.owners)):
                    letter = await self._write(project, period, owner, known)
                    kept = await self._keep(SERVER, project, self._text(letter, rendering))
            if kept is not None:
                found.append(kept)
        return tuple(found)

    async def _keep(self, principal: Principal, project: Project, made: LetterText) -> LetterText:
        """Keep a letter, or give the one that another kept first."""
        one = made.record
        async with self._database.transaction() as connection:
            store = LetterStore(connection)
            if await store.add(project.id, made):
                await record(connection, principal, project.id, at=one.at, action="letter.write", subject=one.id)
                return made
            kept = await store.of_week(project.id, one.begins, one.owner)
        return made if kept is None else kept

    def _text(self, letter: Letter, rendering: Rendering) -> LetterText:
        counts: dict[str, int] = asdict(letter.counts)
        return LetterText(
            LetterRecord(
                self._new_id(),
                letter.begins,
                rendering.subject(letter),
                letter.verdict,
                counts,
                letter.made_at,
                letter.owner,
            ),
            rendering.markdown(letter),
            rendering.html(letter),
            tuple(
                {
                    "start": point.begins.isoformat(),
                    "opened": point.counts.new + point.counts.regressed,
                    "resolved": point.counts.resolved,
                    "open": point.counts.open,
                }
                for point in letter.trend
            ),
            rendering.model(letter),
        )

    async def due(self, project: Project) -> Period | None:
        """Give the week whose letters are due now; nothing where they are not wanted, or there is nothing to tell of.

        A project without repositories has no drift, and a letter about none would be noise.
        """
        if not await self._drift.verdicts(SERVER, project.id):
            return None
        schedule = await self.schedule(SERVER, project.id)
        period = due(self._clock(), schedule)
        return None if period is None or period.until <= project.created_at else period

    async def owners(self, principal: Principal, project: UUID) -> tuple[str, ...]:
        """Name the owners of specs, each of whom has a letter."""
        principal.require(project, Role.READER, Scope.READ)
        return _names(owners_of(await self._library.heads(principal, project)))

    async def behind(self, principal: Principal, project: UUID, query: Query) -> tuple[FindingDetail, ...]:
        """Give the findings behind a number of a letter: as many as it says.

        Raises `UserError` for a span of time that is none.
        """
        principal.require(project, Role.READER, Scope.READ)
        if any(not FIRST_YEAR <= moment.year < LAST_YEAR for moment in (query.since, query.until)):
            raise UserError("There are no reports of that year.", "Take the link from a report.")
        if not query.since < query.until:
            raise UserError("The week ends before it begins.", "Take the link from a report.")
        owners = owners_of(await self._library.heads(principal, project))
        lives = in_order(await self._drift.lives(principal, project, query.since))
        if query.owner:
            lives = of_owner(lives, owners, query.owner)
        period = Period(query.since.date(), query.until.date(), query.since, query.until, "UTC")
        return tuple(
            life
            for life in behind(query.count, lives, period)
            if (not query.spec or query.spec in specs_of(life))
            and (not query.path or life.finding.code_path == query.path)
        )

    async def list(
        self, principal: Principal, project: UUID, limit: int = 60, owner: str | None = ""
    ) -> tuple[LetterRecord, ...]:
        """Give the letters of a project or of an owner in it (of all with None), newest first."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await LetterStore(connection).page(project, limit, owner)

    async def get(self, principal: Principal, project: UUID, letter: UUID) -> LetterText:
        """Give one letter. Raises `MissingError`."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            found = await LetterStore(connection).letter(project, letter)
        if found is None:
            raise MissingError("There is no such report.", "The list of reports shows all that were written.")
        return found

    async def schedule(self, principal: Principal, project: UUID) -> Schedule:
        """Give when a project wants its letters: Mondays at six, UTC, unless somebody said otherwise."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await LetterStore(connection).schedule(project) or Schedule()

    async def set_schedule(self, principal: Principal, project: UUID, schedule: Schedule) -> Schedule:
        """Say when a project wants its letters; from here on, nothing is written late. Needs an admin."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        if problem := check_schedule(schedule):
            raise UserError(problem.message, problem.hint)
        now = self._clock()
        told: dict[str, Json] = {
            "weekday": schedule.weekday,
            "hour": schedule.hour,
            "zone": schedule.zone,
            "on": schedule.on,
        }
        async with self._database.transaction() as connection:
            await LetterStore(connection).set_schedule(project, schedule, now)
            await record(
                connection, principal, project, at=now, action="letter.schedule", subject=project, details=told
            )
        return replace(schedule, since=now)

    async def wishes(self, principal: Principal, project: UUID) -> Mapping[UUID, Wish]:
        """Give which letters members want, of those who said so."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await LetterStore(connection).wishes(project)

    async def set_wish(self, principal: Principal, project: UUID, wish: Wish) -> None:
        """Say which letter the caller wants by mail. Only a person has a wish."""
        principal.require(project, Role.READER, Scope.READ)
        if principal.actor.kind is not ActorKind.HUMAN:
            raise DeniedError("Only a person gets letters.", "Use a person's credential.")
        async with self._database.transaction() as connection:
            await LetterStore(connection).set_wish(project, principal.actor.id, wish)
            await record(
                connection,
                principal,
                project,
                at=self._clock(),
                action="letter.wish",
                subject=principal.actor.id,
                details={"wish": wish.value},
            )

    async def mails(self, principal: Principal, project: UUID, letter: UUID) -> tuple[Mail, ...]:
        """Say to whom a letter went and how each mail stands."""
        await self.get(principal, project, letter)
        async with self._database.read() as connection:
            return await LetterStore(connection).mails(letter)

    async def address(self, letter: UUID, recipients: Sequence[tuple[str, str]]) -> None:
        """Note who is to get a letter, as (recipient, message id). Noting twice is noting once."""
        async with self._database.transaction() as connection:
            await LetterStore(connection).address(letter, recipients, self._clock())

    def now(self) -> datetime:
        """Say what time it is, to those who send."""
        return self._clock()

    async def take(self, letter: UUID, begun: datetime) -> Mail | None:
        """Take the next mail that has been pending since before `begun`, committed before the server is spoken to."""
        async with self._database.transaction() as connection:
            return await LetterStore(connection).take(letter, begun, self._clock())

    async def settle(self, project: UUID, letter: UUID, mail: Mail) -> None:
        """Write down how sending one mail ended."""
        async with self._database.transaction() as connection:
            now = self._clock()
            await LetterStore(connection).settle(letter, mail, now)
            if mail.state is MailState.SENT:
                details = {"recipient": mail.recipient}
                await record(connection, SERVER, project, at=now, action="letter.send", subject=letter, details=details)

    async def again(self, principal: Principal, project: UUID, letter: UUID, recipient: str) -> None:
        """Let a mail that failed or was cut off be sent once more. Needs an admin: it may arrive twice.

        Raises `ConflictError` for one that arrived, waits, or is being sent.
        """
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        await self.get(principal, project, letter)
        now = self._clock()
        async with self._database.transaction() as connection:
            if not await LetterStore(connection).again(letter, recipient, now - CUT_OFF, now):
                raise ConflictError(
                    "There is nothing to send again.", "Only what failed, or was cut off ten minutes ago, is."
                )
            details = {"recipient": recipient}
            await record(connection, principal, project, at=now, action="letter.again", subject=letter, details=details)


def _period(day: date | None, now: datetime, schedule: Schedule) -> Period:
    if day is None:
        return last_week(now, schedule)
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise UserError("There are no reports of that year.", "Write a date such as 2026-11-16.")
    return week_with(day, schedule)


def owners_of(heads: Sequence[SpecText]) -> dict[str, tuple[str, ...]]:
    """Give the owners of each spec by its path."""
    return {head.spec.path: parse(head.text).front_matter.owners for head in heads}


def _names(owners: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({name for names in owners.values() for name in names}))
