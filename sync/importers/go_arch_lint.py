"""go-arch-lint: `.go-arch-lint.yml`. Components and vendors become parts of one invariant of the kind `depends`.

Read as version 3 of the file is; the forms of versions 1 and 2 that differ are taken as well.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from drift.languages.go import Go
from drift.matching.regexes import compiled, matches
from specs.document import Yaml
from sync.importers.support.globs import globset
from sync.importers.support.translation import Contract, Dropped, Ids, Source, Translation, View, line_of
from sync.importers.support.yaml_config import read_yaml, table, texts

NAMES = (".go-arch-lint.yml", ".go-arch-lint.yaml")
# All third-party packages: the first part of their import path is a host, which has a dot.
VENDORS = "import:re:^[^/]+\\.[^/]+/"
ANY_VENDOR = "any vendor"
REST = "no component"
MODULE = re.compile(r'^[ \t]*module[ \t]+"?([^\s"]+)', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GoArchLint:
    """See `sync.importers.support.translation.Importer`."""

    name: str = "go-arch-lint"

    def recognises(self, path: str, text: str) -> bool:  # noqa: ARG002 - the name says it all
        """Its own file by name."""
        return path.rpartition("/")[2] in NAMES

    def translate(self, source: Source) -> Translation:
        """Translate components and rules. Raises `UserError` for a file that is no YAML."""
        made = _Translator(source)
        contracts = (made.contract(), *made.apart())
        view = View((Go(),), reads=lambda paths: [path for path in paths if not made.excluded(path)])
        return Translation(self.name, "Components", contracts, tuple(made.dropped), view)


class _Translator:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.values = read_yaml(source)
        self.allow = table(self.values.get("allow"))
        self.dropped: list[Dropped] = []
        self._ids = Ids()
        workdir = self.values.get("workdir")
        self.base = _joined(source.folder, workdir if isinstance(workdir, str) else "")
        self.module, self.home = self._go_module()
        folders = {path.rpartition("/")[0] for path in source.paths if path.endswith(".go")}
        self.folders = sorted({above for folder in folders for above in _upward(folder)})
        self.excluded = self._excludes()
        tests = (path for path in source.paths if path.endswith("_test.go") and not self.excluded(path))
        self.tests = {path.rpartition("/")[0] for path in tests}
        self.components = {name: self._selectors(name, value) for name, value in self._named("components")}
        self.vendors = {name: _imports(value) for name, value in self._named("vendors")}
        self.any_vendor = self.allow.get("depOnAnyVendor") is True

    def contract(self) -> Contract:
        """Give the invariant: parts of the components that exist, of the vendors, and a row for each."""
        parts: dict[str, Yaml] = {name: list[Yaml](found) for name, found in self.components.items() if found}
        rows: dict[str, Yaml] = {}
        deps = table(self.values.get("deps"))
        for name in deps.keys() - self.components.keys():
            self._drop(f"deps of {name}", name, "there is no such component")
        for name in parts:
            rows[name] = self._row(name, table(deps.get(name)), parts)
        # What is of the module and in no component is allowed to nobody.
        parts[REST] = [f"(import:{self.module})"]
        rows[REST] = None
        free = [name for name in texts(self.values.get("commonComponents")) if name in parts]
        if not self.any_vendor:
            for name, selectors in self.vendors.items():
                parts[name] = list[Yaml](f"({one})" for one in selectors)
            parts[ANY_VENDOR] = {"of": [f"({VENDORS})"], "but": [f"import:{self.module}"]}
            rows.update(dict.fromkeys((*self.vendors, ANY_VENDOR)))
            free += [name for name in texts(self.values.get("commonVendors")) if name in self.vendors]
        options: dict[str, Yaml] = {"parts": parts, "modules": rows, "whole": True}
        if free:
            options["free"] = list[Yaml](free)
        if self.allow.get("deepScan", self.values.get("version") == 3) is True:  # noqa: PLR2004 - the file's version
            self._drop("deepScan", "deepScan", "values that are handed in are not followed, imports alone count")
        line = line_of(self.source.text, ["\ncomponents:", "components"])
        prose = "Each component imports what its row allows; the standard library is free to all."
        return Contract("components", "go-arch-lint components", "depends", options, line=line, prose=prose)

    def apart(self) -> Iterator[Contract]:
        """Give an invariant for each component that does not name itself: its packages must not import each other."""
        deps = table(self.values.get("deps"))
        common = texts(self.values.get("commonComponents"))
        for name, selectors in self.components.items():
            rule = table(deps.get(name))
            if name in [*texts(rule.get("mayDependOn")), *common] or rule.get("anyProjectDeps") is True:
                continue
            plain = [one for one in selectors if not one.endswith("_test)")]
            if plain[1:] or any("=" not in one for one in plain):
                alone = [_each(one) for one in plain]
                options: dict[str, Yaml] = {"modules": list[Yaml](alone), "indirect": False, "at_least": 0}
                line = line_of(self.source.text, [f"  {name}:", name])
                prose = f"The component {name} does not name itself, so its packages stand apart."
                title = f"go-arch-lint packages of {name}"
                yield Contract(self._ids.of(title), title, "independent", options, line=line, prose=prose)

    def _excludes(self) -> Callable[[str], bool]:
        """Give a function that says which files are left out."""
        folders = [_joined(self.base, folder) for folder in texts(self.values.get("exclude"))]
        patterns = []
        for text in texts(self.values.get("excludeFiles")):
            if isinstance(found := compiled(text), str):
                self._drop(f"excludeFiles {text}", text, found)
            else:
                patterns.append(text)

        def excluded(path: str) -> bool:
            if not path.endswith(".go"):
                return False
            return any(path.startswith(folder) for folder in folders) or any(
                matches(text, f"/{path}") for text in patterns
            )

        return excluded

    def _named(self, key: str) -> Iterator[tuple[str, Yaml]]:
        for name, value in table(self.values.get(key)).items():
            yield name, value.get("in") if isinstance(value, dict) else value

    def _selectors(self, name: str, value: Yaml) -> list[str]:
        """Give the packages of a component: `a/**` with all below, `a` alone, each with its tests."""
        found: list[str] = []
        for glob in texts(value):
            if not any(self._matches(glob, folder) for folder in self.folders):
                continue
            pattern = _joined(self.base, glob)
            whole = pattern == "**" or pattern.endswith("/**")
            inside = _joined("", pattern.removesuffix("**")).removeprefix(self.home).strip("/")
            path = f"{self.module}/{inside}" if inside else self.module
            found.append(f"(import:{'' if whole else '='}{path})")
            if any(self._matches(glob, folder) for folder in self.tests):
                found.append(f"(import:={path}_test)")
        if not found and self.allow.get("ignoreNotFoundComponents") is not True:
            self._drop(f"component {name}", f"{name}:", "there is no such folder with Go files")
        return found

    def _matches(self, glob: str, folder: str) -> bool:
        pattern = _joined(self.base, glob)
        if pattern.endswith("/**") and folder == pattern[:-3]:
            return True
        return pattern in {folder, "**"} or globset(pattern).fullmatch(folder) is not None

    def _row(self, name: str, rule: Mapping[str, Yaml], parts: Mapping[str, Yaml]) -> Yaml:
        if rule.get("anyProjectDeps") is True:
            allowed = [*parts, REST]
        else:
            # A component imports within itself only where it is folder by folder the same: else it must say so.
            allowed = [other for other in texts(rule.get("mayDependOn")) if other != name]
        for other in allowed:
            if other not in parts and other != REST:
                self._drop(f"{other} in mayDependOn of {name}", other, "there is no such component")
        row = [other for other in allowed if (other in parts or other == REST) and other != name]
        if not self.any_vendor:
            if rule.get("anyVendorDeps") is True:
                row += [*self.vendors, ANY_VENDOR]
            row += [vendor for vendor in texts(rule.get("canUse")) if vendor in self.vendors and vendor not in row]
        return list[Yaml](row)

    def _go_module(self) -> tuple[str, str]:
        """Give the module that the file is about, and its folder: the nearest `go.mod` on the way up."""
        for folder in _upward(self.base):
            place = f"{folder}/go.mod" if folder else "go.mod"
            match = MODULE.search(self.source.read(place) or "") if place in self.source.paths else None
            if match:
                return match[1], folder
        self._drop("go.mod", "workdir", "there is none beside the file or above, so packages have no import path")
        return "main", ""

    def _drop(self, what: str, needle: str, reason: str) -> None:
        self.dropped.append(Dropped(what, line_of(self.source.text, [needle]), reason))


def _imports(value: Yaml) -> list[str]:
    """Give selectors of a vendor's import paths; `**` at the end includes the package itself."""
    found: list[str] = []
    for glob in texts(value):
        plain = glob.removesuffix("/**").removesuffix("/*")
        found.append(f"import:{glob if plain == glob else plain}" if "*" not in plain else f"import:{glob}")
    return found


def _each(selector: str) -> str:
    """Give a selector that has every package of a component as a match of its own."""
    return selector if "=" in selector else f"{selector.removesuffix(')')}/**)"


def _joined(folder: str, path: str) -> str:
    parts = [part for part in f"{folder}/{path}".split("/") if part not in {"", "."}]
    return "/".join(parts)


def _upward(folder: str) -> Iterable[str]:
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
