"""The includes of a C or C++ file, read line by line: the preprocessor knows no syntax, so none is needed."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from drift.facts import EdgeAttribute, RawImport

_RUNTIME = frozenset({EdgeAttribute.RUNTIME})
_CONDITIONAL = _RUNTIME | {EdgeAttribute.CONDITIONAL}
# Directives first, so that what they quote is no text; comments and texts after, which hide what is in them.
_PIECES = re.compile(
    rb"""^[ \t]*\#[ \t]*(?:
            (?:include|include_next|import)\b[ \t]*
                (?:"(?P<quoted>[^"\n]+)"|<(?P<angled>[^>\n]+)>|(?P<macro>[A-Za-z_]\w*))
            |(?P<open>if|ifdef|ifndef)\b[ \t]*(?P<what>[^\n]*)
            |(?P<close>endif)\b
            |define[ \t]+(?P<defined>\w+)
        )
        |^[ \t]*(?:export[ \t]+)?import[ \t]*(?:"(?P<unit>[^"\n]+)"|<(?P<header>[^>\n]+)>)[ \t]*;
        |/\*.*?(?:\*/|\Z)|//[^\n]*
        |"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""",
    re.MULTILINE | re.DOTALL | re.VERBOSE,
)
_LONG = 400


def includes(source: bytes) -> Iterator[RawImport]:
    """Give each include as an import: its target, and one name that says how: `""`, `<>` or `macro`.

    Those between `#if` and `#endif` are conditional; the guard round a whole header is no condition.
    """
    ends = [match.start() for match in re.finditer(b"\n", source)]
    open_: list[str] = []
    guard = ""
    for match in _PIECES.finditer(source):
        if match["open"]:
            word = match["what"].decode("utf-8", "replace").split("//")[0].strip().removeprefix("!defined")
            open_.append(word.strip("() ") if match["open"] != b"if" or b"!defined" in match["what"] else "#if")
        elif match["close"]:
            del open_[-1:]
        elif match["defined"]:
            if not guard and open_ == [match["defined"].decode()]:
                guard = open_[0]
        else:
            how, target = _target(match)
            if target and len(target) <= _LONG:
                start = match.start() + len(match[0]) - len(match[0].lstrip())
                line = bisect_left(ends, start) + 1
                column = start - (ends[line - 2] + 1 if line > 1 else 0) + 1
                conditional = any(word != guard for word in open_)
                yield RawImport(target, (how,), line, column, _CONDITIONAL if conditional else _RUNTIME)


def _target(match: re.Match[bytes]) -> tuple[str, str]:
    for how, names in (('""', ("quoted", "unit")), ("<>", ("angled", "header")), ("macro", ("macro",))):
        for name in names:
            if match[name]:
                return how, match[name].decode("utf-8", "replace").strip().replace("\\", "/")
    return "", ""
