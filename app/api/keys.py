"""The caller's own keys, of SSH and OpenPGP: what a commit says that one of them signed is the caller's word."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import NO_NUL, In, Items, Out
from app.unit import Unit
from specs.access import Scope
from specs.pgppackets import MAX_KEY
from specs.store.commitkeys import CommitKey, KeyKind


class KeyIn(In):
    """A public key, as a .pub file or `gpg --armor --export` has it; `name` is for people, else its comment counts.

    `proof` is a signature of the caller's claim that it made; a key of OpenPGP that the caller has needs none.
    """

    public: Annotated[str, Meta(min_length=1, max_length=MAX_KEY, pattern=NO_NUL)]
    name: Annotated[str, Meta(max_length=100, pattern=NO_NUL)] = ""
    proof: Annotated[str, Meta(max_length=MAX_KEY, pattern=NO_NUL)] = ""


class ClaimOut(Out):
    """The line that the caller signs with a key to prove that it is theirs."""

    claim: str


class KeyOut(Out):
    """A key by which the caller signs commits. One of OpenPGP counts until `expires_at`, and no more once `revoked`."""

    id: UUID
    name: str
    kind: KeyKind
    fingerprint: str
    public: str
    created_at: datetime
    expires_at: datetime | None = None
    revoked: bool = False

    @classmethod
    def of(cls, key: CommitKey) -> "KeyOut":
        """Make it from the core's value."""
        return cls(
            id=key.id,
            name=key.name,
            kind=key.kind,
            fingerprint=key.fingerprint,
            public=key.public,
            created_at=key.created_at,
            expires_at=key.expires_at,
            revoked=key.ended,
        )


@get("/me/keys", opt={"scope": Scope.ADMIN}, summary="My keys for commits")
async def my_keys(unit: NamedDependency[Unit]) -> Items[KeyOut]:
    """List the keys by which the caller signs commits."""
    return Items(tuple(KeyOut.of(key) for key in await unit.commit_keys.list(unit.principal)))


@post("/me/keys", opt={"scope": Scope.ADMIN, "statuses": (409,)}, summary="Register a key for commits")
async def add_key(unit: NamedDependency[Unit], data: JSONBody[KeyIn]) -> KeyOut:
    """Register a public key of the caller's: commits that it signs count as the caller's word from now on.

    One of OpenPGP that the caller has is brought up to date.
    """
    return KeyOut.of(await unit.commit_keys.add(unit.principal, data.public, data.name, data.proof))


@get("/me/keys/claim", opt={"scope": Scope.ADMIN}, summary="What a key signs to be mine")
async def key_claim(unit: NamedDependency[Unit]) -> ClaimOut:
    """Give the line whose signature, by a key, proves that the key is the caller's."""
    return ClaimOut(claim=unit.commit_keys.claim(unit.principal))


@delete(
    "/me/keys/{commit_key:uuid}", opt={"scope": Scope.ADMIN, "statuses": (404,)}, summary="Remove a key for commits"
)
async def remove_key(unit: NamedDependency[Unit], commit_key: FromPath[UUID]) -> None:
    """Let a key count no more. What it signed before stays as it was taken."""
    await unit.commit_keys.remove(unit.principal, commit_key)


ROUTES = (my_keys, add_key, key_claim, remove_key)
