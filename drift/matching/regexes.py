"""Regular expressions that users write, matched in linear time: RE2, and our own matcher where they look around.

The only door to RE2. Patterns are JavaScript's (as in configurations of its tools) or Python's; what neither engine
can take is refused with a reason, never run by an engine that can hang.
"""

from __future__ import annotations

import re
import sys
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from specs.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 20_000
_NAMED = re.compile(r"\(\?<(?=[A-Za-z_$])")
_UNICODE = re.compile(r"\\u(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4}))")
_LOOKS = re.compile(r"\(\?<?[=!]")
# A backslash before a letter that stands for nothing: JavaScript takes the letter.
_IDLE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = frozenset("dDwWsSbBnrtfvx0123456789")


@dataclass(frozen=True, slots=True)
class Regex:
    """A pattern ready to search with. `groups` of a match begin with the whole match."""

    pattern: str
    _search: Callable[[str], tuple[str | None, ...] | None]

    def groups(self, text: str) -> tuple[str | None, ...] | None:
        """Give the leftmost match and its groups; None where there is none."""
        return self._search(text)

    def matches(self, text: str) -> bool:
        """Tell whether the pattern is found somewhere in the text."""
        return self._search(text) is not None


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Regex | str:
    """Make a pattern ready, or say why it cannot be."""
    if len(pattern) > LONGEST:
        return f"the pattern is longer than {LONGEST} characters"
    plain = _plain(pattern)
    if _LOOKS.search(plain):
        return _looking(pattern, plain)
    import re2  # noqa: PLC0415 (most checks have no pattern)

    options: Any = re2.Options()
    options.log_errors = False
    options.max_mem = 16 << 20
    try:
        found = re2.compile(plain, options)
    except re2.error as error:
        text = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else error
        return f"it is no regular expression that can be matched in linear time ({text})"

    def search(text: str) -> tuple[str | None, ...] | None:
        match = found.search(text)
        return (match.group(0), *match.groups()) if match else None

    return Regex(pattern, search)


def _looking(pattern: str, plain: str) -> Regex | str:
    """Make a pattern that looks around ready."""
    from drift.matching import lookaround  # noqa: PLC0415 (few patterns do)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = lookaround.compiled(_NAMED.sub("(?P<", plain))
        except re.error as error:
            return f"it is no regular expression ({error})"
        except (lookaround.UnknownFormError, RecursionError, OverflowError) as error:
            return f"it cannot be matched in linear time ({error})"
    return Regex(pattern, program.search)


def _plain(pattern: str) -> str:
    """Write what only JavaScript knows in a way that all engines read."""
    pattern = _UNICODE.sub(lambda found: _escaped(int(found[1] or found[2], 16)), pattern)
    pattern = pattern.replace("[^]", r"[\s\S]")
    return _IDLE.sub(lambda found: found[0] if found[1] in _MEANT or not found[1].isalnum() else found[1], pattern)


def _escaped(code: int) -> str:
    return re.escape(chr(code)) if code <= sys.maxunicode else ""


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern, known to be one, is found in a text."""
    found = compiled(pattern)
    return isinstance(found, Regex) and found.matches(text)


def groups_of(pattern: str, text: str) -> tuple[str, ...]:
    """Give what a pattern caught, the whole first; empty when it has no groups. A group that caught nothing is gone."""
    found = compiled(pattern) if pattern else ""
    caught = found.groups(text) if isinstance(found, Regex) else None
    return tuple(one for one in caught if one is not None) if caught and caught[1:] else ()


def filled(pattern: str, groups: tuple[str, ...]) -> str:
    """Put what groups caught in the place of `$1` and its like."""
    for number, text in enumerate(groups):
        pattern = pattern.replace(f"${number}", text)
    return pattern
