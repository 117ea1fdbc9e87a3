"""The address at which people reach the server: a setting, else where one last served this data folder, else a guess.

Commands beside a server make links to it, and `serve --port` is known to that process alone: it leaves a note.
"""

import re
from contextlib import suppress

from app.settings import Settings

NAME = "address"
WHOLE = re.compile(r"http://[\w.:\[\]-]{1,270}\n", re.ASCII)


def own_host(settings: Settings) -> str:
    """Give the host at which a server with these settings answers its own machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 (compared, not bound)


def listening_at(settings: Settings) -> str:
    """Give the address of a server with these settings, as its own machine reaches it."""
    host = own_host(settings)
    bracketed = f"[{host}]" if ":" in host and "[" not in host else host
    return f"http://{bracketed}:{settings.port}"


def remember(settings: Settings) -> None:
    """Note where this server listens. Where the folder cannot be written to, links are guesses, and nothing else."""
    with suppress(OSError):
        (settings.data_dir / NAME).write_text(f"{listening_at(settings)}\n", encoding="ascii")


def address(settings: Settings) -> str:
    """Give the address people use."""
    if settings.public_url:
        return settings.public_url
    with suppress(OSError, UnicodeDecodeError):
        noted = (settings.data_dir / NAME).read_text(encoding="ascii")
        if WHOLE.fullmatch(noted):
            return noted.strip()
    return listening_at(settings)
