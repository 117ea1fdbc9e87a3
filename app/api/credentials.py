"""What lets the server into one repository: set, listed without its secret, taken away."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import NO_NUL, ActorOut, In, Items, Out
from app.unit import Unit
from specs.access import Scope
from sync.binding.credentials import MOST_KEY, MOST_TOKEN, MOST_USER, Credential, CredentialKind, Given, token_of
from sync.service.repositories.credentials import key_of

ADMIN: dict[str, object] = {"scope": Scope.ADMIN, "statuses": (404,)}
PLACE = "/projects/{project:str}/repositories/{repository:uuid}/credentials"


class TokenIn(In):
    """A token for https and for the API of the code host; `user` is the name that goes with it, where one has to."""

    token: Annotated[str, Meta(min_length=1, max_length=MOST_TOKEN, pattern=NO_NUL)]
    user: Annotated[str, Meta(max_length=MOST_USER, pattern=NO_NUL)] = ""


class SshKeyIn(In):
    """A private SSH key without a passphrase; left out, one is made, whose private half nobody ever sees."""

    private: Annotated[str, Meta(min_length=1, max_length=MOST_KEY, pattern=NO_NUL)] | None = None


class CredentialOut(Out):
    """What may be known of a credential. `public` is the half of a key that the host is given; no secret is told."""

    kind: CredentialKind
    set_by: ActorOut
    set_at: datetime
    user: str = ""
    public: str = ""

    @classmethod
    def of(cls, one: Credential) -> "CredentialOut":
        """Make it from the core's value."""
        return cls(kind=one.kind, set_by=ActorOut.of(one.set_by), set_at=one.set_at, user=one.user, public=one.public)


@get(PLACE, opt=ADMIN, summary="What lets into a repository")
async def list_credentials(
    unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID]
) -> Items[CredentialOut]:
    """Say which credentials a repository has of its own. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    kept = await unit.credentials.list(unit.principal, found.id, repository)
    return Items(tuple(CredentialOut.of(one) for one in kept))


@put(f"{PLACE}/token", opt=ADMIN, summary="Set a repository's token")
async def set_token(
    unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID], data: JSONBody[TokenIn]
) -> CredentialOut:
    """Let the server into this repository by a token, in the place of the one before. Needs an admin."""
    return await _set(unit, project, repository, token_of(data.token, data.user))


@put(f"{PLACE}/ssh-key", opt=ADMIN, summary="Set a repository's SSH key")
async def set_ssh_key(
    unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID], data: JSONBody[SshKeyIn]
) -> CredentialOut:
    """Let the server into this repository by a key: the one that is sent, or a new one. Needs an admin."""
    given = unit.credentials.made_key() if data.private is None else key_of(data.private)
    return await _set(unit, project, repository, given)


@delete(f"{PLACE}/token", opt=ADMIN, summary="Forget a repository's token")
async def remove_token(unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID]) -> None:
    """Forget a token: what the server has for all repositories counts again. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    await unit.credentials.remove(unit.principal, found.id, repository, CredentialKind.TOKEN)


@delete(f"{PLACE}/ssh-key", opt=ADMIN, summary="Forget a repository's SSH key")
async def remove_ssh_key(unit: NamedDependency[Unit], project: FromPath[str], repository: FromPath[UUID]) -> None:
    """Forget a key: those of the server's user count again. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    await unit.credentials.remove(unit.principal, found.id, repository, CredentialKind.SSH_KEY)


async def _set(unit: Unit, project: str, repository: UUID, given: Given) -> CredentialOut:
    found = await unit.projects.find(unit.principal, project)
    return CredentialOut.of(await unit.credentials.set(unit.principal, found.id, repository, given))


ROUTES = (list_credentials, set_token, set_ssh_key, remove_token, remove_ssh_key)
