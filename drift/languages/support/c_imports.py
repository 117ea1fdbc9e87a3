"""What includes come to, once the whole tree is known. Never looks at syntax."""

from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts
from drift.language import Edge, Layout, Placement, Resolution, Unresolved
from drift.languages.support.folders import ancestors, folder_of, join, name_of, normal

# Below these, headers are included by the rest of their path.
_INCLUDE_FOLDERS = ("include", "src", "inc")
# The headers of the C standard, which some write in quotes.
_STANDARD = frozenset(
    f"{name}.h"
    for name in (
        *("assert", "complex", "ctype", "errno", "fenv", "float", "inttypes", "iso646", "limits", "locale", "math"),
        *("setjmp", "signal", "stdalign", "stdarg", "stdatomic", "stdbool", "stddef", "stdint", "stdio", "stdlib"),
        *("stdnoreturn", "string", "tgmath", "threads", "time", "uchar", "wchar", "wctype"),
    )
)


class _Found(NamedTuple):
    """The end of an edge ("" for none), whether it is external, why it leads nowhere."""

    end: str
    external: bool = False
    reason: str = ""


class IncludeResolver:
    """Resolves the includes of one file at a time; equal questions from one folder are answered once."""

    def __init__(self, layout: Layout, placement: Placement) -> None:
        self._placement = placement
        self._paths = layout.paths
        self._by_name: dict[str, list[str]] = {}
        for path in sorted(placement.module_of):
            self._by_name.setdefault(name_of(path), []).append(path)
        self._folders = {part for path in placement.module_of for part in folder_of(path).split("/")}
        self._answers: dict[tuple[str, str, bool], _Found] = {}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and the includes that lead nowhere."""
        name = self._placement.module_of[path]
        test = self._placement.modules[name].test
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            asked = (folder_of(path), raw.target, raw.names == ("<>",))
            found = self._answers.get(asked)
            if found is None:
                found = self._answers[asked] = self._find(*asked, computed=raw.names == ("macro",))
            if found.reason:
                unresolved.append(Unresolved(path, raw.line, raw.target, found.reason))
            elif found.end and found.end != name:
                attributes = raw.attributes | ({EdgeAttribute.EXTERNAL} if found.external else set())
                attributes |= {EdgeAttribute.TEST} if test else set()
                edges.append(Edge(name, found.end, path, raw.line, raw.column, attributes))
        return Resolution(tuple(edges), tuple(dict.fromkeys(unresolved)))

    def _find(self, folder: str, target: str, angled: bool, *, computed: bool) -> _Found:  # noqa: FBT001 - spread from a cache key
        if computed:
            return _Found("", reason="the header is named by a macro")
        file = self._along_the_path(folder, target, angled=angled) or self._by_its_end(folder, target, angled=angled)
        if file in self._placement.module_of:
            return _Found(self._placement.module_of[file])
        if file:
            return _Found("")  # a file of the tree that is no code of this language
        first, divided, _ = target.partition("/")
        if angled or target in _STANDARD or (divided and first not in self._folders and first not in {".", ".."}):
            return _Found(first, external=True)
        return _Found("", reason="there is no such header in the tree: generated, or of another package")

    def _along_the_path(self, folder: str, target: str, *, angled: bool) -> str:
        """Look beside the file, then in each folder above it and in the include folders there."""
        beside = normal(join(folder, target)) if not angled else None
        if beside is not None and beside in self._paths:
            return beside
        for above in ancestors(folder):
            for root in (above, *(join(above, name) for name in _INCLUDE_FOLDERS)):
                place = normal(join(root, target))
                if place is not None and place in self._paths:
                    return place
        return ""

    def _by_its_end(self, folder: str, target: str, *, angled: bool) -> str:
        """Look for the one file whose path ends so, the nearest of several; a bare `<name.h>` is the system's."""
        if angled and "/" not in target:
            return ""
        plain = target
        while plain.startswith(("./", "../")):
            plain = plain.partition("/")[2]
        ends = [path for path in self._by_name.get(name_of(plain), ()) if f"/{path}".endswith(f"/{plain}")]
        if not ends:
            return ""
        return min(ends, key=lambda path: (-_shared(folder_of(path), folder), path.count("/"), path))


def _shared(one: str, other: str) -> int:
    """Count the folders that two folders have in common above them."""
    return sum(1 for above in ancestors(one) if above and (other == above or other.startswith(f"{above}/")))
