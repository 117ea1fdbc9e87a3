"""Values of facts as people and machines write them: read against their types, and written as JSON."""

from collections.abc import Mapping
from datetime import timedelta

from specs.document import Yaml
from specs.expressions.types import Base, Type
from specs.rules.actions import read_span, span_told
from specs.rules.registry import Value, blank
from specs.values import dataclass

MAX_INT = 2**62


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a value is none of its type."""

    message: str
    hint: str


def read_value(type_: Type, value: Yaml) -> Value | Misfit:
    """Read a value of a type; records may leave members out."""
    if isinstance(value, int | float) and (number := _number(type_, value)) is not None:
        return number
    match type_.base, value:
        case Base.TEXT, str(text) if not type_.values or text in type_.values:
            return text
        case Base.DURATION, str(text):
            return read_span(text) or Misfit(f"{value!r} is no duration.", "Write 30m, 2h or 7d.")
        case Base.LIST, list() if len(value) <= type_.most:
            return _list(type_, value)
    told = "one of " + ", ".join(word or '""' for word in type_.values) if type_.values else type_.told
    return Misfit(f"this must be {told}.", "Quote texts; lists stand in brackets.")


def _number(type_: Type, value: float) -> int | float | bool | None:
    if isinstance(value, bool) or type_.base is Base.BOOL:
        return value if isinstance(value, bool) and type_.base is Base.BOOL else None
    if type_.base is Base.DOUBLE:
        return float(value)
    return value if type_.base is Base.INT and isinstance(value, int) and abs(value) <= MAX_INT else None


def _list(type_: Type, value: list[Yaml]) -> Value | Misfit:
    of = type_.of
    found: list[object] = []
    for item in value:
        read = _record(of, item) if of is not None and of.base is Base.RECORD else read_value(of or type_, item)
        if isinstance(read, Misfit):
            return read
        found.append(read)
    return tuple(found)  # type: ignore[return-value]  # all of one type, as the list's type says


def _record(type_: Type, value: Yaml) -> Mapping[str, object] | Misfit:
    if not isinstance(value, dict):
        return Misfit("this must be a record.", "Write {path: payments/api.md, normative: 2}.")
    found: dict[str, object] = {name: blank(of) for name, of in type_.fields.items()}
    for name, item in value.items():
        if name not in type_.fields:
            return Misfit(f"a record has no member {name}.", f"It has {', '.join(type_.fields)}.")
        read = read_value(type_.fields[name], item)
        if isinstance(read, Misfit):
            return Misfit(f"{name}: {read.message}", read.hint)
        found[name] = read
    return found


def plain(value: Value) -> Yaml:
    """Write a value as JSON can hold it."""
    if isinstance(value, timedelta):
        return span_told(value)
    if isinstance(value, tuple):
        return [
            {name: plain(one) for name, one in item.items()} if isinstance(item, Mapping) else item for item in value
        ]
    return value
