"""The weekly letter as plain values: what is kept, what the JSON form says, and the letter made of them again."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from app.letters.links import Links
from specs.document import Yaml
from sync.weekly.letter import Letter
from sync.weekly.tally import Count

SCHEMA = 1


def model(letter: Letter) -> dict[str, Yaml]:
    """Give the values of a letter."""
    value: dict[str, Yaml] = msgspec.to_builtins(letter)
    return value


def letter_of(kept: Mapping[str, Any]) -> Letter:
    """Make a letter of what was kept; what earlier versions did not know is empty."""
    return msgspec.convert(dict(kept), Letter, strict=False)


def told(letter: Letter, links: Links) -> dict[str, Any]:
    """Give what the JSON form holds: the values, and the address of the list behind each number."""
    numbers = {count.value: links.number(letter, count) for count in Count}
    return {"schema": SCHEMA, "quiet": letter.quiet, "queries": numbers, **model(letter)}


def as_json(letter: Letter, links: Links) -> str:
    """Write the JSON form."""
    return json.dumps(told(letter, links), ensure_ascii=False, indent=1) + "\n"
