"""Prose in the notes of MkDocs and its kin (`!!! note`, `??? tip`, `=== "Tab"`) brought out of its indentation.

CommonMark takes the indented text under such a line for code, so the names in it would not be seen. Lines stay what
they are and where they are but for the indentation. For documentation that is read, never for what is written back.
"""

import re

OPENING = re.compile(r"\s*(?:!!!|\?\?\?\+?|===)\s?\S")
STEP = 4


def unfolded(text: str) -> str:
    """Give a text whose notes stand at the indentation of the line that opens them."""
    if "!!!" not in text and "???" not in text and "===" not in text:
        return text
    found: list[str] = []
    open_at: list[int] = []
    for line in text.splitlines(keepends=True):
        indent = len(line) - len(line.lstrip(" "))
        if line.strip():
            while open_at and indent <= open_at[-1]:
                open_at.pop()
        found.append(line[min(STEP * len(open_at), indent) :] if line.strip() else line)
        if OPENING.match(line):
            open_at.append(indent)
    return "".join(found)
