"""Ruby: a module is a file, named by its path; `require` and constants resolved as load path and autoloader do."""

from dataclasses import dataclass

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import ruby_facts, ruby_layout
from drift.languages.support.ruby_imports import RubyResolver


@dataclass(frozen=True, slots=True)
class Ruby:
    """The Ruby language. See `drift.language.Language` for what each method promises."""

    name: str = ruby_layout.NAME
    version: int = 1
    suffixes: tuple[str, ...] = (".rb", ".rake")
    manifest_names: tuple[str, ...] = ()

    def dialect(self, path: str) -> str:  # noqa: ARG002 - one grammar reads every Ruby file
        """Name the grammar."""
        return self.name

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:  # noqa: ARG002 - as above
        """Read one file."""
        return ruby_facts.read(source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the module of each file."""
        return ruby_layout.place(layout)

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports."""
        return RubyResolver(layout, placement)
