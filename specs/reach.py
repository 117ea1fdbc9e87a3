"""Which repositories a spec speaks about by what it says itself: `repositories` of the front matter and of blocks.

A repository goes by several names: the one it is registered under, host and path of its address, the last part of that.
Pure.
"""

from collections.abc import Collection, Iterable, Iterator

from specs.document import Document
from specs.problem import Problem
from specs.suggest import did_you_mean
from specs.values import dataclass, replace

ANY = "*"
KEY = "repositories"


@dataclass(frozen=True, slots=True)
class Reach:
    """The repositories that a spec names: for all it says (`spec`), and for single `invariants`. Empty: none named."""

    spec: tuple[str, ...] = ()
    invariants: frozenset[str] = frozenset()

    def governs(self, names: Collection[str], *, home: bool) -> bool:
        """Say whether the spec speaks about the repository of these names; `home` says whether it does unasked."""
        return self.whole(names, home=home) or is_meant(self.invariants, names)

    def whole(self, names: Collection[str], *, home: bool) -> bool:
        """Say whether all that names no repository of its own speaks about it."""
        return is_meant(self.spec, names) if self.spec else home


NOWHERE_NAMED = Reach()


def is_meant(wanted: Iterable[str], names: Collection[str]) -> bool:
    """Say whether one of the wanted names is a repository's, or stands for all."""
    known = {name.casefold() for name in names}
    return any(one == ANY or one.casefold() in known for one in wanted)


def reach_of(document: Document) -> Reach:
    """Say which repositories a spec names."""
    named = (name for block in document.invariants for name in block.repositories)
    return Reach(document.front_matter.repositories, frozenset(named))


def may_name(text: str) -> bool:
    """Say whether a text could name repositories at all: most need not be parsed to know that they do not."""
    return KEY in text


def seen_from(document: Document, names: Collection[str], *, home: bool = True) -> Document:
    """Give a spec as the repository of these names is to be held against it.

    `home` says whether it speaks about that one where it names none. Without any name nobody can tell, and all counts.
    """
    reach = reach_of(document)
    if not names or (home and reach == NOWHERE_NAMED):
        return document
    whole = reach.whole(names, home=home)
    elsewhere = frozenset(
        block.line
        for block in document.invariants
        if not (is_meant(block.repositories, names) if block.repositories else whole)
    )
    return replace(document, elsewhere=elsewhere, away=not whole, guest=not home)


def unknown_names(document: Document, known: Collection[str]) -> Iterator[Problem]:
    """Make a problem of each name that no repository of the project goes by: what it stands with would hold nowhere."""
    front = document.front_matter
    named = [(name, front.lines.get(KEY, 1)) for name in front.repositories]
    named += [(name, block.line) for block in document.invariants for name in block.repositories]
    for name, line in named:
        if name != ANY and not is_meant([name], known):
            hint = did_you_mean(name, sorted(known)) or "Register it, or correct the name."
            yield Problem("unknown-repository", f"The project has no repository {name}.", line, 1, hint)


def with_unknown(document: Document, known: Collection[str]) -> Document:
    """Give a spec with a problem for each repository that it names and the project does not have."""
    found = tuple(unknown_names(document, known)) if not document.guest else ()
    return replace(document, problems=(*document.problems, *found)) if found else document
