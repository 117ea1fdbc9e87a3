"""Quotas: what a project may use is asked here by whoever is about to use it; and what is set, by whom.

What there is (specs, members) is counted, and near its bound by one at a time, so that processes together never pass
it; what happens (checks, context) is counted before it happens, in one statement. Nobody waits for others while there
is room.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import INSTALLATION, Json
from specs.errors import DeniedError
from specs.limits import QUOTAS, LimitKind, Quota, Setting, check_limit, settle
from specs.service.auditing import record
from specs.store.connection import Clock, Connection, Transactions
from specs.store.limits import LimitStore

Counter: TypeAlias = Callable[[Connection, UUID], Awaitable[int]]
# As many may be under way, in all processes together, before one has to wait for another.
UNDER_WAY = 256
MANY_UNDER_WAY = 16
BYTES_UNDER_WAY = 64 * 1024**2
LARGE = 16 * 1024
NOW_AND_THEN = 64
WAYS_OUT = "Remove what is no longer needed, or ask whoever runs this server to raise it."


class Room:
    """What is left for texts that land in one transaction: asked for at first, and again once that is used up."""

    def __init__(self, connection: Connection, project: UUID, ahead: int = 0) -> None:
        """`ahead` is how many specs there are for which all room is taken before the first is added."""
        self._store = LimitStore(connection, project)
        self._ahead = ahead
        self._under_way = UNDER_WAY + MANY_UNDER_WAY * ahead
        self._specs = self._bytes = 0
        self._taken = (0, 0)

    async def take(self, size: int, *, begins: bool) -> None:
        """Take room for a text of so many bytes, of a new spec or not. Raises `DeniedError` where there is none.

        To sum up all texts takes a while: small ones are asked about now and then.
        """
        asked = size >= LARGE
        if begins and self._specs < 1:
            most, used = await self._store.specs_left()
            most, used = QUOTAS[Quota.SPECS].default if most is None else most, used + self._taken[0]
            asked = asked or used % NOW_AND_THEN == 0 or used % NOW_AND_THEN + self._ahead > NOW_AND_THEN
            if used + 1 + self._under_way > most:
                self._specs = await _left(self._store, Quota.SPECS, self._specs_used, self._under_way)
            else:
                self._specs = most - used
        if asked and self._bytes < size:
            self._bytes = await _left(self._store, Quota.TEXT_BYTES, self._bytes_used, BYTES_UNDER_WAY, size)
        self._specs -= begins
        self._bytes -= size
        if self._ahead:
            self._taken = self._taken[0] + begins, self._taken[1] + size

    async def _specs_used(self) -> int:
        return await self._store.specs() + self._taken[0]

    async def _bytes_used(self) -> int:
        return await self._store.text_bytes() + self._taken[1]


async def room_for_member(connection: Connection, project: UUID) -> None:
    """Raise `DeniedError` where a project may have no further member."""
    store = LimitStore(connection, project)
    await _left(store, Quota.MEMBERS, store.members, UNDER_WAY)


async def room_for_token(connection: Connection, project: UUID, at: datetime) -> None:
    """Raise `DeniedError` where a project may have no further token."""
    store = LimitStore(connection, project)
    await _left(store, Quota.TOKENS, lambda: store.tokens(at), UNDER_WAY)


async def room_for_image(connection: Connection, project: UUID, size: int, used: Callable[[], Awaitable[int]]) -> None:
    """Raise `DeniedError` where a project may have no image of so many bytes beside those that `used` sums up."""
    await _left(LimitStore(connection, project), Quota.IMAGE_BYTES, used, BYTES_UNDER_WAY, size)


async def room_for(connection: Connection, project: UUID, quota: Quota, count: Counter) -> None:
    """Raise `DeniedError` where a project may have no more of what `count` counts."""
    await _left(LimitStore(connection, project), quota, lambda: count(connection, project), UNDER_WAY)


async def _left(
    store: LimitStore, quota: Quota, count: Callable[[], Awaitable[int]], under_way: int, wanted: int = 1
) -> int:
    most = await _most(store, quota)
    used = await count()
    if used + wanted + under_way > most:
        await store.lock()
        used = await count()
    if used + wanted > most:
        raise DeniedError(
            f"The project has as much as it may have of {quota}: {used:,} of {most:,}.",
            WAYS_OUT,
            details={"quota": quota.value, "most": most, "used": used},
        )
    return most - used


async def use(database: Transactions, project: UUID, quota: Quota, at: datetime) -> None:
    """Do once what a project may do so often. Raises `DeniedError` with `retry_after` where it was too often."""
    window = QUOTAS[quota].window
    async with database.transaction() as connection:
        store = LimitStore(connection, project)
        most = await _most(store, quota)
        if await store.use(quota, window, at, most):
            return
    wait = window - int(at.timestamp()) % window
    raise DeniedError(
        f"The project used up its {quota}: {most:,}.",
        f"Wait {wait} seconds, or ask whoever runs this server to raise it.",
        details={"quota": quota.value, "most": most, "retry_after": wait},
    )


async def _most(store: LimitStore, quota: Quota) -> int:
    own, installation = await store.said(LimitKind.QUOTA)
    return own.get(quota, installation.get(quota, QUOTAS[quota].default))


class Limits:
    """Shows and sets limits. `counters` counts what other packages keep."""

    def __init__(self, database: Transactions, clock: Clock, counters: Mapping[Quota, Counter]) -> None:
        self._database = database
        self._clock = clock
        self._counters = counters

    async def show(self, principal: Principal, project: UUID) -> tuple[Setting, ...]:
        """Give what a project may use, what it uses, and how long its things are kept."""
        principal.require(project, Role.READER, Scope.READ)
        at = self._clock()
        async with self._database.read() as connection:
            store = LimitStore(connection, project)
            used: dict[str, int] = {
                Quota.SPECS: await store.specs(),
                Quota.TEXT_BYTES: await store.text_bytes(),
                Quota.MEMBERS: await store.members(),
                Quota.TOKENS: await store.tokens(at),
                **{quota: await count(connection, project) for quota, count in self._counters.items()},
                **{
                    quota: await store.used(quota, measure.window, at)
                    for quota, measure in QUOTAS.items()
                    if measure.window
                },
            }
            quotas = settle(LimitKind.QUOTA, *await store.said(LimitKind.QUOTA), used)
            return (*quotas, *settle(LimitKind.RETENTION, *await store.said(LimitKind.RETENTION)))

    async def installation(self, principal: Principal) -> tuple[Setting, ...]:
        """Give what holds where a project says nothing. Needs an administrator of the installation."""
        principal.require_site_admin()
        async with self._database.read() as connection:
            store = LimitStore(connection, INSTALLATION)
            return tuple([one for kind in LimitKind for one in settle(kind, *await store.said(kind))])

    async def set(
        self,
        principal: Principal,
        project: UUID | None,
        quotas: Mapping[str, int | None],
        retention: Mapping[str, int | None],
    ) -> None:
        """Set limits of a project, or of all that say nothing themselves (None); a value None takes one back.

        How long things are kept is for a project's admins to say, all else for administrators of the installation.
        """
        if project is not None:
            principal.require(project, Role.ADMIN, Scope.ADMIN)
        if project is None or quotas:
            principal.require_site_admin()
        asked = {LimitKind.QUOTA: quotas, LimitKind.RETENTION: retention}
        for kind, values in asked.items():
            for name, value in values.items():
                check_limit(kind, name, value)
        scope = project or INSTALLATION
        details: dict[str, Json] = {kind.value: dict(values) for kind, values in asked.items() if values}
        async with self._database.transaction() as connection:
            store = LimitStore(connection, scope)
            for kind, values in asked.items():
                await store.put(kind, values)
            await record(
                connection, principal, scope, at=self._clock(), action="limits.set", subject=scope, details=details
            )
