"""Go: a module is a package, named by its import path; imports resolved with the `go.mod` files of the tree."""

from dataclasses import dataclass

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import go_facts, go_layout
from drift.languages.support.go_imports import GoResolver


@dataclass(frozen=True, slots=True)
class Go:
    """The Go language. See `drift.language.Language` for what each method promises."""

    name: str = go_layout.NAME
    version: int = 3
    suffixes: tuple[str, ...] = (".go",)
    manifest_names: tuple[str, ...] = ("go.mod",)

    def dialect(self, path: str) -> str:  # noqa: ARG002 - one grammar reads every Go file
        """Name the grammar."""
        return self.name

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:  # noqa: ARG002 - one grammar, read whole
        """Read one file."""
        return go_facts.read(source)

    def place(self, layout: Layout) -> Placement:
        """Name the package of each file."""
        return go_layout.place(layout)

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports; a placement made elsewhere is made again, with what the resolver needs."""
        own = placement if isinstance(placement, go_layout.GoPlacement) else go_layout.place(layout)
        return GoResolver(own)
