"""import-linter: `.importlinter`, `setup.cfg`, `pyproject.toml`. Its five types of contract become four of our kinds.

Read as import-linter 2.16 reads them. What it looks at is `support.grimp_view`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from drift.language import Layout
from drift.languages.support.python_layout import roots
from specs.document import Yaml
from specs.errors import UserError
from specs.values import dataclass
from sync.importers.support.grimp_view import GrimpPython, find_roots
from sync.importers.support.translation import Contract, Dropped, Ids, Let, Source, Translation, View, line_of

SECTION = "importlinter"
UNSEEN = ("dynamic", "stub")
IGNORED = "listed in ignore_imports"
TYPES = ("layers", "forbidden", "independence", "protected", "acyclic_siblings")
DEFAULT_DEPTH = 10
MANIFEST = "pyproject.toml"
# What every type of contract may say.
SHARED = frozenset(
    {"name", "type", "id", "ignore_imports", "unmatched_ignore_imports_alerting", "broken_contract_guidance"}
)
OPTIONS = {
    "layers": {"layers", "containers", "exhaustive", "exhaustive_ignores"},
    "forbidden": {"source_modules", "forbidden_modules", "allow_indirect_imports", "as_packages"},
    "independence": {"modules"},
    "protected": {"protected_modules", "allowed_importers", "as_packages"},
    "acyclic_siblings": {"ancestors", "depth", "skip_descendants"},
}
TYPE_CHECKING = "exclude_type_checking_imports"


@dataclass(frozen=True, slots=True)
class ImportLinter:
    """See `sync.importers.support.translation.Importer`."""

    name: str = "import-linter"

    def recognises(self, path: str, text: str) -> bool:
        """Its own file by name; `setup.cfg` and any other ini or TOML file by its section."""
        name = path.rpartition("/")[2]
        if name.endswith(".toml"):
            return f"[tool.{SECTION}" in text
        return name == ".importlinter" or (f"[{SECTION}]" in text)

    def translate(self, source: Source) -> Translation:
        """Translate each contract by itself. Raises `UserError` for a file that cannot be read."""
        session, contracts = _read(source)
        roots = session.get("root_packages", session.get("root_package"))
        if not _list(roots):
            raise UserError(f"{source.path} names no root_package", "write root_package or root_packages, as it wants")
        packages = [name.strip() for name in _list(roots)]
        found = _Translator(source, session, packages)
        dropped: list[Dropped] = []
        if "contract_types" in session:
            reason = "contract types of your own are programs, which are not run"
            dropped.append(Dropped("contract_types", line_of(source.text, ["contract_types"]), reason))
        made = [contract for options in contracts if (contract := found.contract(options)) is not None]
        python = GrimpPython(_roots(packages, source), externals=_is_true(session.get("include_external_packages")))
        missing = sorted(set(packages) - {package for package, _folder in python.roots})
        for package in missing:
            line = line_of(source.text, [package])
            dropped.append(Dropped(f"root package {package}", line, "there is no such package in this tree"))
        view = View((python,), reads=python.reads, left_out=python.left_out, unseen=UNSEEN)
        title = f"Imports of {', '.join(packages[:3])}{' and others' if packages[3:] else ''}"
        return Translation(self.name, title, tuple(made), (*dropped, *found.dropped), view)


class _Translator:
    """Translates one contract after the other."""

    def __init__(self, source: Source, session: Mapping[str, Any], packages: Iterable[str]) -> None:
        self.source = source
        self.session = session
        self.packages = tuple(packages)
        self.dropped: list[Dropped] = []
        self._ids = Ids()

    def contract(self, options: Mapping[str, Any]) -> Contract | None:
        """Give the contract in our words; None, with what was dropped noted, where that cannot be."""
        name, kind = str(options.get("name", "")), str(options.get("type", ""))
        line = self._line(options)
        if not name or kind not in TYPES:
            reason = f"its type {kind!r} is not one of {', '.join(TYPES)}" if name else "it has no name"
            self.dropped.append(Dropped(f"contract {name or '?'}", line, reason))
            return None
        known = SHARED | OPTIONS[kind] | {TYPE_CHECKING}
        for key in options:
            if key not in known:
                self.dropped.append(Dropped(f"{key} of {name}", line, f"{kind} contracts have no such option"))
        makers = {
            "layers": self._layers,
            "forbidden": self._forbidden,
            "independence": self._independence,
            "protected": self._protected,
            "acyclic_siblings": self._acyclic,
        }
        ours, values = makers[kind](options)
        excluded = _is_true(options.get(TYPE_CHECKING, self.session.get(TYPE_CHECKING)))
        values["imports"] = {"without": [*(["type-only"] if excluded else []), *UNSEEN]}
        return Contract(
            id=self._ids.of(str(options.get("id") or name)),
            name=name,
            kind=ours,
            options=values,
            why=" ".join(_list(options.get("broken_contract_guidance"))),
            exceptions=tuple(_ignored(entry) for entry in _list(options.get("ignore_imports")) if "->" in entry),
            line=line,
        )

    def _layers(self, options: Mapping[str, Any]) -> tuple[str, dict[str, Yaml]]:
        values: dict[str, Yaml] = {"layers": _texts(_list(options.get("layers")))}
        if containers := _list(options.get("containers")):
            values["containers"] = _texts(_selected(containers))
        if _is_true(options.get("exhaustive")):
            values["exhaustive"] = True
            if ignores := _list(options.get("exhaustive_ignores")):
                values["exhaustive_ignores"] = _texts(ignores)
        return "layers", values

    def _forbidden(self, options: Mapping[str, Any]) -> tuple[str, dict[str, Yaml]]:
        targets = [
            one if self._is_own(one) or one.startswith("(") else f"({one})"
            for one in _selected(options.get("forbidden_modules"))
        ]
        values: dict[str, Yaml] = {
            "from": _texts(_selected(options.get("source_modules"))),
            "to": _texts(targets),
            "nested": "apart",
        }
        if _is_true(options.get("allow_indirect_imports")):
            values["indirect"] = False
        if _is_false(options.get("as_packages")):
            values["as_packages"] = False
        return "forbidden", values

    def _independence(self, options: Mapping[str, Any]) -> tuple[str, dict[str, Yaml]]:
        return "independent", {"modules": _texts(_selected(options.get("modules"))), "at_least": 0}

    def _protected(self, options: Mapping[str, Any]) -> tuple[str, dict[str, Yaml]]:
        alone = "=" if _is_false(options.get("as_packages")) else ""
        targets = _selected(options.get("protected_modules"), alone)
        doors = _globs(_list(options.get("allowed_importers")))
        return "only", {
            "target": _texts(targets),
            "by": _texts(f"({alone}{one})" for one in doors),
        }

    def _acyclic(self, options: Mapping[str, Any]) -> tuple[str, dict[str, Yaml]]:
        depth = str(options.get("depth", DEFAULT_DEPTH)).strip()
        values: dict[str, Yaml] = {
            "within": _texts(_globs(_list(options.get("ancestors")))),
            "depth": int(depth) if depth.isdecimal() else DEFAULT_DEPTH,
        }
        if skipped := _list(options.get("skip_descendants")):
            values["skip"] = _texts(_globs(skipped))
        return "acyclic", values

    def _is_own(self, module: str) -> bool:
        return any(module == package or module.startswith(f"{package}.") for package in self.packages)

    def _line(self, options: Mapping[str, Any]) -> int:
        text, name, key = self.source.text, str(options.get("name", "")), options.get("id", "")
        return line_of(text, [f"[{SECTION}:contract:{key}]" if key else "", name])


def _read(source: Source) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    """Give the settings and the contracts of a file. Raises `UserError`."""
    if source.path.endswith(".toml"):
        import tomllib  # noqa: PLC0415 (each form of the file has its own reader)

        try:
            data = tomllib.loads(source.text)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise UserError(f"{source.path} is not valid TOML: {error}", "mend the line it names") from error
        tool = data.get("tool")
        session = tool.get(SECTION) if isinstance(tool, dict) else None
        if not isinstance(session, dict):
            raise UserError(f"{source.path} has no [tool.{SECTION}]", "name the file that holds the contracts")
        contracts = session.get("contracts", [])
        rows = contracts if isinstance(contracts, list) else []
        return session, [row for row in rows if isinstance(row, dict)]
    import configparser  # noqa: PLC0415 (same)

    config = configparser.ConfigParser()
    try:
        config.read_string(source.text, source.path)
        sections = {name: dict(config[name]) for name in config.sections()}
    except configparser.Error as error:
        raise UserError(f"{source.path} cannot be read: {error.message}", "mend the line it names") from error
    found = [{"id": name.split(":")[-1], **sections[name]} for name in sections if name.startswith(f"{SECTION}:")]
    return sections.get(SECTION, {}), found


def _list(value: object) -> list[str]:
    """Take what an option says as a list of texts: an ini value by its lines, without empty ones."""
    entries = value if isinstance(value, list) else str(value).strip().split("\n") if value is not None else []
    return [str(entry).strip() for entry in entries if str(entry).strip()]


def _texts(entries: Iterable[str]) -> list[Yaml]:
    return list(entries)


def _is_true(value: object) -> bool:
    return str(value).strip().lower() == "true"


def _is_false(value: object) -> bool:
    return str(value).strip().lower() == "false"


def _globs(expressions: Iterable[str]) -> list[str]:
    """Translate module expressions: their `**` is one module at least, ours any number."""
    return [expression.replace("**", "*.**") for expression in expressions]


def _selected(value: object, alone: str = "") -> list[str]:
    """Translate module expressions into selectors; one with a wildcard may match nothing, so it is in parentheses."""
    return [f"({alone}{one})" if "*" in one else alone + one for one in _globs(_list(value))]


def _ignored(entry: str) -> Let:
    importer, _, imported = entry.partition("->")
    one, other = _globs((importer.strip(), imported.strip()))
    return Let(f"={one} -> ={other}", IGNORED)


def _roots(packages: Iterable[str], source: Source) -> tuple[tuple[str, str], ...]:
    """Find the root packages: from the folder of the file first, then where Python code is kept here."""

    def preferred() -> Iterable[str]:
        own = (path for path in source.paths if path.endswith(MANIFEST) and path.rpartition("/")[2] == MANIFEST)
        layout = Layout(source.paths, {path: source.read(path) or "" for path in own})
        return dict.fromkeys([source.folder, *roots(layout)])

    return find_roots(packages, source.paths, preferred)
