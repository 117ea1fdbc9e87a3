"""What a writer can put into an invariant: each kind with its options, found by asking the kind itself. Pure.

No second list is kept: a kind is validated with nothing, and with an odd value for each option; what it asked for are
its options, what it said of them is how they are written.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from drift.invariants import Kind
from drift.kinds import KINDS, kind_page
from drift.options import COMMON_KEYS
from specs.document import InvariantBlock, Yaml
from specs.values import dataclass, replace

ODD = "\N{SNOWMAN}"
EMPTY = InvariantBlock("x", "x", "", "", "error", "", (), {}, {}, "", 1, "")
CHOICE = re.compile(r"`[\w-]+` is (.+?), not ")
QUOTED = re.compile(r"`([^`]+)`")
EXAMPLE = re.compile(r"^ *```yaml invariant\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
COMMON = {
    "id": "a name that is unique in the project",
    "name": "a title, if it wants one",
    "kind": "what sort of invariant it is",
    "why": "why it must hold, in a sentence",
    "severity": "error (default), warning or info",
    "except": "a list of {what, because, until?}",
    "owner": "who looks after it",
}
FLAG = "must be true or false"


@dataclass(frozen=True, slots=True)
class Option:
    """A key of a kind: whether it must be there, how it is written, and its values where they are few."""

    name: str
    required: bool = False
    hint: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindHelp:
    """A kind as a writer meets it: its sentence, its options, an example to begin with."""

    name: str
    summary: str
    options: tuple[Option, ...]
    example: str


class _Asked(dict[str, Yaml]):
    """Options that remember which keys were looked for."""

    def __init__(self, values: Mapping[str, Yaml]) -> None:
        super().__init__(values)
        self.keys_asked: dict[str, None] = {}

    def get(self, key: str, default: Yaml = None) -> Yaml:  # type: ignore[override] # one default is asked for
        self.keys_asked[key] = None
        return super().get(key, default)


@lru_cache(maxsize=1)
def all_kinds() -> tuple[KindHelp, ...]:
    """Give every kind, in the order in which they are registered."""
    return tuple(map(help_of, KINDS))


def help_of(kind: Kind) -> KindHelp:
    """Ask a kind what it takes."""
    page = kind_page(kind.name)
    found = EXAMPLE.search(page)
    lines = found.group(1).splitlines() if found else [f"kind: {kind.name}"]
    indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    example = "".join(f"{line[indent:]}\n" for line in lines)
    return KindHelp(kind.name, page.partition("\n")[0], tuple(_options(kind)), example)


def _options(kind: Kind) -> Iterator[Option]:
    nothing = _Asked({})
    missing = {
        key
        for problem in kind.validate(replace(EMPTY, kind=kind.name, options=nothing))
        if problem.code == "missing-option"
        for key in QUOTED.findall(problem.message)[:1]
    }
    for key in nothing.keys_asked:
        if key in COMMON_KEYS:
            continue
        odd = replace(EMPTY, kind=kind.name, options={key: [{ODD: ODD}]})
        said = [one for one in kind.validate(odd) if QUOTED.findall(one.message)[:1] == [key]]
        hint = next((one.hint for one in said if one.hint), "")
        yield Option(key, key in missing, hint, _values(kind, key))


def _values(kind: Kind, key: str) -> tuple[str, ...]:
    """Give the words that an option takes, where it takes nothing else."""
    for problem in kind.validate(replace(EMPTY, kind=kind.name, options={key: ODD})):
        if problem.message.startswith(f"`{key}` {FLAG}"):
            return ("true", "false")
        if problem.message.startswith(f"`{key}` is ") and (found := CHOICE.match(problem.message)):
            return tuple(QUOTED.findall(found.group(1)))
    return ()
