"""What commits of the server's revisions say: author, message, trailers. Pure.

The author of a revision is the author of its commit, the committer is Holdfast. Trailers name the revision, so that
whoever meets the commit again knows that it is not new, and whose word it is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from specs.revision import Actor, ActorKind, Provenance

REVISION = "Holdfast-Revision"
PROVENANCE = "Holdfast-Provenance"
COMMITTER = "Holdfast"
MAX_SUBJECT = 200
MAX_AUTHORS = 20
_TRAILER = re.compile(rf"^{REVISION}: ([0-9a-f]{{64}})\s*$", re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]+@[^\s<>@,;:\"()\[\]\\]+")
_UNNAMED = re.compile(r"[\x00-\x1f\x7f<>\n]")


@dataclass(frozen=True, slots=True)
class Author:
    """Someone as commits name them."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an actor: the login of a person, the address that commits gave."""

    actor: Actor
    login: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """One revision that a commit holds, with its author."""

    revision: str
    author: Author
    at: datetime
    message: str
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Step:
    """One commit to be made: the files it moves or removes (old path to new, "" for none), the texts it brings."""

    words: tuple[Word, ...]
    moves: tuple[tuple[UUID, str, str], ...] = ()
    texts: tuple[tuple[UUID, str, str], ...] = ()


def author_of(known: Known, domain: str) -> Author:
    """Name an actor as git wants it: by the address that is known, else one that takes no mail."""
    name = _UNNAMED.sub(" ", known.actor.name).strip(" .,:;\"'") or "unknown"
    for address in (known.identity, known.login):
        if _ADDRESS.fullmatch(address):
            return Author(name, address)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", known.login or known.actor.name).strip("-.").lower()
    mark = "agent." if known.actor.kind is ActorKind.AGENT else ""
    return Author(name, f"{mark}{plain or known.actor.id.hex}@users.noreply.{domain}")


def message_of(step: Step) -> str:
    """Write the message of a commit."""
    last = step.words[-1] if step.words else None
    said = last.message.strip() if last is not None else ""
    subject, _, body = said.partition("\n")
    parts = [(subject.strip() or _told(step))[:MAX_SUBJECT], body.strip(), _trailers(step)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _told(step: Step) -> str:
    paths = [path for _, path, _ in step.texts]
    if len(paths) == 1:
        return f"Update {paths[0]}"
    if paths:
        return f"Update {len(paths)} specs"
    if len(step.moves) > 1:
        return f"Move {len(step.moves)} specs"
    _, old, new = step.moves[0]
    return f"Rename {old} to {new}" if new else f"Remove {old}"


def _trailers(step: Step) -> str:
    lines = [f"{REVISION}: {word.revision}" for word in step.words]
    if step.words:
        inferred = any(word.provenance is Provenance.INFERRED for word in step.words)
        lines.append(f"{PROVENANCE}: {Provenance.INFERRED if inferred else Provenance.EXPLICIT}")
    others = dict.fromkeys(word.author for word in reversed(step.words))
    lines += [f"Co-authored-by: {one}" for one in list(others)[1:MAX_AUTHORS]]
    return "\n".join(lines)


def claimed_revisions(message: str) -> tuple[str, ...]:
    """Give the revisions that a commit says it holds. It may say anything: whoever asks compares the texts."""
    return tuple(_TRAILER.findall(message))


@dataclass(frozen=True, slots=True)
class Link:
    """A head of a spec's history, in its order of arrival. `takes_in_git` where it was merged with what git brought."""

    seq: int
    word: Word
    text: str
    takes_in_git: bool


def steps(
    moves: Sequence[tuple[UUID, str, str]],
    chains: Iterable[tuple[UUID, str, Sequence[Link]]],
    movers: Sequence[Word] = (),
    most: int = 100,
) -> tuple[Step, ...]:
    """Put the commits in order: what moves or goes first, then each revision of each spec as it arrived.

    A chain is (spec, path, what git has not, oldest first). All up to the last merge with git's own text is one commit:
    what was written before that merge, put on top of git's text, would take git's words back.
    """
    made = [Step(tuple(movers), moves=tuple(moves))] if moves else []
    queue: list[tuple[int, Step]] = []
    for spec, path, links in chains:
        merged = max((place for place, link in enumerate(links) if link.takes_in_git), default=0)
        start = max(merged, len(links) - most)
        for place in range(start, len(links)):
            link = links[place]
            words = tuple(one.word for one in links[max(0, start - MAX_AUTHORS) : start + 1]) if place == start else ()
            queue.append((link.seq, Step(words or (link.word,), texts=((spec, path, link.text),))))
    queue.sort(key=lambda item: item[0])
    return (*made, *(step for _, step in queue))


def together(many: Sequence[Step]) -> Step:
    """Make one step of many: every file at its last text."""
    last = {spec: (spec, path, text) for step in many for spec, path, text in step.texts}
    return Step(
        tuple(word for step in many for word in step.words),
        tuple(move for step in many for move in step.moves),
        tuple(last.values()),
    )
