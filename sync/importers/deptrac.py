"""deptrac: `deptrac.yaml`, `depfile.yaml`. Its layers become parts of one invariant of the kind `depends`.

Layers are collected by path and by class name; what else collects (attributes, methods, what a class extends) is not
carried over.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from drift.matching.regexes import compiled, matches
from specs.document import Yaml
from sync.importers.support.deptrac_view import DeptracPhp
from sync.importers.support.translation import Contract, Dropped, Let, Source, Translation, View, line_of
from sync.importers.support.yaml_config import read_yaml, rows, table, texts

NAMES = re.compile(r"(?:.*\.)?(?:deptrac|depfile)(?:\..*)?\.ya?ml")
SKIPPED = "listed in skip_violations"
BY_NAME = {"classlike", "class", "classname", "interface", "trait"}
REASONS = {
    "attribute": "attributes of classes",
    "extends": "what classes extend",
    "implements": "what classes implement",
    "inherits": "what classes inherit",
    "uses": "the traits that classes use",
    "method": "methods of classes",
    "functionname": "functions",
    "superglobal": "superglobal variables",
    "tagvalueregex": "tags in comments",
    "composer": "packages of Composer",
    "php_internal": "what PHP itself defines",
}


@dataclass(frozen=True, slots=True)
class Deptrac:
    """See `sync.importers.support.translation.Importer`."""

    name: str = "deptrac"

    def recognises(self, path: str, text: str) -> bool:
        """Its own file by name and by what it holds."""
        return NAMES.fullmatch(path.rpartition("/")[2]) is not None and "layers" in text

    def translate(self, source: Source) -> Translation:
        """Translate layers and ruleset. Raises `UserError` for a file that is no YAML."""
        made = _Translator(source)
        contract = made.contract()
        view = View((DeptracPhp(),), excludes=made.excludes())
        return Translation(self.name, "Layers", (contract,), tuple(made.dropped), view)


@dataclass(slots=True)
class _Part:
    """What a layer is made of: selectors of which one must match, one more of these, and none of those."""

    of: list[str] = field(default_factory=list)
    within: list[str] = field(default_factory=list)
    but: list[str] = field(default_factory=list)


class _Translator:
    def __init__(self, source: Source) -> None:
        self.source = source
        values = read_yaml(source)
        self.values = table(values.get("deptrac")) or table(values.get("parameters")) or values
        self.dropped: list[Dropped] = []
        layers = [layer for layer in map(table, rows(self.values.get("layers"))) if isinstance(layer.get("name"), str)]
        self.layers = {str(layer["name"]): [table(one) for one in rows(layer.get("collectors"))] for layer in layers}
        for key in ("imports", "services", "analyser"):
            if key in values or key in self.values:
                self._drop(key, key, "it is not looked at")

    def contract(self) -> Contract:
        """Give the invariant: a part for each layer that can be collected, and its row."""
        parts: dict[str, Yaml] = {}
        for name, collectors in self.layers.items():
            part = _Part()
            for collector in collectors:
                self._collect(name, collector, part)
            if part.of:
                parts[name] = _written(part)
            else:
                self._drop(f"layer {name}", name, "nothing of what collects it can be carried over")
        ruleset = table(self.values.get("ruleset"))
        entries = {name: list[Yaml](self._allowed(name, ruleset, parts)) for name in parts}
        options: dict[str, Yaml] = {"parts": parts, "modules": {**entries}}
        line = line_of(self.source.text, ["layers:"])
        prose = "Each layer uses what its row allows; classes that stand in no layer are not looked at."
        lets = tuple(self._skipped())
        return Contract("layers", "deptrac layers", "depends", options, "", "error", lets, line, prose)

    def excludes(self) -> Callable[[str], bool]:
        """Give a function that says which files are left out: those outside `paths`, and those in `exclude_files`."""
        folder = self.source.folder
        wanted = [_joined(folder, path) for path in texts(self.values.get("paths"))]
        patterns = []
        for text in texts(self.values.get("exclude_files")):
            plain = _undelimited(text)
            if isinstance(found := compiled(plain), str):
                self._drop(f"exclude_files {text}", text, found)
            else:
                patterns.append(plain)

        def excluded(path: str) -> bool:
            if not path.endswith(".php"):
                return False
            outside = bool(wanted) and not any(path == one or path.startswith(one + "/") for one in wanted if one)
            return (outside and "" not in wanted) or any(matches(text, f"/{path}") for text in patterns)

        return excluded

    def _collect(self, layer: str, collector: Mapping[str, Yaml], part: _Part) -> None:
        """Add what one collector collects to a part."""
        if collector.get("private") is True:
            self._drop(f"private of {layer}", "private", "everything of a layer is seen by those who may use it")
        kind = str(collector.get("type", "")).lower()
        if kind == "bool":
            self._combine(layer, collector, part)
        else:
            part.of += self._selectors(layer, kind, collector)

    def _combine(self, layer: str, collector: Mapping[str, Yaml], part: _Part) -> None:
        must = [self._of(layer, table(one)) for one in rows(collector.get("must"))]
        must_not = [self._of(layer, table(one)) for one in rows(collector.get("must_not"))]
        if not must or must[2:] or not all(must) or not all(must_not) or part.of:
            self._drop(f"bool of {layer}", "bool", "only one or two `must` that can be carried over, alone, are taken")
            return
        part.of += must[0]
        part.within += must[1] if must[1:] else []
        part.but += [one for found in must_not for one in found]

    def _of(self, layer: str, collector: Mapping[str, Yaml]) -> list[str]:
        return self._selectors(layer, str(collector.get("type", "")).lower(), collector)

    def _selectors(self, layer: str, kind: str, collector: Mapping[str, Yaml]) -> list[str]:
        """Give selectors for a plain collector; none, with the reason noted, where there are none."""
        value = collector.get("value", collector.get("regex"))
        text = value if isinstance(value, str) else ""
        if kind == "glob":
            return [f"({_joined(self.source.folder, text)})"] if text else []
        if kind == "layer" and text in self.layers:
            return [
                one for inner in self.layers[text] if inner.get("type") != "layer" for one in self._of(layer, inner)
            ]
        pattern = _undelimited(text) if kind == "classnameregex" else f"(?i){text}"
        if kind in {"directory", "classnameregex", *BY_NAME} and text:
            if isinstance(wrong := compiled(pattern), str):
                self._drop(f"{kind} of {layer}", text, wrong)
                return []
            if kind in {"class", "interface", "trait"}:
                self._drop(f"{kind} of {layer}", text, "all that is like a class and has such a name is taken")
            return [f"re:{pattern}" if kind == "directory" else f"import:re:{pattern}"]
        reason = f"{REASONS[kind]} do not collect here" if kind in REASONS else "this way to collect is not known"
        self._drop(f"{kind or 'collector'} of {layer}", text or kind or layer, reason)
        return []

    def _allowed(self, name: str, ruleset: Mapping[str, Yaml], parts: Mapping[str, Yaml]) -> list[str]:
        """Give the layers that one may use; `+` takes what that one may use as well."""
        found: dict[str, None] = {}
        pending = [(name, texts(ruleset.get(name)))]
        seen = {name}
        for _layer, entries in pending:  # grows while it is walked
            for entry in entries:
                other = entry.removeprefix("+").strip("@")
                if other in parts and other != name:
                    found[other] = None
                elif other not in self.layers:
                    self._drop(f"{entry} in the ruleset of {name}", entry, "there is no such layer")
                if entry.startswith("+") and other not in seen:
                    seen.add(other)
                    pending.append((other, texts(ruleset.get(other))))
        return list(found)

    def _skipped(self) -> Iterator[Let]:
        for importer, targets in table(self.values.get("skip_violations")).items():
            for target in texts(targets):
                yield Let(f"=import:{importer.strip(chr(92))} -> =import:{target.strip(chr(92))}", SKIPPED)

    def _drop(self, what: str, needle: str, reason: str) -> None:
        dropped = Dropped(what, line_of(self.source.text, [needle]), reason)
        if dropped not in self.dropped:
            self.dropped.append(dropped)


def _written(part: _Part) -> Yaml:
    if not part.within and not part.but:
        return list[Yaml](part.of)
    found: dict[str, Yaml] = {"of": list[Yaml](part.of)}
    if part.within:
        found["within"] = list[Yaml](part.within)
    if part.but:
        found["but"] = list[Yaml](part.but)
    return found


def _undelimited(text: str) -> str:
    """Take the delimiters of a PHP pattern away; its flag `i` stays."""
    match = re.fullmatch(r"([#/~!@%])(.*)\1([a-zA-Z]*)", text, re.DOTALL)
    if match is None:
        return text
    return f"(?i){match[2]}" if "i" in match[3] else match[2]


def _joined(folder: str, path: str) -> str:
    return "/".join(part for part in f"{folder}/{path}".split("/") if part not in {"", "."})
