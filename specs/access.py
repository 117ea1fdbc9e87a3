"""Who may do what: roles, scopes, principals, tokens as values. No storage, no clock, no randomness."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from specs.errors import DeniedError, MissingError, UserError
from specs.revision import Actor, ActorKind, Provenance
from specs.values import dataclass, field

TOKEN_MARK = "hf_"  # noqa: S105 (the public start of every token, so that secret scanners know ours)
PREFIX_BYTES = 5
SECRET_BYTES = 30
LINK_BYTES = 30
MIN_PASSWORD = 10


class Role(StrEnum):
    """What a member may do in a project, from least to most."""

    READER = "reader"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """The place in the order of roles: a higher rank may do all that a lower one may."""
        return tuple(Role).index(self)


class Scope(StrEnum):
    """What a credential may be used for. A role says what its owner may do; both must allow."""

    READ = "read"
    WRITE = "write"
    CHECK = "check"
    CONTEXT = "context"
    ADMIN = "admin"


ALL_SCOPES = frozenset(Scope)
AGENT_SCOPES = ALL_SCOPES - {Scope.ADMIN}
AGENT_ROLES = frozenset({Role.READER, Role.EDITOR})


@dataclass(frozen=True, slots=True)
class Errand:
    """What is known of a task in whose course somebody acts: under which claim, in which phase, what it cost so far.

    `named` says that the caller named task and token itself: then all it writes stands or falls with the token.
    `served_at` is when context was last served under this claim; `folder` is where the task's own drafts stand.
    """

    fencing: int
    phase: str = ""
    size: str = ""
    cost: float = 0.0
    tokens: int = 0
    served_at: datetime | None = None
    named: bool = False
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Principal:
    """An actor as one credential presents it. `roles` maps projects to roles; `everywhere` is the server itself.

    `task` is the task in whose course it acts, `errand` what is known of that, and `on_behalf_of` the person who set it
    going, where known.
    """

    actor: Actor
    scopes: frozenset[Scope] = ALL_SCOPES
    roles: Mapping[UUID, Role] = field(default_factory=dict)
    site_admin: bool = False
    everywhere: bool = False
    credential: UUID | None = None
    task: UUID | None = None
    on_behalf_of: UUID | None = None
    errand: Errand | None = None

    def role_in(self, project: UUID) -> Role | None:
        """Give the role held in a project, or nothing for a stranger."""
        return Role.ADMIN if self.everywhere else self.roles.get(project)

    def require(self, project: UUID, role: Role, scope: Scope) -> None:
        """Raise unless this principal holds at least `role` there and its credential has `scope`.

        A stranger gets `MissingError`: whoever may not know of a project cannot tell it from one that is not.
        """
        held = self.role_in(project)
        if held is None:
            raise MissingError("There is no such project.", "Check the name, or ask an admin to make you a member.")
        if held.rank < role.rank:
            raise DeniedError(f"This needs the role {role}.", f"You are {held} here. Ask an admin of the project.")
        if scope not in self.scopes:
            raise DeniedError(f"This credential lacks the scope {scope}.", f"Create a token with the scope {scope}.")

    def require_site_admin(self) -> None:
        """Raise unless this principal administers the whole installation."""
        if not (self.everywhere or (self.site_admin and Scope.ADMIN in self.scopes)):
            raise DeniedError("This needs an administrator of the installation.", "Ask whoever runs this server.")

    @property
    def provenance(self) -> Provenance:
        """What this principal's writing counts as: a person's word is explicit, all else awaits a person."""
        return Provenance.EXPLICIT if self.actor.kind is ActorKind.HUMAN else Provenance.INFERRED


@dataclass(frozen=True, slots=True)
class Project:
    """One tenant."""

    id: UUID
    slug: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """An actor's place in a project."""

    actor: Actor
    role: Role
    login: str = ""
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token once its secret is given away: never the secret itself."""

    id: UUID
    name: str
    prefix: str
    actor: Actor
    project: UUID | None
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new token with its secret, shown once."""

    token: Token
    secret: str


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link's token for setting a password; the page address is `<public url>/welcome#<token>`."""

    token: str
    login: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who an issuer of identities vouched for. `subject` alone names them there; `name` and `login` are words."""

    issuer: str
    subject: str
    name: str = ""
    login: str = ""


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was invited and has not come: until when the link is good."""

    actor: Actor
    login: str
    role: Role
    sent_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Connected:
    """An identity that is connected to a person, and when it logged in last."""

    issuer: str
    subject: str
    name: str
    created_at: datetime
    used_at: datetime


SERVER = Principal(
    Actor(UUID("00000000-0000-7000-8000-000000000001"), "holdfast", ActorKind.SYSTEM), everywhere=True, site_admin=True
)
"""The server itself: jobs act as this principal. Its actor is in every database from the first migration on."""


def hash_secret(secret: str) -> str:
    """Give the SHA-256 under which a token, link or session is stored; its entropy makes salt and stretching idle."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def make_token(random: bytes) -> tuple[str, str]:
    """Turn `PREFIX_BYTES + SECRET_BYTES` random bytes into (token, its public prefix)."""
    if len(random) != PREFIX_BYTES + SECRET_BYTES:
        msg = "a token wants exactly its number of random bytes"
        raise ValueError(msg)
    text = base64.b32encode(random).decode().lower()
    cut = PREFIX_BYTES * 8 // 5
    prefix = TOKEN_MARK + text[:cut]
    return f"{prefix}_{text[cut:]}", prefix


def check_grant(kind: ActorKind, role: Role | None, scopes: Iterable[Scope]) -> None:
    """Raise `UserError` where a grant would give an agent a person's authority."""
    if kind is ActorKind.HUMAN:
        return
    if Scope.ADMIN in scopes:
        raise UserError("An agent's token cannot have the scope admin.", "Leave out admin, or use your own login.")
    if role is not None and role not in AGENT_ROLES:
        raise UserError(f"An agent cannot be {role}.", "Agents propose and people decide: use reader or editor.")
