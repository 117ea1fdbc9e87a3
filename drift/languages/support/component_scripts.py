"""The scripts inside components of Vue and Svelte: all other text becomes blanks, so that each place stays."""

import re

SUFFIXES = (".vue", ".svelte")
_TYPED = re.compile(rb"\blang\s*=\s*[\"']?(?:ts|tsx|typescript)\b")
_SOURCE = re.compile(rb"\bsrc\s*=\s*([\"'][^\"'\n]+[\"'])")
_BLANKED = re.compile(rb"[^\n]")


def scripts_of(source: bytes) -> tuple[bytes, bool]:
    """Give the scripts of a component, as many bytes long as it is, and whether they are TypeScript.

    A script that lies in another file becomes an import of it.
    """
    parts: list[bytes] = []
    typed = False
    end = 0
    start = source.find(b"<script")
    while start >= 0:
        opened = source.find(b">", start)
        closed = source.find(b"</script", opened)
        if opened < 0 or closed < 0:
            break
        tag = source[start : opened + 1]
        typed = typed or _TYPED.search(tag) is not None
        parts += [_blank(source[end:start]), _imported(tag), source[opened + 1 : closed]]
        end = closed
        start = source.find(b"<script", closed)
    return b"".join([*parts, _blank(source[end:])]), typed


def _blank(text: bytes) -> bytes:
    return _BLANKED.sub(b" ", text)


def _imported(tag: bytes) -> bytes:
    """Give blanks for a tag, or an import where it names a file."""
    found = _SOURCE.search(tag)
    if found is None or b"\n" in tag:
        return _blank(tag)
    # `<script src=` is longer than `import ;`, so what stands for it has room.
    return b"import " + found[1] + b";" + b" " * (len(tag) - len(found[1]) - len(b"import ;"))
