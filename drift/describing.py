"""What definitions say of themselves in words: name, signature, and the docstring or comment that is theirs. Pure.

For search, where a definition is found by what it is for. Comments are told from code by how lines begin, the same way
in every language: what is taken for one wrongly costs a search a little and nothing else.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from drift.facts import Definition

LONGEST, LONGEST_SIGNATURE, LONGEST_NAME = 600, 240, 300
MOST_LINES = 60
DIGITS = 16
MOST_IN_FILE = 2_000
WORDLESS = frozenset({"variable", "constant"})
DOCSTRING = re.compile(r'[:\n]\s*(?:#[^\n]*\n\s*)*[rRuUbB]{0,2}("""|\'\'\'|")(.*?)\1', re.DOTALL)
# `#` begins no comment where it is an attribute (Rust) or a directive of the preprocessor (C, C#).
COMMENT = re.compile(
    r"\s*(?:///?!?|/\*+|\*+/?|--|#(?!\[|!|(?:include|define|if|ifdef|ifndef|endif|region|pragma)\b))\s?"
)
MARKER = re.compile(r"\s*(?:@[\w.]+|#\[|\[[A-Z]|export\b|public\b|template\s*<)")
MARKUP = re.compile(
    r"</?\w+[^>]*>|\{@\w+|^@(?:param|return|throws|type)\b|:(?:param|type|returns?|raises)[^:]*:|\*/", re.MULTILINE
)


class Described(NamedTuple):
    """A definition in words. `name` is dotted inside its file; `said` is its docstring or comment, in one line.

    `body` names its source without blanks and comments of whole lines.
    """

    name: str
    kind: str
    line: int
    signature: str
    said: str
    body: str = ""

    def meaning(self, path: str) -> str:
        """Give the text whose vector stands for it, where it stands in a file."""
        folder, _, file = path.rpartition("/")
        place = f"{folder.rpartition('/')[2]} {file.partition('.')[0]}".strip()
        return f"{spelled(place)}: {spelled(self.name)}\n{self.said}\n{self.signature}".strip()

    def digest(self, path: str) -> str:
        """Name its meaning by content: the same words in a file of the same name are the same."""
        return hashlib.sha256(self.meaning(path).encode("utf-8", "replace")).hexdigest()


def describe(source: str, definitions: Iterable[Definition], *, python: bool = False) -> tuple[Described, ...]:
    """Give a file's definitions in words, in order; fields and constants only where something is said of them."""
    lines = source.split("\n")
    found: dict[str, Described] = {}
    for one in definitions:
        said = (_docstring(lines, one) if python and one.documented else "") or _above(lines, one.line)
        if one.kind in WORDLESS and not said:
            continue
        signature, body = one.signature[:LONGEST_SIGNATURE].strip(), _body(lines[one.line - 1 : one.end_line])
        made = Described(one.name[:LONGEST_NAME], one.kind, one.line, signature, said[:LONGEST], body)
        # Overloads and conditional definitions are one thing to a reader: the one that says most stands for them.
        before = found.get(made.name)
        if before is None or len(made.said) > len(before.said):
            found[made.name] = made
        if len(found) >= MOST_IN_FILE:
            break
    return tuple(sorted(found.values(), key=lambda one: (one.line, one.name)))


def spelled(name: str) -> str:
    """Give a name as words: `RetryPolicy.max_tries` is "Retry Policy max tries"."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[\W_]+", " ", name).strip()


def _docstring(lines: Sequence[str], one: Definition) -> str:
    text = "\n".join(lines[one.line - 1 : min(one.end_line, one.line + MOST_LINES)])
    match = DOCSTRING.search(text)
    return _plain(match[2]) if match else ""


def _above(lines: Sequence[str], line: int) -> str:
    """Give the comment right above a line; annotations may stand between."""
    taken: list[str] = []
    for at in range(min(line - 2, len(lines) - 1), max(-1, line - 2 - MOST_LINES), -1):
        text = lines[at]
        if COMMENT.match(text):
            taken.append(COMMENT.sub("", text, count=1))
        elif taken or not MARKER.match(text):
            break
    return _plain("\n".join(reversed(taken)))


def _body(lines: Sequence[str]) -> str:
    told = "\n".join("".join(line.split()) for line in lines if line.strip() and not COMMENT.match(line))
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:DIGITS]


def _plain(text: str) -> str:
    return " ".join(MARKUP.sub(" ", text).split())
