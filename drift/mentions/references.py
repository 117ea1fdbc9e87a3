"""References: inline code in prose that may name something in the code.

A reference is a path, a dotted or single name that looks like code, an option (`--retry`), a key of configuration, a
route, or a scoped package. Plain words, placeholders, values and the reader's own files are none. Whether a tree has
it is for others to say. Knows nothing of specs or history.
"""

import re
from functools import lru_cache
from typing import Literal, TypeAlias

from drift.matching.suffixes import CODE_SUFFIXES, OTHER_SUFFIXES
from specs.values import dataclass

Form: TypeAlias = Literal["path", "name", "flag", "key", "route", "package"]

LONGEST = 200
SHORTEST_WORD = 4
KEPT = 1 << 14
CALL = re.compile(r"\([^()]*\)[;:]?$")
# What languages put round a name: `struct order`, `List<Order>`, `paid?` and `save!` of Ruby, `vec!` of Rust.
SORT = re.compile(r"^(?:struct|enum|union)\s+(?=\w+$)")
GENERIC = re.compile(r"(?<=\w)<[\w, .:?*&\[\]]*>$")
ASKING = re.compile(r"(?<=\w)[?!]$")
ANNOTATION = re.compile(r"@([A-Z]\w*)")
NAME = re.compile(r"[^\W\d][\w$]*(?:(?:\.|::|#|/|\\|->)[^\W\d][\w$]*)*")
PATH = re.compile(r"[\w.@+\-\[\]()*~]+(?:/[\w.@+\-\[\]()*~ ]+)*/?")
FLAG = re.compile(r"(--[A-Za-z][\w.-]*\w)(?:[= ]\S+)?")
KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)+")
ROUTE = re.compile(r"/[\w.{}:-]+(?:/[\w.{}:*-]+)+/?")
PACKAGE = re.compile(r"@[\w-]+/[\w.-]+")
DIVIDERS = re.compile(r"\.|::|#|/|\\|->|:")
# The folders of every Unix: a path that begins so is the reader's machine's.
SYSTEM = re.compile(r"/(?:etc|var|usr|tmp|opt|home|root|proc|sys|dev|s?bin|lib|run|mnt|srv)(?:/|$)")
# Every command has these, whoever declares them.
EVERY_COMMAND = frozenset({"--help", "--version"})
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
# Words that stand for whatever object is at hand: they say nothing of where a name is defined.
RECEIVERS = frozenset(
    {"exports", "this", "self", "cls", "super", "props", "state", "options", "opts", "config", "args"}
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What a piece of inline code may name. `text` is without call parentheses, leading `./` and a flag's value."""

    text: str
    form: Form

    @property
    def segments(self) -> tuple[str, ...]:
        """The names in it, divided."""
        return tuple(part for part in DIVIDERS.split(self.text) if part)

    @property
    def names(self) -> tuple[str, ...]:
        """What a line that declares it declares, as `declared` tells: any of these."""
        if self.form == "flag":
            word = self.text[2:]
            return (self.text, f'"{word}', word.replace("-", "_")) if "-" in word else (self.text,)
        if self.form != "name":
            return (f'"{self.text}',)
        last = self.segments[-1]
        quoted = (f'"{last}',) if "_" in last else ()
        return (last, *quoted, f'"{self.text}') if last != self.text else (last, *quoted)

    @property
    def words(self) -> tuple[str, ...]:
        """What code that still uses it holds: any of these; none where no word would tell."""
        if self.form == "flag":
            return (self.text, self.text[2:]) if "-" in self.text[2:] else (self.text,)
        if self.form == "name" and self.text.isupper() and "_" in self.text:
            # Variables of the environment are often looked up by a word in small letters.
            small = self.text.lower()
            return (self.text, f'"{small}"', f"'{small}'")
        return {"name": self.segments[-1:], "key": (self.text,)}.get(self.form, ())

    @property
    def qualifier(self) -> str:
        """The word before the last, where it says in which class or module the name is defined; else ""."""
        outer = [one for one in self.segments[:-1] if one != "prototype"]
        return outer[-1] if self.form == "name" and outer and outer[-1] not in RECEIVERS else ""


@lru_cache(KEPT)
def read_reference(written: str) -> Reference | None:
    """Read inline code as a reference; None for what is not one."""
    text = written.strip()
    bare = CALL.sub("", text).strip()
    if marked := _read_marked(bare):
        return marked
    sorted_out = ASKING.sub("", GENERIC.sub("", SORT.sub("", bare)))
    if annotation := ANNOTATION.fullmatch(sorted_out):
        sorted_out = annotation[1]
    called = (bare != text and " " not in text) or ASKING.search(bare) is not None
    bare = sorted_out
    text = bare.removeprefix("./").removeprefix("@/")
    if not text or len(text) > LONGEST or text[0] in "-/<>$%&|\"'!?=+~^@" or "://" in text or "..." in text:
        return None
    if text[0] == "." and "/" not in text:
        return None  # `.ts`, `.env`: a suffix, or a file of the reader's own
    if _is_path(text):
        return Reference(text.rstrip("/"), "path") if PATH.fullmatch(text) and not _is_data(text) else None
    return _read_name(text, called=called)


def _read_marked(text: str) -> Reference | None:
    """Read what its first letters tell: an option, a route, a package of a scope."""
    if len(text) > LONGEST:
        return None
    if flag := FLAG.fullmatch(text):
        return None if flag[1] in EVERY_COMMAND else Reference(flag[1], "flag")
    if ROUTE.fullmatch(text) and not SYSTEM.match(text):
        return Reference(text, "route")
    return Reference(text, "package") if PACKAGE.fullmatch(text) else None


def _read_name(text: str, *, called: bool) -> Reference | None:
    if KEY.fullmatch(text):
        return Reference(text, "key")
    if not NAME.fullmatch(text) or text in RESERVED or DIVIDERS.split(text)[0] in GLOBALS:
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
    """CamelCase, camelCase, snake_case, _private and single capitalised words; neither a plain word nor an acronym."""
    inner = word.strip("_")
    mixed = not inner.isupper() and any(character.isupper() for character in inner[1:])
    marked = "_" in inner or word.startswith("_") or mixed
    return len(inner) >= SHORTEST_WORD and (marked or (inner[0].isupper() and not inner.isupper()))


def folded(name: str) -> str:
    """Give a name without what `retryCount`, `retry_count`, `RetryCount` and `--retry-count` differ in."""
    return name.replace("-", "").replace("_", "").casefold()
