r"""Where a line ends: at \n, \r\n or \r, as CommonMark has it, and nowhere else (`splitlines` knows more ends)."""

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    """Cut a text into lines that keep their ends; joined they are the text. The empty text has no lines."""
    return _LINE.findall(text)


def without_end(line: str) -> str:
    """Give the line without its line end."""
    return line.rstrip("\r\n")
