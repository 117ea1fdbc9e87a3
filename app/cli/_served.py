"""Specs of a server for a check here: asked for once, then only whether they are the same; kept for when it is away."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from app.cli._remote import Remote
from specs.errors import UnavailableError
from specs.revision import text_digest
from sync.cache.packs import read_file, replace_file
from sync.specfiles.served import Served, read_served, write_served

FEW = 8
NOT_MODIFIED = 304
HOUR, DAY = 3600, 86_400


@dataclass(frozen=True, slots=True)
class Taken:
    """The specs, and since when they are as they are here; `away` where the server could not be asked."""

    served: Served
    at: datetime
    away: bool = False


class Shelf:
    """The file in which the specs of one repository are kept. It may have come from strangers: it vouches for nothing.

    Only what works out to the name that the server gives is taken while the server answers.
    """

    def __init__(self, folder: Path | None, at: Remote, repository: str, tag: str) -> None:
        key = text_digest("\0".join((at.server.rstrip("/"), at.project, repository, tag)))
        self._file = folder / "served" / f"{key[:32]}.json" if folder is not None else None
        self._tag = tag

    def read(self) -> Taken | None:
        """Give what was kept, if it is whole."""
        if self._file is None:
            return None
        try:
            value = json.loads(read_file(self._file))
            served, at = read_served(value, self._tag), datetime.fromisoformat(value["at"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        return Taken(served, at) if served is not None and not served.missing() and at.tzinfo is not None else None

    def keep(self, taken: Taken) -> None:
        """Keep specs for the next time; where that cannot be, there is no harm."""
        if self._file is None:
            return
        value = {**write_served(taken.served), "at": taken.at.isoformat()}
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._file, [json.dumps(value).encode()])
        except OSError:
            return


def take(at: Remote, repository: str, tag: str, folder: Path | None, now: datetime) -> Taken:
    """Get the specs that govern a repository: one request where they are what is kept here.

    Raises `UnavailableError` where the server is away and nothing is kept.
    """
    shelf = Shelf(folder, at, repository, tag)
    kept = shelf.read()
    query = {"repository": repository, "tag": tag}
    headers = {"if-none-match": f'"{kept.served.name}"'} if kept is not None else {}
    try:
        answer = at.get("/governing", query, headers=headers)
        if answer.status == NOT_MODIFIED and kept is not None:
            taken = replace(kept, at=now)
        else:
            taken = Taken(_whole(at, _read(answer.json(), tag), kept, query), now)
    except UnavailableError:
        if kept is None:
            raise
        return replace(kept, away=True)
    shelf.keep(taken)
    return taken


def _read(value: object, tag: str) -> Served:
    served = read_served(value, tag)
    if served is None:
        raise UnavailableError("The answer is not what this version understands.", "Are client and server of one age?")
    return served


def _whole(at: Remote, served: Served, kept: Taken | None, query: dict[str, str]) -> Served:
    """Add the texts: those that are kept here already, the others one by one where they are few, else all at once."""
    known = dict(kept.served.texts) if kept is not None else {}
    texts = {one.text_digest: known[one.text_digest] for one in served.specs if one.text_digest in known}
    served = replace(served, texts=texts)
    missing = served.missing()
    if len(missing) > FEW:
        whole = _read(at.get("/governing", {**query, "include": "text"}).json(), served.tag)
        if whole.missing():
            raise UnavailableError("The server's texts are not what it calls them.", "Is there a cache in between?")
        return whole
    for one in missing:
        found = at.get(f"/specs/{one.id}", {"revision": one.revision, "include": "text"}).json()
        texts[text_digest(str(found.get("text", "")))] = str(found.get("text", ""))
    if served.missing():
        raise UnavailableError("The server's texts are not what it calls them.", "Is there a cache in between?")
    return served


def age(then: datetime, now: datetime) -> str:
    """Say how long ago something was, in words."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 2 * HOUR:
        return f"{max(1, seconds // 60)} min"
    return f"{seconds // HOUR} h" if seconds < 2 * DAY else f"{seconds // DAY} days"


def warn(taken: Taken, server: str) -> None:
    """Say on stderr that the server was not asked."""
    old = age(taken.at, datetime.now(tz=UTC))
    click.echo(f"warning: {server} is away; checked against its specs of {old} ago, and nothing was decided.", err=True)
