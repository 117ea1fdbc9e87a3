"""Normative words: the ones that make a sentence bind, as a reader sees them. Knows nothing of specs.

RFC 2119 and RFC 8174, and what people write for them: must and shall bind in any case, the others, everyday words in
small letters, in capitals only.
"""

import html
import re

_WORD = re.compile(
    r"\b(?:(?i:must\s+not|mustn['\u2019]t|must|shall\s+not|shan['\u2019]t|shall)"
    r"|SHOULD\s+NOT|SHOULD|REQUIRED|NOT\s+RECOMMENDED|RECOMMENDED|MAY\s+NOT|MAY|OPTIONAL|CANNOT|NEVER|ALWAYS)\b"
)
_TAGS = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
_MARKUP = re.compile(r"[*~`\\\u00ad\u200b-\u200f\u2060-\u2064\ufeff]|(?<!\w)_+|_+(?!\w)")
_MARKS = frozenset("&<*~`\\_\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")


def normative_words(text: str) -> tuple[str, ...]:
    """Give the normative words of a piece of Markdown in order, in capitals; markup and hidden characters part none."""
    shown = text
    if not _MARKS.isdisjoint(text):
        shown = _MARKUP.sub("", html.unescape(_TAGS.sub("", text)))
    return tuple(" ".join(found.split()).upper() for found in _WORD.findall(shown))
