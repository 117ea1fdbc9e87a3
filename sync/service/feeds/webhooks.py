"""Use cases of webhooks: register, change, look at what became of deliveries, begin again, send once more.

An admin's, since an address may hold a secret. Knows nothing of HTTP or of the job queue: what has to be sent is told
to `on_due`, inside the transaction.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import ConflictError, MissingError, UserError
from specs.library import Page
from specs.service.auditing import record
from specs.service.paging import decode_number, encode_cursor, limited
from specs.store.audit import AuditStore
from specs.store.connection import Clock, Connection, IdSource, RandomSource, Transactions
from sync.feeds.cursor import DIGEST, decode
from sync.feeds.wanted import MOST_WANTED, checked_kinds
from sync.feeds.webhooks import Delivery, Webhook, check_name, check_url, secret_of
from sync.store.webhooks import WebhookStore

SALT_BYTES = 16
MOST_HOOKS = 50
OVERLAP = timedelta(hours=24)
DueHook: TypeAlias = Callable[[Connection, UUID, int], Awaitable[None]]
"""Called as (connection, webhook, entry) inside a transaction: send what is due (0), or this entry once more."""


async def nobody(_connection: Connection, _hook: UUID, _n: int) -> None:
    """Do nothing: the hook where no queue listens."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What the installation says of sending: the key that secrets are made of, and whether private networks count."""

    server_key: bytes = b""
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A webhook with its secret, which is shown once."""

    hook: Webhook
    secret: str


class Webhooks:
    """All use cases of webhooks but the sending."""

    def __init__(  # noqa: PLR0913 (each source of the outside world is its own argument)
        self,
        database: Transactions,
        clock: Clock,
        new_id: IdSource,
        random: RandomSource,
        *,
        sending: Sending,
        on_due: DueHook = nobody,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._random = random
        self._sending = sending
        self._on_due = on_due

    async def add(self, principal: Principal, project: UUID, *, name: str, url: str, kinds: Iterable[str] = ()) -> Made:
        """Register an address, which is told what happens from now on. Raises `UserError` for one that cannot be."""
        may_send(principal, project)
        name, kinds, at = check_name(name), _checked(kinds), self._clock()
        check_url(url, allow_private=self._sending.allow_private)
        salt = self._salt()
        async with self._database.transaction() as connection:
            store = WebhookStore(connection)
            if await store.count(project) >= MOST_HOOKS:
                raise UserError(f"A project has at most {MOST_HOOKS} webhooks.", "Remove one that is not used.")
            ends = await AuditStore(connection).ends_of([project])
            n = ends[0].n if ends else 0
            hook = Webhook(self._new_id(), project, name, url, kinds, salt, principal.actor.id, at, n)
            if not await store.add(hook):
                raise ConflictError(f"There is a webhook {name} already.", "Choose another name.")
            await self._tell(connection, principal, hook, "webhook.add", {"kinds": [*kinds]})
        return Made(hook, self._secret(hook))

    async def list(self, principal: Principal, project: UUID) -> tuple[Webhook, ...]:
        """Give the webhooks of a project by name."""
        may_send(principal, project)
        async with self._database.read() as connection:
            return await WebhookStore(connection).of(project)

    async def get(self, principal: Principal, project: UUID, ref: UUID | str) -> Webhook:
        """Give one webhook, by id or name."""
        may_send(principal, project)
        async with self._database.read() as connection:
            return await _found(connection, project, ref)

    async def change(  # noqa: PLR0913 (each a part of it)
        self,
        principal: Principal,
        project: UUID,
        ref: UUID | str,
        *,
        url: str | None = None,
        kinds: Iterable[str] | None = None,
        enabled: bool | None = None,
    ) -> Webhook:
        """Change what is given. Enabled again, it goes on where it stopped, at once."""
        may_send(principal, project)
        if url is not None:
            check_url(url, allow_private=self._sending.allow_private)
        checked = None if kinds is None else _checked(kinds)
        async with self._database.transaction() as connection:
            hook = await _found(connection, project, ref, lock=True)
            values: dict[str, Any] = {}
            told: dict[str, Json] = {}
            if url is not None:
                values["url"], told["url"] = url, "changed"
            if checked is not None:
                values["kinds"], told["kinds"] = [*checked], [*checked]
            if enabled is not None or url is not None:
                values |= {"failures": 0, "failing_since": None, "next_at": None}
            if enabled is not None:
                values |= {
                    "disabled_at": None if enabled else self._clock(),
                    "reason": "" if enabled else "by an admin",
                }
                told["enabled"] = enabled
            if values:
                await WebhookStore(connection).change(hook.id, **values)
                await self._on_due(connection, hook.id, 0)
                await self._tell(connection, principal, hook, "webhook.change", told)
            return await _found(connection, project, hook.id)

    async def rotate(self, principal: Principal, project: UUID, ref: UUID | str, *, at_once: bool = False) -> Made:
        """Make another secret. The old one signs too for a day, so that receivers can change over, unless `at_once`."""
        may_send(principal, project)
        salt = self._salt()
        async with self._database.transaction() as connection:
            hook = await _found(connection, project, ref, lock=True)
            until = None if at_once else self._clock() + OVERLAP
            old = "" if at_once else hook.salt
            await WebhookStore(connection).change(hook.id, salt=salt, old_salt=old, old_until=until)
            await self._tell(connection, principal, hook, "webhook.rotate-secret", {"at_once": at_once})
        made = replace(hook, salt=salt, old_salt=old, old_until=until)
        return Made(made, self._secret(made))

    async def remove(self, principal: Principal, project: UUID, ref: UUID | str) -> None:
        """Forget a webhook."""
        may_send(principal, project)
        async with self._database.transaction() as connection:
            hook = await _found(connection, project, ref, lock=True)
            await WebhookStore(connection).remove(hook.id)
            await self._tell(connection, principal, hook, "webhook.remove", {})

    async def deliveries(
        self, principal: Principal, project: UUID, ref: UUID | str, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Delivery]:
        """Give what became of the tries to deliver, the latest first."""
        may_send(principal, project)
        before, count = None if cursor is None else decode_number(cursor), limited(limit)
        async with self._database.read() as connection:
            hook = await _found(connection, project, ref)
            rows = await WebhookStore(connection).deliveries(hook.id, before, count + 1)
        return Page(rows[:count], encode_cursor(str(rows[count - 1].number)) if len(rows) > count else None)

    async def replay(
        self, principal: Principal, project: UUID, ref: UUID | str, *, delivery: int | None = None, after: str = ""
    ) -> Webhook:
        """Send one event once more, whatever else waits; or begin again after a cursor of the project's feed."""
        may_send(principal, project)
        async with self._database.transaction() as connection:
            hook = await _found(connection, project, ref, lock=True)
            if (delivery is None) is (not after):
                raise UserError("Send what once more?", "Name one delivery, or the cursor after which to begin again.")
            store = WebhookStore(connection)
            told: dict[str, Json]
            if delivery is not None:
                tried = await store.delivery(hook.id, delivery)
                if tried is None:
                    raise MissingError("There is no such delivery.", "List the deliveries of the webhook.")
                await self._on_due(connection, hook.id, tried.n)
                told = {"event": tried.event}
            else:
                n = await _place(connection, project, after)
                await store.change(hook.id, n=n, failures=0, failing_since=None, next_at=None)
                await self._on_due(connection, hook.id, 0)
                told = {"from": n + 1}
            await self._tell(connection, principal, hook, "webhook.replay", told)
            return await _found(connection, project, hook.id)

    def _salt(self) -> str:
        return self._random(SALT_BYTES).hex()

    def _secret(self, hook: Webhook) -> str:
        return secret_of(self._sending.server_key, hook.id, hook.salt)

    async def _tell(
        self, connection: Connection, principal: Principal, hook: Webhook, action: str, more: Mapping[str, Json]
    ) -> None:
        details = {"name": hook.name, **more}
        await record(
            connection, principal, hook.project, at=self._clock(), action=action, subject=hook.id, details=details
        )


def may_send(principal: Principal, project: UUID) -> None:
    """Raise unless somebody may look after the webhooks of a project."""
    principal.require(project, Role.ADMIN, Scope.ADMIN)


def _checked(kinds: Iterable[str]) -> tuple[str, ...]:
    found = checked_kinds(kind.strip() for kind in kinds if kind.strip())
    if len(found) > MOST_WANTED:
        raise UserError("These are too many types of events.", f"Name at most {MOST_WANTED}, or none for all.")
    return found


async def _found(connection: Connection, project: UUID, ref: UUID | str, *, lock: bool = False) -> Webhook:
    store = WebhookStore(connection)
    found = None
    if isinstance(ref, str) and (named := await store.named(project, ref)) is not None:
        ref = named.id
    if isinstance(ref, UUID):
        found = await store.get(ref, project, lock=lock)
    if found is None:
        raise MissingError("There is no such webhook.", "List the webhooks of the project.")
    return found


async def _place(connection: Connection, project: UUID, cursor: str) -> int:
    """Give the entry that a cursor of the project's feed names. Raises `UserError` where it is of another history."""
    place = decode(cursor).get(project)
    digest = "" if place is None else (await AuditStore(connection).at(project, place.n))[0][:DIGEST]
    if place is None or digest != place.digest:
        raise UserError("This cursor is of another project or history.", "Take one of the project's own feed.")
    return place.n
