"""Whether a definition has a comment of its own right above it. Works on lines of source; knows no language.

Reading upwards from the definition costs as much as the comment is long, where asking the tree for a sibling costs as
much as the file.
"""

from collections.abc import Sequence

_WINDOW = 400
_BLOCK_LIMIT = 20_000


def has_comment_above(
    source: bytes,
    start: int,
    line_marks: Sequence[bytes],
    block: bytes = b"/*",
    *,
    directives: Sequence[bytes] = (),
) -> bool:
    """Tell whether the line above the one that holds byte `start` ends a comment; a blank line between parts them.

    `line_marks` begin a comment of one line (`//`, `#`, `///`), `block` one that ends with `*/` (`/**` for those that
    must be meant as documentation). A line that begins with one of `directives` is for machines and is passed over.
    """
    end = source.rfind(b"\n", max(0, start - _BLOCK_LIMIT), start)
    while end > 0:
        floor = max(0, end - _BLOCK_LIMIT)  # a longer line is data in disguise, and nobody's comment
        begin = max(source.rfind(b"\n", floor, end) + 1, floor)
        line = source[begin : min(end, begin + _WINDOW)].strip()
        if not (directives and line.startswith(tuple(directives))):
            break
        end = begin - 1
    else:
        return False
    if line.startswith(tuple(line_marks)):
        return True
    if not source[max(begin, end - _WINDOW) : end].rstrip().endswith(b"*/"):
        return False
    opened = source.rfind(b"/*", max(0, end - _BLOCK_LIMIT), end)
    return opened >= 0 and source.startswith(block, opened)
