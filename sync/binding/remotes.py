"""Addresses of repositories: which are accepted, and which network addresses may be reached. Pure: resolves nothing.

An address comes from a person in a browser and is handed to git, so it is taken apart and only what was understood is
let through: https, ssh, or a local path under the folders that a setting names. Redirects and second look-ups are the
fetcher's to forbid.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import PurePosixPath
from urllib.parse import SplitResult, unquote, urlsplit

from specs.errors import UserError

MAX_URL = 2000
PORTS = {"https": 443, "ssh": 22}
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")
USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}")
SCP = re.compile(r"(?:(?P<user>[^@/:]+)@)?(?P<host>[^@/:]+):(?P<path>[^:].*)", re.DOTALL)
BRANCH_FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|/\.|[/.]$|\.lock(?:/|$)")
MAX_BRANCH = 200
NAT64 = IPv6Network("64:ff9b::/96")
# Of the open internet by their numbers, and yet no place of repositories: what a cloud answers machines on (168.63...),
# protocol assignments, relays, addresses of sites and of documentation.
SPECIAL = tuple(
    ip_network(one)
    for one in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20", "64:ff9b:1::/48")
)
HINT = "Give https://host/path, ssh://git@host/path, git@host:path, or a path under HOLDFAST_REPOSITORY_ROOTS."


class RemoteKind(StrEnum):
    """How a repository is reached."""

    LOCAL = "local"
    HTTPS = "https"
    SSH = "ssh"


@dataclass(frozen=True, slots=True)
class Remote:
    """An accepted address. `url` is what git is told; `host` and `port` are what has to be resolved (not for local)."""

    kind: RemoteKind
    url: str
    host: str = ""
    port: int = 0
    path: str = ""


def parse_remote(url: str) -> Remote:
    """Take an address apart. Raises `UserError` for anything that is not plainly one of the accepted forms."""
    if not url or len(url) > MAX_URL:
        raise refused("An address is between 1 and 2,000 characters long.")
    if any(ord(char) <= 32 or ord(char) == 127 or char == "\\" for char in url):  # noqa: PLR2004 (ASCII blank and DEL)
        raise refused("The address holds a blank, a backslash or a control character.")
    if url.startswith("-") or "::" in url.partition("/")[0].partition("[")[0]:
        raise refused("The address looks like an option or names a transport helper.")
    if url.startswith("/"):
        return local(url)
    if "://" not in url:
        return scp(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused(f"The address cannot be read: {error}.") from error
    scheme = parts.scheme.lower()
    if scheme == "file":
        if parts.netloc:
            raise refused("A file address names no host.")
        return local(unquote(parts.path))
    if scheme not in PORTS:
        raise refused(f"Repositories are not read over {scheme}.")
    if parts.query or parts.fragment:
        raise refused("The address has a query or a fragment.")
    return network(RemoteKind(scheme), url, parts, port)


def network(kind: RemoteKind, url: str, parts: SplitResult, port: int | None) -> Remote:
    """Check the parts of an https or ssh address."""
    if parts.password is not None or (kind is RemoteKind.HTTPS and parts.username is not None):
        raise UserError(
            "The address holds a user name or password.",
            "It would be stored and shown. Register the bare address, and set a token or a key for it.",
        )
    if parts.username is not None and not USER.fullmatch(parts.username):
        raise refused("The user name in the address is not one.")
    host = parts.hostname or ""
    check_host(host)
    if port == 0 or not parts.path.strip("/") or parts.path.startswith("/-"):
        raise refused("The address names no repository on its host.")
    return Remote(kind, url, host, port or PORTS[kind], parts.path)


def scp(url: str) -> Remote:
    """Check the short ssh form, `user@host:path`."""
    found = SCP.fullmatch(url)
    if found is None or found["path"].startswith("-"):
        raise refused("This is not an address of a repository.")
    if found["user"] is not None and not USER.fullmatch(found["user"]):
        raise refused("The user name in the address is not one.")
    check_host(found["host"])
    return Remote(RemoteKind.SSH, url, found["host"], PORTS["ssh"], found["path"])


def check_host(host: str) -> None:
    """Raise unless `host` is a plain name or a literal address."""
    try:
        ip_address(host)
    except ValueError:
        if not HOST.fullmatch(host) or ".." in host:
            raise refused("The host in the address is not a host name.") from None


def local(path: str) -> Remote:
    """Check the form of a local path; whether it may be read is `within`'s to say, once links are resolved."""
    if not path.startswith("/") or "\0" in path or ".." in PurePosixPath(path).parts:
        raise refused("A local path is absolute and has no `..`.")
    return Remote(RemoteKind.LOCAL, path, path=path)


def within(path: PurePosixPath, roots: Iterable[PurePosixPath]) -> bool:
    """Say whether a resolved path lies in (or is) one of the resolved roots."""
    return any(path == root or root in path.parents for root in roots)


def refused(why: str) -> UserError:
    """Make the error of an address that is not accepted."""
    return UserError(why, HINT)


def is_public(address: str) -> bool:
    """Say whether a literal network address is one of the open internet; what it wraps is looked at too."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            found = inner
    special = any(found in network for network in SPECIAL if network.version == found.version)
    return found.is_global and not found.is_multicast and not found.is_reserved and not special


def check_branch(name: str) -> None:
    """Raise `UserError` unless git would take this as the name of a branch ("": the default branch)."""
    if name and (len(name) > MAX_BRANCH or BRANCH_FORBIDDEN.search(name) or name == "@"):
        raise UserError("This is not a name a branch can have.", "Give the name alone, for example main.")


def names_of_address(url: str) -> frozenset[str]:
    """Give the names by which a spec may call what lies at an address: host and path, and the last part of that."""
    last = re.split(r"[/:\\]", url.rstrip("/"))[-1].removesuffix(".git")
    return frozenset({remote_key(url), last} - {""})


def remote_key(url: str) -> str:
    """Give host and path of an address, by which one repository is known whatever protocol is spoken; "" for none."""
    try:
        remote = parse_remote(url)
    except UserError:
        return ""
    path = remote.path.strip("/").removesuffix(".git")
    return f"{remote.host.lower()}/{path}" if remote.kind is not RemoteKind.LOCAL and path else ""
