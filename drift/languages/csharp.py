"""C#: a module is a namespace, as the code declares it; names resolved with the `.csproj` files of the tree."""

from dataclasses import dataclass

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import csharp_facts, csharp_layout
from drift.languages.support.csharp_imports import CSharpResolver
from drift.languages.support.namespaces import NamespacePlacement


@dataclass(frozen=True, slots=True)
class CSharp:
    """The C# language. See `drift.language.Language` for what each method promises."""

    name: str = csharp_layout.NAME
    version: int = 1
    suffixes: tuple[str, ...] = (".cs",)
    manifest_names: tuple[str, ...] = (csharp_layout.PROJECT, csharp_layout.SHARED)

    def dialect(self, path: str) -> str:  # noqa: ARG002 - one grammar reads every C# file
        """Name the grammar."""
        return self.name

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:  # noqa: ARG002 - one grammar
        """Read one file."""
        return csharp_facts.read(source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the namespace of each file."""
        if not any(path.endswith(self.suffixes) for path in layout.paths):
            return Placement({}, {}, {})
        return csharp_layout.place(layout, csharp_layout.read_projects(layout))

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve names; a placement made elsewhere is made again, with what the resolver needs."""
        projects = csharp_layout.read_projects(layout)
        own = placement if isinstance(placement, NamespacePlacement) else csharp_layout.place(layout, projects)
        return CSharpResolver(own, projects)
