"""Code indexes and invariants made by hand, for tests that need no files."""

import re
from collections.abc import Iterable, Mapping

from drift.facts import EdgeAttribute, FileFacts
from drift.index import CodeIndex
from drift.language import Edge, Module
from specs.document import Document, ExceptionClause, FrontMatter, InvariantBlock

RUNTIME = frozenset({EdgeAttribute.RUNTIME})
LINE = re.compile(
    r"^(?P<importer>\S+)(?: -> (?P<imported>\S+))?(?: *\[(?P<attributes>[^\]]*)\])?(?: *l\.(?P<line>\d+))?$"
)


def path_of(name: str) -> str:
    if "/" in name:
        return f"{name}.ts"
    return name.replace(".", "/") + ".py"


def index_of(  # noqa: PLR0913 (every part of an index may be the one that a test is about)
    links: Iterable[tuple[str, str]] = (),
    *,
    modules: Iterable[str] = (),
    externals: Iterable[str] = (),
    edges: Iterable[Edge] = (),
    paths: Iterable[str] = (),
    facts: Mapping[str, FileFacts] | None = None,
    unplaced: Mapping[str, str] | None = None,
    unread: Mapping[str, str] | None = None,
) -> CodeIndex:
    """An index with these imports; what is not named as external is a module with a file of its own."""
    outside = frozenset(externals)
    made = [*edges]
    for line, (importer, imported) in enumerate(links, start=1):
        external = {EdgeAttribute.EXTERNAL} if imported in outside else set()
        made.append(Edge(importer, imported, path_of(importer), line, 1, RUNTIME | external))
    names = {*modules, *(edge.importer for edge in made), *(edge.imported for edge in made)} - outside
    found = {name: Module(name, path_of(name), "typescript" if "/" in name else "python") for name in sorted(names)}
    return CodeIndex(
        paths=frozenset({module.path for module in found.values()} | set(paths)),
        modules=found,
        module_of={module.path: name for name, module in found.items()},
        edges=tuple(sorted(made, key=lambda edge: (edge.importer, edge.imported, edge.path, edge.line, edge.column))),
        externals=outside,
        facts=facts or {},
        unplaced=unplaced or {},
        unread=unread or {},
        unresolved=(),
    )


def index_from_text(text: str) -> CodeIndex:
    """Read lines `a -> b [attribute, ...] l.3` (an import) or `a` (a module); `external: x, y` names packages."""
    edges: list[Edge] = []
    modules: list[str] = []
    externals: set[str] = set()
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if line.startswith("external:"):
            externals |= {name.strip() for name in line.removeprefix("external:").split(",")}
            continue
        if not (found := LINE.match(line)):
            continue
        if not found["imported"]:
            modules.append(found["importer"])
            continue
        names = [name.strip() for name in (found["attributes"] or "runtime").split(",")]
        attributes = frozenset(EdgeAttribute(name) for name in names)
        place = path_of(found["importer"])
        edges.append(Edge(found["importer"], found["imported"], place, int(found["line"] or number), 1, attributes))
    return index_of(modules=modules, externals=externals, edges=edges)


def block_of(
    kind: str, identifier: str = "rule", *, exceptions: Iterable[object] = (), **options: object
) -> InvariantBlock:
    """An invariant block as the parser would give it; `from_` stands for the option `from`."""
    named = {key.rstrip("_"): value for key, value in options.items()}
    clauses = tuple(
        clause if isinstance(clause, ExceptionClause) else ExceptionClause(str(clause), "it is so", None, 30)
        for clause in exceptions
    )
    lines = {key: line for line, key in enumerate(named, start=12)}
    return InvariantBlock(
        id=identifier,
        kind=kind,
        name="",
        why="because",
        severity="error",
        owner="",
        exceptions=clauses,
        options=named,  # type: ignore[arg-type]
        option_lines=lines,
        anchor="rules",
        line=10,
        text="",
    )


def document_of(*blocks: InvariantBlock, status: str = "active", **more: object) -> Document:
    """A spec that holds these blocks."""
    values = {"problems": (), "mentions": (), "sections": (), **more}
    return Document(
        text="",
        title="Spec",
        front_matter=FrontMatter(status=status),  # type: ignore[arg-type]
        blocks=(),
        invariants=blocks,
        policies=(),
        **values,  # type: ignore[arg-type]
    )
