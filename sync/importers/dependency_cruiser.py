"""dependency-cruiser: `.dependency-cruiser.js`, `.cjs`, `.mjs` and `.json`, read as dependency-cruiser 17.4 reads them.

Checked in place, the rules are judged by `drift.cruise`, which sees files, packages and types of dependencies as the
peer does. In a spec, those rules stand whose meaning our kinds have; the others are listed as not carried over.
"""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from drift.cruise.kind import NAME, Cruiser
from drift.cruise.options import Contract as Rules
from drift.cruise.options import Rule, read_contract, with_components
from drift.facts import FileFacts, Tier
from drift.language import Layout, Module, Placement, Resolution, Resolver
from drift.languages.support import json_comments
from drift.languages.support.component_scripts import SUFFIXES as COMPONENTS
from drift.languages.support.typescript_layout import SUFFIXES, is_installed
from drift.languages.typescript import TypeScript
from drift.matching.glob import Glob
from specs.errors import UserError
from sync.importers.support.cruiser_presets import preset
from sync.importers.support.cruiser_spec import written
from sync.importers.support.scripts import Run, runs
from sync.importers.support.translation import Contract, Dropped, Ids, Source, Translation, View, line_of

_PROGRAMS = (".js", ".cjs", ".mjs")
_SORTS = ("forbidden", "allowed", "required")
_DEEPEST = 20
_COMPILERS = {".vue": ("@vue/compiler-sfc", "vue-template-compiler"), ".svelte": ("svelte",)}


@dataclass(frozen=True, slots=True)
class DependencyCruiser:
    """See `sync.importers.support.translation.Importer`."""

    name: str = NAME

    def recognises(self, path: str, text: str) -> bool:
        """Its own files by name; others by what they say."""
        name = path.rpartition("/")[2]
        if not name.endswith((*_PROGRAMS, ".json")) or "known-violations" in name:
            return False
        if "dependency-cruiser" in name or "depcruise" in name:
            return True
        return "dependency-cruiser" in text and any(f"{sort}" in text for sort in _SORTS)

    def translate(self, source: Source) -> Translation:
        """Read the rules. Raises `UserError` for a file that cannot be read or run, or extends what is not there."""
        data = _Configs(source).read(source.path, source.text)
        base, run = _place(source)
        raw = data.get("options")
        options = dict(raw) if isinstance(raw, Mapping) else {}
        options |= {key: value for key in ("exclude", "includeOnly", "doNotFollow") if (value := run.says.get(key))}
        if run.says.get("tsConfig"):
            options["tsConfig"] = {"fileName": run.says["tsConfig"]}
        rules = read_contract({**data, "options": options})
        seen = with_components(rules.options, _components(source, base))
        folders = _folders(run.places, base, source.paths)
        lines = _lines(rules.rules, source.text)
        contracts = _contracts(rules.rules, lines)
        by_id = {contract.id: rule for contract, rule in contracts}
        cruiser = Cruiser(rules.rules, by_id, seen, base, folders, source.read, source.disk)
        first = cruiser.first(source.paths)
        spec, unwritten = written(contracts, rules.options, base, folders)
        return Translation(
            self.name,
            f"Imports of {posixpath.basename(base) or 'this project'}",
            tuple(spec),
            tuple(_dropped(rules, source.text)),
            View((Cruised(),), reads=lambda paths: [path for path in paths if path in first], kinds=(cruiser,)),
            in_place=tuple(contract for contract, _ in contracts),
            unwritten=tuple(unwritten),
        )


@dataclass(frozen=True, slots=True)
class Cruised:
    """TypeScript and JavaScript with nothing resolved: the peer's rules are judged on what the files say."""

    name: str = TypeScript().name
    version: int = TypeScript().version
    suffixes: tuple[str, ...] = (*SUFFIXES, *COMPONENTS)
    manifest_names: tuple[str, ...] = ()

    def dialect(self, path: str) -> str:
        """Name the grammar, as the language does."""
        return TypeScript().dialect(path)

    def extract(self, path: str, source: bytes, tier: Tier = Tier.BODIES) -> FileFacts:
        """Read one file, as the language does."""
        return TypeScript().extract(path, source, tier)

    def place(self, layout: Layout) -> Placement:
        """Name each file by its path."""
        paths = [path for path in layout.paths if path.endswith(self.suffixes) and not is_installed(path)]
        return Placement({path: Module(path, path, self.name) for path in paths}, {path: path for path in paths}, {})

    def resolver(self, layout: Layout, placement: Placement) -> Resolver:  # noqa: ARG002 - nothing is resolved
        """Resolve nothing."""
        return _unresolved


def _unresolved(path: str, facts: FileFacts) -> Resolution:  # noqa: ARG001 - nothing is resolved
    return Resolution((), ())


class _Configs:
    """Reads a configuration with all that it extends."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: list[str] = []

    def read(self, path: str, text: str) -> dict[str, Any]:
        """Give the configuration as one object. Raises `UserError`."""
        if path in self._seen or len(self._seen) > _DEEPEST:
            raise UserError(f"{path} extends itself", "take the circle out of `extends`")
        self._seen.append(path)
        value = self._source.evaluated(path) if path.endswith(_PROGRAMS) else json_comments.loads(text)
        if not isinstance(value, dict) or not value:
            raise UserError(f"{path} holds no configuration", "it must be an object, or export one")
        found: dict[str, Any] = dict(value)
        extends = found.pop("extends", None)
        for target in extends if isinstance(extends, list) else [extends]:
            if isinstance(target, str):
                found = _merged(found, self._extended(target, posixpath.dirname(path)))
        self._seen.pop()
        return found

    def _extended(self, target: str, folder: str) -> Mapping[str, Any]:
        if target.startswith("."):
            name = posixpath.normpath(posixpath.join(folder, target))
            for path in (name, *(name + suffix for suffix in (".js", ".json", ".cjs", ".mjs"))):
                text = self._source.read(path)
                if text is not None:
                    return self.read(path, text)
            raise UserError(f"{target} is extended and not there", f"put it beside {self._source.path}")
        found = preset(target)
        if found is None:
            raise UserError(
                f"{self._source.path} extends {target}, which is no configuration that is known here",
                "copy its rules into the file",
            )
        return found


def _merged(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Join a configuration with one it extends: rules of one name become one, in which the own parts win."""
    found = {**own}
    for sort in _SORTS:
        mine, theirs = (value if isinstance(value := one.get(sort), list) else [] for one in (own, base))
        if sort == "allowed":
            rules = [*mine, *(rule for rule in theirs if rule not in mine)]
        else:
            named = {rule["name"]: rule for rule in theirs if isinstance(rule, dict) and rule.get("name")}
            anonymous = [rule for rule in [*mine, *theirs] if isinstance(rule, dict) and not rule.get("name")]
            with_name = [rule for rule in mine if isinstance(rule, dict) and rule.get("name")]
            rules = [*anonymous, *({**named.pop(rule["name"], {}), **rule} for rule in with_name), *named.values()]
        if rules:
            found[sort] = rules
    if "allowedSeverity" not in found and "allowedSeverity" in base:
        found["allowedSeverity"] = base["allowedSeverity"]
    parts = (value if isinstance(value := one.get("options"), Mapping) else {} for one in (base, own))
    found["options"] = {key: value for part in parts for key, value in part.items()}
    return found


def _place(source: Source) -> tuple[str, Run]:
    """Give the folder from which the peer is run, and how: as a script of a manifest near by says."""
    folder = source.folder
    above = [folder]
    while above[-1]:
        above.append(posixpath.dirname(above[-1]))
    known = [(place, source.read(posixpath.join(place, "package.json"))) for place in above]
    for place, text in known:
        told = [run for run in runs(text or "") if _runs_it(run, place, source.path)]
        if told:
            chosen = [run for run in told if run.checks] or told
            places = tuple(dict.fromkeys(one for run in chosen for one in run.places))
            return place, replace(chosen[0], places=places)
    return next((place for place, text in known if text is not None), folder), Run(())


def _runs_it(run: Run, place: str, path: str) -> bool:
    """Tell whether a run from this folder takes this configuration."""
    config = run.says.get("config")
    if config is None:
        return posixpath.dirname(path) == place and posixpath.basename(path).startswith(".dependency-cruiser.")
    return posixpath.normpath(posixpath.join(place, config)) == path


def _folders(places: Sequence[str], base: str, paths: Iterable[str]) -> tuple[str, ...]:
    """Give the folders and files to visit, from the base; everything where nothing is said or nothing is there."""
    start = f"{base}/" if base else ""
    inside = [path[len(start) :] for path in paths if path.startswith(start)]
    whole: set[str] = set(inside)
    for path in inside:
        folder = posixpath.dirname(path)
        while folder and folder not in whole:
            whole.add(folder)
            folder = posixpath.dirname(folder)
    found: dict[str, None] = {}
    for place in places:
        name = posixpath.normpath(place)
        if name == ".":
            return ("",)
        if "*" in name:
            glob = Glob.parse(name, "/")
            found |= dict.fromkeys(sorted(one for one in whole if glob.matches(one.split("/"))))
        elif name in whole:
            found[name] = None
    return tuple(found) or ("",)


def _components(source: Source, base: str) -> tuple[str, ...]:
    """Give the suffixes of the components whose compilers are installed, since only those the tool can read."""
    return tuple(
        suffix
        for suffix, compilers in _COMPILERS.items()
        if any(source.disk.is_folder(posixpath.join(base, "node_modules", compiler)) for compiler in compilers)
    )


def _contracts(rules: Sequence[Rule], lines: Mapping[str, int]) -> list[tuple[Contract, Rule]]:
    """Make an invariant of each rule; those of `allowed` are one together, since one of them is enough."""
    ids = Ids()
    found: list[tuple[Contract, Rule]] = []
    for rule in rules:
        if rule.sort == "allowed" and any(one.sort == "allowed" for _, one in found):
            continue
        contract = Contract(
            id=ids.of(rule.name),
            name=rule.name,
            kind=NAME,
            options={},
            why=" ".join(rule.comment.split()),
            severity=rule.severity,
            line=lines.get(rule.name, 1),
        )
        found.append((contract, rule))
    return found


def _lines(rules: Iterable[Rule], text: str) -> dict[str, int]:
    """Find where the rules are written."""
    return {rule.name: line_of(text, [f'"{rule.name}"', f"'{rule.name}'", rule.name]) for rule in rules}


def _dropped(rules: Rules, text: str) -> Iterable[Dropped]:
    for one in rules.dropped:
        word = one.what.rpartition(" ")[2]
        line = line_of(text, [word]) if word in text else 0
        yield Dropped(one.what, line, one.why)
