"""Signed checkpoints of the audit log: how far each chain had come, in a file that whoever changes the database lacks.

A file is a series of notes, each naming the digest of the one before: none can be taken out, changed or moved unseen.
Each holds what C2SP calls a checkpoint (origin, size, root) and a few lines of ours. Knows no files and no clock.
"""

import base64
import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from specs.audit import GENESIS, Checkpoint, Fault
from specs.signing import Note, Signer, Verifier, read_verifier, sign

NAME = "holdfast-audit"
_TEXT = re.compile(
    rf"{NAME}/([0-9a-f-]{{36}})/([0-9a-f-]{{36}})\n(\d{{1,18}})\n([A-Za-z0-9+/]{{43}}=)\n"
    r"number (\d{1,18})\nprevious ([0-9a-f]{64})\nat (\S{20,40})\n((?:(?:restarts|key) \S+\n)*)"
)
_NOTE = re.compile(r"((?:[^\n]+\n)+)\n((?:— [^\n]*\n)+)\n")


@dataclass(frozen=True, slots=True)
class Link:
    """One note of a series: the `number`-th, after the note with digest `previous`.

    `restarts` names a series that this one replaces, `key` a public key that may sign from here on.
    """

    series: UUID
    number: int
    previous: str
    at: datetime
    checkpoint: Checkpoint
    restarts: UUID | None = None
    key: Verifier | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the database remembers of a note: a file that lost its end is known by it."""

    series: UUID
    number: int
    chain: UUID
    n: int
    digest: str


@dataclass(frozen=True, slots=True)
class Series:
    """The notes of a file that hold together, and what is wrong with the file."""

    links: tuple[Link, ...]
    faults: tuple[Fault, ...]

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """Give what the notes say of the chains."""
        return tuple(link.checkpoint for link in self.links)


def write_note(link: Link, *signers: Signer) -> tuple[str, Link]:
    """Sign a note: give its lines as they go into the file, and the link with its digest."""
    end = link.checkpoint
    lines = [
        f"{NAME}/{link.series}/{end.chain}",
        str(end.n),
        base64.b64encode(bytes.fromhex(end.digest)).decode(),
        f"number {link.number}",
        f"previous {link.previous}",
        f"at {link.at.astimezone(UTC).isoformat(timespec='seconds')}",
    ]
    lines += [] if link.restarts is None else [f"restarts {link.restarts}"]
    lines += [] if link.key is None else [f"key {link.key}"]
    note = str(sign("".join(f"{line}\n" for line in lines), *signers))
    return f"{note}\n", replace(link, digest=_digest(note))


def first_link(series: UUID, checkpoint: Checkpoint, at: datetime, restarts: UUID | None = None) -> Link:
    """Begin a series."""
    return Link(series, 1, GENESIS, at, checkpoint, restarts)


def next_link(last: Link, checkpoint: Checkpoint, at: datetime) -> Link:
    """Go on from the last note."""
    return Link(last.series, last.number + 1, last.digest, at, checkpoint)


def read_series(content: str, trusted: Collection[Verifier]) -> Series:
    """Read a file and say what is wrong with it: each fault names the number of the note.

    A note counts when a trusted key signed it, or a key that such a note handed on to, or when one that counts follows
    it: whoever signed that one vouched for all before it.
    """
    notes, rest = _split(content)
    links: list[Link] = []
    faults: list[Fault] = []
    for number, note in enumerate(notes, 1):
        link = _link(note)
        if link is None:
            return Series(tuple(links), (*faults, _fault(number, "it is no checkpoint")))
        if links and link.series != links[0].series:
            faults.append(_fault(number, "it belongs to another series"))
        expected = links[-1].digest if links else GENESIS
        if link.number != number or link.previous != expected:
            faults.append(_fault(number, "it does not follow the checkpoint before it"))
        links.append(link)
    known = list(trusted)
    for note, link in zip(notes, links, strict=True):
        if link.key is not None and note.signed_by(known):
            known.append(link.key)
    signed = next((number for number in range(len(notes), 0, -1) if notes[number - 1].signed_by(known)), 0)
    if signed < len(notes):
        faults.append(_fault(signed + 1, "no trusted key signed it, nor any after it"))
    if rest:
        faults.append(_fault(len(notes) + 1, "the file ends in the middle of it"))
    return Series(tuple(links), tuple(faults))


def complete(content: str) -> str:
    """Give the file up to the end of its last whole note: what a torn write left behind it is none."""
    return content[: len(content) - len(_split(content)[1])]


def compare(series: Series, recorded: Sequence[Recorded], *, whole: bool) -> tuple[Fault, ...]:
    """Hold a file against what the database remembers of its series; `whole` where it must hold all of them."""
    faults = []
    links = {link.number: link for link in series.links}
    for row in recorded:
        link = links.get(row.number)
        if link is None:
            if whole:
                faults.append(_fault(row.number, "it was written, and is not in the file"))
        elif (link.checkpoint.chain, link.checkpoint.n, link.digest) != (row.chain, row.n, row.digest):
            faults.append(_fault(row.number, "the database remembers another one"))
    numbers = [row.number for row in recorded]
    if numbers != list(range(1, len(numbers) + 1)):
        faults.append(_fault(len(numbers), "the database does not remember all before it"))
    return tuple(faults)


def _fault(number: int, message: str) -> Fault:
    return Fault(None, number, message)


def _split(content: str) -> tuple[list[Note], str]:
    notes, at = [], 0
    while found := _NOTE.match(content, at):
        notes.append(Note(found[1], tuple(f"{line}\n" for line in found[2].splitlines())))
        at = found.end()
    return notes, content[at:]


def _digest(note: str) -> str:
    return hashlib.sha256(note.encode()).hexdigest()


def _link(note: Note) -> Link | None:
    found = _TEXT.fullmatch(note.text)
    if found is None:
        return None
    series, chain, n, root, number, previous, at, more = found.groups()
    try:
        restarts, key = _more(more)
        checkpoint = Checkpoint(UUID(chain), int(n), base64.b64decode(root).hex())
        time = datetime.fromisoformat(at)
        return Link(UUID(series), int(number), previous, time, checkpoint, restarts, key, _digest(str(note)))
    except ValueError:
        return None


def _more(lines: str) -> tuple[UUID | None, Verifier | None]:
    restarts, key = None, None
    for line in lines.splitlines():
        word, _, value = line.partition(" ")
        if word == "restarts":
            restarts = UUID(value)
        else:
            key = read_verifier(value)
            if key is None:
                raise ValueError(value)
    return restarts, key
