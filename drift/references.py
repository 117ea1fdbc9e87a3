"""References: inline code in prose that may name something in the code.

A reference is a path, a dotted name, or a single name that looks like code (CamelCase, snake_case, a call). Flags,
plain words, placeholders and quoted data are not references here. Whether a tree
has it is for `drift.lookup` to say. Knows nothing of specs or history.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from drift.select import CODE_SUFFIXES, OTHER_SUFFIXES

Form: TypeAlias = Literal["path", "name"]

LONGEST = 200
SHORTEST_WORD = 4
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
# Words of the languages themselves, and values: nobody's definition.
RESERVED = frozenset(
    {
        *("None", "True", "False", "null", "nil", "undefined", "NaN", "Infinity", "self", "this", "super"),
        *("async", "await", "instanceof", "typeof", "void", "NULL", "TODO", "FIXME", "WIP", "README", "LICENSE"),
        *("CHANGELOG", "MIT", "JSON", "YAML", "TOML", "HTML", "HTTP", "HTTPS", "URL", "URI", "UUID", "GET"),
        *("POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "SELECT", "INSERT", "UPDATE", "Promise", "Object"),
        *("Array", "String", "Number", "Boolean", "Error", "Map", "Set", "Date", "RegExp", "Function", "Symbol"),
        *("TypeError", "ValueError", "KeyError", "Exception", "isinstance", "__init__", "__main__", "__name__"),
        *("__file__", "__all__", "setTimeout", "setInterval", "parseInt", "parseFloat", "forEach", "toString"),
    }
)

# Objects that the language gives: what hangs on them is nobody's own.
GLOBALS = frozenset(
    {
        *("process", "window", "document", "console", "globalThis", "Math", "JSON", "Object", "Promise"),
        *("module",),
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
    if text[0] == "." and "/" not in text:
        return None  # `.ts`, `.env`: a suffix, or a file of the reader's own
    if _is_path(text):
        return Reference(text.rstrip("/"), "path") if PATH.fullmatch(text) and not _is_data(text) else None
    if not NAME.fullmatch(text) or text in RESERVED:
        return None
    if DIVIDERS.split(text)[0] in GLOBALS:
        return None
    telling = called or any(divider in text for divider in (".", "::", "#", "->"))
    return Reference(text, "name") if telling or looks_like_code(text) else None


def _is_path(text: str) -> bool:
    suffix = text.rpartition(".")[2] if "." in text else ""
    return "/" in text or suffix in CODE_SUFFIXES or suffix in DATA_SUFFIXES or suffix == "sh"


def _is_data(path: str) -> bool:
    """A bare data file, a made folder, a scoped package or a host is no file of this tree."""
    first, _, rest = path.partition("/")
    if not rest:
        return path.rpartition(".")[2] in DATA_SUFFIXES
    return first in MADE or first.startswith(("@", "~"))


def looks_like_code(word: str) -> bool:
    """CamelCase, camelCase, snake_case and single capitalised words; neither a plain word nor an acronym."""
    inner = word.strip("_")
    mixed = not inner.isupper() and any(character.isupper() for character in inner[1:])
    return len(inner) >= SHORTEST_WORD and ("_" in inner or mixed or (inner[0].isupper() and not inner.isupper()))
