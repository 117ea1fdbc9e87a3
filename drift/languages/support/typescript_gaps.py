"""Forms that TypeScript allows and its tree-sitter grammar does not, rewritten to forms it reads. Knows no trees.

Used only on files the grammar could not read whole. Every rewrite keeps all byte offsets, so that names, lines
and signatures are still taken from the original.
"""

import re
from typing import NamedTuple

# A lone `&`: in JSX text the grammar refuses it; everywhere else `|` has the same shape.
_AMPERSAND = re.compile(rb"(?<!&)&(?!&)")
# A backslash in a tagged template needs to be no valid escape.
_ESCAPE = re.compile(rb"\\(?=u(?![0-9a-fA-F]{4}|\{)|x(?![0-9a-fA-F]{2}))")
# `export type * from`: whoever needs to know that it was a type reads the original.
_EXPORT_TYPE = re.compile(rb"(\bexport[ \t]+)type([ \t]+\*)")
# `f<typeof import("x")>()` and `import("x").Name<T>`, which it takes for comparisons.
_TYPE_IMPORT = re.compile(
    rb"""(?<![\w$.])(?:(typeof\s+)import\(\s*(["'])([^"'\n]+)\2\s*\)"""
    rb"""|import\(\s*(["'])([^"'\n]+)\4\s*\)(?=\.(?!then\b|catch\b|finally\b)\w+(?:\.\w+)*<))"""
)


class HiddenImport(NamedTuple):
    """A type import that a rewrite took out of the text: what it names, and at which byte it stood."""

    target: str
    start: int


def rewritten(source: bytes) -> tuple[bytes, list[HiddenImport]]:
    """Give the source in forms the grammar reads, as many bytes long, and the imports that this hid."""
    hidden = [
        HiddenImport((found[3] or found[5]).decode("utf-8", "replace"), found.end(1) if found[1] else found.start())
        for found in _TYPE_IMPORT.finditer(source)
    ]
    source = _EXPORT_TYPE.sub(rb"\1    \2", _TYPE_IMPORT.sub(_placeholder, source))
    return _ESCAPE.sub(b" ", _AMPERSAND.sub(b"|", source)), hidden


def _placeholder(found: re.Match[bytes]) -> bytes:
    """Give a name as long as the import it stands for; line breaks stay."""
    kept = found[1] or b""
    rest = found[0][len(kept) :]
    return kept + b"".join(b"\n" if byte == ord("\n") else b"_" for byte in rest)
