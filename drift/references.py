"""References: inline code in prose that may name something in the code, and whether a tree has it.

A reference is a path, a dotted name, or a single name that looks like code (CamelCase, snake_case, a call). Flags,
plain words, placeholders and quoted data are not references here. Definitions count where the product defines them:
a name that lives on in tests or examples alone is gone. Knows nothing of specs or history.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from drift.glob import Glob
from drift.index import CodeIndex
from drift.names import SEPARATORS
from drift.select import CODE_SUFFIXES, OTHER_SUFFIXES

Form: TypeAlias = Literal["path", "name"]

LONGEST = 200
SHORTEST_WORD = 4
# Deeper names than this are looked up by their last parts.
DEEPEST = 12
CALL = re.compile(r"\([^()]*\)$")
NAME = re.compile(r"[^\W\d][\w$]*(?:(?:\.|::|#|/|\\|->)[^\W\d][\w$]*)*")
PATH = re.compile(r"[\w.@+\-\[\]()*~]+(?:/[\w.@+\-\[\]()*~ ]+)*/?")
DIVIDERS = re.compile(r"\.|::|#|/|\\|->|:")
# Files that users write themselves, or that a build makes: without a folder such a name is no promise of the tree.
DATA_SUFFIXES = OTHER_SUFFIXES - {"sh"} | {
    "xml",
    "ini",
    "env",
    "log",
    "csv",
    "db",
    "properties",
    "svg",
    "png",
    "pem",
    "key",
}
MADE = frozenset({"dist", "build", "target", "out", "bin", "obj", "tmp", "node_modules", "vendor", "coverage", ".git"})
ELSEWHERE = frozenset({"test", "tests", "testing", "testdata", "fixtures", "examples", "example", "docs", "doc"}) | {
    *("benchmarks", "benchmark", "samples", "vendor", "third_party", "node_modules", "__tests__", "spec"),
}
# Words of the languages themselves, and values: nobody's definition.
RESERVED = frozenset(
    {
        "None",
        "True",
        "False",
        "null",
        "nil",
        "undefined",
        "NaN",
        "Infinity",
        "self",
        "this",
        "super",
        "async",
        "await",
        "instanceof",
        "typeof",
        "void",
        "NULL",
        "TODO",
        "FIXME",
        "WIP",
        "README",
        "LICENSE",
        "CHANGELOG",
        "MIT",
        "JSON",
        "YAML",
        "TOML",
        "HTML",
        "HTTP",
        "HTTPS",
        "URL",
        "URI",
        "UUID",
        "GET",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "HEAD",
        "OPTIONS",
        "SELECT",
        "INSERT",
        "UPDATE",
        "Promise",
        "Object",
        "Array",
        "String",
        "Number",
        "Boolean",
        "Error",
        "Map",
        "Set",
        "Date",
        "RegExp",
        "Function",
        "Symbol",
        "TypeError",
        "ValueError",
        "KeyError",
        "Exception",
        "isinstance",
        "__init__",
        "__main__",
        "__name__",
        "__file__",
        "__all__",
        "setTimeout",
        "setInterval",
        "parseInt",
        "parseFloat",
        "forEach",
        "toString",
    }
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a piece of inline code may name. `text` is without call parentheses and leading `./`."""

    text: str
    form: Form

    @property
    def segments(self) -> tuple[str, ...]:
        """The names in it, divided."""
        return tuple(part for part in DIVIDERS.split(self.text) if part)


def read_reference(written: str) -> Reference | None:
    """Read inline code as a reference; None for what is not one."""
    text = written.strip()
    called = CALL.search(text) is not None
    text = CALL.sub("", text).removeprefix("./").removeprefix("@/")
    if not text or len(text) > LONGEST or text[0] in "-/<>$%&|\"'!?=+~^" or "://" in text or "..." in text:
        return None
    if _is_path(text):
        return Reference(text.rstrip("/"), "path") if PATH.fullmatch(text) and not _is_data(text) else None
    if not NAME.fullmatch(text) or text in RESERVED:
        return None
    telling = called or any(divider in text for divider in (".", "::", "#", "->"))
    return Reference(text, "name") if telling or _looks_like_code(text) else None


def _is_path(text: str) -> bool:
    suffix = text.rpartition(".")[2] if "." in text else ""
    return "/" in text or suffix in CODE_SUFFIXES or suffix in DATA_SUFFIXES or suffix == "sh"


def _is_data(path: str) -> bool:
    """A bare data file, a made folder, a scoped package or a host is no file of this tree."""
    first, _, rest = path.partition("/")
    if not rest:
        return path.rpartition(".")[2] in DATA_SUFFIXES
    return first in MADE or first.startswith(("@", "~"))


def _looks_like_code(word: str) -> bool:
    """CamelCase, camelCase, snake_case and single capitalised words; neither a plain word nor an acronym."""
    inner = word.strip("_")
    mixed = not inner.isupper() and any(character.isupper() for character in inner[1:])
    return len(inner) >= SHORTEST_WORD and ("_" in inner or mixed or (inner[0].isupper() and not inner.isupper()))


class Lookup:
    """All that a tree has, ready to be asked. Each part is made when first needed."""

    def __init__(self, index: CodeIndex) -> None:
        self.index = index

    def has(self, reference: Reference) -> bool:
        """Say whether the tree has what the reference names: as path, module, definition or external package."""
        return (reference.form == "path" and self.has_path(reference.text)) or self.has_name(reference)

    def missing(self, references: Iterable[Reference]) -> frozenset[str]:
        """Give the texts of the references that the tree does not have."""
        return frozenset(reference.text for reference in references if not self.has(reference))

    def has_path(self, text: str) -> bool:
        """Say whether a file or folder is so called, in full or by the end of its path; a file also without suffix."""
        if "*" not in text:
            return text in self._path_ends
        glob = Glob.parse(f"**/{text}", "/")
        return any(glob.shortest(path.split("/")) for path in self.index.paths)

    def has_name(self, reference: Reference) -> bool:
        """Say whether the last part of the name is defined, or the whole stands in a module's or package's name.

        What stands before the last part is a variable, a class or a module as often as not, so it decides nothing,
        except that a name inside an external package belongs to that package.
        """
        text, segments = reference.text, reference.segments
        if not segments or text in self.index.modules or self._is_outer(text):
            return bool(segments)
        return segments[-1] in self._defined or segments in self._module_parts

    def _is_outer(self, text: str) -> bool:
        heads = [text]
        for separator in SEPARATORS:
            head = text
            while separator in head:
                head = head.rpartition(separator)[0]
                heads.append(head)
        return not self.index.externals.isdisjoint(heads)

    @cached_property
    def _path_ends(self) -> frozenset[str]:
        every = set(self.index.paths)
        for path in self.index.paths:
            folder = path.rpartition("/")[0]
            while folder and folder not in every:
                every.add(folder)
                folder = folder.rpartition("/")[0]
        every.update([path.rpartition(".")[0] for path in self.index.paths if "." in path.rpartition("/")[2][1:]])
        ends: set[str] = set()
        for path in every:
            end = path
            while end and end not in ends:
                ends.add(end)
                end = end.partition("/")[2]
        return frozenset(ends)

    @cached_property
    def _defined(self) -> frozenset[str]:
        return frozenset(
            definition.name.rpartition(".")[2]
            for path, facts in self.index.facts.items()
            if not self._is_elsewhere(path)
            for definition in facts.definitions
        )

    @cached_property
    def _module_parts(self) -> frozenset[tuple[str, ...]]:
        parts: set[tuple[str, ...]] = set()
        for name in self.index.modules:
            segments = tuple(part for part in DIVIDERS.split(name) if part)[-DEEPEST:]
            for start in range(len(segments)):
                parts.update(segments[start:end] for end in range(start + 1, len(segments) + 1))
        return frozenset(parts)

    def _is_elsewhere(self, path: str) -> bool:
        module = self.index.modules.get(self.index.module_of.get(path, ""))
        return (module is not None and module.test) or not ELSEWHERE.isdisjoint(path.split("/")[:-1])


def resolves(text: str, index: CodeIndex) -> bool:
    """Say whether the tree has what this inline code names. For several, ask one `Lookup`."""
    reference = read_reference(text)
    return reference is not None and Lookup(index).has(reference)
