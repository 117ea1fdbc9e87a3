"""The package and the imports of a Java or Kotlin file, read without a syntax tree: both languages let them be told so.

`package` and `import` stand outside comments and strings or are no such thing, and so do names written in full
(`com.acme.pay.Order`), whose packages begin small and whose types begin large. No pattern here backtracks.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from drift.facts import EdgeAttribute, RawImport

_LETTER = rb"[A-Za-z_$\x80-\xff]"
_WORD = rb"[\w$\x80-\xff]"
_BEFORE = rb"(?<![\w.$\x80-\xff])"
_FULL = _BEFORE + rb"[a-z_]" + _WORD + rb"*+(?:\.[a-z_]" + _WORD + rb"*+)++\.[A-Z]" + _WORD + rb"*+"
_LOADED = rb'Class\.forName\(\s*"[a-z_][\w$]*+(?:\.[\w$]++)++")'
_COMMENT = rb"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?"
_STRING = rb'"(?:[^"\\\n]|\\.)*+"?' + rb"|'(?:[^'\\\n]|\\.)*+'?"
_JAVA_PATH = _LETTER + _WORD + rb"*+(?:\s*+\.\s*+(?:" + _LETTER + _WORD + rb"*+|\*))*+"
_KOTLIN_NAME = rb"(?:" + _LETTER + _WORD + rb"*+|`[^`\n]++`)"
_KOTLIN_PATH = _KOTLIN_NAME + rb"(?:[ \t]*+\.[ \t]*+(?:" + _KOTLIN_NAME + rb"|\*))*+"
_PATTERNS = {
    "java": re.compile(
        _COMMENT
        + rb'|"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
        + rb"|(?P<loaded>" + _LOADED + rb"|" + _STRING
        + rb"|" + _BEFORE + rb"(?P<word>package|import)\s++(?:static\s++)?+(?P<path>" + _JAVA_PATH + rb")"
        + rb"|(?P<full>" + _FULL + rb")",
        re.DOTALL,
    ),
    "kotlin": re.compile(
        _COMMENT
        + rb'|"""(?:[^"]|"(?!""))*+(?:""")?'
        + rb"|(?P<loaded>" + _LOADED + rb"|" + _STRING
        # `import` is an ordinary name elsewhere in Kotlin.
        + rb"|(?:(?<![^\n])|(?<=;)|(?<=[\]\)])|(?<=\xef\xbb\xbf))[ \t]*+(?P<word>package|import)[ \t]++(?P<path>"
        + _KOTLIN_PATH + rb")"
        + rb"|(?P<full>" + _FULL + rb")",
        re.DOTALL,
    ),
}  # fmt: skip
# Most files name nothing in full below their imports; this tells so fast.
_SIEVE = re.compile(rb"\.[a-z_][\w$]*+\.[A-Z]|Class\.forName")
_HEADER = re.compile(rb"(?:import|package)[ \t\r\n]")
_VARIABLES = {"this", "super", "it", "field", "self"}
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})
_DYNAMIC = frozenset({EdgeAttribute.RUNTIME, EdgeAttribute.DYNAMIC})


class Scanned(NamedTuple):
    """What a file says about packages: its own ("" for none), and the imports, then names in full, each once."""

    package: str
    imports: tuple[RawImport, ...]


def scan(source: bytes, language: str) -> Scanned:
    """Read the source of a file of the language `java` or `kotlin`, which is UTF-8."""
    package, headers, full = "", [], []
    seen: set[tuple[str, bool]] = set()
    for found, line, column in _places(_PATTERNS[language].finditer(source, 0, _end(source, language)), source):
        if found["word"]:
            name = "".join(found["path"].decode("utf-8", "replace").replace("`", "").split())
            if found["word"] == b"package":
                package = package or name
            else:
                target, _, last = name.rpartition(".")
                headers.append(RawImport(target or last, (last,), line, column, _RUNTIME))
            continue
        loaded = found["loaded"]
        name = (loaded.split(b'"')[1] if loaded else found["full"]).decode("utf-8", "replace")
        if (name, bool(loaded)) not in seen and (loaded or name.partition(".")[0] not in _VARIABLES):
            seen.add((name, bool(loaded)))
            full.append(RawImport(name, (), line, column, _DYNAMIC if loaded else _RUNTIME))
    return Scanned(package, (*headers, *full))


def _end(source: bytes, language: str) -> int:
    """Give where reading may stop: behind the last line that may import, if nothing further down is named in full."""
    last = 0
    for found in _HEADER.finditer(source):
        last = found.end()
    stop = source.find(b"\n", max(last, source.find(b";", last)) if language == "java" else last)
    stop = len(source) if stop < 0 else stop
    return len(source) if _SIEVE.search(source, stop) else stop


def _places(matches: Iterator[re.Match[bytes]], source: bytes) -> Iterator[tuple[re.Match[bytes], int, int]]:
    """Give the matches that name something, each with its line and column (in characters, from 1)."""
    line, column, counted = 1, 1, 0
    for found in matches:
        if found.lastgroup is None:
            continue
        start = found.start("word") if found["word"] else found.start()
        if lines := source.count(b"\n", counted, start):
            line, column = line + lines, 1
            counted = source.rfind(b"\n", counted, start) + 1
        column += len(source[counted:start].decode("utf-8", "replace"))
        counted = start
        yield found, line, column
