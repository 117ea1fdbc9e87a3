"""Views of who wrote what: lines of words with their authors, the authors with their share."""

from dataclasses import dataclass

from app.web.views.drift import Choice
from specs.revision import Actor, Revision


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of a line. `by` is a place in the page's revisions; `dim` where a filter leaves it out."""

    text: str
    by: int
    inferred: bool = False
    dim: bool = False


@dataclass(frozen=True, slots=True)
class AuthorLine:
    """A line in its stretches. `lead` is the revision that brought most of it, where the line before names another."""

    number: int
    words: tuple[Words, ...] = ()
    lead: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """A revision that brought words; `author` is a place in the page's authors."""

    revision: Revision
    author: int


@dataclass(frozen=True, slots=True)
class Share:
    """An author with how many words are theirs, and how many of these no person has said."""

    actor: Actor
    words: int
    inferred: int


@dataclass(frozen=True, slots=True)
class AuthorsPage:
    """A spec at a revision by who wrote it. `shown` of `words` words pass the filter."""

    path: str
    title: str
    revision: Revision
    is_head: bool
    lines: tuple[AuthorLine, ...]
    origins: tuple[Origin, ...]
    authors: tuple[Share, ...]
    words: int
    shown: int
    actors: tuple[Choice, ...] = ()
    actor: str = ""
    kind: str = ""
    said: str = ""
