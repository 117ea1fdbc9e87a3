"""The door to ast-grep: where a pattern written as code matches in a source, and whether it is a pattern at all.

The engine panics on a language that it does not know, and its errors come with a trace: both end here. It may take
long over a hostile source or pattern, so callers run it in a child with limits. Loaded with the first pattern.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from drift.matching.regexes import Regex, compiled
from specs.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import SgNode

Match: TypeAlias = tuple[int, int, str]

LANGUAGES: dict[str, tuple[str, ...]] = {
    "python": (".py", ".pyi"),
    "typescript": (".ts", ".mts", ".cts"),
    "tsx": (".tsx",),
    "javascript": (".js", ".jsx", ".mjs", ".cjs"),
    "go": (".go",),
    "rust": (".rs",),
    "java": (".java",),
    "kotlin": (".kt", ".kts"),
    "csharp": (".cs",),
    "ruby": (".rb",),
    "php": (".php",),
    "c": (".c",),
    "cpp": (".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".hxx"),
    "swift": (".swift",),
    "scala": (".scala",),
    "lua": (".lua",),
    "bash": (".sh", ".bash"),
}
_BY_SUFFIX = {suffix: language for language, suffixes in LANGUAGES.items() for suffix in suffixes}
LONGEST = 4_000
MOST_MATCHES = 1_000
SHOWN = 100
LEAST_WORD = 3
# What may stand for a metavariable where the pattern itself is parsed.
_META = re.compile(r"\$+\w*")
_WORD = re.compile(rf"(?<![\w$])[A-Za-z_]\w{{{LEAST_WORD - 1},}}")
_LOOKS = re.compile(r"\(\?<?[=!]")
_CALL = re.compile(r"[\w$]+\(.*\)", re.DOTALL)
_CAUSE = re.compile(r"^\s*\d+: (.+?)(?: Please check the pattern source.*)?$", re.MULTILINE)


def language_of(path: str) -> str:
    """Name the language of a file as patterns know it; "" for none."""
    return _BY_SUFFIX.get(path[path.rfind(".") :], "") if "." in path else ""


def check_pattern(language: str, pattern: str) -> tuple[str, bool]:
    """Say what is wrong with a pattern ("" where nothing is), and whether the language reads it as code at all.

    What it does not read as code may match nonetheless: a part of a statement, say.
    """
    if language not in LANGUAGES:
        return f"there is no language {language!r}", False
    if len(pattern) > LONGEST or "\0" in pattern:
        return f"it is longer than {LONGEST} characters" if len(pattern) > LONGEST else "it holds a NUL", False
    if not pattern.strip():
        return "it is empty", False
    from ast_grep_py import SgRoot  # noqa: PLC0415 (most checks have no pattern)

    try:
        SgRoot("", language).root().find(pattern=pattern)
        plain = SgRoot(_META.sub("meta", pattern), language).root()
        broken = plain.find(kind="ERROR") is not None
    except RuntimeError as error:
        causes = _CAUSE.findall(str(error).partition("Stack backtrace")[0])
        return (causes[-1] if causes else "it cannot be read").rstrip("."), False
    return "", not broken


@dataclass(slots=True)
class Source:
    """One file's text, parsed when the first pattern needs it."""

    data: bytes
    language: str
    _root: SgNode | None = field(default=None, init=False)

    def pattern(self, pattern: str) -> list[Match]:
        """Give where a pattern matches: line, column and first line of each match. The pattern must be a good one."""
        word = max(_WORD.findall(pattern), key=len, default="")
        if word.encode() not in self.data:  # a name in a pattern stands for itself
            return []
        if self._root is None:
            from ast_grep_py import SgRoot  # noqa: PLC0415 (most checks have no pattern)

            self._root = SgRoot(self.data.decode("utf-8", "replace"), self.language).root()
        found = []
        for node in self._nodes(self._root, pattern)[:MOST_MATCHES]:
            start = node.range().start
            found.append((start.line + 1, start.column + 1, _first_line(node.text())))
        return found

    def _nodes(self, root: SgNode, pattern: str) -> list[SgNode]:
        """Find a pattern; where C by itself would take a call for the declaration of a type, it is read as a call."""
        if self.language == "c" and _CALL.fullmatch(pattern.strip()):
            return root.find_all(
                pattern={"context": f"void f() {{ {pattern}; }}", "selector": "call_expression", "strictness": "smart"}
            )
        return root.find_all(pattern=pattern)

    def regex(self, expression: str) -> list[Match]:
        """Give where an expression matches, line by line: line, column and text. The expression must be a good one."""
        regex = compiled(expression)
        if not isinstance(regex, Regex):
            return []
        text = self.data.decode("utf-8", "replace")
        sieve = None if _LOOKS.search(expression) else compiled(f"(?m){expression}")
        if isinstance(sieve, Regex) and not sieve.matches(text):
            return []
        return list(_on_lines(regex, text))[:MOST_MATCHES]


def _on_lines(regex: Regex, text: str) -> Iterator[Match]:
    for number, line in enumerate(text.split("\n"), 1):
        found = regex.groups(line.removesuffix("\r"))
        if found is not None:
            matched = found[0] or ""
            yield number, line.find(matched) + 1, _first_line(matched or line)


def _first_line(text: str) -> str:
    line = " ".join(text.strip().partition("\n")[0].split())
    more = "\n" in text.strip() or len(line) > SHOWN
    return f"{line[:SHOWN]}…" if more else line
