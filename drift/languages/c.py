"""C and C++: a module is a header with its source, named by its path; includes resolved as include paths would."""

from dataclasses import dataclass

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import c_facts, c_layout
from drift.languages.support.c_imports import IncludeResolver


@dataclass(frozen=True, slots=True)
class C:
    """C and C++ as one language. See `drift.language.Language` for what each method promises."""

    name: str = c_layout.NAME
    version: int = 1
    suffixes: tuple[str, ...] = c_layout.SUFFIXES
    manifest_names: tuple[str, ...] = ()

    def dialect(self, path: str) -> str:
        """Name the grammar: `c`, `cpp`, or `h` where only the content tells which of the two a header is."""
        return c_facts.dialect(path)

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
        """Read one file."""
        return c_facts.read(path, source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the module of each file."""
        return c_layout.place(layout)

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve includes."""
        return IncludeResolver(layout, placement)
