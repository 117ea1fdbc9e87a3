"""The configuration of tach as values: `tach.toml` or `[tool.tach]`, joined with the `tach.domain.toml` files.

Reads as tach 0.35 does, and says what is not as it should be instead of stopping.
"""

import ast
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from specs.errors import UserError
from sync.importers.support.globs import globset, has_wildcard, ignored
from sync.importers.support.translation import Dropped, Source, line_of

ROOT = "<root>"
DOMAIN_ROOT = "<domain_root>"
DOMAIN_FILE = "tach.domain.toml"


@dataclass(frozen=True, slots=True)
class Dependency:
    """One entry of `depends_on`."""

    path: str
    deprecated: bool = False

    def matches(self, module: str) -> bool:
        """Say whether a module is meant: by name, or by glob."""
        if not has_wildcard(self.path):
            return self.path == module
        return module_glob(self.path)(module)


@dataclass(frozen=True, slots=True)
class TachModule:
    """A module as tach knows it. `on` is None where anything is allowed."""

    path: str
    on: tuple[Dependency, ...] | None
    never: tuple[Dependency, ...] = ()
    layer: str = ""
    visibility: tuple[str, ...] | None = None
    utility: bool = False
    unchecked: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Interface:
    """What modules show: patterns of modules and of names, for whom, and whether no other interface counts beside."""

    of: tuple[str, ...]
    names: tuple[str, ...]
    to: tuple[str, ...] | None = None
    alone: bool = False
    primitive: bool = False


@dataclass(slots=True)
class TachConfig:
    """The whole configuration. `values` are the plain settings; `roots` the source roots, as folders of the tree."""

    values: Mapping[str, Any]
    roots: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    modules: list[TachModule] = field(default_factory=list)
    interfaces: list[Interface] = field(default_factory=list)
    layers: list[tuple[str, bool]] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)

    def says(self, key: str, *, default: bool = False) -> bool:
        """Give a setting that is true or false."""
        return bool(self.values.get(key, default))

    def rule(self, name: str, default: str) -> str:
        """Give how severe a rule is: error, warn or off."""
        rules = self.values.get("rules")
        return str(rules.get(name, default)) if isinstance(rules, dict) else default


def read_config(source: Source) -> TachConfig:
    """Read the configuration. Raises `UserError` for a file that is no TOML, or not tach's."""
    try:
        values: Any = tomllib.loads(source.text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UserError(f"{source.path} is not valid TOML: {error}", "mend the line it names") from error
    if source.path.rpartition("/")[2] == "pyproject.toml":
        tool = values.get("tool")
        values = tool.get("tach") if isinstance(tool, dict) else None
        if not isinstance(values, dict):
            raise UserError(f"{source.path} has no [tool.tach]", "name the file that holds tach's configuration")
    config = TachConfig(values, exclude=tuple(texts(values.get("exclude"))))
    config.roots = _roots(texts(values.get("source_roots")) if "source_roots" in values else ["."], source, config)
    config.layers = [_layer(layer) for layer in _list(values.get("layers"))]
    config.modules = [module for row in _list(values.get("modules")) for module in _modules(row)]
    config.interfaces = [_interface(row) for row in _list(values.get("interfaces")) if isinstance(row, dict)]
    _make_strict(config, source)
    for path in _domains(config, source):
        _add_domain(config, source, path)
    return config


def texts(value: object) -> list[str]:
    """Take a list of texts."""
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _layer(layer: object) -> tuple[str, bool]:
    if isinstance(layer, dict):
        return str(layer.get("name", "")), layer.get("closed") is True
    return str(layer), False


def _modules(row: object) -> Iterator[TachModule]:
    """Give the module, or the modules, of one table."""
    if not isinstance(row, dict):
        return
    paths = texts(row.get("paths")) or texts([row.get("path")])
    for path in paths:
        yield _module(path, row, strict=row.get("strict") is True and "path" in row)


def _module(path: str, row: Mapping[str, Any], *, strict: bool = False) -> TachModule:
    visibility = row.get("visibility")
    return TachModule(
        path=path,
        on=_dependencies(row["depends_on"]) if isinstance(row.get("depends_on"), list) else None,
        never=_dependencies(row.get("cannot_depend_on")),
        layer=str(row.get("layer") or ""),
        visibility=tuple(texts(visibility)) if isinstance(visibility, list) else None,
        utility=row.get("utility") is True,
        unchecked=row.get("unchecked") is True,
        strict=strict,
    )


def _dependencies(value: object) -> tuple[Dependency, ...]:
    found = []
    for entry in _list(value):
        if isinstance(entry, str):
            found.append(Dependency(entry))
        elif isinstance(entry, dict) and isinstance(entry.get("path"), str):
            found.append(Dependency(entry["path"], entry.get("deprecated") is True))
    return tuple(found)


def _interface(row: Mapping[str, Any]) -> Interface:
    return Interface(
        of=tuple(texts(row.get("from"))) if "from" in row else (".*",),
        names=tuple(texts(row.get("expose"))),
        to=tuple(texts(row["visibility"])) if isinstance(row.get("visibility"), list) else None,
        alone=row.get("exclusive") is True,
        primitive=row.get("data_types") == "primitive",
    )


def _roots(given: Iterable[str], source: Source, config: TachConfig) -> tuple[str, ...]:
    """Give the source roots as folders of the tree, in the order that is written."""
    folders = {path.rpartition("/")[0] for path in source.paths}
    known = {"/".join(folder.split("/")[: n + 1]) for folder in folders for n in range(folder.count("/") + 1)} | {""}
    found: dict[str, None] = {}
    for raw in given:
        plain = "/".join(part for part in raw.split("/") if part not in {"", "."})
        inside = f"{source.folder}/{plain}".strip("/") if source.folder else plain
        if ".." in inside.split("/"):
            config.dropped.append(
                Dropped(f"source root {raw}", line_of(source.text, [raw]), "it lies outside the root")
            )
        elif has_wildcard(inside):
            found |= dict.fromkeys(sorted(folder for folder in known if folder and globset(inside).fullmatch(folder)))
        elif inside in known:
            found[inside] = None
        else:
            config.dropped.append(Dropped(f"source root {raw}", line_of(source.text, [raw]), "there is no such folder"))
    return tuple(found)


def _make_strict(config: TachConfig, source: Source) -> None:
    """Turn `strict` modules into interfaces of their `__all__`, which then replace all others, as tach does."""
    strict = [module for module in config.modules if module.strict]
    if strict:
        config.interfaces = [Interface((module.path,), _listed_names(module.path, config, source)) for module in strict]


def _listed_names(module: str, config: TachConfig, source: Source) -> tuple[str, ...]:
    """Give the names in the `__all__` of a module."""
    place = module.replace(".", "/")
    endings = ("/__init__.pyi", "/__init__.py", ".pyi", ".py")
    candidates = [f"{root}/{place}{end}".lstrip("/") for root in config.roots for end in endings]
    path = next((path for path in candidates if path in source.paths), None)
    try:
        tree = ast.parse(source.read(path) or "") if path else ast.Module([], [])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    found: list[str] = []
    for node in ast.walk(tree):
        named = isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets
        )
        if named and isinstance(node, ast.Assign) and isinstance(node.value, ast.List):
            found += [
                one.value for one in node.value.elts if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
    return tuple(found)


def _domains(config: TachConfig, source: Source) -> list[str]:
    """Find the domain files below the source roots."""
    named = [path for path in source.paths if path.rpartition("/")[2] == DOMAIN_FILE]
    is_excluded = excluded(config.exclude)
    return sorted(path for path in named if owner(path, config.roots) is not None and not is_excluded(path))


def _add_domain(config: TachConfig, source: Source, path: str) -> None:
    folder = path.rpartition("/")[0]
    root = owner(path, config.roots) or ""
    prefix = folder[len(root) :].strip("/").replace("/", ".")
    try:
        values = tomllib.loads(source.read(path) or "")
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        config.dropped.append(Dropped(path, 0, f"it is not valid TOML: {error}"))
        return
    if not prefix:
        config.dropped.append(Dropped(path, 0, "a domain cannot be a source root itself"))
        return
    if isinstance(values.get("root"), dict):
        config.modules.append(_resolved(_module(prefix, values["root"]), prefix))
    for row in _list(values.get("modules")):
        for module in _modules(row):
            config.modules.append(_resolved(replace(module, path=f"{prefix}.{module.path}"), prefix))
    for row in _list(values.get("interfaces")):
        if isinstance(row, dict):
            made = _interface(row)
            of = tuple(prefix if one == DOMAIN_ROOT else f"{prefix}.{one}" for one in made.of)
            to = None if made.to is None else tuple(_absolute(one, prefix) for one in made.to)
            config.interfaces.append(replace(made, of=of, to=to))


def _resolved(module: TachModule, prefix: str) -> TachModule:
    def within(entries: tuple[Dependency, ...]) -> tuple[Dependency, ...]:
        return tuple(replace(entry, path=_absolute(entry.path, prefix)) for entry in entries)

    seen = None if module.visibility is None else tuple(_absolute(one, prefix) for one in module.visibility)
    on = None if module.on is None else within(module.on)
    return replace(module, on=on, never=within(module.never), visibility=seen)


def _absolute(path: str, prefix: str) -> str:
    """Give a domain's path as a whole one: `//` begins one that is whole already."""
    if path.startswith("//"):
        return path[2:]
    return prefix if path == DOMAIN_ROOT else f"{prefix}.{path}"


def owner(path: str, roots: Iterable[str]) -> str | None:
    """Give the deepest source root that a file lies in: each file has one, even where roots lie in each other."""
    inside = [root for root in roots if not root or path.startswith(root + "/")]
    return max(inside, key=len, default=None)


def excluded(patterns: tuple[str, ...]) -> Callable[[str], bool]:
    """Give a function that says whether a file, or a folder above it, is excluded or hidden."""
    matched = ignored(patterns)
    known: dict[str, bool] = {"": False}

    def folder_is(folder: str) -> bool:
        if folder not in known:
            above, _, name = folder.rpartition("/")
            known[folder] = name.startswith(".") or folder_is(above) or matched(folder, True)  # noqa: FBT003 (as the matcher of ignore files wants it)
        return known[folder]

    def is_excluded(path: str) -> bool:
        folder, _, name = path.rpartition("/")
        return name.startswith(".") or folder_is(folder) or matched(path, False)  # noqa: FBT003 (as the matcher of ignore files wants it)

    return is_excluded


def module_glob(pattern: str) -> Callable[[str], bool]:
    """Give a function that says whether a dotted module name is matched: a `**` at the end includes what is before."""
    path = pattern.replace(".", "/")
    if path.endswith("/**"):
        path = f"{path[:-3]}{{,/**}}"
    regex = globset(path)
    return lambda name: regex.fullmatch(name.replace(".", "/")) is not None
