"""From facts to the code index: place every file, resolve every import. Pure; knows no particular language.

The same input gives the same index, in whatever order it comes.
"""

from collections.abc import Collection, Iterable, Mapping

from drift.facts import EdgeAttribute, FileFacts, Scope, Tier
from drift.index import CodeIndex
from drift.language import Edge, Language, Languages, Layout, Module, Placement, Unresolved
from drift.languages import LANGUAGES, used


def manifest_names(languages: Languages = LANGUAGES) -> frozenset[str]:
    """Give what the files are called whose text `build_index` wants as `manifests`, as `is_manifest` understands it."""
    return frozenset(name for language in languages for name in language.manifest_names)


def is_manifest(path: str, names: Collection[str]) -> bool:
    """Tell whether a file is one of those that are called so: by its name, in whatever folder, or by its suffix."""
    name = path.rpartition("/")[2]
    return name in names or (name[name.rfind(".") :] in names if "." in name else False)


def build_index(  # noqa: PLR0913 - each part of a tree comes from elsewhere
    paths: Iterable[str],
    facts: Mapping[str, FileFacts],
    manifests: Mapping[str, str],
    source_roots: tuple[str, ...] = (),
    unread: Mapping[str, str] = {},
    *,
    scopes: Mapping[str, tuple[Scope, ...]] = {},
    languages: Languages = LANGUAGES,
    tier: Tier = Tier.BODIES,
    placed: Placement | None = None,
) -> CodeIndex:
    """Build the index of a tree from its paths, the facts of its readable files, and the text of its manifests.

    `unread` (path to reason) are files whose facts are missing; their modules exist, without imports. `scopes` is
    what files declare whose facts are not given, because their imports need not be resolved again. `languages` may
    be others than our own where another tool's view of the tree is wanted. `tier` is how far files were read. `placed`
    is what the only language says of these very paths, where that is known already.
    """
    every = frozenset(paths)
    declared = {path: known for path, known in scopes.items() if path not in facts and path in every}
    declared.update((path, one.scopes) for path, one in facts.items() if one.scopes)
    draft = _Draft()
    for language in languages if placed else used(every, languages):
        layout = Layout(every, _own(language, manifests), source_roots, declared)
        if placed is None:
            draft.add(language, layout, language.place(layout), facts)
        else:
            draft.edges += draft.resolved(language, layout, placed, facts)
    draft.edges.sort()
    return CodeIndex(
        paths=every,
        modules=dict(sorted(draft.modules.items())) if placed is None else placed.modules,
        module_of=dict(sorted(draft.module_of.items())) if placed is None else placed.module_of,
        edges=tuple(draft.edges),
        externals=frozenset(edge.imported for edge in draft.edges if EdgeAttribute.EXTERNAL in edge.attributes),
        facts=facts,
        unplaced=dict(sorted(draft.unplaced.items())),
        unread=dict(sorted(unread.items())),
        scopes=dict(sorted(declared.items())),
        problems={path: one.problems for path, one in facts.items() if one.problems},
        syntax={path: one.syntax for path, one in facts.items() if one.syntax} if tier > Tier.IMPORTS else {},
        unresolved=tuple(sorted(draft.unresolved, key=lambda one: (one.path, one.line, one.what, one.reason))),
    )


def _own(language: Language, manifests: Mapping[str, str]) -> Mapping[str, str]:
    names = set(language.manifest_names)
    return {path: text for path, text in manifests.items() if is_manifest(path, names)}


class _Draft:
    """An index in the making, language by language."""

    def __init__(self) -> None:
        self.modules: dict[str, Module] = {}
        self.module_of: dict[str, str] = {}
        self.unplaced: dict[str, str] = {}
        self.edges: list[Edge] = []
        self.unresolved: list[Unresolved] = []

    def add(self, language: Language, layout: Layout, placement: Placement, facts: Mapping[str, FileFacts]) -> None:
        """Take in what one language sees of the tree."""
        if not placement.module_of and not placement.unplaced:
            return
        edges = self.resolved(language, layout, placement, facts)
        shared = self.modules.keys() & placement.modules.keys()
        taken = {name for name in shared if self.modules[name] != placement.modules[name]}
        if taken:
            placement, edges = _renamed({name: placement.modules[name].path for name in taken}, placement, edges)
        self.modules.update(placement.modules)
        self.module_of.update(placement.module_of)
        self.unplaced.update(placement.unplaced)
        self.edges += edges

    def resolved(
        self, language: Language, layout: Layout, placement: Placement, facts: Mapping[str, FileFacts]
    ) -> list[Edge]:
        """Give the imports of one language's files, and note those that lead nowhere."""
        resolve = language.resolver(layout, placement)
        edges: list[Edge] = []
        for path in sorted(placement.module_of.keys() & facts.keys()):
            if (known := facts.get(path)) is not None:
                resolution = resolve(path, known)
                edges += resolution.edges
                self.unresolved += resolution.unresolved
        return edges


def _renamed(names: dict[str, str], placement: Placement, edges: list[Edge]) -> tuple[Placement, list[Edge]]:
    """Give modules whose names another language took already their path as name (`index.py` beside `index.ts`)."""
    modules = {
        names.get(name, name): module._replace(name=names[name]) if name in names else module
        for name, module in placement.modules.items()
    }
    module_of = {path: names.get(name, name) for path, name in placement.module_of.items()}
    external = EdgeAttribute.EXTERNAL
    moved = [
        edge._replace(
            importer=names.get(edge.importer, edge.importer),
            imported=edge.imported if external in edge.attributes else names.get(edge.imported, edge.imported),
        )
        for edge in edges
    ]
    return Placement(modules, module_of, placement.unplaced), moved
