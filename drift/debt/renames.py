"""What things were called: maps paths, modules, packages, folders and ids of one tree to those of a later one. Pure.

Made from the files that moved and the modules that files belong to on both sides. A module is renamed where all of its
files that are still there agree on another one; a package or folder where everything below it that is still there
moved alike. So a file that is split, or a part that moved away, renames nothing else.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from drift.debt.lock import Entry
from drift.findings import Finding
from drift.graphs.names import separator_of
from specs.document import Document, ExceptionClause, InvariantBlock, Yaml
from specs.values import dataclass, field, replace

BLANK = re.compile(r"(\s+)")
# What stands between names in a selector, a layer or an exception.
BETWEEN = re.compile(r"(\s+|[|()=,]|import:|->|→|(?<!import)(?<!:):(?=\s))")
WILD = re.compile(r"^(.+?)((?:[./]|::|\\)\*.*)?$", re.DOTALL)
SYMBOL = re.compile(r"#|(?<!:):(?!:)")


@dataclass(frozen=True)
class Renames:
    """Former names to present ones: `paths`, `modules` (all modules with their present name), `ids` of invariants.

    `before` and `after` give the module of each file, on either side.
    """

    paths: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._exact or self.ids)

    @cached_property
    def _modules(self) -> dict[str, str]:
        """Each module of the former tree that is still there, with its present name."""
        found: dict[str, set[str]] = {}
        for path, module in self.before.items():
            now = self.after.get(self.paths.get(path, path))
            if now is not None:
                found.setdefault(module, set()).add(now)
        return {module: min(names) for module, names in found.items() if len(names) == 1}

    @cached_property
    def _exact(self) -> dict[str, str]:
        files = {path: path for path in self.before.keys() & self.after.keys()} | dict(self.paths)
        moved = {module: now for module, now in self._modules.items() if module != now}
        folders = above(files, set(self.paths)) if self.paths else {}
        packages = above(self._modules, set(moved)) if moved else {}
        changed = {path: now for path, now in self.paths.items() if path != now}
        return {**folders, **packages, **changed, **moved}

    def name(self, text: str) -> str:
        """Give what a name is called now: a path, a module, a package, a folder, or a symbol in one of them."""
        exact = self._exact
        if text in exact:
            return exact[text]
        at = SYMBOL.search(text)
        if at is not None and text[: at.start()] in exact:
            return exact[text[: at.start()]] + text[at.start() :]
        return text

    def words(self, text: str) -> str:
        """Give a text of names with blanks between with each of them as it is called now."""
        return "".join(self.name(word) for word in BLANK.split(text))

    def selector(self, text: str) -> str:
        """Give a selector, a layer or what an exception names with each name in it as it is called now."""
        return "".join(self._wild(word) for word in BETWEEN.split(text))

    def _wild(self, text: str) -> str:
        found = WILD.fullmatch(text)
        name, tail = found.groups() if found else (text, "")
        return self.name(name) + (tail or "")

    def finding(self, finding: Finding) -> Finding:
        """Give a finding of the former tree as it would be called now."""
        if not self:
            return finding
        identity = tuple(self.name(part) for part in finding.identity)
        if identity[:1] == ("cycle",):
            names = identity[1:]
            least = names.index(min(names))
            identity = ("cycle", *names[least:], *names[:least])
        id_ = self.ids.get(finding.invariant, finding.invariant)
        if identity == finding.identity and id_ == finding.invariant:
            return finding
        importer = self.name(finding.importer) if finding.importer else None
        imported = self.name(finding.imported) if finding.imported else None
        return replace(finding, invariant=id_, identity=identity, importer=importer, imported=imported)

    def entry(self, entry: Entry) -> Entry:
        """Give an entry of a lock that was written for the former tree as it would be written now."""
        if not self:
            return entry
        subject = self.words(entry.subject)
        if subject.startswith("cycle "):
            _, *names = subject.split()
            least = names.index(min(names))
            subject = " ".join(("cycle", *names[least:], *names[:least]))
        return replace(entry, invariant=self.ids.get(entry.invariant, entry.invariant), subject=subject)

    def block(self, block: InvariantBlock) -> InvariantBlock:
        """Give an invariant that was written for the former tree as it would be written now; its text stays."""
        if not self:
            return block
        options = {key: self._value(value) for key, value in block.options.items()}
        clauses = tuple(self._clause(clause) for clause in block.exceptions)
        return replace(block, id=self.ids.get(block.id, block.id), options=options, exceptions=clauses)

    def document(self, document: Document) -> Document:
        """Give a spec with its invariants as they would be written now."""
        return replace(document, invariants=tuple(self.block(block) for block in document.invariants))

    def _clause(self, clause: ExceptionClause) -> ExceptionClause:
        return replace(clause, what=self.selector(clause.what))

    def _value(self, value: Yaml) -> Yaml:
        if isinstance(value, str):
            return self.selector(value)
        if isinstance(value, list):
            return [self._value(item) for item in value]
        if isinstance(value, dict):
            return {self.selector(key): self._value(item) for key, item in value.items()}
        return value


def above(names: Mapping[str, str], moved: Iterable[str]) -> dict[str, str]:
    """Give the packages (or folders) of which all that is still there moved alike, with their present names.

    `names` maps every former name to the present one, `moved` are those that changed.
    """
    wanted: dict[str, set[str]] = {}
    for name in moved:
        for package, _ in packages(name):
            wanted.setdefault(package, set())
    for name, now in names.items():
        for package, rest in packages(name):
            if package in wanted:
                wanted[package].add(now.removesuffix(rest) if now.endswith(rest) else "")
    agreed = {package: next(iter(found)) for package, found in wanted.items() if len(found) == 1}
    return {package: now for package, now in agreed.items() if now and now != package}


def packages(name: str) -> Iterable[tuple[str, str]]:
    """Give each package above a name, with the rest of the name behind it (its separator included)."""
    separator = separator_of(name)
    at = name.rfind(separator)
    while at > 0:
        yield name[:at], name[at:]
        at = name.rfind(separator, 0, at)


NO_RENAMES = Renames()
LateRenames = Callable[[], Renames]
