"""The modules that dependency-cruiser would visit, and their dependencies, from the facts of the files."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from drift.cruise.collation import collation_key
from drift.cruise.emitted import added
from drift.cruise.files import Files
from drift.cruise.options import Filter, Options
from drift.cruise.resolve import Resolver
from drift.cruise.tsconfig import CompilerConfig
from drift.cruise.types import Types
from drift.facts import EdgeAttribute, RawImport
from drift.languages.support.node_modules import BUILTINS, PROTOCOL_ONLY
from drift.matching.regexes import matches

Facts = Callable[[str], Sequence[RawImport]]

_UNFOLLOWED = frozenset({".json", ".node", ".css", ".sass", ".scss", ".stylus", ".less"})
_COMPILER_READS = frozenset({".ts", ".tsx", ".mts", ".cts", ".js", ".mjs", ".cjs", ".vue"})
_COMPILED = (".ts", ".tsx", ".mts", ".cts")
_PROTOCOL = re.compile(r"(node:|file:|data:|bun:)(?:[^,]+,)?(.+)", re.DOTALL)
_LONG_SUFFIX = re.compile(r"\.d\.[cm]?ts$")


@dataclass(slots=True)
class Dependency:
    """One dependency. `name` is as written, `resolved` the file, or the name where there is none."""

    name: str
    resolved: str
    types: tuple[str, ...]
    raw: RawImport
    core: bool = False
    unresolved: bool = False
    followable: bool = False
    not_followed: bool = False
    dynamic: bool = False
    before_compiling: bool | None = None
    cycle: tuple["Dependency", ...] = ()


@dataclass(slots=True)
class Module:
    """One module: a file, or what stands for a package or a built-in module."""

    name: str
    dependencies: list[Dependency] = field(default_factory=list)
    core: bool = False
    unresolved: bool = False
    not_followed: bool = False


class _Written(NamedTuple):
    """An import as the peer takes it from a file."""

    name: str
    system: str
    types: tuple[str, ...]
    dynamic: bool
    raw: RawImport
    before_compiling: bool | None = None


def suffix_of(name: str) -> str:
    """Give the suffix of a file, `.d.ts` as one."""
    found = _LONG_SUFFIX.search(name)
    return found[0] if found else posixpath.splitext(name)[1]


class Cruise:
    """One look at a tree under one set of options."""

    def __init__(self, files: Files, options: Options, config: CompilerConfig, facts: Facts) -> None:
        self._files = files
        self._options = options
        self._config = config
        self._facts = facts
        self._resolver = Resolver(files, options, config)
        self._types = Types(files, options, config)
        self._adds = "jsx" in config.options or config.options.get("importHelpers") is True

    def modules(self, folders: Sequence[str]) -> list[Module]:
        """Visit all files in these folders ("" is everything), and what they lead to."""
        visited: dict[str, Module] = {}
        for name in sorted(initial(self._files, self._options, folders)):
            self._visit(name, visited)
        found = dict(visited)
        for module in visited.values():
            for one in module.dependencies:
                if not one.followable and one.resolved not in found:
                    found[one.resolved] = Module(one.resolved, [], one.core, one.unresolved, one.not_followed)
        dynamic = self._options.exclude.dynamic
        if dynamic is not None:
            for module in found.values():
                module.dependencies = [one for one in module.dependencies if one.dynamic != dynamic]
        return list(found.values())

    def _visit(self, first: str, visited: dict[str, Module]) -> None:
        """Visit a file and all it leads to, in the order of their dependencies."""
        pending = [(first, 0)]
        while pending:
            name, depth = pending.pop()
            if name in visited:
                continue
            deep_enough = 0 < self._options.max_depth <= depth
            module = visited[name] = Module(name, [] if deep_enough else self._dependencies(name))
            ahead = [one.resolved for one in module.dependencies if one.followable]
            pending += [(target, depth + 1) for target in reversed(ahead) if target not in visited]

    def _dependencies(self, name: str) -> list[Dependency]:
        path = self._files.path(name)
        if path is None or suffix_of(name) in self._options.extra:
            return []
        folder = posixpath.dirname(name)
        known: dict[tuple[str, str, bool], _Written] = {}
        for one in self._written(name, self._facts(path)):
            known.setdefault((one.name, one.system, "type-only" in one.types), one)
        found = [self._resolved(one, folder) for one in known.values()]
        keep = self._options.include_only.path
        drop = self._options.exclude.path
        kept = [
            (key, one)
            for key, one in zip(known, found, strict=True)
            if not (drop and matches(drop, one.resolved)) and (not keep or matches(keep, one.resolved))
        ]
        kept.sort(key=lambda pair: collation_key(f"{pair[0][0]} {pair[0][1]} {str(pair[0][2]).lower()}"))
        return [one for _, one in kept]

    def _resolved(self, written: _Written, folder: str) -> Dependency:
        options = self._options
        name = written.name.rpartition("!")[2]
        found = Dependency(name, name, ("unknown",), written.raw, dynamic=written.dynamic)
        found.before_compiling = written.before_compiling
        if self._is_builtin(name):
            found.core = True
            found.types = (*self._types.of(name, name, folder, core=True), *written.types)
        elif (target := self._resolver.find(name, folder)) is not None:
            found.resolved = target
            suffix = suffix_of(target)
            found.followable = suffix in options.extensions and suffix not in _UNFOLLOWED
            found.types = (*self._types.of(name, target, folder, core=False), *written.types)
        else:
            found.unresolved = True
        found.not_followed = _is_meant(options.do_not_follow, found)
        found.followable = found.followable and not found.not_followed
        return found

    def _is_builtin(self, name: str) -> bool:
        options = self._options
        if options.builtin_only is not None:
            return name in options.builtin_only
        return name in BUILTINS or name in PROTOCOL_ONLY or name.startswith("bun:") or name in options.builtin_too

    def _written(self, name: str, imports: Sequence[RawImport]) -> Iterable[_Written]:
        """Give the imports of a file that the peer sees, in the order in which it sees them."""
        options = self._options
        compiler = options.types_too and posixpath.splitext(name)[1] in _COMPILER_READS
        written = [raw for raw in imports if EdgeAttribute.COMPUTED not in raw.attributes]
        found = self._before(name, written) if compiler else self._after(name, written)
        return [one for one in found if one.system in options.systems and one.name]

    def _before(self, name: str, imports: Sequence[RawImport]) -> list[_Written]:
        """Give the imports as they stand in the source."""
        found: list[tuple[int, _Written]] = []
        for raw in imports:
            if EdgeAttribute.JSDOC in raw.attributes and not self._options.doc_imports:
                continue
            order, system, types = _form(raw)
            dynamic = EdgeAttribute.DYNAMIC in raw.attributes
            only_before = None
            if self._options.types_marked:
                only_before = not self._survives(name, raw)
                types = (*types, "pre-compilation-only") if only_before else types
            found.append((order, _Written(_module(raw.target), system, types, dynamic, raw, only_before)))
        found.sort(key=lambda pair: pair[0])
        return [one for _, one in found]

    def _after(self, name: str, imports: Sequence[RawImport]) -> list[_Written]:
        """Give the imports that are left when types were compiled away."""
        compiled_away = name.endswith(_COMPILED) and self._config.commonjs
        required, plain = [], []
        kept = [raw for raw in imports if self._survives(name, raw)]
        if name.endswith(_COMPILED) and self._adds:
            text = self._files.text(name) or ""
            kept += added(name, text, kept, self._config.options, commonjs=compiled_away)
        for raw in kept:
            _, system, types = _form(raw)
            dynamic = EdgeAttribute.DYNAMIC in raw.attributes
            if compiled_away or system == "cjs":
                required.append(_Written(_module(raw.target), "cjs", ("require",), dynamic=False, raw=raw))
            else:
                plain.append(_Written(_module(raw.target), system, types, dynamic, raw))
        return required + plain

    def _survives(self, name: str, raw: RawImport) -> bool:
        """Tell whether an import is still there in what is run."""
        attributes = raw.attributes
        if EdgeAttribute.TYPE_ONLY in attributes:
            return False
        if EdgeAttribute.ERASED not in attributes or not name.endswith(_COMPILED) or self._config.keeps_imports:
            return True
        return EdgeAttribute.METADATA in attributes and self._config.writes_metadata


_FORMS: tuple[tuple[EdgeAttribute, tuple[int, str, tuple[str, ...]]], ...] = (
    (EdgeAttribute.JSDOC, (4, "es6", ("type-only", "import", "jsdoc"))),
    (EdgeAttribute.REFERENCE, (3, "tsd", ("triple-slash-directive", "triple-slash-file-reference"))),
    (EdgeAttribute.REQUIRE, (4, "cjs", ("require",))),
    (EdgeAttribute.DYNAMIC, (4, "es6", ("dynamic-import",))),
)


def _form(raw: RawImport) -> tuple[int, str, tuple[str, ...]]:
    """Give the place of an import in the peer's order, its module system, and its types."""
    attributes = raw.attributes
    found = next((form for attribute, form in _FORMS if attribute in attributes), None)
    if found is not None:
        return (2, "cjs", ("import-equals",)) if found[1] == "cjs" and raw.names else found
    only = ("type-only",) if EdgeAttribute.TYPE_ONLY in attributes else ()
    if EdgeAttribute.RE_EXPORT in attributes:
        return 1, "es6", (*only, "export")
    return (0, "es6", (*only, "import")) if raw.names or not only else (4, "es6", ("type-import",))


def _module(written: str) -> str:
    """Give the name that counts: built-in modules lose their protocol where they have a name without."""
    found = _PROTOCOL.fullmatch(written)
    if found is None or written in PROTOCOL_ONLY:
        return written
    return found[2]


def _is_meant(which: Filter, one: Dependency) -> bool:
    by_path = bool(which.path) and matches(which.path, one.resolved)
    return by_path or not set(which.types).isdisjoint(one.types)


def initial(files: Files, options: Options, folders: Sequence[str]) -> Iterator[str]:
    """Give the files in these folders ("" is everything) that are visited whether anything leads to them or not."""
    scanned = {*options.scanned, *options.extra}
    left_out: dict[str, bool] = {}
    wanted = tuple(f"{folder}/" for folder in folders)
    everything = "" in folders
    for name in files.names:
        if not everything and not name.startswith(wanted) and name not in folders:
            continue
        if name.startswith("../") or suffix_of(name) not in scanned:
            continue
        if _is_left_out(options, name, left_out):
            continue
        if not options.include_only.path or matches(options.include_only.path, name):
            yield name


def _is_left_out(options: Options, name: str, known: dict[str, bool]) -> bool:
    """Tell whether a file, or a folder it lies in, is not to be entered."""
    patterns = [one for one in (options.exclude.path, options.do_not_follow.path) if one]
    unknown = []
    place = name
    while place and place not in known:
        unknown.append(place)
        place = posixpath.dirname(place)
    out = known.get(place, False)
    for one in reversed(unknown):
        out = known[one] = out or any(matches(pattern, one) for pattern in patterns)
    return out


def by_name(modules: Iterable[Module]) -> Mapping[str, Module]:
    """Give modules by name."""
    return {module.name: module for module in modules}
