"""Kotlin: a module is a package, as the code declares it; a package shared with Java is one module."""

from dataclasses import dataclass

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import jvm_layout, kotlin_facts
from drift.languages.support.jvm_imports import JvmResolver


@dataclass(frozen=True, slots=True)
class Kotlin:
    """The Kotlin language. See `drift.language.Language` for what each method promises."""

    name: str = "kotlin"
    version: int = 2
    suffixes: tuple[str, ...] = (".kt", ".kts")
    manifest_names: tuple[str, ...] = ()

    def dialect(self, path: str) -> str:  # noqa: ARG002 - one grammar reads files and scripts
        """Name the grammar."""
        return self.name

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:  # noqa: ARG002 - one grammar
        """Read one file."""
        return kotlin_facts.read(source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the package of each file."""
        return jvm_layout.place(layout, self.suffixes)

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports; a placement made elsewhere is made again, with what the resolver needs."""
        own = placement if isinstance(placement, jvm_layout.JvmPlacement) else jvm_layout.place(layout, self.suffixes)
        return JvmResolver(own)
