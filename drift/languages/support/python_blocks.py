"""Which blocks surround the lines of a Python file, told from indentation and keywords; and what imports there are.

Reads as much as it must: strings, comments, brackets, and the lines that open a block. In code that Python takes, a
line further in than a block's opening belongs to the last such block. What is not clear raises `UncertainError`.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping

from drift.facts import EdgeAttribute

# Strings and comments. A quote that opens nothing whole is found alone. What is plain is taken in runs, and looking one
# byte ahead spares trying the others wherever nothing can begin: that is half of the time that reading imports takes.
_RUNS = (
    rb'#[^\n]*+|"""[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+"""|"(?!"")[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
    rb"|'''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+'''|'(?!'')[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'|[\"']"
)
STRINGS = rb"(?=[#\"'])(?:%b)" % _RUNS
HEAD_LIMIT = 200
_TOKEN = re.compile(
    rb"(?=[#\"'()\[\]{}\\\n])(?:" + _RUNS + rb"|\([^()\[\]{}\"'#\n\\]*+\)|([(\[{])|([)\]}])|\\\r?\n"
    rb"|\n([ \t]*+)(async|def|class|if|elif|else|try|except|finally|for|while|with|match|case)\b)",
    re.DOTALL,
)
_TOP = re.compile(rb"\n(?:async|def|class|if|try|for|while|with|match)\b")
_OPENING, _CLOSING, _HEADER = 1, 2, 4
_CLAUSES = {b"elif", b"else", b"except", b"finally"}
_ASYNC = re.compile(rb"async[ \t]++(def|for|with)\b")
_ASKED = re.compile(rb"(?:if|elif)\b[ \t]*+([^:#'\"\n\\]*?)[ \t]*+:[ \t]*+(?:#[^\n]*+)?(?=\r?\n|\Z)")
_FLAGS = {"TYPE_CHECKING", "MYPY"}
_OPTIONAL = (b"ImportError", b"ModuleNotFoundError", b"Exception")
_FORMATS = frozenset({b"f", b"F", b"t", b"T"})
_RAW = frozenset({b"r", b"R"})
_HASH = 0x23
_QUOTES = frozenset(b"\"'")


class UncertainError(Exception):
    """What a file says cannot be told without its syntax tree."""


class _Block:
    """An opened block. `opener` is the statement whose clause it is; `follows` the clause just before."""

    __slots__ = ("at", "follows", "indent", "opener", "optional", "word")

    def __init__(self, indent: int, word: bytes, at: int, follows: "_Block | None") -> None:
        self.indent = indent
        self.word = word
        self.at = at
        self.follows = follows
        self.opener: _Block = self if follows is None else follows.opener
        self.optional = False


def type_flag(condition: str) -> bool | None:
    """Say whether a condition holds for type checkers alone (True), for all others (False), or is no such."""
    asked = condition.strip("()")
    flag = asked.removeprefix("not ").strip()
    if flag not in _FLAGS and not (flag.endswith(".TYPE_CHECKING") and " " not in flag):
        return None
    return flag == asked


def catches_missing(head: bytes) -> bool:
    """Say whether an `except` clause, of which the beginning is given, takes a module that is missing."""
    clause = head.partition(b":")[0]
    return clause.strip() == b"except" or any(word in clause for word in _OPTIONAL)


def suppresses_missing(head: bytes) -> bool:
    """Say whether the head of a `with` statement takes a module that is missing: `suppress(ImportError)`."""
    return b"suppress" in head and any(word in head for word in _OPTIONAL)


def check_string(source: bytes, start: int, end: int) -> None:
    """Look at a string or comment as `STRINGS` found it. Raises `UncertainError` where it may end elsewhere."""
    if source[start] == _HASH:
        return
    if end - start == 1:
        raise UncertainError
    if _is_formatted(source[max(start - 2, 0) : start]):
        # Since Python 3.12 what stands in braces may hold the same quotes again.
        text = source[start:end].replace(b"{{", b"").replace(b"}}", b"")
        if text.count(b"{") != text.count(b"}"):
            raise UncertainError


def _is_formatted(before: bytes) -> bool:
    """Say whether the one or two bytes before a quote may make it a string with braces: `f`, `rf`, `Fr`."""
    return before[-1:] in _FORMATS or (before[-1:] in _RAW and before[:-1] in _FORMATS)


def attributes_of(
    source: bytes, starts: list[int], texts: list[tuple[int, int]]
) -> Mapping[int, frozenset[EdgeAttribute]]:
    """Give how imports at these places count (sorted, each the first word of its line). Raises `UncertainError`.

    `texts` is where strings lie that go over lines, as far as the last place.
    """
    if b"\n\t" in source and b"\n " in source:
        raise UncertainError
    source = b"\n" + source
    found: dict[int, frozenset[EdgeAttribute]] = {}
    for top, places in _by_statement(source, [start + 1 for start in starts], texts).items():
        blocks = _Blocks(source, top)
        blocks.read(places)
        found.update((start - 1, _attributes(source, start, chain)) for start, chain in blocks.around.items())
    return found


def _by_statement(source: bytes, starts: list[int], texts: list[tuple[int, int]]) -> Mapping[int, list[int]]:
    """Sort places by the statement at the left edge that they lie in: nothing before it matters to them."""
    ends = [end + 1 for _, end in texts]
    tops = [at for found in _TOP.finditer(source) if not _goes_on(source, at := found.start())]
    found: dict[int, list[int]] = {}
    for start in starts:
        place = bisect_left(tops, start) - 1
        while place >= 0 and (at := bisect_left(ends, tops[place] + 1)) < len(texts) and texts[at][0] < tops[place]:
            place -= 1  # inside a string that goes over lines
        found.setdefault(tops[place] if place >= 0 else 0, []).append(start)
    return found


def _goes_on(source: bytes, end: int) -> bool:
    """Say whether the line that ends there goes on behind a backslash."""
    return source[end - 1 : end] == b"\\" or source[end - 2 : end] == b"\\\r"


class _Blocks:
    """The blocks of a file from `top` on. `around` gives those round each place that was asked for."""

    def __init__(self, source: bytes, top: int) -> None:
        self._source = source
        self._top = top
        self._open: list[_Block] = []
        self._depth = 0
        self._tries: set[_Block] = set()
        self.around: dict[int, list[_Block]] = {}

    def read(self, starts: list[int]) -> None:
        """Read up to the last place, and on to the end of every `try` round one."""
        source = self._source
        left = starts[::-1]
        for found in _TOKEN.finditer(source, self._top):
            at = found.start()
            while left and left[-1] <= at:
                self._note(left.pop())
            if not left and not any(block.opener in self._tries for block in self._open):
                return
            kind = found.lastindex
            if kind is None:
                if source[at] in _QUOTES:
                    check_string(source, at, found.end())
            elif kind == _OPENING:
                self._depth += 1
            elif kind == _CLOSING:
                self._depth -= 1
                if self._depth < 0:
                    raise UncertainError
            elif not self._depth:
                self._take(len(found[3]), found[4], found.start(4))
        while left:
            self._note(left.pop())

    def _note(self, start: int) -> None:
        """Note which blocks are round a place."""
        indent = start - self._source.rfind(b"\n", 0, start) - 1
        while self._open and self._open[-1].indent >= indent:
            self._open.pop()
        if self._depth or not self._open:
            raise UncertainError
        self.around[start] = list(self._open)
        self._tries.update(block.opener for block in self._open if block.opener.word == b"try")

    def _take(self, indent: int, word: bytes, at: int) -> None:
        """Open a block; those it ends are left."""
        before = None
        while self._open and self._open[-1].indent >= indent:
            before = self._open.pop()
        if word in _CLAUSES:
            if before is None or before.indent != indent:
                raise UncertainError
        else:
            before = None
        block = _Block(indent, word, at, before)
        if word == b"except" and catches_missing(self._source[at : at + HEAD_LIMIT]):
            block.opener.optional = True
        self._open.append(block)


def _attributes(source: bytes, start: int, chain: list[_Block]) -> frozenset[EdgeAttribute]:
    """Say how an import counts that stands inside these blocks, the outermost first."""
    found: set[EdgeAttribute] = set()
    asked = False  # whether a block outside of this one is about type checking
    for block in chain:
        word = block.opener.word
        if word == b"async":
            match = _ASYNC.match(source, block.opener.at)
            if match is None:
                raise UncertainError
            word = match[1]
        if word == b"def":
            found.add(EdgeAttribute.LAZY)
        elif word == b"match" or (word == b"try" and block.opener.optional):
            found.add(EdgeAttribute.CONDITIONAL)
        elif word == b"with" and b"suppress" in source[block.at : start]:
            raise UncertainError
        elif word == b"if":
            types = _types(source, start, block)
            if types is None:
                found.add(EdgeAttribute.CONDITIONAL)
            elif asked:
                raise UncertainError
            else:
                asked = True
                found.update({EdgeAttribute.TYPE_ONLY} if types else ())
    if EdgeAttribute.TYPE_ONLY not in found:
        found.add(EdgeAttribute.RUNTIME)
    return frozenset(found)


def _types(source: bytes, start: int, block: _Block) -> bool | None:
    """Say whether only type checkers run a branch of an `if` (None: it is about something else)."""
    flags = {_flag(source, start, block.opener)} | ({_flag(source, start, block)} if block.word == b"elif" else set())
    if flags == {None}:
        return None
    if len(flags) > 1 or block.word == b"elif" or (block.word == b"else" and block.follows is not block.opener):
        raise UncertainError
    return flags.pop() is (block.word == b"if")


def _flag(source: bytes, start: int, block: _Block) -> bool | None:
    """Give the type flag of a block's condition."""
    match = _ASKED.match(source, block.at)
    if match is None:
        if any(flag in source[block.at : start] for flag in (b"TYPE_CHECKING", b"MYPY")):
            raise UncertainError
        return None
    return type_flag(match[1].decode("utf-8", "replace")) if len(match[1]) <= HEAD_LIMIT else None
