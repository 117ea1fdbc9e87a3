"""TypeScript and JavaScript: modules are paths without suffix, imports resolved as compiler and bundlers do."""

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import component_scripts, typescript_config, typescript_facts, typescript_layout
from drift.languages.support.typescript_imports import TypeScriptResolver
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class TypeScript:
    """TypeScript and JavaScript as one language. See `drift.language.Language` for what each method promises."""

    name: str = typescript_layout.NAME
    version: int = 7
    suffixes: tuple[str, ...] = (*typescript_layout.SUFFIXES, *component_scripts.SUFFIXES)
    manifest_names: tuple[str, ...] = ("package.json", *typescript_config.CONFIG_NAMES)

    def dialect(self, path: str) -> str:
        """Name the grammar: `typescript`, `tsx` for all that may hold JSX, `component` for those of Vue and Svelte."""
        return typescript_facts.dialect(path)

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
        """Read one file."""
        return typescript_facts.read(path, source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the module of each file."""
        return typescript_layout.place(layout)

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports."""
        return TypeScriptResolver(layout, placement)
