"""Queries of people: projects, actors, members, credentials."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.access import Connected, Identity, Invited, Member, Project, Role, Scope, Token
from specs.revision import Actor, ActorKind
from specs.store.connection import Connection
from specs.tables.people import actors, credentials, identities, members, projects


@dataclass(frozen=True, slots=True)
class Account:
    """An actor with what logging in asks for."""

    actor: Actor
    login: str | None
    site_admin: bool
    session_epoch: int
    disabled: bool


@dataclass(frozen=True, slots=True)
class Credential:
    """A stored credential and its owner."""

    id: UUID
    account: Account
    kind: str
    secret_hash: str
    project: UUID | None
    scopes: frozenset[Scope]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    created_by: UUID

    def valid(self, now: datetime) -> bool:
        """Say whether it opens anything at a time."""
        in_time = self.expires_at is None or now < self.expires_at
        return in_time and self.revoked_at is None and not self.account.disabled


_CREDENTIAL = select(credentials, *(column.label(f"actor__{column.name}") for column in actors.c)).join(
    actors, actors.c.id == credentials.c.actor_id
)


_ROLES = (
    select(func.coalesce(func.jsonb_object_agg(members.c.project_id, members.c.role), text("'{}'::jsonb")))
    .where(members.c.actor_id == actors.c.id)
    .scalar_subquery()
)
_PRESENTED = _CREDENTIAL.add_columns(_ROLES.label("roles")).where(
    credentials.c.secret_hash == bindparam("secret"), credentials.c.kind == "token"
)


class ProjectStore:
    """Projects on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, project: Project) -> bool:
        """Add a project; False when the slug is taken."""
        row = {"id": project.id, "slug": project.slug, "name": project.name, "created_at": project.created_at}
        made = upsert(projects).values(row).on_conflict_do_nothing(index_elements=["slug"])
        return (await self._connection.execute(made.returning(projects.c.id))).one_or_none() is not None

    async def find(self, *, slug: str | None = None, id_: UUID | None = None) -> Project | None:
        """Give a project by slug or by id."""
        query = select(projects).where(projects.c.slug == slug if id_ is None else projects.c.id == id_)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _project(row)

    async def all(self, only: Collection[UUID] | None) -> tuple[Project, ...]:
        """Give projects by slug: those of `only`, or every one (None)."""
        query = select(projects).order_by(projects.c.slug.collate("C"))
        if only is not None:
            query = query.where(projects.c.id.in_(only))
        return tuple(_project(row) for row in (await self._connection.execute(query)).mappings())


class ActorStore:
    """Actors and their memberships on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add_person(self, actor: Actor, login: str, at: datetime, *, site_admin: bool = False) -> bool:
        """Add a person who can log in; False when the login is taken."""
        row = {"id": actor.id, "name": actor.name, "kind": actor.kind, "login": login, "created_at": at}
        made = upsert(actors).values(**row, site_admin=site_admin).on_conflict_do_nothing(index_elements=["login"])
        return (await self._connection.execute(made.returning(actors.c.id))).one_or_none() is not None

    async def agent(self, actor: Actor, project: UUID, at: datetime) -> Actor:
        """Give the agent of a project by its name, adding it if it is new."""
        # In the index's own words: a value that comes as a parameter is not seen to be the index's once it is planned.
        where = text("kind = 'agent' and git_identity is null")
        made = upsert(actors).values(id=actor.id, name=actor.name, kind="agent", project_id=project, created_at=at)
        same = made.on_conflict_do_update(
            index_elements=["project_id", "name"], index_where=where, set_={"name": made.excluded.name}
        )
        return _actor((await self._connection.execute(same.returning(*actors.c))).mappings().one())

    async def claimed(self, actor: Actor, project: UUID, identity: str, at: datetime) -> Actor:
        """Give the actor that commits of a project claim as their author, adding it if it is new."""
        made = upsert(actors).values(
            id=actor.id, name=actor.name, kind=actor.kind, project_id=project, git_identity=identity, created_at=at
        )
        same = made.on_conflict_do_update(
            index_elements=["project_id", "git_identity", "kind"], set_={"name": made.excluded.name}
        )
        return _actor((await self._connection.execute(same.returning(*actors.c))).mappings().one())

    async def claimants(self, project: UUID, identities: Collection[str]) -> dict[tuple[str, ActorKind], Actor]:
        """Give the actors whom commits of a project claimed as their authors, by what they are known and their kind."""
        query = select(actors).where(actors.c.project_id == project, actors.c.git_identity.in_(list(identities)))
        rows = (await self._connection.execute(query)).mappings()
        return {(row["git_identity"], ActorKind(row["kind"])): _actor(row) for row in rows}

    async def account(self, *, id_: UUID | None = None, login: str | None = None, lock: bool = False) -> Account | None:
        """Give an account by id or by login."""
        query = select(actors).where(actors.c.login == login if id_ is None else actors.c.id == id_)
        if lock:
            query = query.with_for_update()
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _account(row)

    async def names(self, ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
        """Give the login of each of some actors, and the address that commits gave for them; "" for none."""
        query = select(actors.c.id, actors.c.login, actors.c.git_identity).where(actors.c.id.in_(list(ids)))
        rows = await self._connection.execute(query)
        return {row.id: (row.login or "", row.git_identity or "") for row in rows}

    async def actors(self, ids: Collection[UUID]) -> dict[UUID, Actor]:
        """Give some actors by id."""
        query = select(*actors.c).where(actors.c.id.in_(list(ids)))
        return {row["id"]: _actor(row) for row in (await self._connection.execute(query)).mappings()}

    async def is_anybody(self, actor: UUID) -> bool:
        """Say whether a person ever could log in, or belongs anywhere: has a credential, an identity, a membership."""
        alive = credentials.c.revoked_at.is_(None) | (credentials.c.kind != "link")
        rows = (
            select(credentials.c.id).where(credentials.c.actor_id == actor, alive),
            select(identities.c.subject).where(identities.c.actor_id == actor),
            select(members.c.role).where(members.c.actor_id == actor),
        )
        return any([(await self._connection.execute(query.limit(1))).first() is not None for query in rows])

    async def invited_elsewhere(self, actor: UUID, project: UUID) -> bool:
        """Say whether a person has not taken up an invitation into another project."""
        open_ = (credentials.c.kind == "link") & credentials.c.revoked_at.is_(None)
        query = select(credentials.c.id).where(
            credentials.c.actor_id == actor, open_, credentials.c.project_id != project
        )
        return (await self._connection.execute(query.limit(1))).first() is not None

    async def first_site_admin(self) -> Account | None:
        """Give the oldest administrator who is not shut out."""
        query = select(actors).where(actors.c.site_admin, actors.c.disabled_at.is_(None))
        row = (await self._connection.execute(query.order_by(actors.c.created_at, actors.c.id).limit(1))).mappings()
        found = row.one_or_none()
        return None if found is None else _account(found)

    async def end_sessions(self, actor: UUID) -> None:
        """Start another epoch: sessions of the last one are over."""
        change = update(actors).where(actors.c.id == actor).values(session_epoch=actors.c.session_epoch + 1)
        await self._connection.execute(change)

    async def disable(self, actor: UUID, at: datetime | None) -> None:
        """Shut an actor out, or with None let them in again."""
        now = actors.c.disabled_at.is_(None) if at else actors.c.disabled_at.is_not(None)
        await self._connection.execute(update(actors).where(actors.c.id == actor, now).values(disabled_at=at))

    async def roles(self, actor: UUID) -> dict[UUID, Role]:
        """Give the roles of an actor by project."""
        query = select(members.c.project_id, members.c.role).where(members.c.actor_id == actor)
        return {row.project_id: Role(row.role) for row in await self._connection.execute(query)}

    async def members(self, project: UUID) -> tuple[Member, ...]:
        """Give the members of a project by name."""
        query = self._members(project).order_by(actors.c.name, actors.c.id)
        return tuple(_member(row) for row in (await self._connection.execute(query)).mappings())

    async def member(self, project: UUID, actor: UUID) -> Member | None:
        """Give one member."""
        query = self._members(project).where(actors.c.id == actor)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _member(row)

    @staticmethod
    def _members(project: UUID) -> Select[Any]:
        query = select(*actors.c, members.c.role).join(members, members.c.actor_id == actors.c.id)
        return query.where(members.c.project_id == project)

    async def lock_members(self, project: UUID) -> None:
        """Let other changes of a project's members wait for the end of the transaction."""
        await self._connection.execute(select(projects.c.id).where(projects.c.id == project).with_for_update())

    async def set_member(self, project: UUID, actor: UUID, role: Role, at: datetime) -> None:
        """Make an actor a member with a role."""
        made = upsert(members).values(project_id=project, actor_id=actor, role=role, since=at)
        again = made.on_conflict_do_update(index_elements=["project_id", "actor_id"], set_={"role": role})
        await self._connection.execute(again)

    async def remove_member(self, project: UUID, actor: UUID) -> bool:
        """End a membership; False when there was none."""
        gone = members.delete().where(members.c.project_id == project, members.c.actor_id == actor)
        return (await self._connection.execute(gone)).rowcount == 1

    async def other_admins(self, project: UUID, actor: UUID) -> int:
        """Count the people other than `actor` who administer a project and can log in."""
        query = (
            select(func.count())
            .select_from(members.join(actors, actors.c.id == members.c.actor_id))
            .where(members.c.project_id == project, members.c.role == Role.ADMIN, members.c.actor_id != actor)
            .where(actors.c.disabled_at.is_(None))
        )
        return int((await self._connection.execute(query)).scalar_one())


class CredentialStore:
    """Passwords, links and tokens on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, row: Mapping[str, object]) -> None:
        """Add a credential, given as its columns."""
        await self._connection.execute(insert(credentials).values(dict(row)))

    async def by_secret(self, secret_hash: str, kind: str, *, lock: bool = False) -> Credential | None:
        """Give the token or link with a secret."""
        query = _CREDENTIAL.where(credentials.c.secret_hash == secret_hash, credentials.c.kind == kind)
        if lock:
            query = query.with_for_update(of=credentials)
        row = (await self._connection.execute(query)).mappings().one_or_none()
        return None if row is None else _credential(row)

    async def presented(self, secret_hash: str) -> tuple[Credential, dict[UUID, Role]] | None:
        """Give the token with a secret, and the roles of its owner, in one question."""
        row = (await self._connection.execute(_PRESENTED, {"secret": secret_hash})).mappings().one_or_none()
        if row is None:
            return None
        return _credential(row), {UUID(project): Role(role) for project, role in row["roles"].items()}

    async def password(self, actor: UUID) -> Credential | None:
        """Give an actor's password."""
        query = _CREDENTIAL.where(credentials.c.actor_id == actor, credentials.c.kind == "password")
        row = (await self._connection.execute(query.where(credentials.c.revoked_at.is_(None)))).mappings().one_or_none()
        return None if row is None else _credential(row)

    async def get(self, id_: UUID) -> Credential | None:
        """Give a credential by its id."""
        row = (await self._connection.execute(_CREDENTIAL.where(credentials.c.id == id_))).mappings().one_or_none()
        return None if row is None else _credential(row)

    async def revoke(self, at: datetime, **where: object) -> int:
        """Revoke what is not revoked yet among the credentials whose columns have these values; say how many."""
        change = update(credentials).where(credentials.c.revoked_at.is_(None)).values(revoked_at=at)
        for name, value in where.items():
            change = change.where(credentials.c[name] == value)
        return (await self._connection.execute(change)).rowcount

    async def invitations(self, project: UUID) -> tuple[Invited, ...]:
        """Give the members of a project who were invited into it and have not come, by login."""
        waiting = (credentials.c.kind == "link") & (credentials.c.project_id == project)
        query = (
            select(credentials.c.created_at.label("sent_at"), credentials.c.expires_at, members.c.role, *actors.c)
            .join(actors, actors.c.id == credentials.c.actor_id)
            .join(members, (members.c.actor_id == actors.c.id) & (members.c.project_id == project))
            .where(waiting, credentials.c.revoked_at.is_(None))
            .order_by(actors.c.login)
        )
        rows = (await self._connection.execute(query)).mappings()
        return tuple(
            Invited(_actor(row), row["login"], Role(row["role"]), row["sent_at"], row["expires_at"]) for row in rows
        )

    async def used(self, id_: UUID, at: datetime) -> None:
        """Note the last use of a credential."""
        await self._connection.execute(update(credentials).where(credentials.c.id == id_).values(last_used_at=at))

    async def tokens(self, **where: object) -> tuple[Token, ...]:
        """Give the tokens whose columns have these values, newest first."""
        query = _CREDENTIAL.where(credentials.c.kind == "token").order_by(
            credentials.c.created_at.desc(), credentials.c.id.desc()
        )
        for name, value in where.items():
            query = query.where(credentials.c[name] == value)
        return tuple(_token(row) for row in (await self._connection.execute(query)).mappings())


class IdentityStore:
    """Who people are elsewhere, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, identity: Identity, actor: UUID, at: datetime) -> bool:
        """Connect an identity to a person; False where it is connected already."""
        row = {"issuer": identity.issuer, "subject": identity.subject, "name": identity.login or identity.name}
        made = upsert(identities).values(**row, actor_id=actor, created_at=at, used_at=at).on_conflict_do_nothing()
        return (await self._connection.execute(made.returning(identities.c.subject))).one_or_none() is not None

    async def find(self, issuer: str, subject: str) -> UUID | None:
        """Give whom an identity is connected to."""
        query = select(identities.c.actor_id).where(identities.c.issuer == issuer, identities.c.subject == subject)
        found: UUID | None = (await self._connection.execute(query)).scalar_one_or_none()
        return found

    async def of(self, actor: UUID) -> tuple[Connected, ...]:
        """Give the identities of a person, the oldest first."""
        query = select(identities).where(identities.c.actor_id == actor).order_by(identities.c.created_at)
        rows = await self._connection.execute(query)
        return tuple(Connected(row.issuer, row.subject, row.name, row.created_at, row.used_at) for row in rows)

    async def used(self, issuer: str, subject: str, at: datetime) -> None:
        """Note that an identity logged in."""
        mine = (identities.c.issuer == issuer) & (identities.c.subject == subject)
        await self._connection.execute(update(identities).where(mine).values(used_at=at))

    async def remove(self, issuer: str, subject: str) -> None:
        """Forget a connection."""
        mine = (identities.c.issuer == issuer) & (identities.c.subject == subject)
        await self._connection.execute(delete(identities).where(mine))


def _project(row: Any) -> Project:
    return Project(row["id"], row["slug"], row["name"], row["created_at"])


def _actor(row: Any, mark: str = "") -> Actor:
    return Actor(row[mark + "id"], row[mark + "name"], ActorKind(row[mark + "kind"]))


def _account(row: Any, mark: str = "") -> Account:
    return Account(
        _actor(row, mark),
        row[mark + "login"],
        row[mark + "site_admin"],
        row[mark + "session_epoch"],
        row[mark + "disabled_at"] is not None,
    )


def _member(row: Any) -> Member:
    return Member(_actor(row), Role(row["role"]), row["login"] or "", row["disabled_at"] is not None)


def _credential(row: Any) -> Credential:
    return Credential(
        id=row["id"],
        account=_account(row, "actor__"),
        kind=row["kind"],
        secret_hash=row["secret_hash"],
        project=row["project_id"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"]),
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
        created_by=row["created_by"],
    )


def _token(row: Any) -> Token:
    return Token(
        id=row["id"],
        name=row["name"],
        prefix=row["prefix"],
        actor=_actor(row, "actor__"),
        project=row["project_id"],
        scopes=frozenset(Scope(scope) for scope in row["scopes"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
    )
