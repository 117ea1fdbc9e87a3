"""Tokens out of a file in git's credential-store format, `https://user:token@host/path` a line. Pure."""

from urllib.parse import unquote, urlsplit

from specs.errors import UserError
from sync.binding.remotes import RemoteKind, parse_remote


def token_for(text: str, url: str) -> str:
    """Give the password that a credential file has for a repository's address, "" where it has none.

    As with git, a line with a path serves that repository alone; an ssh address is served by its host's https line.
    """
    try:
        remote = parse_remote(url)
    except UserError:
        return ""
    if remote.kind is RemoteKind.LOCAL:
        return ""
    path = remote.path.strip("/").removesuffix(".git")
    for line in text.splitlines():
        try:
            parts = urlsplit(line.strip())
            same = parts.scheme == "https" and (parts.hostname or "") == remote.host.lower()
            same = same and (remote.kind is RemoteKind.SSH or (parts.port or 443) == remote.port)
        except ValueError:
            continue
        own = parts.path.strip("/").removesuffix(".git")
        if same and parts.password and own in {"", path}:
            return unquote(parts.password)
    return ""
