"""What Java and Kotlin imports come to, once the whole tree is known: one space of packages. Never looks at syntax."""

from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts, RawImport
from drift.language import Edge, Resolution, Unresolved
from drift.languages.support.jvm_layout import JvmPlacement

# A dotted name that nobody imports counts as a package of others only where it begins as packages do.
_BEGINNINGS = frozenset(
    {"java", "javax", "jakarta", "jdk", "sun", "kotlin", "kotlinx", "scala", "groovy", "android", "androidx"}
    | {"com", "org", "net", "io", "edu", "gov", "dev"}
)
_EXTERNAL = frozenset({EdgeAttribute.EXTERNAL})
_TEST = frozenset({EdgeAttribute.TEST})


class _Found(NamedTuple):
    """What an import comes to: the end of an edge ("" for none), whether it is external, what is wrong with it."""

    end: str = ""
    external: bool = False
    reason: str = ""


class JvmResolver:
    """Resolves the imports of one file at a time; equal questions are answered once.

    An edge ends at the package, as compiled classes would tell: a class nested in another belongs to the other's
    package. What the tree does not declare is external and keeps the name of its package in full.
    """

    def __init__(self, placement: JvmPlacement) -> None:
        self._placement = placement
        self._packages = placement.packages
        self._answers: dict[tuple[str, tuple[str, ...], bool], _Found] = {}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and the imports that lead nowhere."""
        name = self._placement.module_of[path]
        test = self._placement.modules[name].test
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            asked = raw.target, raw.names, test
            found = self._answers.get(asked)
            if found is None:
                found = self._answers[asked] = self._find(raw, test=test)
            if found.reason:
                unresolved.append(Unresolved(path, raw.line, _written(raw), found.reason))
            if found.end and found.end != name:
                attributes = raw.attributes | _EXTERNAL if found.external else raw.attributes
                edges.append(
                    Edge(name, found.end, path, raw.line, raw.column, attributes | _TEST if test else attributes)
                )
        return Resolution(tuple(edges), tuple(dict.fromkeys(unresolved)))

    def _find(self, raw: RawImport, *, test: bool) -> _Found:
        segments = raw.target.split(".")
        own, rest = self._own(segments)
        if own and (not rest or not rest[0][:1].islower()):
            return _Found(self._module(own, rest or [*raw.names], test=test))
        package = _package(segments)
        written_in_full = not raw.names
        if written_in_full and segments[0] not in _BEGINNINGS:
            return _Found()
        if not package:
            return _Found(reason="it names no package")
        if "." in own:
            reason = f"no file of this tree declares the package {package} (generated code is not read)"
            return _Found(package, external=True, reason=reason)
        return _Found(package, external=True)

    def _own(self, segments: list[str]) -> tuple[str, list[str]]:
        """Give the longest package of the tree that a name begins with ("" for none), and what follows it."""
        for length in range(len(segments), 0, -1):
            package = ".".join(segments[:length])
            if package in self._packages:
                return package, segments[length:]
        return "", segments

    def _module(self, package: str, members: list[str], *, test: bool) -> str:
        """Choose between the product's package and that of its tests, which only tests can see where both exist."""
        names = self._packages[package]
        if test and len(names) > 1 and members:
            return self._placement.types.get((package, members[0]), names[0])
        return names[0]


def _package(segments: list[str]) -> str:
    """Give the part of a name that must be a package: what stands before the first segment that begins large."""
    for place, segment in enumerate(segments):
        if segment[:1].isupper():
            return ".".join(segments[:place])
    return ".".join(segments)


def _written(raw: RawImport) -> str:
    return ".".join((raw.target, *raw.names)) if raw.names != (raw.target,) else raw.target
