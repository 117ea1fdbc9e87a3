"""What a kind may ask of sources that the index does not hold, and the answers. Values only.

A kind sees no file: it says which files it wants to ask what (`Ask`), somebody who can read them answers, and the kind
is evaluated with the answers in its `World`. The same bytes give the same answer, so that answers can be kept.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from specs.document import Yaml
from specs.values import dataclass

PATTERN, CHECK, REGEX, DEPENDENCIES = "pattern", "pattern-check", "regex", "dependencies"
SUBSTANCE, CONFIRMED = "substance", "confirmed"
# Grows whenever an answer to a known question would be another one.
VERSION = 2


class Ask(NamedTuple):
    """A question about one file; "" as path asks of no file at all. `detail` is canonical JSON."""

    path: str
    question: str
    detail: str = "{}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question: JSON, or (then it is None) why there is none."""

    value: Any = None
    failed: str = ""


Answers = Mapping[Ask, Answer]


def detail_of(**parts: Yaml) -> str:
    """Write the detail of a question: equal parts give equal texts."""
    return json.dumps(parts, sort_keys=True, separators=(",", ":"))
