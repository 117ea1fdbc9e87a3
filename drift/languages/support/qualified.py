"""Finds names written in full in code (`com.acme.pay.Order`), outside comments and strings. Pure text, no tree.

For Java and Kotlin, whose packages begin small and whose types begin large. Each pattern is linear: nothing backtracks.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_FULL = rb"(?<![\w.$])[a-z_][\w$]*+(?:\.[a-z_][\w$]*+)++\.[A-Z][\w$]*+"
_SIEVE = re.compile(_FULL)
_BY_NAME = re.compile(rb'Class\.forName\(\s*"([a-z_][\w$]*+(?:\.[\w$]++)++)"')
_CODE = re.compile(
    rb"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
    rb'|"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
    rb'|(?P<loaded>Class\.forName\(\s*"[a-z_][\w$]*+(?:\.[\w$]++)++")'
    rb'|"(?:[^"\\\n]|\\.)*+"?'
    rb"|'(?:[^'\\\n]|\\.)*+'?"
    rb"|(?<![\w.$])(?:import|package)\b[^;{\n]*+"
    rb"|(?P<full>" + _FULL + rb")",
    re.DOTALL,
)
_VARIABLES = {"this", "super", "it", "field", "self"}


class Qualified(NamedTuple):
    """A name written in full. `loaded` says that a string names it, to be loaded when the program runs."""

    name: str
    line: int
    column: int
    loaded: bool


def qualified_names(source: bytes) -> Iterator[Qualified]:
    """Give each name once, where it first stands."""
    after = max(source.rfind(b"\nimport "), 0)
    if not (_SIEVE.search(source, after) or _SIEVE.search(source, 0, after) or _BY_NAME.search(source)):
        return
    seen: set[tuple[str, bool]] = set()
    line, counted = 1, 0
    for found in _CODE.finditer(source):
        loaded = found["loaded"] is not None
        raw = found["full"] if not loaded else found["loaded"].split(b'"')[1]
        if raw is None:
            continue
        name = raw.decode("ascii")
        if (name, loaded) in seen or (not loaded and name.partition(".")[0] in _VARIABLES):
            continue
        seen.add((name, loaded))
        line += source.count(b"\n", counted, found.start())
        counted = found.start()
        before = source[source.rfind(b"\n", max(0, counted - 10_000), counted) + 1 : counted]
        yield Qualified(name, line, len(before.decode("utf-8", "replace")) + 1, loaded)
