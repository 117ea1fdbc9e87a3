"""Brings repositories into bare mirrors under the data folder, says where their branch stands, and pushes to them.

A mirror is a cache: it may be deleted at any time. Only https, ssh and allowed local paths are spoken; a host is
resolved once, its address judged and pinned, so that a second answer of the name server changes nothing; redirects are
not followed. Knows git through `sync.gitrepo`, and no database.
"""

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from uuid import UUID

from drift.lives.records import Repository
from specs.errors import HoldfastError, MissingError, UnavailableError, UserError
from sync.binding.remotes import Remote, RemoteKind, is_public, parse_remote, within
from sync.gitrepo.access import Access
from sync.gitrepo.fetching import PINNING, FetchRules, fetch, version
from sync.gitrepo.folders import branches
from sync.gitrepo.objects import Objects
from sync.gitrepo.place import find
from sync.gitrepo.writing import RejectedError, push

TIMEOUT = 900.0
MAX_BYTES = 4 * 1024**3
LEAST_BYTES = 1024**2
HEADS = "+refs/heads/*:refs/heads/*"
REMOTE_HEAD = "refs/holdfast/head"
OWN = "refs/holdfast/own/"
NO_REF = "couldn't find remote ref"
OWN_KEY = (
    "IdentityFile=none",
    "IdentityAgent=SSH_AUTH_SOCK",
    "IdentitiesOnly=no",
    "PreferredAuthentications=publickey",
)
USUAL = ("main", "master", "trunk", "develop")
CONFIG = """# Written by Holdfast at each start; yours to read, not to edit.
[safe]
\tdirectory = *
[http]
\tfollowRedirects = false
[credential]
\thelper = store --file={credentials}
"""
LetIn: TypeAlias = Callable[[Repository], Awaitable[Access]]
"""Gives what lets into a repository: nothing where none was set for it."""
Resolve: TypeAlias = Callable[[str, int], Awaitable[tuple[str, ...]]]
"""Gives the network addresses of a host, as texts; raises `OSError` where there are none."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where a branch stands: its name, its commit ("" in a repository without commits), and the mirror it is in."""

    branch: str
    commit: str
    mirror: Path


@dataclass(frozen=True, slots=True)
class Borders:
    """How far fetching may go: `max_bytes` a mirror may have; `environment` is what git and ssh are given."""

    roots: tuple[Path, ...] = ()
    allow_private: bool = False
    max_bytes: int = MAX_BYTES
    environment: tuple[tuple[str, str], ...] = ()


async def nothing(_repository: Repository) -> Access:
    """Give nothing that lets in: what the server has for all repositories does."""
    return Access()


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """Ask the system for a host's addresses."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, proto=6)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


class Mirrors:
    """The mirrors below one folder."""

    def __init__(self, folder: Path, borders: Borders, resolver: Resolve = resolve, let_in: LetIn = nothing) -> None:
        self._folder = folder
        self._let_in = let_in
        self._borders = borders
        self._resolve = resolver

    def place(self, repository: UUID) -> Path:
        """Give the mirror's folder of a repository."""
        return self._folder / f"{repository}.git"

    def keep_only(self, repositories: frozenset[UUID]) -> int:
        """Delete the mirrors of all other repositories, with what was kept beside them; give how many."""
        known = {str(repository) for repository in repositories}
        stale = [place for place in self._folder.glob("*.*") if place.is_dir() and place.stem not in known]
        for place in stale:
            shutil.rmtree(place, ignore_errors=True)
        return sum(place.suffix == ".git" for place in stale)

    async def fetch(self, repository: Repository) -> Fetched:
        """Bring a repository's branch up to date. Raises `HoldfastError` with the reason why that failed."""
        address, rules = await self._reach(repository)
        return await asyncio.to_thread(self._fetch, repository, address, rules)

    async def peek(self, repository: Repository, branch: str) -> str:
        """Bring another branch of a repository and give its commit; "" where there is no such branch."""
        address, rules = await self._reach(repository)
        name = f"{OWN}{branch}"
        try:
            wanted = with_refs(rules, f"+refs/heads/{branch}:{name}")
            await asyncio.to_thread(fetch, address, self.place(repository.id), wanted)
        except UnavailableError as error:
            if NO_REF in error.message:
                return ""
            raise UnavailableError(told(error.message, address, repository.url), error.hint) from error
        return Objects(self.place(repository.id)).resolve(name)

    async def push(self, repository: Repository, commit: str, branch: str, lease: str | None = None) -> None:
        """Push a commit of the mirror to a branch, as `sync.gitrepo.writing.push` does. Raises `HoldfastError`."""
        address, rules = await self._reach(repository)
        mirror = self.place(repository.id)
        try:
            await asyncio.to_thread(push, mirror, address, rules, commit, branch, lease=lease)
        except RejectedError as error:
            raise RejectedError(told(error.message, address, repository.url), error.hint) from error
        except UnavailableError as error:
            raise UnavailableError(told(error.message, address, repository.url), error.hint) from error

    async def _reach(self, repository: Repository) -> tuple[str, FetchRules]:
        remote = parse_remote(repository.url)
        local = remote.kind is RemoteKind.LOCAL
        rules = await self._rules(remote, Access() if local else await self._let_in(repository))
        return str(self._local(remote)) if local else remote.url, rules

    def _local(self, remote: Remote) -> Path:
        """Resolve a local path's links, and raise `UserError` unless it then lies under the allowed roots."""
        place = Path(remote.path).resolve()
        roots = [PurePosixPath(root.resolve()) for root in self._borders.roots]
        if not within(PurePosixPath(place), roots):
            raise UserError("This local path may not be read.", "It must lie under HOLDFAST_REPOSITORY_ROOTS.")
        if not place.is_dir():
            raise MissingError("There is no repository at this path any more.", "Register its new place.")
        found = find(place)
        if found is None or place not in {found.git_dir, found.top}:
            raise UserError("This folder is not a git repository.", "Name its top folder, or a bare repository.")
        return place

    async def _rules(self, remote: Remote, access: Access | None = None) -> FetchRules:
        access = access or Access()
        environment = dict(self._borders.environment) | {"GIT_CONFIG_GLOBAL": str(self._config())}
        if remote.kind is not RemoteKind.SSH:
            environment |= self._nobody()
        if remote.kind is RemoteKind.LOCAL:
            return FetchRules(frozenset({"file"}), env=environment, timeout=TIMEOUT)
        address = await self._pinned(remote)
        if remote.kind is RemoteKind.HTTPS:
            if version() < PINNING:
                hint = f"Install git {PINNING[0]}.{PINNING[1]} or newer: an older one may be led to another address."
                raise UnavailableError("This git cannot be kept to the address that was looked at.", hint)
            bare = f"[{address}]" if ":" in address else address
            pin = f"http.curloptResolve={remote.host}:{remote.port}:{bare}"
            config = (pin, "http.followRedirects=false", "http.proxy=")
            own = Access(access.user, access.token) if access.token else None
            return FetchRules(frozenset({"https"}), env=environment, timeout=TIMEOUT, config=config, access=own)
        options = ("BatchMode=yes", "StrictHostKeyChecking=accept-new", "ProxyCommand=none", "ConnectTimeout=30")
        careful = ("ForwardAgent=no", "PermitLocalCommand=no", "CanonicalizeHostname=no")
        pins = (f"HostName={address}", f"HostKeyAlias={remote.host}", "ClearAllForwardings=yes")
        own = Access(key=access.key) if access.key else None
        # With a key of its own, a repository is let in by that alone: no file of the server's user says otherwise.
        alone = ["-F none", *(f"-o {option}" for option in OWN_KEY)] if own else []
        said = (f"-o {option}" for option in (*options, *careful, *pins))
        environment["GIT_SSH_COMMAND"] = " ".join(["ssh", *alone, *said])
        return FetchRules(frozenset({"ssh"}), env=environment, timeout=TIMEOUT, access=own)

    def _nobody(self) -> dict[str, str]:
        """Give the environment of one who has no files: what lies in a home (.netrc, keys) is for ssh alone."""
        empty = str(self._folder / "nobody")
        return {"HOME": empty, "XDG_CONFIG_HOME": empty, "SSH_AUTH_SOCK": ""}

    def _limited(self, rules: FetchRules, mirror: Path) -> FetchRules:
        """Let a fetch write no more than a mirror may still grow. Raises `UserError` where it is full."""
        left = self._borders.max_bytes - size_of(mirror)
        if left < LEAST_BYTES:
            most = f"{self._borders.max_bytes / 1024**2:,.0f} MiB"
            raise UserError(f"The repository is larger than {most}.", "Raise HOLDFAST_MAX_REPOSITORY_BYTES.")
        return replace(rules, limits=replace(rules.limits, file=left))

    def _config(self) -> Path:
        """Write the configuration git is given instead of anybody's own."""
        self._folder.mkdir(parents=True, exist_ok=True)
        place = self._folder / "gitconfig"
        text = CONFIG.format(credentials=self._folder / "credentials")
        if not place.exists() or place.read_text() != text:
            place.write_text(text)
        return place

    async def _pinned(self, remote: Remote) -> str:
        """Resolve the host once and give an address that may be reached. Raises where one of them may not."""
        try:
            found = await self._resolve(remote.host, remote.port)
        except OSError as error:
            raise UnavailableError(f"{remote.host} cannot be found.", "Check the host in the address.") from error
        if not found:
            raise UnavailableError(f"{remote.host} has no address.", "Check the host in the address.")
        if not self._borders.allow_private and not all(is_public(address) for address in found):
            raise UserError(
                f"{remote.host} is not on the public internet.",
                "Set HOLDFAST_ALLOW_PRIVATE_ADDRESSES=1 if repositories live in your own network.",
            )
        return found[0]

    def _fetch(self, repository: Repository, address: str, rules: FetchRules) -> Fetched:
        mirror = self.place(repository.id)
        drop_old_locks(mirror)
        rules = self._limited(rules, mirror)
        branch = repository.branch
        wanted = f"+refs/heads/{branch}:refs/heads/{branch}" if branch else HEADS
        try:
            fetch(address, mirror, with_refs(rules, wanted))
        except UnavailableError as error:
            if NO_REF in error.message:
                raise MissingError(
                    f"There is no branch {branch} any more.", "Remove the repository and register the branch to follow."
                ) from error
            raise UnavailableError(told(error.message, address, repository.url), error.hint) from error
        git = Objects(mirror)
        branch = branch or self._default(git, address, rules)
        if not branch:
            return Fetched("", "", mirror)
        return Fetched(branch, git.resolve(f"refs/heads/{branch}"), mirror)

    @staticmethod
    def _default(git: Objects, address: str, rules: FetchRules) -> str:
        """Find out which branch the other side calls its default; "" where it has none."""
        found = branches(git)
        if not found:
            return ""
        head = ""
        with suppress(HoldfastError):  # a HEAD that names no branch that exists
            fetch(address, git.git_dir, with_refs(rules, f"+HEAD:{REMOTE_HEAD}"))
            head = git.resolve(REMOTE_HEAD)
        same = [name for name, commit in found.items() if commit == head] or list(found)
        return next((name for name in USUAL if name in same), min(same))


def with_refs(rules: FetchRules, *refspecs: str) -> FetchRules:
    """Give the rules with other references to bring."""
    return replace(rules, refspecs=refspecs)


def size_of(folder: Path) -> int:
    """Give how many bytes the files below a folder have; a file that goes meanwhile has none."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).lstat().st_size
    return total


def told(message: str, address: str, url: str) -> str:
    """Say an address as the person gave it, and never more of a failure than its first lines."""
    return message.replace(address, url)[:500]


def drop_old_locks(mirror: Path) -> None:
    """Remove locks that a killed fetch left behind: older than any fetch can be."""
    if not mirror.is_dir():
        return
    for lock in (*mirror.glob("*.lock"), *mirror.glob("refs/**/*.lock"), *mirror.glob("objects/**/*.lock")):
        with suppress(OSError):
            if lock.stat().st_mtime < time.time() - 2 * TIMEOUT:
                lock.unlink()
