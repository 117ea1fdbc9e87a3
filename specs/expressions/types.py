"""Types of values in expressions, and how they are told to people."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from specs.values import dataclass, field

MAX_LIST = 100
TEXT_SIZE = 4


class Base(StrEnum):
    """What a value is at bottom."""

    BOOL = "true or false"
    INT = "a whole number"
    DOUBLE = "a number"
    TEXT = "a text"
    DURATION = "a duration"
    LIST = "a list"
    RECORD = "a record"


@dataclass(frozen=True, slots=True)
class Type:
    """A type. `of` is a list's, and `most` how long it may be; `fields` are a record's.

    `values` are all that a text may be, where that is known.
    """

    base: Base
    of: "Type | None" = None
    fields: Mapping[str, "Type"] = field(default_factory=dict)
    values: tuple[str, ...] = ()
    most: int = 0

    @property
    def size(self) -> int:
        """Say how much of it there can be to copy: the engine copies whatever an expression names."""
        if self.of is not None:
            return 1 + self.most * self.of.size
        if self.base is Base.RECORD:
            return 1 + sum(of.size for of in self.fields.values())
        return TEXT_SIZE if self.base is Base.TEXT else 1

    @property
    def told(self) -> str:
        """Say what it is."""
        if self.of is not None and self.of.base is not Base.RECORD:
            return f"a list of {_PLURALS[self.of.base]}"
        return str(self.base)

    def takes(self, other: "Type") -> bool:
        """Say whether a value of the other type can be compared with one of this."""
        if {self.base, other.base} == {Base.INT, Base.DOUBLE}:
            return True
        if self.base is not other.base or self.base is Base.RECORD:
            return False
        return self.of is None or other.of is None or self.of.takes(other.of)


BOOL = Type(Base.BOOL)
INT = Type(Base.INT)
DOUBLE = Type(Base.DOUBLE)
TEXT = Type(Base.TEXT)
DURATION = Type(Base.DURATION)
NUMBERS = frozenset({Base.INT, Base.DOUBLE})
ORDERED = NUMBERS | {Base.TEXT, Base.DURATION}
Names: TypeAlias = Mapping[str, Type]
_PLURALS = {
    Base.BOOL: "truths",
    Base.INT: "whole numbers",
    Base.DOUBLE: "numbers",
    Base.TEXT: "texts",
    Base.DURATION: "durations",
    Base.LIST: "lists",
    Base.RECORD: "records",
}


def one_of(*values: str) -> Type:
    """Make the type of a text that is one of a few."""
    return Type(Base.TEXT, values=values)


def list_of(of: Type, most: int = MAX_LIST) -> Type:
    """Make the type of a list of at most so many."""
    return Type(Base.LIST, of, most=most)


def record_of(fields: Names) -> Type:
    """Make the type of a record."""
    return Type(Base.RECORD, fields=fields)
