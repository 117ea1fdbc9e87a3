"""PHP: a module is a namespace, as the code declares it; a file without one is a module of its own."""

from dataclasses import dataclass

from drift.facts import FileFacts, Tier
from drift.language import Layout, Placement, Resolver
from drift.languages.support import php_facts, php_layout
from drift.languages.support.namespaces import NamespacePlacement
from drift.languages.support.php_imports import PhpResolver


@dataclass(frozen=True, slots=True)
class Php:
    """The PHP language. See `drift.language.Language` for what each method promises."""

    name: str = php_layout.NAME
    version: int = 1
    suffixes: tuple[str, ...] = php_layout.SUFFIXES
    manifest_names: tuple[str, ...] = (php_layout.MANIFEST,)

    def dialect(self, path: str) -> str:  # noqa: ARG002 - one grammar reads every PHP file
        """Name the grammar."""
        return self.name

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:  # noqa: ARG002 - one grammar
        """Read one file."""
        return php_facts.read(source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name the namespace of each file."""
        if not any(path.endswith(self.suffixes) for path in layout.paths):
            return Placement({}, {}, {})
        return php_layout.place(layout, php_layout.read_composer(layout))

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve names; a placement made elsewhere is made again, with what the resolver needs."""
        composer = php_layout.read_composer(layout)
        own = placement if isinstance(placement, NamespacePlacement) else php_layout.place(layout, composer)
        return PhpResolver(own, composer)
