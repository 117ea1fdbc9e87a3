"""Values are as those of the standard library: each property is held against a class that it made of the same body."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any, ClassVar

import pytest

from specs import values


def point(make: Callable[..., Any], **choices: bool) -> Any:
    @make(**choices)
    class Point:
        """A place."""

        kind: ClassVar[str] = "point"
        x: int
        y: int = 2
        names: tuple[str, ...] = ()
        seen: list[int] = field(default_factory=list, repr=False)
        line: int = field(default=0, compare=False)
        made: str = field(default="here", init=False)

    return Point


@values.dataclass(frozen=True, slots=True)
class Pair:
    """Two things."""

    one: int
    other: str = "b"


@values.dataclass(slots=True)
class Open:
    """What may change, and is looked at when it is made."""

    one: int
    double: int = field(init=False)

    def __post_init__(self) -> None:
        self.double = self.one * 2


CHOICES: list[dict[str, bool]] = [{}, {"frozen": True}, {"slots": True}, {"frozen": True, "slots": True}]


@pytest.mark.parametrize("choices", CHOICES, ids=str)
def test_a_value_is_as_the_standard_one(choices: dict[str, bool]) -> None:
    ours, standard = point(values.dataclass, **choices), point(dataclasses.dataclass, **choices)
    for given in [((1,), {}), ((1, 3), {"names": ("a",)}), ((), {"x": 5, "line": 4, "seen": [1]})]:
        one, other = ours(*given[0], **given[1]), standard(*given[0], **given[1])
        assert repr(one) == repr(other)
        assert dataclasses.astuple(one) == dataclasses.astuple(other)
        assert one == ours(*given[0], **{**given[1], "line": 9})
        assert one != ours(7)
        assert one != other
        assert dataclasses.replace(one, x=8).x == 8
    assert str(inspect.signature(ours)) == str(inspect.signature(standard))
    assert [one.name for one in dataclasses.fields(ours)] == [one.name for one in dataclasses.fields(standard)]
    assert (ours.__hash__ is None) == (standard.__hash__ is None)
    assert hasattr(ours(1), "__dict__") == hasattr(standard(1), "__dict__")
    for wrong in [(), (1, 2, (), [], 0, "more")]:
        with pytest.raises(TypeError):
            ours(*wrong)
    assert ours(1).seen is not ours(1).seen


def test_what_is_frozen_changes_no_more_and_may_be_a_key() -> None:
    assert {Pair(1): "a"}[Pair(1)] == "a"
    for change in (
        lambda: setattr(Pair(1), "one", 2),
        lambda: delattr(Pair(1), "one"),
        lambda: setattr(Pair(1), "z", 2),
    ):
        with pytest.raises(dataclasses.FrozenInstanceError):
            change()
    assert copy.deepcopy(Pair(3)) == copy.copy(Pair(3)) == pickle.loads(pickle.dumps(Pair(3))) == Pair(3)


def test_what_is_open_changes_and_is_no_key() -> None:
    value = Open(2)
    assert value.double == 4
    value.one = 3
    with pytest.raises(TypeError):
        hash(value)


def test_a_class_keeps_what_it_says_itself() -> None:
    @values.dataclass(frozen=True, slots=True)
    class Odd:
        """Equal to all."""

        one: int

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 7

    assert Odd(1) == Odd(2)
    assert hash(Odd(1)) == 7
