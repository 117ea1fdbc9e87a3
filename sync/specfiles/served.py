"""Specs as a server gave them, as a value: for a check of code that the server never sees. Pure.

They name themselves: whoever keeps them for the next time works the name out again from the texts, so that a cache
which a stranger filled can only be one that is not taken.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from drift.findings import Acceptance
from specs.document import Document
from specs.revision import text_digest

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ServedSpec:
    """A spec: its place in the project, its file in the repository ("" for none), the lines that await a person.

    A `guest` speaks about the repository only where it names it.
    """

    id: str
    path: str
    file: str
    revision: str
    unconfirmed: tuple[int, ...]
    text_digest: str
    guest: bool = False

    @property
    def row(self) -> str:
        """Write all that is said of it in a line."""
        lines = ",".join(map(str, self.unconfirmed))
        guest = "\0guest" if self.guest else ""
        return f"{self.id}\0{self.path}\0{self.file}\0{self.revision}\0{lines}\0{self.text_digest}{guest}"


@dataclass(frozen=True, slots=True)
class ServedWaiver:
    """A finding that a person waived on the server: its fingerprint, through which day, by whom, why."""

    fingerprint: str
    until: str
    by: str
    because: str

    @property
    def row(self) -> str:
        """Write all that is said of it in a line."""
        return f"waiver\0{self.fingerprint}\0{self.until}\0{self.by}\0{self.because}"


@dataclass(frozen=True, slots=True)
class Served:
    """The specs that govern a repository, texts by their digests. `digest` is what the server calls the revisions.

    `waivers` are those that people gave there, beside those of the lock.
    """

    repository: str
    tag: str
    digest: str
    specs: tuple[ServedSpec, ...]
    texts: dict[str, str]
    waivers: tuple[ServedWaiver, ...] = ()

    @property
    def name(self) -> str:
        """Name all of it, as the server's ETag does."""
        return name_of(self.repository, self.tag, self.digest, (*self.specs, *self.waivers))

    @property
    def accepted(self) -> dict[str, Acceptance]:
        """Give the waivers by the fingerprints of what they are of."""
        return {one.fingerprint: Acceptance(one.until, one.by, one.because) for one in self.waivers}

    def missing(self) -> tuple[ServedSpec, ...]:
        """Give the specs whose texts are not here."""
        return tuple(one for one in self.specs if one.text_digest not in self.texts)

    def documents(self, under: str = "", called: Collection[str] = ()) -> dict[str, Document]:
        """Parse them, by their files in the repository, below the folder `under`, or else by their places.

        `called` are names by which this repository goes here, beside the one that the server has for it.
        """
        from specs.dialects import in_force  # noqa: PLC0415 (a verdict that was kept needs no parser)
        from specs.parser import parse  # noqa: PLC0415 (same)
        from specs.reach import seen_from  # noqa: PLC0415 (same)

        names = {self.repository, *called} - {""}

        found: dict[str, Document] = {}
        for one in self.specs:
            document = in_force(one.path, parse(self.texts[one.text_digest]))
            place = one.file.removeprefix(f"{under}/") if under else one.file
            document = replace(document, unconfirmed=frozenset(one.unconfirmed))
            found[place or one.path] = seen_from(document, names, home=not one.guest)
        return dict(sorted(found.items()))


def name_of(repository: str, tag: str, digest: str, parts: Iterable[ServedSpec | ServedWaiver]) -> str:
    """Name specs and waivers as they are served: by everything that is said of them, the texts included."""
    lines = "".join(f"{one.row}\n" for one in parts)
    told = f"holdfast served {FORMAT}\n{repository}\n{tag}\n{digest}\n{lines}"
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def read_served(value: Any, tag: str) -> Served | None:
    """Read what a server answered, or what was kept of it. None for what is of another shape."""
    try:
        specs = tuple(
            ServedSpec(
                str(one["id"]),
                str(one["path"]),
                str(one.get("file", "")),
                str(one["revision"]),
                tuple(int(line) for line in one.get("unconfirmed", ())),
                str(one["text_digest"]),
                one.get("guest", False) is True,
            )
            for one in value["items"]
        )
        texts = [one["text"] for one in value["items"] if isinstance(one.get("text"), str)]
        known = {text_digest(text): text for text in texts}
        waivers = tuple(map(_waiver, value.get("waivers", ())))
        return Served(str(value["repository"]), tag, str(value["digest"]), specs, known, waivers)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _waiver(row: Any) -> ServedWaiver:
    """Read a waiver. Raises `ValueError` or `KeyError` for what is none."""
    until = date.fromisoformat(str(row["until"])).isoformat()
    return ServedWaiver(str(row["fingerprint"]), until, str(row["by"]), str(row["because"]))


def write_served(served: Served) -> dict[str, Any]:
    """Write it down, as `read_served` reads it."""
    items = [
        {
            "id": one.id,
            "path": one.path,
            "file": one.file,
            "revision": one.revision,
            "unconfirmed": list(one.unconfirmed),
            "text_digest": one.text_digest,
            **({"guest": True} if one.guest else {}),
            "text": served.texts.get(one.text_digest),
        }
        for one in served.specs
    ]
    waivers = [
        {"fingerprint": one.fingerprint, "until": one.until, "by": one.by, "because": one.because}
        for one in served.waivers
    ]
    return {"repository": served.repository, "digest": served.digest, "items": items, "waivers": waivers}
