"""tach: `tach.toml`, `[tool.tach]` and `tach.domain.toml`. Its modules become one invariant of the kind `depends`.

Read as tach 0.35 reads them. What it looks at is `support.tach_view`, where findings stand is `support.tach_lines`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from drift.graphs.cycles import tangles
from drift.matching.regexes import compiled
from specs.document import Yaml
from sync.importers.support.globs import has_wildcard
from sync.importers.support.tach_config import (
    ROOT,
    Dependency,
    Interface,
    TachConfig,
    TachModule,
    excluded,
    module_glob,
    owner,
    read_config,
    texts,
)
from sync.importers.support.tach_lines import told_apart
from sync.importers.support.tach_view import TachPython, wanted
from sync.importers.support.translation import Contract, Dropped, Source, Translation, View, line_of

UNSEEN = "dynamic"
EVERYTHING = "**"
# What tach does beside looking at imports, and what we have other means for.
NOT_CARRIED = {
    "include_string_imports": "names in texts are not read as imports",
    "plugins": "what plug-ins find is not looked at",
}


@dataclass(frozen=True, slots=True)
class Tach:
    """See `sync.importers.support.translation.Importer`."""

    name: str = "tach"

    def recognises(self, path: str, text: str) -> bool:
        """Its own file by name, `pyproject.toml` by its table."""
        name = path.rpartition("/")[2]
        return name == "tach.toml" or (name == "pyproject.toml" and "[tool.tach]" in text)

    def translate(self, source: Source) -> Translation:
        """Translate the whole configuration into rows. Raises `UserError` for a file that cannot be read."""
        config = read_config(source)
        made = _Translator(source, config)
        python = TachPython(config.roots, config.exclude, source.folder)
        view = View(
            (python,),
            reads=wanted(config.roots, config.exclude),
            retold=told_apart,
        )
        contracts = tuple(made.contracts())
        return Translation(self.name, "Modules", contracts, (*config.dropped, *made.dropped), view)


class _Translator:
    """Makes rows of the modules that exist, and notes what cannot be a row."""

    def __init__(self, source: Source, config: TachConfig) -> None:
        self.source = source
        self.config = config
        self.dropped: list[Dropped] = []
        is_excluded = excluded(config.exclude)
        self._files = self._modules_of(source.paths)
        self._tree = self._modules_of(path for path in source.paths if not is_excluded(path))
        self._folders = self._folders_of_tree()
        self.modules = self._existing()
        self.explicit = config.says("layers_explicit_depends_on")
        self.levels = {name: level for level, (name, _closed) in reversed(list(enumerate(config.layers)))}

    def contracts(self) -> Iterator[Contract]:
        """Give the contract of the rows, and one that warns of what is deprecated."""
        self._note_settings()
        rows: dict[str, Yaml] = {}
        for path, module in self.modules.items():
            rows[_key(path)] = self._row(module)
        values: dict[str, Yaml] = {"modules": rows}
        if layers := self._layers():
            values["layers"] = [list[Yaml](_keys(layer)) for layer in layers]
            if closed := self._closed():
                values["closed"] = list[Yaml](_keys(closed))
            if self.explicit:
                values["explicit"] = True
        if free := [path for path, module in self.modules.items() if module.utility]:
            values["free"] = list[Yaml](_keys(free))
        if unchecked := [path for path, module in self.modules.items() if module.unchecked]:
            values["unchecked"] = list[Yaml](_keys(unchecked))
        if shows := [show for interface in self.config.interfaces for show in self._shows(interface)]:
            values["shows"] = list[Yaml](shows)
        if self.config.says("exact"):
            values["exact"] = True
        if self.config.says("forbid_circular_dependencies") and self._says_circles():
            values["acyclic"] = True
        if hidden := self._hidden():
            values["hidden"] = dict(sorted(hidden.items()))
        values["imports"] = self._imports()
        line = line_of(self.source.text, ["[[modules]]", "[[tool.tach.modules]]", "modules"])
        yield Contract("tach-modules", "tach modules", "depends", values, line=line, prose=self._prose())
        if warned := self._deprecated():
            values = {"modules": {**dict.fromkeys(rows), **warned}, "imports": self._imports()}
            prose = "Imports that are allowed for now and should go."
            yield Contract("tach-deprecated", "tach deprecated", "depends", values, "", "warning", (), line, prose)

    def _existing(self) -> dict[str, TachModule]:
        """Give the modules by path, globs resolved; a plain row overwrites what a glob made."""
        found: dict[str, TachModule] = {}
        globbed: set[str] = set()
        for module in self.config.modules:
            paths = self._paths(module.path)
            if not paths:
                line = line_of(self.source.text, [f'"{module.path}"'])
                self.dropped.append(Dropped(f"module {module.path}", line, "there is no such module"))
            for path in paths:
                is_glob = has_wildcard(module.path)
                if path not in found or path in globbed:
                    found[path] = replace(module, path=path)
                    (globbed.add if is_glob else globbed.discard)(path)
        treatment = str(self.config.values.get("root_module", "ignore")).lower()
        if treatment == "ignore":
            found.pop(ROOT, None)
        elif ROOT not in found:
            found[ROOT] = TachModule(ROOT, ())
        return found

    def _paths(self, path: str) -> list[str]:
        """Give the modules of the tree that a path or a glob names."""
        if path in {ROOT, "."}:
            return [ROOT]
        if has_wildcard(path):
            matches = module_glob(path)
            return sorted(name for name in self._tree if matches(name))
        return [path] if path in self._files or path in self._folders else []

    def _modules_of(self, paths: Iterable[str]) -> set[str]:
        """Give the modules that files make: each by itself, and folders with an `__init__`."""
        found = set()
        for path in paths:
            root = owner(path, self.config.roots)
            if path.endswith((".py", ".pyi")) and root is not None:
                inside = path[len(root) + 1 if root else 0 :].rpartition(".")[0]
                found.add(inside.removesuffix("/__init__").replace("/", "."))
        return found

    def _folders_of_tree(self) -> set[str]:
        found = set()
        for path in self.source.paths:
            for root in self.config.roots:
                if not root or path.startswith(root + "/"):
                    inside = path[len(root) + 1 if root else 0 :].rpartition("/")[0]
                    while inside and (name := inside.replace("/", ".")) not in found:
                        found.add(name)
                        inside = inside.rpartition("/")[0]
        return found

    def _row(self, module: TachModule) -> Yaml:
        never = _keys(self._named(module.never))
        allowed = None if module.on is None else list[Yaml](_keys(self._named(module.on, module.path)))
        if not never:
            return allowed
        return {**({} if allowed is None else {"on": allowed}), "never": list[Yaml](never)}

    def _named(self, entries: Iterable[Dependency], of: str = "") -> list[str]:
        """Give the modules that entries name; one that names none allows nothing."""
        found: dict[str, None] = {}
        for entry in entries:
            matched = [path for path in self.modules if entry.matches(path)]
            if not matched and of and entry.path != ROOT:
                line = line_of(self.source.text, [f'"{entry.path}"'])
                reason = "it is no module that tach knows, so it allows nothing"
                self.dropped.append(Dropped(f"{entry.path} in depends_on of {of}", line, reason))
            found.update(dict.fromkeys(matched))
        return list(found)

    def _layers(self) -> list[list[str]]:
        layers: list[list[str]] = [[] for _ in self.config.layers]
        for path, module in self.modules.items():
            if module.layer in self.levels:
                layers[self.levels[module.layer]].append(path)
            elif module.layer:
                self.dropped.append(Dropped(f"layer {module.layer} of {path}", 0, "it is not in `layers`"))
        return layers if any(layers) else []

    def _closed(self) -> list[str]:
        closed = {name for name, is_closed in self.config.layers if is_closed}
        for name in sorted(closed - {module.layer for module in self.modules.values()}):
            self.dropped.append(Dropped(f"closed layer {name}", 0, "no module stands in it, so it closes nothing"))
        first: dict[str, str] = {}
        for path, module in self.modules.items():
            if module.layer in closed:
                first.setdefault(module.layer, path)
        return list(first.values())

    def _shows(self, interface: Interface) -> Iterator[dict[str, Yaml]]:
        """Give what an interface comes to: for the modules that its patterns name now."""
        patterns = [compiled(f"^(?:{_whole(pattern)})$") for pattern in interface.of]
        regexes = [pattern for pattern in patterns if not isinstance(pattern, str)]
        of = [path for path in self.modules if any(regex.matches(path) for regex in regexes)]
        if interface.primitive:
            reason = "the types of what is exposed are not looked at"
            self.dropped.append(Dropped("data_types = primitive", line_of(self.source.text, ["primitive"]), reason))
        if of:
            names = [_whole(name) for name in interface.names if not isinstance(compiled(_whole(name)), str)]
            to: dict[str, Yaml] = {}
            if interface.to is not None:
                to = {"to": list[Yaml](_keys(path for path in interface.to if path in self.modules))}
            alone: dict[str, Yaml] = {"alone": True} if interface.alone else {}
            yield {"of": list[Yaml](_keys(of)), "names": list[Yaml](names), **to, **alone}

    def _deprecated(self) -> dict[str, Yaml]:
        """Give rows of the imports that are only allowed for now, and no layer allows anyway."""
        rows: dict[str, Yaml] = {}
        for path, module in self.modules.items():
            never = set(self._named(module.never))
            entries = [entry for entry in module.on or () if entry.deprecated]
            named = [
                other
                for other in self._named(entries)
                if other not in never and not self._is_allowed(module, self.modules[other])
            ]
            if named:
                rows[_key(path)] = {"never": list[Yaml](_keys(named))}
        return rows

    def _is_allowed(self, module: TachModule, other: TachModule) -> bool:
        """Say whether an import is decided before deprecation is: by layers, or since everyone may."""
        if other.utility or module.unchecked:
            return True
        one, two = self.levels.get(module.layer), self.levels.get(other.layer)
        return one is not None and two is not None and one != two and not (self.explicit and one < two)

    def _imports(self) -> Yaml:
        without = ["type-only"] if self.config.says("ignore_type_checking_imports", default=True) else []
        if self.config.rule("local_imports", "error") != "error":
            # What stands under `if TYPE_CHECKING` is local as well.
            without = ["type-only", "lazy", "conditional"]
        return {"without": list[Yaml]([*without, UNSEEN])}

    def _prose(self) -> str:
        roots = ", ".join(root or "the root" for root in self.config.roots)
        return f"Modules are named from {roots}." if roots else ""

    def _note_settings(self) -> None:
        text = self.source.text
        for key, reason in NOT_CARRIED.items():
            if self.config.values.get(key):
                self.dropped.append(Dropped(key, line_of(text, [key]), reason))
        if self.config.rule("local_imports", "error") == "warn":
            reason = "imports inside functions and blocks are left out instead of being warned of"
            self.dropped.append(Dropped("local_imports", line_of(text, ["local_imports"]), reason))
        for rule, plain in (("unused_ignore_directives", "warn"), ("require_ignore_directive_reasons", "off")):
            if self.config.rule(rule, plain) == "error":
                reason = "comments that let imports through are not judged themselves"
                self.dropped.append(Dropped(rule, line_of(text, [rule]), reason))
        externals = [m.path for m in self.modules.values() if m.path in self._with_externals()]
        if externals:
            reason = "external dependencies are checked by `tach check-external`, which is something else"
            self.dropped.append(Dropped("depends_on_external", line_of(text, ["depend_on_external"]), reason))

    def _with_externals(self) -> set[str]:
        rows = self.config.values.get("modules")
        keys = ("depends_on_external", "cannot_depend_on_external")
        found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        return {path for row in found if any(key in row for key in keys) for path in _paths_of(row)}

    def _says_circles(self) -> bool:
        """Say whether rows that lead back to themselves are what tach takes for circles: it looks at no glob there."""
        literal = {path: self._literal(module) for path, module in self.modules.items()}
        every = {path: self._named(module.on or ()) for path, module in self.modules.items()}
        if not _has_circle(every) or _has_circle(literal):
            return True
        line = line_of(self.source.text, ["forbid_circular_dependencies"])
        reason = "only entries with a `*` make circles, and at those tach does not look"
        self.dropped.append(Dropped("forbid_circular_dependencies", line, reason))
        return False

    def _literal(self, module: TachModule) -> list[str]:
        """Give the modules that `depends_on` names without a glob."""
        return [one.path for one in module.on or () if one.path in self.modules and not has_wildcard(one.path)]

    def _hidden(self) -> dict[str, Yaml]:
        """Give the modules that `visibility` hides, each with those that see it, where a `depends_on` must not name it.

        There tach stops and checks no import.
        """
        hidden: dict[str, Yaml] = {}
        for module in self.modules.values():
            for other in self._literal(module):
                seen = self.modules[other].visibility
                if seen is not None and not _sees(seen, module.path):
                    blind = [path for path, one in self.modules.items() if other not in self._literal(one)]
                    hidden[_key(other)] = list[Yaml](
                        _keys(path for path in self.modules if path in blind or _sees(seen, path))
                    )
        return hidden


def _paths_of(row: dict[str, object]) -> list[str]:
    return texts(row.get("paths")) or texts([row.get("path")])


def _has_circle(after: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a module leads back to itself by way of others."""
    number = {path: at for at, path in enumerate(after)}
    return bool(tangles({number[path]: {number[one] for one in ones} for path, ones in after.items()}))


def _sees(patterns: Iterable[str], module: str) -> bool:
    """Say whether a module is among those that something is visible to."""
    return any(one == module or (has_wildcard(one) and module_glob(one)(module)) for one in patterns)


def _key(path: str) -> str:
    """Give the selector of a module; the root module has what no other one has."""
    return EVERYTHING if path == ROOT else path


def _keys(paths: Iterable[str]) -> list[str]:
    return [_key(path) for path in paths]


def _whole(pattern: str) -> str:
    """Write a pattern as it means between `^` and `$`: these bind closer than a `|` that stands outside parentheses."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(pattern):
        escaped = at > 0 and pattern[at - 1] == "\\"
        depth += 0 if escaped else {"(": 1, "[": 1, ")": -1, "]": -1}.get(character, 0)
        if character == "|" and depth == 0 and not escaped:
            parts.append(pattern[start:at])
            start = at + 1
    parts.append(pattern[start:])
    if not parts[1:]:
        return pattern
    first, *middle, last = parts
    return "|".join([f"{first}.*", *(f".*{part}.*" for part in middle), f".*{last}"])
