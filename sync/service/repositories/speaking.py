"""Which specs speak about which repository: by where they are at home, and by what they name. Pure but for a memory."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from uuid import UUID

from drift.lives.records import Repository
from specs.library import SpecText
from specs.parser import parse
from specs.reach import NOWHERE_NAMED, Reach, may_name, reach_of
from sync.binding.plan import SpecHead
from sync.binding.remotes import names_of_address


def called(repository: Repository) -> frozenset[str]:
    """Give the names by which a spec may call a repository: that in the project, and those of its address."""
    return names_of_address(repository.url) | {repository.name}


def all_called(repositories: Iterable[Repository]) -> frozenset[str]:
    """Give all names by which specs may call the repositories of a project."""
    return frozenset[str]().union(*map(called, repositories))


def heads_of(texts: Mapping[UUID, SpecText], waiting: Mapping[UUID, tuple[int, ...]]) -> list[SpecHead]:
    """Give specs as evaluations read them; `waiting` has the lines of each that await a person."""
    return [
        SpecHead(ref, one.spec.path, one.revision.digest, waiting.get(ref, ()), _reach(one))
        for ref, one in texts.items()
    ]


def _reach(one: SpecText) -> Reach:
    return _reach_in(one.text) if may_name(one.text) else NOWHERE_NAMED


@lru_cache(maxsize=1_000)
def _reach_in(text: str) -> Reach:
    """Say which repositories a text names; it is asked for each repository, at each commit."""
    return reach_of(parse(text))
