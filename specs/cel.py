"""The only door to CEL: runs a judged expression over values of facts, and gives true, false or why not.

It takes no expression that `specs.expressions` has not bounded: the engine itself knows no limit. Lists and texts are
capped here once more, so that the bound holds whatever a caller hands in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from specs.expressions.checking import Judged, Refusal, judge
from specs.expressions.types import Names, Type

MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Why an expression gave neither true nor false."""

    reason: str


def installed() -> bool:
    """Say whether conditions can be evaluated here at all: the engine comes with the server's parts."""
    return not isinstance(_compiled("true"), NoAnswer)


def evaluate(source: str, names: Names, values: Mapping[str, object]) -> bool | NoAnswer:
    """Evaluate a condition. Whatever goes wrong is a `NoAnswer`: never an exception, never a guess."""
    judged = _judged(source, _Same(names))
    if isinstance(judged, Refusal):
        return NoAnswer(judged.message)
    wanted = {name: values.get(name) for name in judged.uses}
    for name, value in wanted.items():
        if not _fits(names[name], value):
            return NoAnswer(f"The fact {name} is missing or too large.")
    program = _compiled(source)
    if isinstance(program, NoAnswer):
        return program
    try:
        found = program.execute(wanted)
    except BaseException as error:  # noqa: BLE001 (the engine panics with an exception of its own)
        return _reason(error)
    return found if isinstance(found, bool) else NoAnswer("It gave neither true nor false.")


class _Same:
    """Names as themselves: those of policies are one mapping, and never change."""

    __slots__ = ("names",)

    def __init__(self, names: Names) -> None:
        self.names = names

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.names is self.names

    def __hash__(self) -> int:
        return id(self.names)


@lru_cache(maxsize=512)
def _judged(source: str, same: _Same) -> Judged | Refusal:
    return judge(source, same.names)


@lru_cache(maxsize=512)
def _compiled(source: str) -> Any:
    try:
        return import_module("cel").compile(source)
    except ImportError:
        return NoAnswer("The evaluator is not installed: pip install 'holdfast[server]'.")
    except BaseException as error:  # noqa: BLE001 (the engine panics with an exception of its own)
        return _reason(error)


def _reason(error: BaseException) -> NoAnswer:
    """Turn what the engine raised into words; what ends the process goes on."""
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit):
        raise error
    first = str(error).strip().split("\n")[0][:200]
    return NoAnswer(first or type(error).__name__)


def _fits(type_: Type, value: object) -> bool:
    """Say whether a value keeps to the size that was reckoned with."""
    if type_.of is not None:
        of = type_.of
        return isinstance(value, tuple) and len(value) <= type_.most and all(_fits(of, one) for one in value)
    if type_.fields:
        if not isinstance(value, Mapping) or value.keys() != type_.fields.keys():
            return False
        return all(_fits(of, value[name]) for name, of in type_.fields.items())
    return value is not None and not (isinstance(value, str) and len(value) > MAX_TEXT)
