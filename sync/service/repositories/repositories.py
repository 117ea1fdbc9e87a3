"""Use cases of repositories: register one, look at them, have one read now, change its secret, forget it.

Which addresses are acceptable `sync.binding.remotes` says; whether a name resolves to a forbidden one is checked
where it is reached, at each fetch, because it may change. Knows nothing of HTTP or of the job queue: whatever has to
happen later is told to `on_wanted`, inside the transaction.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from uuid import UUID

from drift.lives.records import Repository, RepositoryState
from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.limits import Quota
from specs.service.auditing import record
from specs.service.limits import room_for
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, Connection, IdSource, RandomSource, Transactions
from sync.binding.bindings import OWN_BRANCH, Binding, Publish, Received, Registered, RepositoryDetail, Trust
from sync.binding.credentials import Given
from sync.binding.plan import free_prefix
from sync.binding.remotes import Remote, RemoteKind, check_branch, parse_remote, within
from sync.binding.webhook import Delivery, Meaning, Refusal, derive_secret, receive
from sync.service.repositories.credentials import keep
from sync.store.bindings import BindingStore, Concern
from sync.store.credentials import CredentialStore

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,58}[a-z0-9])?")
SALT_BYTES = 16
LONGEST_WAIT = timedelta(hours=1)
REPLAY_MEMORY = timedelta(days=90)
WantHook: TypeAlias = Callable[[Connection, UUID], Awaitable[None]]
"""Called as (connection, repository) inside the transaction that found that it should be read again soon."""


async def beside(connection: Connection, repository: UUID) -> tuple[UUID, ...]:
    """Give the ids of the other repositories of the project that a repository is of, in an order the same for all."""
    found = await RepositoryStore(connection).get(repository)
    ids = await RepositoryStore(connection).ids(found.project) if found is not None else ()
    return tuple(one for one in ids if one != repository)


async def concerned(connection: Connection, project: UUID, specs: Collection[UUID]) -> Concern:
    """Say what a change of some specs is of concern to."""
    return await BindingStore(connection).concerned(project, specs)


async def nobody(_connection: Connection, _repository: UUID) -> None:
    """Do nothing: the hook where no queue listens."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the installation allows and knows: local roots, and the key from which webhook secrets are made."""

    roots: tuple[Path, ...]
    server_key: bytes


class Repositories:
    """All use cases of repositories."""

    def __init__(  # noqa: PLR0913 (each source of the outside world is its own argument)
        self,
        database: Transactions,
        clock: Clock,
        new_id: IdSource,
        random: RandomSource,
        *,
        ground: Ground,
        on_wanted: WantHook = nobody,
        vault: Vault = CLEAR,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._random = random
        self._ground = ground
        self._on_wanted = on_wanted
        self._vault = vault

    async def register(  # noqa: PLR0913 (what a repository is and where its specs are)
        self,
        principal: Principal,
        project: UUID,
        *,
        name: str,
        url: str,
        branch: str = "",
        folders: Sequence[str] | None = None,
        prefix: str | None = None,
        root: str = "",
        trust: Trust = Trust.BRANCH,
        publish: Publish = Publish.NONE,
        publish_branch: str = OWN_BRANCH,
        given: Sequence[Given] = (),
    ) -> Registered:
        """Register a repository and have it read. Needs an admin.

        `branch` "" follows the default branch; `folders` None finds the specs as `holdfast check` would; `prefix` None
        puts them at the top of the project, or below `name` where another repository's stand there. `root` is the
        folder whose code is this project's, where several projects share a repository; "" for all. `trust` is the
        decision of whoever registers it: whether what people commit on the branch counts as said by them. `publish`
        says how what is written here becomes commits, on `publish_branch` unless directly; `given` lets the server in.
        Raises `UserError` for what is not acceptable, `ConflictError` where the name is taken.
        """
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        if not NAME.fullmatch(name):
            raise UserError("This is not a name for a repository.", "Use a-z, 0-9, dot, dash and underscore.")
        remote = parse_remote(url)
        check_branch(branch)
        self.check_local(remote)
        check_publishing(publish, publish_branch, branch)
        wanted_folders = None if folders is None else clean_folders(folders)
        salt = self._random(SALT_BYTES).hex()
        made = Repository(
            self._new_id(),
            project,
            name,
            remote.url,
            branch,
            RepositoryState.PENDING,
            self._clock(),
            webhook_salt=salt,
        )
        own = clean_folder(root, "root") if root else ""
        binding = Binding(made.id, wanted_folders, "", trust=trust, publish=publish, branch=publish_branch, root=own)
        below = None if prefix is None else clean_folder(prefix, "prefix")
        binding = await self._bind(principal, made, binding, below, given)
        return Registered(made, binding, self.secret(made))

    async def _bind(
        self, principal: Principal, made: Repository, binding: Binding, prefix: str | None, given: Sequence[Given]
    ) -> Binding:
        """Keep a repository, what lets into it and its binding, whose prefix is chosen now; have it read."""
        async with self._database.transaction() as connection:
            await room_for(connection, made.project, Quota.REPOSITORIES, count_repositories)
            bindings = BindingStore(connection)
            taken = (await bindings.prefixes(made.project)).values()
            binding = replace(binding, prefix=free_prefix(prefix, made.name, tuple(taken)))
            if not await RepositoryStore(connection).add(made, principal.actor.id):
                raise ConflictError(f"There is a repository {made.name} already.", "Choose another name.")
            await bindings.add(binding)
            for one in given:
                await keep(connection, self._vault, principal, made, one, at=made.created_at)
            await self._on_wanted(connection, made.id)
            details = {"url": made.url, "branch": made.branch, "trust": binding.trust, "publish": binding.publish}
            await self._audit(connection, principal, made, "repository.register", {**details})
        return binding

    def acceptable(self, url: str, branch: str = "") -> None:
        """Raise `UserError` for an address or a branch with which a repository could not be registered."""
        check_branch(branch)
        self.check_local(parse_remote(url))

    def check_local(self, remote: Remote) -> None:
        """Raise `UserError` unless a local path, with its links resolved, lies under the roots that a setting names."""
        if remote.kind is not RemoteKind.LOCAL:
            return
        hint = "Whoever runs this server names folders in HOLDFAST_REPOSITORY_ROOTS; the repository must lie there."
        roots = [PurePosixPath(root.resolve()) for root in self._ground.roots]
        if not within(PurePosixPath(Path(remote.path).resolve()), roots):
            raise UserError("This local path may not be read.", hint)

    async def list(self, principal: Principal, project: UUID) -> tuple[Repository, ...]:
        """Give the repositories of a project by name."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await RepositoryStore(connection).of_project(project)

    async def bound(self, principal: Principal, project: UUID) -> dict[UUID, Binding]:
        """Say how each repository is bound: whose word its commits are, and how it is published."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await BindingStore(connection).of_project(project)

    async def get(self, principal: Principal, project: UUID, ref: UUID | str) -> RepositoryDetail:
        """Give a repository by id or name, with its binding and files. Raises `MissingError`."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            found = await self._find(connection, project, ref)
            bindings = BindingStore(connection)
            binding = await bindings.get(found.id) or Binding(found.id, None, "")
            return RepositoryDetail(found, binding, await bindings.files(found.id))

    async def remove(self, principal: Principal, project: UUID, ref: UUID | str) -> None:
        """Forget a repository and what was found in it; its specs stay. Needs an admin."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        async with self._database.transaction() as connection:
            found = await self._find(connection, project, ref)
            await CredentialStore(connection, self._vault).drop(found.id)
            await RepositoryStore(connection).remove(found.id)
            await self._audit(connection, principal, found, "repository.remove", {"url": found.url})

    async def rebind(  # noqa: PLR0913 (each a part of the binding)
        self,
        principal: Principal,
        project: UUID,
        ref: UUID | str,
        *,
        trust: Trust | None = None,
        publish: Publish | None = None,
        publish_branch: str | None = None,
    ) -> RepositoryDetail:
        """Change how a repository is bound, in what is given; it is read soon. Needs an admin.

        What was imported or pushed before stays as it is. Raises `UserError` for a branch that cannot be ours.
        """
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        async with self._database.transaction() as connection:
            found = await self._find(connection, project, ref)
            bindings = BindingStore(connection)
            now = await bindings.get(found.id) or Binding(found.id, None, "")
            mode, own = publish or now.publish, publish_branch or now.branch
            check_publishing(mode, own, found.branch)
            await bindings.change(found.id, trust=trust or now.trust, publish=mode, branch=own)
            await self._on_wanted(connection, found.id)
            details = {"trust": trust or now.trust, "publish": mode, "publish_branch": own}
            await self._audit(connection, principal, found, "repository.change", details)
            return RepositoryDetail(found, await bindings.get(found.id) or now, await bindings.files(found.id))

    async def trigger(self, principal: Principal, project: UUID, ref: UUID | str) -> Repository:
        """Have a repository read and checked as soon as a worker is free. Needs an editor."""
        principal.require(project, Role.EDITOR, Scope.CHECK)
        async with self._database.transaction() as connection:
            found = await self._find(connection, project, ref)
            await self._on_wanted(connection, found.id)
        return found

    async def rotate_secret(self, principal: Principal, project: UUID, ref: UUID | str) -> str:
        """Give the repository's webhook another secret; the old one is worthless at once. Needs an admin."""
        principal.require(project, Role.ADMIN, Scope.ADMIN)
        salt = self._random(SALT_BYTES).hex()
        async with self._database.transaction() as connection:
            found = await self._find(connection, project, ref)
            await RepositoryStore(connection).change(found.id, webhook_salt=salt)
            await self._audit(connection, principal, found, "repository.rotate-secret", {})
        return derive_secret(self._ground.server_key, str(found.id), salt)

    def secret(self, repository: Repository) -> str:
        """Make the secret of a repository's webhook."""
        return derive_secret(self._ground.server_key, str(repository.id), repository.webhook_salt)

    async def deliver(self, repository: UUID, headers: Mapping[str, str], body: bytes) -> bool:
        """Take a webhook's delivery: have the repository read if its branch moved. False for a replay.

        Raises `MissingError` for an unknown repository, `DeniedError` with `refusal` in its details where the delivery
        is not believed, `UserError` where it is but cannot be read.
        """
        async with self._database.transaction() as connection:
            found = await RepositoryStore(connection).get(repository)
            if found is None:
                raise MissingError("There is no such repository.", "Compare the address with the repository's page.")
            delivery = receive(self.secret(found), headers, body, self._clock())
            if isinstance(delivery, Refusal):
                raise not_believed(delivery)
            bindings = BindingStore(connection)
            now = self._clock()
            if not await bindings.receive(found.id, Received(delivery.id, delivery.digest, delivery.sender, now)):
                return False
            await bindings.forget_deliveries(now - REPLAY_MEMORY)
            if concerns(delivery, found):
                await self._on_wanted(connection, found.id)
        return True

    async def due(self, principal: Principal, turn: timedelta) -> tuple[UUID, ...]:
        """Give the repositories of the whole installation that nobody has tried to read for so long.

        One that could not be read is left alone longer and longer, an hour at most.
        """
        principal.require_site_admin()
        async with self._database.read() as connection:
            return await RepositoryStore(connection).due(self._clock(), turn, LONGEST_WAIT)

    async def all(self, principal: Principal) -> frozenset[UUID]:
        """Give the repositories of the whole installation."""
        principal.require_site_admin()
        async with self._database.read() as connection:
            return frozenset(await RepositoryStore(connection).ids())

    async def _find(self, connection: Connection, project: UUID, ref: UUID | str) -> Repository:
        found = await RepositoryStore(connection).find(project, ref)
        if found is None:
            raise MissingError("There is no such repository.", "List the repositories of the project.")
        return found

    async def _audit(
        self, connection: Connection, principal: Principal, found: Repository, action: str, details: dict[str, str]
    ) -> None:
        told = {"name": found.name, **details}
        await record(
            connection, principal, found.project, at=self._clock(), action=action, subject=found.id, details={**told}
        )


def concerns(delivery: Delivery, repository: Repository) -> bool:
    """Say whether a delivery moves or ends the branch that is followed (any, while the default is not known)."""
    if delivery.meaning is not Meaning.PUSH or not delivery.branch:
        return False
    return not repository.branch or delivery.branch == repository.branch


def not_believed(refusal: Refusal) -> DeniedError | UserError:
    """Make the error of a delivery that is not believed, or makes no sense."""
    if refusal is Refusal.UNREADABLE:
        return UserError("The delivery is signed but no push of a known sender.", "Send push events as JSON.")
    if refusal is Refusal.TOO_LARGE:
        return UserError("The delivery is too large.", "Send push events only.", details={"refusal": refusal.value})
    hint = "Enter the repository's webhook secret at the sender; rotate it if it is lost."
    return DeniedError("The delivery is not signed as it should be.", hint, details={"refusal": refusal.value})


def check_publishing(publish: Publish, own: str, followed: str) -> None:
    """Raise `UserError` where our branch could not be ours: no name for one, or the branch that is followed."""
    check_branch(own)
    if publish in {Publish.NONE, Publish.DIRECT}:
        return
    if not own or own == followed:
        raise UserError(
            "The branch to publish on is the one that is followed.", f"Choose one of its own, such as {OWN_BRANCH}."
        )


def clean_folders(given: Sequence[str]) -> tuple[str, ...]:
    """Normalise folders, each once. Raises `UserError` where one lies in another, or points elsewhere."""
    found = tuple(dict.fromkeys(clean_folder(one, "folder") for one in given))
    inside = [one for one in found for other in found if one != other and (not other or one.startswith(other + "/"))]
    if inside or not found:
        raise UserError(
            "The folders lie in each other.", "Name each folder that holds specs once, the outermost alone."
        )
    return found


def clean_folder(given: str, what: str) -> str:
    """Normalise a folder, "" for the top. Raises `UserError` when it points elsewhere or holds odd characters."""
    parts = [part for part in given.split("/") if part not in {"", "."}]
    odd = any(ord(char) < 32 or ord(char) == 127 or char == "\\" for char in given)  # noqa: PLR2004 (ASCII)
    if given.startswith("/") or ".." in parts or odd or len(given) > 200:  # noqa: PLR2004 (as long as a path should be)
        raise UserError(f"The {what} is not a folder inside the repository.", "Write it like docs/specs.")
    return "/".join(parts)


async def count_repositories(connection: Connection, project: UUID) -> int:
    """Count the repositories of a project."""
    return len(await RepositoryStore(connection).of_project(project))
