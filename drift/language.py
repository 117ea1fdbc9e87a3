"""The seam each language implements, in one file of `drift.languages`. Knows no particular language."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from drift.facts import EdgeAttribute, FileFacts, Scope, Tier
from specs.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Layout:
    """The tree as a language sees it when it names modules: all paths, manifests, and what files declare.

    `manifests` maps the path of each file whose name the language listed in `manifest_names` to its text.
    `source_roots` are the configured roots ("" is the top); empty means: find them. `scopes` maps paths to the
    packages or namespaces that the files of any language say they add to; files that say none are left out.
    """

    paths: frozenset[str]
    manifests: Mapping[str, str]
    source_roots: tuple[str, ...] = ()
    scopes: Mapping[str, tuple[Scope, ...]] = field(default_factory=dict)


class Module(NamedTuple):
    """A file, as its language names it. `name` is unique within the language; `test` marks test code.

    `members` holds the paths of all files where a module is several files (a Go package); `path` is the first.
    Languages that share packages (Java, Kotlin) give equal modules, which hold the files of all of them.
    """

    name: str
    path: str
    language: str
    is_package: bool = False
    test: bool = False
    members: tuple[str, ...] = ()


class Edge(NamedTuple):
    """One import, resolved: `imported` is a module name, or the name of an external package (then EXTERNAL is set)."""

    importer: str
    imported: str
    path: str
    line: int
    column: int
    attributes: frozenset[EdgeAttribute]


@dataclass(frozen=True, slots=True)
class Unresolved:
    """An import or a file that could not be placed, and why."""

    path: str
    line: int
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Which module each file is (`module_of`: path to module name), and which files have no place (path to reason)."""

    modules: Mapping[str, Module]
    module_of: Mapping[str, str]
    unplaced: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the imports of one file come to."""

    edges: tuple[Edge, ...]
    unresolved: tuple[Unresolved, ...]


class Resolver(Protocol):
    """Made once per tree by `Language.resolver`; resolves one file at a time."""

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Resolve the imports of the file at `path`."""


class Language(Protocol):
    """One programming language."""

    @property
    def name(self) -> str:
        """The language's name, as `FileFacts.language` gives it."""

    @property
    def version(self) -> int:
        """Grows whenever `extract` would give other facts for the same bytes."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The suffixes of its files, each with its dot."""

    @property
    def manifest_names(self) -> tuple[str, ...]:
        """What the files are called whose text `place` and `resolver` want: names (`go.mod`), suffixes (`.csproj`)."""

    def dialect(self, path: str) -> str:
        """Name the grammar that reads this file: the same bytes give other facts under another dialect."""

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
        """Read one file as far as `tier` at least. Never raises on content: what is wrong comes back in `problems`.

        The path only chooses the dialect; nothing else of it may show in the facts. What a tier says is the same
        however far the file was read.
        """

    def place(self, layout: Layout) -> Placement:
        """Name the module of each file of this language in the tree; each file has one owner."""

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:
        """Prepare to resolve imports in this tree."""


@runtime_checkable
class PlainLanguage(Protocol):
    """A language whose placement says no more than which module each file is: it can be taken up from a kept index."""

    @property
    def plain(self) -> bool:
        """Always true: a language that cannot promise it has no such property."""


Languages = Sequence[Language]
