"""Logging in: the first admin, one-time links, passwords, principals of tokens and sessions.

Tokens are issued in `tokens`, members kept in `members`; sessions live outside and compare `session_epoch`, which grows
whenever old sessions must die. Knows nothing of HTTP or cookies.
"""

import base64
import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias
from uuid import UUID

from specs.access import ALL_SCOPES, LINK_BYTES, MIN_PASSWORD, SERVER, TOKEN_MARK, Link, Principal, hash_secret
from specs.audit import INSTALLATION
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.revision import Actor, ActorKind
from specs.service.auditing import record
from specs.service.projects import check_name
from specs.store.connection import Clock, Connection, IdSource, RandomSource, Transactions
from specs.store.people import Account, ActorStore, Credential, CredentialStore

Limit: TypeAlias = Callable[[str], Awaitable[None]]
"""Counts one try under a key; raises `DeniedError` with `retry_after` (seconds) in its details."""

LINK_LIFE = timedelta(hours=1)
USE_GRAIN = timedelta(minutes=1)
MAX_PASSWORD = 1000
MAX_SECRET = 200
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")


class Passwords(Protocol):
    """Hashes passwords, off the event loop."""

    async def hash(self, password: str) -> str:
        """Give the salted hash to store."""

    async def verify(self, stored: str | None, password: str) -> bool:
        """Say whether the password matches; takes the same time when there is nothing stored (None)."""


class Access:
    """Use cases of logging in."""

    def __init__(  # noqa: PLR0913 (each source of the outside world is its own argument)
        self,
        database: Transactions,
        *,
        clock: Clock,
        new_id: IdSource,
        random: RandomSource,
        passwords: Passwords,
        limit: Limit,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._random = random
        self._passwords = passwords
        self._limit = limit

    async def first_admin(self, login: str = "admin") -> Link | None:
        """Create the first administrator with a link to set a password; nothing when there is one already."""
        at = self._clock()
        person = Actor(self._new_id(), login, ActorKind.HUMAN)
        async with self._database.transaction() as connection:
            people = ActorStore(connection)
            if await people.first_site_admin() is not None:
                return None
            if not await people.add_person(person, login, at, site_admin=True):
                return None
            link = await self._new_link(connection, SERVER, person, login, at)
            await record(connection, SERVER, INSTALLATION, at=at, action="person.create", subject=person.id)
            return link

    async def admin_link(self, login: str | None = None) -> Link:
        """Make another one-time link for an administrator (the first, when not named); earlier links die.

        Whoever may run this on the server's own machine may do anything anyhow.
        """
        at = self._clock()
        async with self._database.transaction() as connection:
            people = ActorStore(connection)
            found = await (people.first_site_admin() if login is None else people.account(login=normal_login(login)))
            if found is None or not found.site_admin or found.disabled or found.login is None:
                raise MissingError(
                    "There is no such administrator.", "Start the server once: it creates the first one."
                )
            link = await self._new_link(connection, SERVER, found.actor, found.login, at)
            await record(connection, SERVER, INSTALLATION, at=at, action="link.issue", subject=found.actor.id)
            return link

    async def invite(self, principal: Principal, login: str, name: str = "") -> Link:
        """Create a person with a one-time link. Needs an administrator of the installation."""
        principal.require_site_admin()
        login = normal_login(login)
        check_name(name)
        at = self._clock()
        person = Actor(self._new_id(), name.strip() or login, ActorKind.HUMAN)
        async with self._database.transaction() as connection:
            if not await ActorStore(connection).add_person(person, login, at):
                raise ConflictError(f"There is a person {login} already.", "Choose another login.")
            link = await self._new_link(connection, principal, person, login, at)
            await record(connection, principal, INSTALLATION, at=at, action="person.create", subject=person.id)
            return link

    async def _new_link(
        self, connection: Connection, principal: Principal, person: Actor, login: str, at: datetime
    ) -> Link:
        token = base64.urlsafe_b64encode(self._random(LINK_BYTES)).decode("ascii")
        store = CredentialStore(connection)
        await store.revoke(at, actor_id=person.id, kind="link")
        row = self._credential(person.id, "link", hash_secret(token), principal.actor.id, at)
        await store.add({**row, "expires_at": at + LINK_LIFE})
        return Link(token, login, at + LINK_LIFE)

    def _credential(self, owner: UUID, kind: str, secret_hash: str, by: UUID, at: datetime) -> dict[str, object]:
        return {
            "id": self._new_id(),
            "actor_id": owner,
            "kind": kind,
            "secret_hash": secret_hash,
            "scopes": [],
            "created_at": at,
            "created_by": by,
        }

    async def redeem_link(self, token: str, password: str) -> Principal:
        """Use a one-time link up: set the password, end all sessions of its person."""
        check_password(password)
        secret_hash = hash_secret(token[:MAX_SECRET])
        async with self._database.read() as connection:
            usable(await CredentialStore(connection).by_secret(secret_hash, "link"), self._clock())
        hashed = await self._passwords.hash(password)
        at = self._clock()
        async with self._database.transaction() as connection:
            store = CredentialStore(connection)
            found = usable(await store.by_secret(secret_hash, "link", lock=True), at)
            await store.revoke(at, actor_id=found.account.actor.id, kind="link")
            principal = await self._set_password(connection, found.account, hashed, at)
            await record(connection, principal, INSTALLATION, at=at, action="password.set", subject=principal.actor.id)
            return principal

    async def _set_password(self, connection: Connection, account: Account, hashed: str, at: datetime) -> Principal:
        actor = account.actor.id
        store = CredentialStore(connection)
        await store.revoke(at, actor_id=actor, kind="password")
        await store.add(self._credential(actor, "password", hashed, actor, at))
        await ActorStore(connection).end_sessions(actor)
        return await person_of(connection, account)

    async def login(self, login: str, password: str) -> Principal:
        """Give the principal of a person. Unknown login, wrong password and disabled are the same `DeniedError`."""
        name = login.strip().casefold()
        await self._limit("login:" + hash_secret(name)[:32])
        async with self._database.read() as connection:
            account = await ActorStore(connection).account(login=name) if _LOGIN.fullmatch(name) else None
            stored = await CredentialStore(connection).password(account.actor.id) if account else None
        matches = await self._passwords.verify(stored.secret_hash if stored else None, password[:MAX_PASSWORD])
        if account is None or stored is None or account.disabled or not matches:
            raise DeniedError("Login or password is wrong.", "Try again, or ask an administrator for a new link.")
        at = self._clock()
        async with self._database.transaction() as connection:
            principal = await person_of(connection, account)
            await record(connection, principal, INSTALLATION, at=at, action="login", subject=account.actor.id)
            return principal

    async def change_password(self, principal: Principal, old: str, new: str) -> None:
        """Set another password; every session of the person ends."""
        check_password(new)
        actor = principal.actor.id
        await self._limit(f"password:{actor}")
        async with self._database.read() as connection:
            stored = await CredentialStore(connection).password(actor)
        if not await self._passwords.verify(stored.secret_hash if stored else None, old[:MAX_PASSWORD]):
            raise DeniedError("The old password is wrong.", "Type the password that you logged in with.")
        hashed = await self._passwords.hash(new)
        at = self._clock()
        async with self._database.transaction() as connection:
            account = await _account(connection, actor, lock=True)
            await self._set_password(connection, account, hashed, at)
            await record(connection, principal, INSTALLATION, at=at, action="password.change", subject=actor)

    async def disable(self, principal: Principal, actor: UUID) -> None:
        """Shut an actor out: sessions and tokens stop working at once."""
        principal.require_site_admin()
        if actor == principal.actor.id:
            raise UserError("You cannot shut yourself out.", "Ask another administrator of the installation.")
        at = self._clock()
        async with self._database.transaction() as connection:
            await _account(connection, actor, lock=True)
            people = ActorStore(connection)
            await people.disable(actor, at)
            await people.end_sessions(actor)
            await record(connection, principal, INSTALLATION, at=at, action="person.disable", subject=actor)

    async def enable(self, principal: Principal, actor: UUID) -> None:
        """Let in again whom somebody shut out: with the password they had, to no session of before."""
        principal.require_site_admin()
        at = self._clock()
        async with self._database.transaction() as connection:
            await _account(connection, actor, lock=True)
            await ActorStore(connection).disable(actor, None)
            await record(connection, principal, INSTALLATION, at=at, action="person.enable", subject=actor)

    async def end_sessions(self, principal: Principal, actor: UUID) -> None:
        """End all sessions of somebody: they log in again."""
        principal.require_site_admin()
        at = self._clock()
        async with self._database.transaction() as connection:
            await _account(connection, actor, lock=True)
            await ActorStore(connection).end_sessions(actor)
            await record(connection, principal, INSTALLATION, at=at, action="session.end", subject=actor)

    async def principal_of(self, actor: UUID, session_epoch: int | None = None) -> Principal:
        """Give the principal of a session's person. Raises `DeniedError` when its epoch is over."""
        async with self._database.read() as connection:
            account = await ActorStore(connection).account(id_=actor)
            if account is None or account.disabled or session_epoch not in {None, account.session_epoch}:
                raise DeniedError("Your session is over.", "Log in again.")
            return await person_of(connection, account)

    async def login_of(self, principal: Principal) -> str:
        """Give the login of whoever asks; "" for one who has none."""
        async with self._database.read() as connection:
            return (await _account(connection, principal.actor.id)).login or ""

    async def session_epoch(self, actor: UUID) -> int:
        """Give the number that a new session must remember."""
        async with self._database.read() as connection:
            return (await _account(connection, actor)).session_epoch

    async def authenticate_token(self, secret: str) -> Principal:
        """Give the principal that a token presents. Unknown, expired, revoked or disabled: `DeniedError`."""
        at = self._clock()
        presented = None
        if secret.startswith(TOKEN_MARK) and len(secret) <= MAX_SECRET:
            async with self._database.ask() as connection:
                presented = await CredentialStore(connection).presented(hash_secret(secret))
        found, roles = presented or (None, {})
        if found is None or not found.valid(at):
            raise DeniedError("The token is not valid.", "It is unknown, expired or revoked: ask for a new one.")
        if found.last_used_at is None or at - found.last_used_at >= USE_GRAIN:
            async with self._database.transaction() as connection:
                await CredentialStore(connection).used(found.id, at)
        account = found.account
        return Principal(
            actor=account.actor,
            scopes=found.scopes,
            roles={key: role for key, role in roles.items() if found.project in {None, key}},
            site_admin=account.site_admin and found.project is None,
            credential=found.id,
            on_behalf_of=None if account.actor.kind is ActorKind.HUMAN else found.created_by,
        )


async def person_of(connection: Connection, account: Account) -> Principal:
    """Give the principal of a person who proved to be that person."""
    roles = await ActorStore(connection).roles(account.actor.id)
    return Principal(account.actor, ALL_SCOPES, roles, site_admin=account.site_admin)


def usable(found: Credential | None, at: datetime) -> Credential:
    """Give a one-time link that opens something at a time. Raises `DeniedError`."""
    if found is None or not found.valid(at):
        raise DeniedError(
            "This link is used up or over.",
            "Ask for another; for an administrator, `holdfast admin link` makes one on the server.",
        )
    return found


async def _account(connection: Connection, actor: UUID, *, lock: bool = False) -> Account:
    found = await ActorStore(connection).account(id_=actor, lock=lock)
    if found is None:
        raise MissingError("There is no such person.", "List the members for their ids.")
    return found


def normal_login(login: str) -> str:
    """Give the one spelling of a login. Raises `UserError` for what can be none."""
    normal = login.strip().casefold()
    if _LOGIN.fullmatch(normal) is None:
        raise UserError(
            "A login is letters, digits and . _ @ + - and begins with a letter or digit.",
            "For example ada@example.org.",
        )
    return normal


def check_password(password: str) -> None:
    """Refuse a password that is too short to resist guessing or too long to be one."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise UserError(
            f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.", "Several words in a row are easy to keep."
        )
    if len(set(password)) < MIN_PASSWORD // 2:
        raise UserError("This password is too easy to guess.", "Use more different characters or words.")
