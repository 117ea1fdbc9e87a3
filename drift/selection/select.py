"""Selectors: how a spec names code. `payments.domain`, `src/payments/**`, `import:github.com/acme/pay`, `=payments`.

What a selector matches stands for everything below it as well; `=` in front takes the match alone. Knows how to
find modules and files in an index, and nothing of what an invariant wants from them.
"""

import re
from typing import Literal, TypeAlias

from drift.graphs.names import NameTable, separator_of
from drift.index import CodeIndex
from drift.matching.glob import Glob
from drift.matching.regexes import compiled, matches
from drift.matching.suffixes import CODE_SUFFIXES, OTHER_SUFFIXES
from specs.problem import Problem
from specs.values import dataclass, replace

Form: TypeAlias = Literal["path", "name", "regex", "name-regex"]

LONGEST = 500
IMPORT = "import:"
REGEX = "re:"
LONGEST_REGEX = 20_000
SHOWN = 80
# A name is what a person looks for: it is told in full.
LONGEST_NAME = 300
SYMBOL = re.compile(r"#|(?<!:):(?!:)")
# How bytes of a file name that are no UTF-8 come to us.
UNDECODED = re.compile("[\udc80-\udcff]")
WRITE = "Write a module (`payments.domain`), a path (`src/payments/**`) or `import:NAME`."
NO_SYMBOL = "Select the module that holds it. A module whose name has a colon is written `import:NAME`."


@dataclass(frozen=True, slots=True)
class Selector:
    """A well-formed selector. `forms` are the ways to read it, tried in order until one finds something.

    `optional`: it stood in parentheses, and may match nothing.
    """

    text: str
    pattern: str
    alone: bool
    forms: tuple[Form, ...]
    optional: bool = False

    @classmethod
    def parse(cls, text: str) -> "Selector | Problem":
        """Read a selector; what cannot be one is a problem with a hint (its line is the caller's to set)."""
        if inner := _in_parentheses(text.strip()):
            parsed = cls.parse(inner)
            return parsed if isinstance(parsed, Problem) else replace(parsed, text=text.strip(), optional=True)
        if text.strip().startswith(REGEX):
            return _regex(text.strip())
        if text.strip().startswith(IMPORT + REGEX):
            return _regex(text.strip(), "name-regex")
        pattern = text.strip()
        alone = pattern.startswith("=")
        pattern = pattern.removeprefix("=")
        forced = pattern.startswith(IMPORT)
        pattern = pattern.removeprefix(IMPORT)
        if forced and pattern.startswith("="):
            alone, pattern = True, pattern.removeprefix("=")
        if wrong := _fault(text, pattern, forced=forced):
            return wrong
        forms: tuple[Form, ...] = ("name",) if forced else _forms(pattern)
        if "/" in pattern and not forced:
            pattern = pattern.removeprefix("./").strip("/")
            if wrong := _fault(text, pattern):
                return wrong
        return cls(text.strip(), pattern, alone, forms)

    def roots(self, table: NameTable) -> dict[str, frozenset[str]]:
        """Give each match (a module, package, folder or file) with the modules and external packages in it."""
        for form in self.forms:
            if form == "regex":
                found = table.find_matches(self.pattern)
            elif form == "name-regex":
                found = {name: frozenset({name}) for name in table.names if matches(self.pattern, name)}
            elif form == "name":
                found = table.find_names(self.pattern, alone=self.alone)
            else:
                files = table.find_paths(self._path_pattern(), alone=self.alone)
                found = {root: table.modules_of(paths) for root, paths in files.items()}
            found = {root: names for root, names in found.items() if names}
            if found:
                return found
        return {}

    def each_root(self, table: NameTable) -> dict[str, frozenset[str]]:
        """Give the matches as `roots` does, but for `**` each name that it matches, not the topmost ones alone."""
        if "**" not in self.pattern or self.alone:
            return self.roots(table)
        found: dict[str, frozenset[str]] = {}
        for name in replace(self, alone=True).roots(table):
            found |= replace(self, pattern=name).roots(table)
        return found

    def matches_name(self, name: str) -> bool:
        """Say whether the pattern matches this very name, whatever there is in the tree."""
        separator = separator_of(name)
        return Glob.parse(self.pattern, separator).matches(name.split(separator))

    def names(self, table: NameTable) -> frozenset[str]:
        """Give all modules and external packages that the selector means."""
        found = list(self.roots(table).values())
        return found[0] if len(found) == 1 else frozenset().union(*found)

    def modules(self, index: CodeIndex) -> frozenset[str]:
        """Give the modules of the tree that the selector means. For many selectors, share a `NameTable`."""
        return self.names(NameTable(index)) & index.modules.keys()

    def paths(self, index: CodeIndex) -> frozenset[str]:
        """Give the files that the selector means: code or not for a path, those of the modules for a name."""
        return self.paths_in(NameTable(index))

    def paths_in(self, table: NameTable) -> frozenset[str]:
        """Give the files that the selector means, with a table made before."""
        for form in self.forms:
            if form == "regex":
                found = frozenset(path for path in table.index.paths if matches(self.pattern, path))
            elif form == "name":
                found = table.paths_of(self.names(table))
            else:
                found = frozenset().union(*table.find_paths(self._path_pattern(), alone=self.alone).values())
            if found:
                return found
        return frozenset()

    def _path_pattern(self) -> str:
        """A file pattern without a slash is a file name, wherever the file lies."""
        return self.pattern if "/" in self.pattern or "." not in self.pattern else f"**/{self.pattern}"


def _forms(pattern: str) -> tuple[Form, ...]:
    """Say how to read a pattern: one with a slash is a path first, else what it ends with tells."""
    if "/" in pattern:
        return ("path", "name")
    suffix = pattern.rpartition(".")[2] if "." in pattern else ""
    if pattern.startswith("."):
        return ("path",)
    if suffix in CODE_SUFFIXES:
        return ("path", "name")
    return ("name", "path") if suffix in OTHER_SUFFIXES else ("name",)


def _in_parentheses(text: str) -> str:
    """Give what stands in parentheses, "" where the text is not one thing in parentheses."""
    inner = text[1:-1] if text.startswith("(") and text.endswith(")") else ""
    return "" if "(" in inner or ")" in inner else inner.strip()


def _regex(text: str, form: Form = "regex") -> "Selector | Problem":
    """Read a selector by regular expression, for paths or for names."""
    pattern = text.removeprefix(IMPORT).removeprefix(REGEX)
    wrong = compiled(pattern) if len(pattern) <= LONGEST_REGEX else "it is too long"
    if pattern and not isinstance(wrong, str):
        return Selector(text, pattern, alone=True, forms=(form,))
    said = f"`{shown(text)}` cannot be used: {wrong}" if pattern else "The regular expression is empty"
    return Problem("bad-selector", f"{said}.", 1, 1, "Write `re:^src/(api|web)/`; it is searched for in paths.")


def _fault(text: str, pattern: str, *, forced: bool = False) -> Problem | None:
    quoted = f"`{shown(text)}`"
    broken = " " in pattern or not (pattern.isprintable() or UNDECODED.sub("", pattern).isprintable())
    checks = (
        (not pattern, "empty-selector", "The selector is empty.", WRITE),
        (len(pattern) > LONGEST, "long-selector", f"{quoted} is longer than {LONGEST} characters.", "Use a glob."),
        (broken, "bad-selector", f"{quoted} holds blanks or control characters.", WRITE),
        (
            "***" in pattern,
            "bad-selector",
            f"In {quoted}, `***` means nothing.",
            "`*` is one segment, `**` any number.",
        ),
        (".." in pattern, "bad-selector", f"{quoted} has an empty segment or `..`.", WRITE),
        ("//" in pattern, "bad-selector", f"{quoted} has an empty segment.", WRITE),
        ("/" not in pattern and pattern.endswith("."), "bad-selector", f"{quoted} ends with a dot.", WRITE),
        (not forced and SYMBOL.search(pattern), "symbol-selector", f"{quoted} names a symbol, not modules.", NO_SYMBOL),
    )
    return next((Problem(code, message, 1, 1, hint) for wrong, code, message, hint in checks if wrong), None)


def shown(text: str, most: int = SHOWN) -> str:
    """Make a text from a spec fit for a message: one line, printable, not longer than `most`."""
    flat = text.strip()
    if not flat.isprintable():
        flat = "".join(character if character.isprintable() else "�" for character in flat)
    return flat if len(flat) <= most else f"{flat[: most - 3]}..."


def called(text: str) -> str:
    """Make a name fit for a message, in full where that is possible: it is what a person looks for."""
    return shown(text, LONGEST_NAME)
