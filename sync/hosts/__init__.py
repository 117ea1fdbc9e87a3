"""The one home of code hosts' APIs: which host a repository is on, and a client for it. Blocking; knows no database."""

from collections.abc import Iterable
from dataclasses import dataclass

from specs.errors import UserError
from sync.binding.remotes import RemoteKind, parse_remote
from sync.hosts.github import GitHub
from sync.hosts.gitlab import GitLab
from sync.hosts.values import Host, HostKind, Place, Send

CLIENTS: dict[HostKind, type[GitHub | GitLab]] = {HostKind.GITHUB: GitHub, HostKind.GITLAB: GitLab}
PATHS = {HostKind.GITHUB: "/api/v3", HostKind.GITLAB: "/api/v4"}
PUBLIC = {"github.com": "https://api.github.com", "gitlab.com": "https://gitlab.com/api/v4"}
HINT = "Write each as host=kind or host=kind=https://address/of/its/api, where kind is github or gitlab."


@dataclass(frozen=True, slots=True)
class KnownHost:
    """A host that someone runs: its name in addresses of repositories, whose API it speaks, and where."""

    name: str
    kind: HostKind
    api: str


def host_at(place: Place, token: str, send: Send) -> Host:
    """Give the client of a repository's host."""
    return CLIENTS[place.kind](place, token, send)


def place_of(url: str, known: Iterable[KnownHost] = ()) -> Place | None:
    """Find the host of a repository's address: github.com, gitlab.com, or one that is known. None for any other."""
    try:
        remote = parse_remote(url)
    except UserError:
        return None
    if remote.kind is RemoteKind.LOCAL:
        return None
    name = remote.path.strip("/").removesuffix(".git")
    host = remote.host.lower()
    found = next((one for one in known if one.name == host), None)
    if found is not None:
        kind, api = found.kind, found.api
    elif host in PUBLIC:
        kind, api = HostKind(host.partition(".")[0]), PUBLIC[host]
    else:
        return None
    parts = name.split("/")
    fits = len(parts) == 2 if kind is HostKind.GITHUB else len(parts) >= 2  # noqa: PLR2004 (an owner and a name)
    return Place(kind, api, name) if fits and all(part not in {"", ".", ".."} for part in parts) else None


def read_known(text: str) -> tuple[KnownHost, ...]:
    """Read known hosts, divided by blanks: `host=kind`, or `host=kind=address`. Raises `UserError`."""
    found = []
    for word in text.split():
        name, _, rest = word.partition("=")
        kind, _, api = rest.partition("=")
        if kind not in set(HostKind) or not name or (api and not api.startswith(("https://", "http://"))):
            raise UserError(f"{word!r} names no code host.", HINT)
        chosen = HostKind(kind)
        found.append(KnownHost(name.lower(), chosen, (api or f"https://{name}{PATHS[chosen]}").rstrip("/")))
    return tuple(found)
