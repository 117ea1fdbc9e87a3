"""Values are as those of the standard library: each property is held against a class that it made of the same body."""

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import pytest

from specs import values


def point(make: Callable[..., Any], field: Callable[..., Any], **choices: bool) -> Any:
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
    double: int = values.field(init=False)

    def __post_init__(self) -> None:
        self.double = self.one * 2


CHOICES: list[dict[str, bool]] = [
    {},
    {"order": True, "slots": True},
    {"frozen": True},
    {"slots": True},
    {"frozen": True, "slots": True},
]


@pytest.mark.parametrize("field", [values.field, dataclasses.field])
@pytest.mark.parametrize("choices", CHOICES, ids=str)
def test_a_value_is_as_the_standard_one(choices: dict[str, bool], field: Callable[..., Any]) -> None:
    standard = point(dataclasses.dataclass, dataclasses.field, **choices)
    ours = point(values.dataclass, field, **choices)
    for given in [((1,), {}), ((1, 3), {"names": ("a",)}), ((), {"x": 5, "line": 4, "seen": [1]})]:
        one, other = ours(*given[0], **given[1]), standard(*given[0], **given[1])
        assert repr(one) == repr(other)
        assert dataclasses.astuple(one) == dataclasses.astuple(other)
        assert one == ours(*given[0], **{**given[1], "line": 9})
        assert one != ours(7)
        assert one != other
        assert dataclasses.replace(one, x=8) == values.replace(one, x=8) == ours(8, one.y, one.names, one.seen)
        with pytest.raises(ValueError, match="made"):
            values.replace(one, made="there")
    again = point(values.dataclass, field, **choices)  # of which no value was made yet
    assert str(inspect.signature(again)) == str(inspect.signature(ours)) == str(inspect.signature(standard))
    assert [hasattr(one, "__lt__") and one(1) < one(2) for one in (ours, standard) if "order" in choices] in (
        [],
        [True, True],
    )
    with pytest.raises(TypeError):
        ours(1) < 1  # noqa: B015 (it must raise)
    assert ours.__match_args__ == standard.__match_args__
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


@pytest.mark.parametrize("above", [values.dataclass, dataclasses.dataclass])
@pytest.mark.parametrize("below", [values.dataclass, dataclasses.dataclass])
@pytest.mark.parametrize("choices", CHOICES, ids=str)
def test_one_class_may_build_on_another(
    choices: dict[str, bool], above: Callable[..., Any], below: Callable[..., Any]
) -> None:
    @above(**choices)
    class Base:
        """What both have."""

        one: int
        two: str = "b"
        three: list[int] = dataclasses.field(default_factory=list)

    @below(**choices)
    class More(Base):  # type: ignore[misc, valid-type]
        """What only this has."""

        two: str = "c"
        four: int = 4

    assert repr(More(1)).endswith("More(one=1, two='c', three=[], four=4)")
    assert values.replace(More(1), four=5) == More(1, "c", [], 5)
    assert dataclasses.asdict(Base(1)) == {"one": 1, "two": "b", "three": []}
    assert [one.name for one in dataclasses.fields(More)] == ["one", "two", "three", "four"]


def test_many_may_make_the_first_value_at_once() -> None:
    for _ in range(20):
        made = point(values.dataclass, values.field, frozen=True, slots=True)
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(lambda _, made=made: made(1).y, range(8))) == {2}  # type: ignore[misc]


def test_what_no_value_could_be_made_of_is_refused_with_the_class() -> None:
    with pytest.raises(TypeError, match=r"Wrong\.two"):

        @values.dataclass
        class Wrong:
            """Asks for the second after the first that need not be given."""

            one: int = 1
            two: int  # type: ignore[misc]

    with pytest.raises(ValueError, match=r"Shared\.one"):

        @values.dataclass
        class Shared:
            """All would share one list."""

            one: list[int] = []  # noqa: RUF012 (what must be refused)
