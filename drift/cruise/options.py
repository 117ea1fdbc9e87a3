"""A dependency-cruiser configuration as values: rules and options, and what of them is not carried over and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from drift.matching.regexes import Regex, compiled
from specs.problem import Severity

Sort: TypeAlias = Literal["forbidden", "allowed", "required"]
SORTS: tuple[Sort, ...] = ("forbidden", "allowed", "required")
SEVERITIES: Mapping[str, Severity] = {"error": "error", "warn": "warning", "info": "info"}
_PATTERNS = ("path", "pathNot")
# What a side of a rule may say, besides its patterns; the values are taken as they are.
_CONDITIONS = (
    *("orphan", "circular", "dynamic", "reachable", "couldNotResolve", "preCompilationOnly", "exoticallyRequired"),
    *("dependencyTypes", "dependencyTypesNot", "moreThanOneDependencyType", "moreUnstable", "ancestor"),
    *("numberOfDependentsLessThan", "numberOfDependentsMoreThan"),
)
_VIAS = ("via", "viaOnly", "viaNot", "viaSomeNot")
_SCANNED = (".js", ".cjs", ".mjs", ".jsx", ".ts", ".tsx", ".d.ts", ".cts", ".d.cts", ".mts", ".d.mts")
# Options about how results look, or that change nothing in them.
_SILENT = frozenset(
    {
        *("reporterOptions", "outputType", "outputTo", "cache", "collapse", "progress", "prefix", "suffix", "parser"),
        *("highlight", "experimentalStats", "metrics", "skipAnalysisNotInRules", "validate", "$schema", "doNotFollow"),
        *("exclude", "includeOnly", "tsPreCompilationDeps", "tsConfig", "moduleSystems", "combinedDependencies"),
        *("detectJSDocImports", "builtInModules", "enhancedResolveOptions", "maxDepth", "preserveSymlinks", "args"),
        *("extraExtensionsToScan", "rulesFile", "externalModuleResolutionStrategy", "baseDir"),
    }
)
_LOUD = {
    "webpackConfig": "aliases of a webpack configuration are not read",
    "babelConfig": "files are read as written, without babel",
    "focus": "all modules are looked at, in focus or not",
    "reaches": "all modules are looked at",
    "exoticRequireStrings": "only `require` and `import` are looked for",
    "detectProcessBuiltinModuleCalls": "only `require` and `import` are looked for",
    "knownViolations": "take these over with `holdfast baseline`",
}


@dataclass(frozen=True, slots=True)
class Via:
    """What a circle must pass through; `every` asks it of all its modules."""

    every: bool
    path: str = ""
    path_not: str = ""
    types: tuple[str, ...] = ()
    types_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a rule: `path` and `path_not` are patterns, "" for none; `says` holds the other conditions."""

    path: str = ""
    path_not: str = ""
    says: Mapping[str, Any] = field(default_factory=dict)
    vias: tuple[Via, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `module` is None where the rule has no such part; `severity` is ours."""

    sort: Sort
    name: str
    severity: Severity
    comment: str
    source: Side
    target: Side
    module: Side | None = None

    @property
    def about_modules(self) -> bool:
        """Whether it speaks of modules, not of single dependencies."""
        return "orphan" in self.source.says or "reachable" in self.target.says or self.module is not None


@dataclass(frozen=True, slots=True)
class Filter:
    """Which modules an option means, by path or by the type or manner of the dependency."""

    path: str = ""
    types: tuple[str, ...] = ()
    dynamic: bool | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """The options that decide which modules and dependencies there are."""

    do_not_follow: Filter = Filter()
    exclude: Filter = Filter()
    include_only: Filter = Filter()
    types_too: bool = False
    types_marked: bool = False
    doc_imports: bool = False
    ts_config: str = ""
    systems: frozenset[str] = frozenset({"es6", "cjs", "tsd", "amd"})
    combined: bool = False
    max_depth: int = 0
    builtin_only: frozenset[str] | None = None
    builtin_too: frozenset[str] = frozenset()
    scanned: tuple[str, ...] = _SCANNED
    extensions: tuple[str, ...] = _SCANNED
    extra: tuple[str, ...] = ()
    main_fields: tuple[str, ...] = ("main",)
    main_files: tuple[str, ...] = ("index",)
    exports: bool = False
    conditions: frozenset[str] = frozenset()
    follow_links: bool = True


def with_components(options: Options, suffixes: tuple[str, ...]) -> Options:
    """Look at components, too, whose compilers are installed."""
    extensions = options.extensions if options.extensions != options.scanned else (*_SCANNED, *suffixes)
    return replace(options, scanned=(*_SCANNED, *suffixes), extensions=extensions)


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something of a configuration that has no effect here, and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Contract:
    """A configuration, read."""

    rules: tuple[Rule, ...]
    options: Options
    dropped: tuple[Dropped, ...]


def read_contract(data: Mapping[str, Any]) -> Contract:
    """Read a configuration, given as the object it exports. What makes no sense is dropped with a reason."""
    dropped: list[Dropped] = []
    rules = [rule for sort in SORTS for rule in _rules(data, sort, dropped)]
    raw = data.get("options")
    options = raw if isinstance(raw, Mapping) else {}
    for name, value in options.items():
        if name in _LOUD and value not in (None, [], {}, False):
            dropped.append(Dropped(f"option {name}", _LOUD[name]))
        elif name not in _SILENT and name not in _LOUD:
            dropped.append(Dropped(f"option {name}", "it is not known here"))
    return Contract(tuple(rules), _options(options, dropped), tuple(dropped))


def _rules(data: Mapping[str, Any], sort: Sort, dropped: list[Dropped]) -> Iterable[Rule]:
    entries = data.get(sort)
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, Mapping):
            dropped.append(Dropped(f"a rule of {sort}", "it is no object"))
            continue
        said = data.get("allowedSeverity") if sort == "allowed" else entry.get("severity")
        severity: Severity = SEVERITIES.get(str(said), "warning")
        name = "not-in-allowed" if sort == "allowed" else str(entry.get("name") or "unnamed")
        if said == "ignore":
            continue
        wrong = _fault(entry)
        if wrong:
            dropped.append(Dropped(f"rule {name}", wrong))
            continue
        sides = [_side(entry.get(part)) for part in ("from", "to")]
        module = _side(entry["module"]) if "module" in entry else None
        yield Rule(sort, name, severity, str(entry.get("comment") or ""), sides[0], sides[1], module)


def _fault(entry: Mapping[str, Any]) -> str:
    """Say why a rule cannot be held; "" when it can."""
    if entry.get("scope") == "folder":
        return "rules about folders are not known here"
    for part in ("from", "to", "module"):
        side = entry.get(part)
        if side is None:
            continue
        if not isinstance(side, Mapping):
            return f"`{part}` is no object"
        known = {*_PATTERNS, *_CONDITIONS, *_VIAS}
        unknown = sorted(key for key in side if key not in known)
        if unknown:
            because = "licences are not read" if "license" in unknown[0] else "it is not known here"
            return f"`{part}.{unknown[0]}`: {because}"
        nested = [side[via] for via in _VIAS if isinstance(side.get(via), Mapping)]
        for holder in (side, *nested):
            for key in _PATTERNS:
                if reason := _bad(joined(holder.get(key))):
                    return f"`{part}.{key}`: {reason}"
    return ""


def _bad(pattern: str) -> str:
    found = compiled(pattern)
    return "" if isinstance(found, Regex) else found


def joined(value: Any) -> str:
    """Give one pattern for a text or a list of texts; "" for none."""
    if isinstance(value, list):
        return "|".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""


def _side(raw: Any) -> Side:
    side = raw if isinstance(raw, Mapping) else {}
    says = {key: side[key] for key in _CONDITIONS if key in side}
    for key in ("dependencyTypes", "dependencyTypesNot"):
        if key in says:
            says[key] = _texts(says[key])
    return Side(joined(side.get("path")), joined(side.get("pathNot")), says, tuple(_vias(side)))


def _vias(side: Mapping[str, Any]) -> Iterable[Via]:
    """Give the conditions on circles; `viaNot` and `viaSomeNot` are older spellings."""
    some, every = _via(side.get("via"), every=False), _via(side.get("viaOnly"), every=True)
    if "viaNot" in side and (every is None or not every.path_not):
        every = replace(every or Via(every=True), path_not=joined(side["viaNot"]))
    if "viaSomeNot" in side and (some is None or not some.path_not):
        some = replace(some or Via(every=False), path_not=joined(side["viaSomeNot"]))
    return [via for via in (some, every) if via is not None]


def _via(raw: Any, *, every: bool) -> Via | None:
    if isinstance(raw, Mapping):
        types, types_not = _texts(raw.get("dependencyTypes")), _texts(raw.get("dependencyTypesNot"))
        return Via(every, joined(raw.get("path")), joined(raw.get("pathNot")), types, types_not)
    return Via(every, joined(raw)) if raw else None


def _texts(value: Any) -> tuple[str, ...]:
    items: Sequence[Any] = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str))


def _filter(raw: Any, name: str, dropped: list[Dropped]) -> Filter:
    side = raw if isinstance(raw, Mapping) else {"path": raw}
    path = joined(side.get("path"))
    if reason := _bad(path):
        dropped.append(Dropped(f"option {name}", reason))
        path = ""
    dynamic = side.get("dynamic")
    return Filter(path, _texts(side.get("dependencyTypes")), dynamic if isinstance(dynamic, bool) else None)


def _options(raw: Mapping[str, Any], dropped: list[Dropped]) -> Options:
    stop, drop, keep = (_filter(raw.get(name), name, dropped) for name in ("doNotFollow", "exclude", "includeOnly"))
    found = Options(stop, drop, keep)
    config, builtin, resolving = (
        value if isinstance(value := raw.get(name), Mapping) else {}
        for name in ("tsConfig", "builtInModules", "enhancedResolveOptions")
    )
    doc = raw.get("detectJSDocImports") is True or raw.get("parser") == "tsc"
    deps = raw.get("tsPreCompilationDeps")
    return replace(
        found,
        types_too=bool(deps) or doc,
        types_marked=deps == "specify",
        doc_imports=raw.get("detectJSDocImports") is True,
        ts_config=str(config.get("fileName") or ("tsconfig.json" if raw.get("tsConfig") is not None else "")),
        systems=frozenset(_texts(raw["moduleSystems"])) if "moduleSystems" in raw else found.systems,
        combined=raw.get("combinedDependencies") is True,
        max_depth=raw["maxDepth"] if type(raw.get("maxDepth")) is int else 0,
        builtin_only=frozenset(_texts(builtin["override"])) if "override" in builtin else None,
        builtin_too=frozenset(_texts(builtin.get("add"))),
        extra=_texts(raw.get("extraExtensionsToScan")),
        exports="exports" in _texts(resolving.get("exportsFields")),
        conditions=frozenset(_texts(resolving.get("conditionNames"))),
        follow_links=raw.get("preserveSymlinks") is not True,
        extensions=_texts(resolving.get("extensions")) or found.extensions,
        main_fields=_texts(resolving["mainFields"]) if "mainFields" in resolving else found.main_fields,
        main_files=_texts(resolving["mainFiles"]) if "mainFiles" in resolving else found.main_files,
    )
