"""Python: modules named from source roots, imports resolved as Python resolves them, facts from `.py` and `.pyi`."""

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import python_layout
from drift.languages.support.python_imports import PythonResolver
from drift.languages.support.python_scan import skim
from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Python:
    """The Python language. See `drift.language.Language` for what each method promises."""

    name: str = python_layout.NAME
    version: int = 3
    suffixes: tuple[str, ...] = (".py", ".pyi")
    manifest_names: tuple[str, ...] = ("pyproject.toml",)

    def dialect(self, path: str) -> str:  # noqa: ARG002 - one grammar reads every Python file
        """Name the grammar; sources and stubs share it."""
        return self.name

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:  # noqa: ARG002 - one grammar
        """Read one file; where its imports alone are wanted, mostly without its syntax tree."""
        skimmed = skim(source) if tier is Tier.IMPORTS else None
        if skimmed is not None:
            return skimmed
        from drift.languages.support import python_facts  # noqa: PLC0415 (only where the tree is needed)

        return python_facts.read(source)

    def place(self, layout: Layout) -> Placement:
        """Name the module of each Python file."""
        return python_layout.place(layout)

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports; a placement made elsewhere is made again, with what the resolver needs."""
        own = placement if isinstance(placement, python_layout.PythonPlacement) else python_layout.place(layout)
        return PythonResolver(own)
