"""The imports of one Python file, read without a syntax tree: the same as the tree's, or nothing at all.

Nearly every file writes its imports as statements on lines of their own. For those it is enough to know which lines
lie inside a string, and which blocks surround an indented one. Wherever that could be wrong, `scan` gives None, and
the tree must be asked: it is the authority, and files with imports of another form are few.
"""

import re

from drift.facts import EdgeAttribute, FileFacts, RawImport, Tier
from drift.languages.support.python_blocks import STRINGS, UncertainError, attributes_of, check_string
from drift.languages.support.text import utf8

_NAME = rb"[A-Za-z_]\w*+"
_DOTTED = rb"%b(?:\.%b)*+" % (_NAME, _NAME)
_ONE = rb"%b(?:[ \t]++as[ \t]++%b)?+" % (_NAME, _NAME)
_GAP = rb"(?:[ \t]|\\\r?\n)*+"  # a line may go on behind a backslash
_MANY = rb"%b(?:%b,%b%b)*+" % (_ONE, _GAP, _GAP, _ONE)
_MODULE = rb"%b(?:[ \t]++as[ \t]++%b)?+" % (_DOTTED, _NAME)
_MODULES = rb"%b(?:[ \t]*+,[ \t]*+%b)*+" % (_MODULE, _MODULE)
_LISTED = rb"\s*+%b(?:\s*+,\s*+%b)*+(?:\s*+,)?+\s*+" % (_ONE, _ONE)
_END = rb"[ \t]*+(?=[#;\r\n]|\Z)"

_WORD = re.compile(rb"import(?:[ \t(*\\\r\n]|_module|__)")
_IMPORT = re.compile(rb"import[ \t]++(%b)%b" % (_MODULES, _END))
_IMPORTED = rb"[ \t]*+(\*)|(?=[ \t\\])%b(%b)|[ \t]*+\(((?:[^()#\\]|\#[^\n]*+)*+)\)" % (_GAP, _MANY)
_FROM = re.compile(rb"from[ \t]++(\.++(?:%b)?+|%b)[ \t]++import(?:%b)%b" % (_DOTTED, _DOTTED, _IMPORTED, _END))
_COMMENT = re.compile(rb"#[^\n]*+")
_IN_BRACKETS = re.compile(_LISTED)
_NAMED = re.compile(rb"(%b)(?:[ \t]++as[ \t]++%b)?+" % (_DOTTED, _NAME))
_STRING = re.compile(STRINGS, re.DOTALL)
_RUNTIME = frozenset({EdgeAttribute.RUNTIME})
_NOWHERE = -1
_THRICE = frozenset({b'"""', b"'''"})
_BREAK = 0x0A


def skim(source: bytes) -> FileFacts | None:
    """Read the imports of a file, whatever its encoding, and nothing more; None where that is not certain."""
    source = utf8(source, cookie=True)
    imports = scan(source)
    if imports is None:
        return None
    lines = source.count(b"\n") + (1 if source and not source.endswith(b"\n") else 0)
    return FileFacts("python", lines, imports, (), (), (), tier=Tier.IMPORTS)


def scan(source: bytes) -> tuple[RawImport, ...] | None:
    """Give the imports of a file (UTF-8, as `utf8` gives it) in document order; None where that is not certain."""
    if not _plain(source):
        return None
    marks = _marked(source)
    try:
        return _statements(source, *_outside(source, marks)) if marks else ()
    except UncertainError:
        return None


def _plain(source: bytes) -> bool:
    """Tell whether lines are what they seem, strings end and brackets pair up."""
    if b"\r" in source and source.count(b"\r") != source.count(b"\r\n"):
        return False
    if b"\f" in source or source.startswith(b"\xef\xbb\xbf"):
        return False
    return _paired(source) or _paired(_STRING.sub(b"", source))


def _paired(text: bytes) -> bool:
    count = text.count
    return count(b"(") == count(b")") and count(b"[") == count(b"]") and count(b"{") == count(b"}")


def _marked(source: bytes) -> list[tuple[int, int]]:
    """Give (where its statement begins, where it stands) of each word that may import; nowhere is an odd place."""
    marks: list[tuple[int, int]] = []
    calls = b"importlib" in source
    for found in _WORD.finditer(source):
        at = found.start()
        word = source[at - 1 : at] if at else b""
        if found.end() - at > len(b"import "):
            if calls or word == b"_":
                marks.append((_NOWHERE, at))
            continue
        if word.isalnum() or word == b"_" or word >= b"\x80":
            continue
        begin = source.rfind(b"\n", 0, at) + 1
        before = source[begin:at]
        lead = before.lstrip(b" \t")
        if source[max(begin - 3, 0) : begin].endswith((b"\\\n", b"\\\r\n")):
            marks.append((_NOWHERE, at))
        elif not lead or lead.startswith(b"from"):
            marks.append((at - len(lead), at))
        elif not lead.startswith(b"#") and (b":" in lead or b";" in lead):
            marks.append((_NOWHERE, at))
    return marks


def _outside(source: bytes, marks: list[tuple[int, int]]) -> tuple[list[int], list[tuple[int, int]]]:
    """Give where the statements begin that are in no string or comment, and where strings lie that go over lines.

    Raises `UncertainError`.
    """
    kept: list[int] = []
    texts: list[tuple[int, int]] = []
    continued = b"\\\n" in source or b"\\\r" in source
    waiting = iter([*marks, (0, len(source) + 1)])
    begin, at = next(waiting)
    last = marks[-1][1]
    for found in _STRING.finditer(source):
        start, end = found.span()
        while at < start:
            kept.append(begin)
            begin, at = next(waiting)
        if start > last:
            break
        check_string(source, start, end)
        if source[start : start + 3] in _THRICE or (continued and b"\n" in source[start:end]):
            texts.append((start, end))
        while at < end:
            begin, at = next(waiting)
    while at <= last:
        kept.append(begin)
        begin, at = next(waiting)
    if _NOWHERE in kept or len(set(kept)) != len(kept):
        raise UncertainError
    return kept, texts


def _statements(source: bytes, starts: list[int], texts: list[tuple[int, int]]) -> tuple[RawImport, ...]:
    """Read the statements. Raises `UncertainError`."""
    indented = [start for start in starts if start and source[start - 1] != _BREAK]
    surrounded = attributes_of(source, indented, texts) if indented else {}
    found: list[RawImport] = []
    line, before = 1, 0
    for start in starts:
        line += source.count(b"\n", before, start)
        before = start
        attributes = surrounded.get(start, _RUNTIME)
        column = start - source.rfind(b"\n", 0, start)
        if source.startswith(b"i", start):
            match = _IMPORT.match(source, start)
            if match is None:
                raise UncertainError
            found += [RawImport(name, (), line, column, attributes) for name in _names(match[1])]
        else:
            match = _FROM.match(source, start)
            if match is None:
                raise UncertainError
            target, star, names, bracketed = match.groups()
            if bracketed is not None:
                names = _COMMENT.sub(b"", bracketed)
                if _IN_BRACKETS.fullmatch(names) is None:
                    raise UncertainError
            imported = ("*",) if star else tuple(_names(names))
            found.append(RawImport(target.decode(), imported, line, column, attributes))
    return tuple(found)


def _names(text: bytes) -> list[str]:
    """Give the imported names of a list with commas, without what they are called here."""
    if b" as " not in text and b"\tas" not in text and b" as\t" not in text:
        return [name for part in text.decode().split(",") if (name := part.strip("\\ \t\r\n"))]
    return [name.decode() for name in _NAMED.findall(text)]
