"""The caller's own SSH keys: what a commit says that one of them signed is the caller's word."""

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
from specs.store.commitkeys import CommitKey


class KeyIn(In):
    """A public key, as a .pub file has it; `name` is for people, else its comment counts."""

    public: Annotated[str, Meta(min_length=1, max_length=10_000, pattern=NO_NUL)]
    name: Annotated[str, Meta(max_length=100, pattern=NO_NUL)] = ""


class KeyOut(Out):
    """A key by which the caller signs commits."""

    id: UUID
    name: str
    fingerprint: str
    public: str
    created_at: datetime

    @classmethod
    def of(cls, key: CommitKey) -> "KeyOut":
        """Make it from the core's value."""
        return cls(id=key.id, name=key.name, fingerprint=key.fingerprint, public=key.public, created_at=key.created_at)


@get("/me/keys", opt={"scope": Scope.ADMIN}, summary="My SSH keys")
async def my_keys(unit: NamedDependency[Unit]) -> Items[KeyOut]:
    """List the keys by which the caller signs commits."""
    return Items(tuple(KeyOut.of(key) for key in await unit.commit_keys.list(unit.principal)))


@post("/me/keys", opt={"scope": Scope.ADMIN, "statuses": (409,)}, summary="Register an SSH key")
async def add_key(unit: NamedDependency[Unit], data: JSONBody[KeyIn]) -> KeyOut:
    """Register a public key of the caller's: commits that it signs count as the caller's word from now on."""
    return KeyOut.of(await unit.commit_keys.add(unit.principal, data.public, data.name))


@delete("/me/keys/{commit_key:uuid}", opt={"scope": Scope.ADMIN, "statuses": (404,)}, summary="Remove an SSH key")
async def remove_key(unit: NamedDependency[Unit], commit_key: FromPath[UUID]) -> None:
    """Let a key count no more. What it signed before stays as it was taken."""
    await unit.commit_keys.remove(unit.principal, commit_key)


ROUTES = (my_keys, add_key, remove_key)
