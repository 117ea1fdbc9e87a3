"""What an agent gets of a text: only what a reader of the page would see."""

import re

from specs.hygiene.characters import visible
from specs.hygiene.concealed import concealed
from specs.hygiene.secrets import masked
from specs.values import dataclass

_GAP = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text without what a reader cannot see; `hidden` counts the characters taken out, `masked` the secrets."""

    text: str
    hidden: int
    masked: int


def cleaned(text: str) -> Cleaned:
    """Take comments, what does not show and characters that cannot be seen out of a text, and mask its secrets."""
    passages = concealed(text)
    kept, at = [], 0
    for one in passages:
        kept.append(text[at : one.start])
        at = one.end
    rest = "".join((*kept, text[at:]))
    if passages:
        rest = _GAP.sub("\n\n", rest)
    seen, gone = visible(rest)
    plain, secrets = masked(seen)
    return Cleaned(plain, gone + sum(one.end - one.start for one in passages), len(secrets))
