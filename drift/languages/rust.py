"""Rust: modules are `crate::` paths by file, `use` trees and qualified paths resolved with the `Cargo.toml` files."""

from dataclasses import dataclass

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import rust_facts, rust_layout
from drift.languages.support.rust_imports import RustResolver


@dataclass(frozen=True, slots=True)
class Rust:
    """The Rust language. See `drift.language.Language` for what each method promises."""

    name: str = rust_layout.NAME
    version: int = 1
    suffixes: tuple[str, ...] = (".rs",)
    manifest_names: tuple[str, ...] = ("Cargo.toml",)

    def dialect(self, path: str) -> str:  # noqa: ARG002 - one grammar reads every Rust file
        """Name the grammar."""
        return self.name

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:  # noqa: ARG002 - as above
        """Read one file."""
        return rust_facts.read(source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the module of each file."""
        return rust_layout.place(layout)

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports; a placement made elsewhere is made again, with what the resolver needs."""
        own = placement if isinstance(placement, rust_layout.RustPlacement) else rust_layout.place(layout)
        return RustResolver(own)
