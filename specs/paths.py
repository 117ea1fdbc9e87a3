"""Which paths a spec may have inside its project. Knows texts only: no file system, no repository.

A path must be writable in every checkout (Linux, macOS, Windows), must never leave its folder or name a hidden one,
and must leave `#` free, because a section is addressed as `path#anchor`.
"""

import re
import unicodedata

from specs.problem import Problem

MAX_BYTES = 240
SUFFIX = ".md"

_FORBIDDEN = re.compile(r'[\\:*?"<>|#]')
_CATEGORIES = {
    "Cc": "a control character",
    "Cs": "half of a surrogate pair",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\..*)?", re.IGNORECASE)


def path_key(path: str) -> str:
    """Give what two paths share when some file system would take one for the other: NFC, without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def check_path(path: str) -> Problem | None:
    """Say what is wrong with a spec path, or give None: relative, `/` between names, ending in `.md`."""
    found = _character(path) or _shape(path)
    if found is None:
        return None
    column, what, hint = found
    return Problem("bad-path", f"The spec path {what}.", 1, column, hint)


def _character(path: str) -> tuple[int, str, str] | None:
    for column, char in enumerate(path, 1):
        if category := _CATEGORIES.get(unicodedata.category(char)):
            return column, f"holds {category} (U+{ord(char):04X})", "Leave that character out."
        if char in _DIRECTION:
            return column, f"holds an invisible character (U+{ord(char):04X})", "Leave that character out."
        if char == "\\":
            return column, "holds a backslash", "Separate the names by / on every system."
        if _FORBIDDEN.match(char):
            return column, f"holds {char}", 'Leave out : * ? " < > | and #, which some systems or addresses reserve.'
    return None


def _shape(path: str) -> tuple[int, str, str] | None:
    if not path:
        return 1, "is empty", "Give a name such as payments.md."
    if path.startswith("/"):
        return 1, "is absolute", "Leave the leading / away: paths start in the spec folder."
    column = 1
    for name in path.split("/"):
        if found := _segment(name):
            return column, *found
        column += len(name) + 1
    if not path.endswith(SUFFIX):
        return len(path), "does not end in .md", "Specs are Markdown: end the path in .md (small letters)."
    size = len(unicodedata.normalize("NFC", path).encode())
    if size > MAX_BYTES:
        return 1, f"is {size} bytes long", f"Keep it to {MAX_BYTES} bytes."
    return None


_NAMES: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(""), "has an empty name", "Write single slashes and end with a file name."),
    (re.compile(r"\.\.?"), "goes through . or ..", "Name the spec from the spec folder downwards."),
    (re.compile(r"\..*"), "has a name that begins with a dot", "Hidden files and folders hold no specs: drop the dot."),
    (re.compile(r"-.*"), "has a name that begins with a dash", "Commands would take it for an option: drop the dash."),
    (re.compile(r"\s.*|.*[\s.]"), "has a name with a blank at an end, or a dot at its end", "Trim the name."),
    (_RESERVED, "has a name that Windows keeps for a device", "Choose another name."),
)


def _segment(name: str) -> tuple[str, str] | None:
    return next(((what, hint) for pattern, what, hint in _NAMES if pattern.fullmatch(name)), None)
