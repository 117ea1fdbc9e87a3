"""Normative words: the key words of RFC 2119 in capitals, with their negation."""

import re

WORDS = re.compile(r"\b(?:(?:MUST|SHALL|SHOULD)(?:[ \t]+NOT)?|MAY|REQUIRED|(?:NOT[ \t]+)?RECOMMENDED|OPTIONAL)\b")


def normative_words(text: str) -> tuple[str, ...]:
    """Give the normative words of a text in order, blanks as one space."""
    return tuple(" ".join(found.split()) for found in WORDS.findall(text))
