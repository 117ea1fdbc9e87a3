"""What Go imports come to, once the whole tree is known. Never looks at syntax."""

from typing import NamedTuple

from drift.facts import EdgeAttribute, FileFacts
from drift.language import Edge, Resolution, Unresolved
from drift.languages.support.folders import ancestors, folder_of, join, normal
from drift.languages.support.go_layout import GoModule, GoPlacement

# Hosts whose repositories are addressed host/owner/name; elsewhere it is host/name.
_OWNER_HOSTS = {"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitea.com", "golang.org"}


class _Found(NamedTuple):
    """What an import path comes to: the end of an edge ("" for none), whether it is external, why it leads nowhere."""

    end: str
    external: bool = False
    reason: str = ""


class GoResolver:
    """Resolves the imports of one file at a time; equal questions are answered once."""

    def __init__(self, placement: GoPlacement) -> None:
        self._placement = placement
        self._modules = placement.modules
        self._by_path = {root.path: root for root in placement.roots.values() if root.path}
        self._answers: dict[tuple[str, str], _Found] = {}
        self._kept: dict[tuple[frozenset[EdgeAttribute], bool, bool], frozenset[EdgeAttribute]] = {}

    def __call__(self, path: str, facts: FileFacts) -> Resolution:
        """Give the edges of one file, and the imports that lead nowhere."""
        name = self._placement.module_of[path]
        test = self._modules[name].test
        folder = folder_of(path)
        owner = self._placement.owners[folder]
        edges: list[Edge] = []
        unresolved: list[Unresolved] = []
        for raw in facts.imports:
            relative = raw.target.startswith(".")
            asked = (folder if relative else owner.folder, raw.target)
            found = self._answers.get(asked)
            if found is None:
                answer = self._relative(raw.target, folder) if relative else self._find(raw.target, owner)
                found = self._answers[asked] = answer
            if found.reason:
                unresolved.append(Unresolved(path, raw.line, raw.target, found.reason))
            elif found.end and found.end != name:
                key = (raw.attributes, found.external, test)
                attributes = self._kept.get(key) or self._kept.setdefault(key, _joined(*key))
                edges.append(Edge(name, found.end, path, raw.line, raw.column, attributes))
        return Resolution(tuple(edges), tuple(dict.fromkeys(unresolved)))

    def _relative(self, target: str, folder: str) -> _Found:
        inner = normal(join(folder, target))
        owner = self._placement.owners.get(inner) if inner is not None else None
        if inner is None or owner is None:
            return _Found("", reason=f"there is no package in {target}")
        return _Found(owner.name_of(inner))

    def _find(self, target: str, owner: GoModule) -> _Found:
        if target == "C":
            return _Found("")
        if target in self._modules:
            return _Found(target)
        for prefix in _prefixes(target):
            if (folder := owner.replaced.get(prefix)) is not None and folder in self._placement.roots:
                end = join(self._placement.roots[folder].path, target[len(prefix) + 1 :])
                if end in self._modules:
                    return _Found(end)
            if prefix in owner.requires and prefix not in self._by_path:
                return _Found(prefix, external=True)
            if prefix in self._by_path:
                return _Found("", reason=f"module {prefix} of this tree has no such package")
        return _Found(self._package(target), external=True)

    def _package(self, target: str) -> str:
        """Name whose package this is: what some `go.mod` here requires, the standard library, or a repository."""
        for prefix in _prefixes(target):
            if any(prefix in root.requires for root in self._placement.roots.values()):
                return prefix
        host, *rest = target.split("/")
        if "." not in host:
            return target
        return "/".join([host, *rest[: 2 if host in _OWNER_HOSTS else 1]])


def _prefixes(path: str) -> list[str]:
    """Give an import path and all paths above it, the longest first."""
    return [above for above in ancestors(path) if above]


def _joined(raw: frozenset[EdgeAttribute], external: bool, test: bool) -> frozenset[EdgeAttribute]:  # noqa: FBT001 - a cache key, spread
    joined = raw | {EdgeAttribute.EXTERNAL} if external else raw
    return joined | {EdgeAttribute.TEST} if test else joined
