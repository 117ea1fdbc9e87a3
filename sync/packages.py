"""Monorepos: which folders are packages with specs of their own, and what holding those against their folder comes to.

A package's specs speak about its folder as though it were a root of its own: their selectors are relative to it. What
they find is told in the names of the whole tree, so that locks, bases and pages know one name for each thing.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from drift.check import UNPARSED, UNPLACED, distinct, with_fingerprints
from drift.debt.renames import Renames
from drift.findings import CodeAnchor, Finding
from drift.index import CodeIndex
from drift.inheritance import inherited, part
from drift.mentions.product import is_product
from drift.report import CheckReport, NotAnalysed, verdict_of
from drift.source import CodeTree, FileKind, SourceFile
from specs.document import Document
from specs.errors import UserError
from specs.places import DEFAULT_FOLDERS, default_specs, folders_of, is_spec, is_template
from sync.config import FILE_NAME, PROJECT_FILE, Config, find_config, glob_regex
from sync.options import Question
from sync.reading import Reading

MANIFESTS = re.compile(
    r"pyproject\.toml|setup\.(?:py|cfg)|package\.json|go\.mod|Cargo\.toml|pom\.xml|build\.gradle(?:\.kts)?|composer\.json"
    r"|Gemfile|mix\.exs|pubspec\.yaml|CMakeLists\.txt|holdfast\.toml|[^/]+\.(?:csproj|fsproj|gemspec)"
)
SUFFIX = ".md"
CONFIG_LIMIT = 1_000_000
CODE_LEVEL = frozenset({UNPARSED, UNPLACED})


def specs_of_packages(tree: CodeTree, config: Config) -> dict[str, tuple[str, ...]]:
    """Give, by package folder, the specs beside it. Those of a package in a package are its own."""
    below: dict[str, list[str]] = {}
    folders = package_folders(tree.files, config)
    if not folders:
        return {}
    for path, entry in tree.files.items():
        if path.endswith(SUFFIX) and entry.kind is FileKind.FILE and (folder := nearest(path, folders)):
            below.setdefault(folder, []).append(path[len(folder) + 1 :])
    found = {}
    for folder, paths in sorted(below.items()):
        own = config_of(tree, folder).specs
        inside = [path for path in paths if any(not one or path.startswith(f"{one}/") for one in own)]
        chosen = [path for path in inside if not is_template(path)] if own else default_specs(paths)
        if chosen:
            found[folder] = tuple(f"{folder}/{path}" for path in chosen)
    return found


def spec_folders(tree: CodeTree, config: Config) -> tuple[str, ...]:
    """Give the folders beside packages that hold specs."""
    found: list[str] = []
    for folder, paths in specs_of_packages(tree, config).items():
        inside = [path[len(folder) + 1 :] for path in paths]
        usual = (place for place in DEFAULT_FOLDERS if any(is_spec(path, place) for path in inside))
        places = config_of(tree, folder).specs or folders_of(next(usual, ""))
        found += [f"{folder}/{place}".rstrip("/") for place in places]
    return tuple(found)


def package_folders(paths: Iterable[str], config: Config) -> frozenset[str]:
    """Give the folders that are packages: as configured; else, where no specs are either, those with a manifest."""
    if config.packages is not None:
        wanted = re.compile("|".join(_whole(glob) for glob in config.packages) or r"(?!)")
        folders = {folder for path in paths for folder in above(path)}
        return frozenset(folder for folder in folders if wanted.fullmatch(folder))
    if config.specs:
        return frozenset()
    found = (path.rpartition("/") for path in paths)
    return frozenset(
        folder
        for folder, _, name in found
        if folder and MANIFESTS.fullmatch(name) and is_product(f"{folder}/x.py") and not config.excludes(folder)
    )


def _whole(glob: str) -> str:
    """Give the pattern of the folders that a glob names themselves, without what is below them."""
    return glob_regex(f"/{glob}" if "/" not in glob else glob).removesuffix("(?:/.*)?)") + ")"


def above(path: str) -> Iterable[str]:
    """Give the folders that a path lies in."""
    at = path.find("/")
    while at > 0:
        yield path[:at]
        at = path.find("/", at + 1)


def nearest(path: str, folders: frozenset[str]) -> str:
    """Give the innermost of some folders that a path lies in; "" for none."""
    return max((folder for folder in above(path) if folder in folders), key=len, default="")


def config_of(tree: CodeTree, folder: str) -> Config:
    """Read the configuration of a package, if it has one. Raises `UserError` for one that cannot be used."""

    def read(name: str) -> str | None:
        path = f"{folder}/{name}"
        if name not in {FILE_NAME, PROJECT_FILE} or path not in tree.files:
            return None
        try:
            return tree.read(path, CONFIG_LIMIT).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UserError(f"{path} is not UTF-8", "save it as UTF-8") from error

    found = find_config(("",), read)
    return found[1] if found else Config()


class Subtree:
    """A folder of a tree as a tree of its own."""

    def __init__(self, tree: CodeTree, folder: str) -> None:
        self._tree, self._start = tree, f"{folder}/"

    @property
    def label(self) -> str:
        """What the whole tree is."""
        return self._tree.label

    @cached_property
    def files(self) -> Mapping[str, SourceFile]:
        """Every entry below the folder, by its path there."""
        size = len(self._start)
        inside = ((path[size:], entry) for path, entry in self._tree.files.items() if path.startswith(self._start))
        return {path: entry._replace(path=path) for path, entry in inside}

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """Paths below the folder that could not be listed, with the reason."""
        size, found = len(self._start), self._tree.left_out.items()
        return {path[size:]: reason for path, reason in found if path.startswith(self._start)}

    @cached_property
    def digest(self) -> str:
        """A name for exactly these entries."""
        told = "".join(f"{entry.path}\0{entry.blob}\0{entry.kind}\n" for entry in self.files.values())
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()

    def read(self, path: str, limit: int | None = None) -> bytes:
        """Give the bytes of one file of the folder."""
        return self._tree.read(self._start + path, limit)


def reading_of(tree: CodeTree, folder: str, reading: Reading) -> Reading:
    """Say how a package is read: as it says itself, and without what the whole leaves out."""
    config, whole = config_of(tree, folder), reading.excludes
    start = f"{folder}/"
    roots = tuple(root[len(start) :] for root in reading.source_roots if root.startswith(start))
    return replace(
        reading,
        source_roots=config.source_roots or roots,
        excludes=lambda path: config.excludes(path) or whole(start + path),
    )


def with_packages(
    tree: CodeTree,
    documents: Mapping[str, Document],
    reading: Reading,
    question: Question,
    flat: Callable[[CodeTree, Mapping[str, Document], Reading, Question], tuple[CheckReport, CodeIndex]],
) -> tuple[CheckReport, CodeIndex]:
    """Hold a tree against specs some of which lie beside packages. `flat` holds one tree against specs all its own."""
    parted = part(documents)
    inner_question = replace(question, past_reader=None)
    report, index = flat(tree, parted.whole, reading, question)
    report = inherited(report, parted)
    findings, invariants, notes = list(report.findings), list(report.invariants), list(report.not_analysed)
    for folder, own in sorted(parted.packages.items()):
        sub = Subtree(tree, folder)
        told, inner = flat(sub, own, reading_of(tree, folder, reading), inner_question)
        names = Renames({path: f"{folder}/{path}" for path in sub.files}, inner.module_of, index.module_of)
        findings += [placed(names.finding(one), folder) for one in told.findings if one.kind not in CODE_LEVEL]
        invariants += [
            replace(one, governs=frozenset(f"{folder}/{path}" for path in one.governs)) for one in told.invariants
        ]
        notes += [one for one in told.not_analysed if one.path in own]
    ordered = distinct(findings)
    results = sorted(invariants, key=lambda result: (result.spec, result.line, result.id))
    whole = replace(
        report,
        findings=tuple(ordered),
        invariants=tuple(with_fingerprints(results, ordered)),
        not_analysed=tuple(sorted(set[NotAnalysed](notes), key=lambda one: (one.path, one.reason))),
        verdict=verdict_of(ordered),
        counts={**report.counts, "invariants": len(results)},
    )
    return whole, index


def placed(finding: Finding, folder: str) -> Finding:
    """Give a finding of a package with its places as they are in the whole tree."""
    code = finding.code
    return replace(
        finding,
        code=CodeAnchor(f"{folder}/{code.path}", code.line, code.column) if code is not None else None,
        evidence=tuple(hop._replace(path=f"{folder}/{hop.path}" if hop.path else "") for hop in finding.evidence),
    )
