"""What one request works with: who asks, and every use case over one source of transactions.

To offer another service to all routes, add one line to `Services`. Knows no routes and no HTTP beyond 401.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

from app.background.runs import RunHook, Runs
from app.background.workload import Workload
from app.identity.sessions import Sessions
from app.problems import HttpError
from app.sources import new_id, now, random_bytes
from drift.service.drift import Drift
from specs.access import Principal, Project
from specs.limits import Quota
from specs.service.audit import Audit
from specs.service.hygiene import Hygiene
from specs.service.library.checkouts import Checkouts
from specs.service.library.conflicts import Conflicts
from specs.service.library.exporting import Exporting
from specs.service.library.images import Images
from specs.service.library.imports import Imports
from specs.service.library.library import Library
from specs.service.library.readings import Readings
from specs.service.library.requirements import Requirements
from specs.service.library.searching import Searching
from specs.service.library.tags import Tags
from specs.service.limits import Limits
from specs.service.people.access import Access, Limit, Passwords
from specs.service.people.commitkeys import CommitKeys
from specs.service.people.identities import Identities
from specs.service.people.inviting import Invitations
from specs.service.people.members import Members
from specs.service.people.tokens import Tokens
from specs.service.policies.freezing import Freezing
from specs.service.policies.rehearsing import Rehearsing
from specs.service.policies.ruling import Ruling
from specs.service.projects import Projects
from specs.service.proposals.proposals import Proposals
from specs.service.revisions.authorship import Authorship
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Connection, SpecHook, Transactions, no_hook
from specs.store.images import count_image_bytes
from sync.service.claims import Claims
from sync.service.contexts.codeshelving import CodeShelves
from sync.service.contexts.contexts import Contexts
from sync.service.contexts.hooking import Hooking
from sync.service.contexts.meanings import Asking
from sync.service.contexts.receipts import Receipts
from sync.service.contexts.relating import Relating
from sync.service.contexts.shelving import Shelves
from sync.service.deciding import FindingDecisions
from sync.service.editing.aiding import Aiding
from sync.service.editing.desk import Desk
from sync.service.editing.presence import Presence
from sync.service.feeds.feeds import REACH, Feeds
from sync.service.feeds.webhooks import DueHook, Sending, Webhooks
from sync.service.feeds.webhooks import nobody as unsent
from sync.service.gates.gating import Gates, SettledHook
from sync.service.gates.gating import nobody as unheard
from sync.service.gates.signing import Signatures
from sync.service.inbox import Counts, Inbox, Sources
from sync.service.letters.letters import Letters
from sync.service.repositories.credentials import Credentials
from sync.service.repositories.fetching import Mirrors
from sync.service.repositories.governing import Governing
from sync.service.repositories.looking import Excerpts
from sync.service.repositories.repositories import Ground, Repositories, WantHook, count_repositories, nobody
from sync.service.retaining import Retention
from sync.service.sealed import Sealed
from sync.service.signals import SignalCases
from sync.service.surveying import Atlases, Survey
from sync.service.tasks.boards import Boards
from sync.service.tasks.errands import fenced
from sync.service.tasks.oversight import Oversight
from sync.service.tasks.spending import Spending
from sync.service.tasks.tasks import Tasks

CHALLENGE = 'Bearer realm="holdfast"'


@dataclass(frozen=True, slots=True)
class Parts:
    """What services need besides a database; made once per process.

    `issuer` is what keys that sign decisions are called, `reach` how far feeds go back. `known` keeps projects by slug
    that were found before: neither ever changes; `waiting` how much waits for whom, as of when.
    """

    passwords: Passwords
    limit: Limit
    ground: Ground
    mirrors: Mirrors
    on_wanted: WantHook = nobody
    on_change: SpecHook = no_hook
    on_settled: SettledHook = unheard
    issuer: str = "holdfast"
    vault: Vault = CLEAR
    known: dict[str, Project] = field(default_factory=dict)
    shelves: Shelves = field(default_factory=Shelves)
    codes: CodeShelves = field(default_factory=CodeShelves)
    asking: Asking = field(default_factory=Asking)
    atlases: Atlases = field(default_factory=Atlases)
    reach: timedelta = REACH
    sending: Sending = field(default_factory=Sending)
    on_due: DueHook = unsent
    on_asked: RunHook = nobody
    desk: Desk = field(default_factory=Desk)
    waiting: Counts = field(default_factory=dict)


class Joined:
    """Transactions inside a transaction that someone else ends: each is a savepoint on the one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """Open a savepoint; an error undoes what was done since, and nothing before."""
        async with self._connection.begin_nested():
            yield self._connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Connection]:
        """Read what the transaction sees, its own writes included."""
        async with self._connection.begin_nested():
            yield self._connection

    def ask(self) -> AbstractAsyncContextManager[Connection]:
        """Read what the transaction sees, its own writes included."""
        return self.read()


class Services:
    """Every use case, over one source of transactions."""

    def __init__(self, database: Transactions, parts: Parts, plain: Transactions | None = None) -> None:
        """`plain` is the same database for what looks at fencing tokens itself."""
        self.projects = Projects(database, now, new_id, parts.known)
        self.library = Library(database, now, new_id, parts.on_change)
        self.checkouts = Checkouts(database)
        self.conflicts = Conflicts(database, now, new_id, parts.on_change)
        self.imports = Imports(database, now, new_id, parts.on_change)
        self.proposals = Proposals(database, now, new_id, parts.on_change)
        self.authorship = Authorship(database, now, new_id, parts.on_change)
        self.members = Members(database, now, new_id)
        self.invitations = Invitations(database, now, new_id, random_bytes)
        self.tokens = Tokens(database, now, new_id, random_bytes)
        self.commit_keys = CommitKeys(database, now, new_id)
        self.access = Access(
            database, clock=now, new_id=new_id, random=random_bytes, passwords=parts.passwords, limit=parts.limit
        )
        self.identities = Identities(database, now, new_id)
        self.sessions = Sessions(database, self.access, now, random_bytes)
        self.workload = Workload(database)
        self.runs = Runs(database, now, new_id, parts.on_asked)
        self.ruling = Ruling(database, now)
        self.rehearsing = Rehearsing(database)
        self.freezing = Freezing(database, now)
        self.audit = Audit(database)
        self.hygiene = Hygiene(database, now)
        self.searching = Searching(database)
        self.requirements = Requirements(database)
        self.tags = Tags(database, now)
        self.readings = Readings(database, now)
        self.exporting = Exporting(self.library, self.tags, now)
        self._with_tasks(plain or database)
        self._with_code(database, parts)
        self.hooking = Hooking(database, self.contexts, self.drift, now)
        self.relating = Relating(database, now, shelves=parts.shelves, codes=parts.codes, asking=parts.asking)
        self._with_writers(database, parts)
        self.retention = Retention(database, now)
        self.images = Images(database, now, parts.vault)
        self.limits = Limits(
            database, now, {Quota.REPOSITORIES: count_repositories, Quota.IMAGE_BYTES: count_image_bytes}
        )
        self.sealed = Sealed(database, now, parts.vault)

    def _with_tasks(self, database: Transactions) -> None:
        self.tasks = Tasks(database, now, new_id)
        self.oversight = Oversight(database, now)
        self.spending = Spending(database, now)
        self.boards = Boards(database)

    def _with_code(self, database: Transactions, parts: Parts) -> None:
        """Add the use cases that know code, over those that know intent."""
        self.drift = Drift(database, now, parts.vault)
        self.repositories = Repositories(
            database, now, new_id, random_bytes, ground=parts.ground, on_wanted=parts.on_wanted, vault=parts.vault
        )
        self.credentials = Credentials(database, now, parts.vault)
        self.claims = Claims(database, now, parts.on_wanted)
        self.decisions = FindingDecisions(database, now, new_id, parts.on_wanted)
        self.excerpts = Excerpts(database, parts.mirrors)
        self.contexts = Contexts(
            database,
            self.library,
            self.drift,
            clock=now,
            new_id=new_id,
            random=random_bytes,
            shelves=parts.shelves,
            asking=parts.asking,
            vault=parts.vault,
        )
        self.receipts = Receipts(database, parts.vault)
        self._with_events(database, parts)
        self.governing = Governing(database, self.library, self.tags, self.authorship)
        self.signatures = Signatures(database, now, random_bytes, server_key=parts.ground.server_key, name=parts.issuer)
        self.gates = Gates(
            database,
            self.governing,
            self.signatures,
            clock=now,
            new_id=new_id,
            on_settled=parts.on_settled,
            vault=parts.vault,
        )
        self.signals = SignalCases(database, self.library, self.drift, now, new_id)
        self._with_decisions(database, parts)

    def _with_decisions(self, database: Transactions, parts: Parts) -> None:
        """What tells people how things stand and what waits for them."""
        self.letters = Letters(
            database, self.library, self.drift, now, new_id, vault=parts.vault, excerpts=self.excerpts
        )
        self.inbox = Inbox(
            database,
            now,
            Sources(
                library=self.library,
                members=self.members,
                proposals=self.proposals,
                conflicts=self.conflicts,
                authorship=self.authorship,
                freezing=self.freezing,
                claims=self.claims,
                gates=self.gates,
            ),
            parts.waiting,
        )

    def _with_writers(self, database: Transactions, parts: Parts) -> None:
        """What helps those who write."""
        self.presence = Presence(database, now)
        self.aiding = Aiding(
            database,
            library=self.library,
            drift=self.drift,
            hygiene=self.hygiene,
            clock=now,
            desk=parts.desk,
            mirrors=parts.mirrors,
        )

    def _with_events(self, database: Transactions, parts: Parts) -> None:
        """What tells others what happens, and how things look."""
        self.survey = Survey(database, self.library, parts.atlases)
        self.webhooks = Webhooks(database, now, new_id, random_bytes, sending=parts.sending, on_due=parts.on_due)
        self.feeds = Feeds(database, now, parts.reach)


class Unit(Services):
    """The services as one request sees them. `caller` is nobody on public pages.

    Of a caller that names the task it acts for, every transaction looks at the fencing token first.
    """

    def __init__(self, database: Transactions, parts: Parts, caller: Principal | None) -> None:
        super().__init__(fenced(database, caller), parts, database)
        self.caller = caller

    @property
    def principal(self) -> Principal:
        """Give who asks. Raises 401 where nobody is known."""
        if self.caller is None:
            raise unauthenticated("This needs a credential.")
        return self.caller


def unauthenticated(
    message: str, hint: str = "Send `Authorization: Bearer <token>`; `holdfast token create` makes one."
) -> HttpError:
    """Make the 401 that names the scheme to use."""
    return HttpError(HTTPStatus.UNAUTHORIZED, message, hint, headers={"www-authenticate": CHALLENGE})
