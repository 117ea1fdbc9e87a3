"""`dataclass` as the standard library has it, made in a fifth of the time.

The standard one compiles six functions for each class, and a check makes eighty classes before it can begin: a sixth of
what it costs. Here only `__init__` is compiled; the others are the same for all classes. What `dataclasses.replace` and
`fields`, copies and pickles want is there. Knows `frozen` and `slots`, no other choice.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass"]

Made = TypeVar("Made")
Values = Callable[[Any], tuple[Any, ...]]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls: Any = None, /, *, frozen: bool = False, slots: bool = False) -> Any:
        """Make a class of fields: for use as a decorator, with choices or without."""
        return _made(cls, frozen, slots) if cls is not None else lambda one: _made(one, frozen, slots)


def _made(given: type[Made], frozen: bool, slots: bool) -> type[Made]:  # noqa: FBT001 (as they are named outside)
    cls: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(given)
    fields = dataclasses.fields(cls)
    own = given.__dict__
    compared = _values([one.name for one in fields if one.compare])
    methods: dict[str, Any] = {
        "__init__": _initialiser(cls, fields, frozen=frozen),
        "__eq__": _equality(compared),
        "__repr__": _representation([one.name for one in fields if one.repr]),
        "__hash__": None,
    }
    if frozen:
        methods |= {"__hash__": lambda self: hash(compared(self)), "__setattr__": _refused, "__delattr__": _refused}
        names = [one.name for one in fields]
        methods |= {"__getstate__": _keeping(names), "__setstate__": _restoring(names)} if slots else {}
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)
    return cls  # type: ignore[no-any-return]


def _values(names: list[str]) -> Values:
    """Give what takes the fields of these names out of a value."""
    if not names:
        return lambda _self: ()
    get: Callable[[Any], Any] = attrgetter(*names)
    return get if names[1:] else lambda self: (get(self),)


def _initialiser(cls: Any, fields: tuple["dataclasses.Field[Any]", ...], *, frozen: bool) -> Callable[..., None]:
    """Compile the `__init__` of a class. Field names are identifiers: the class statement made them."""
    scope: dict[str, Any] = {"_make": dataclasses._HAS_DEFAULT_FACTORY, "_set": object.__setattr__}  # type: ignore[attr-defined] # noqa: SLF001 (how the standard one shows such a default)
    words, lines = [], []
    for one in fields:
        name, value = one.name, one.name
        factory = one.default_factory is not MISSING
        if factory:
            scope[f"_make_{name}"] = one.default_factory
            value = f"(_make_{name}() if {name} is _make else {name})" if one.init else f"_make_{name}()"
        elif one.default is not MISSING:
            scope[f"_default_{name}"] = one.default
            value = name if one.init else f"_default_{name}"
        elif not one.init:
            continue
        if one.init:
            words.append(name + ("=_make" if factory else "" if one.default is MISSING else f"=_default_{name}"))
        lines.append(f" _set(self, {name!r}, {value})" if frozen else f" self.{name} = {value}")
    lines += [" self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    exec(f"def __init__({', '.join(['self', *words])}):\n" + "\n".join(lines or [" pass"]), scope)  # noqa: S102 (as the standard one does)
    made: Callable[..., None] = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__module__ = cls.__module__
    made.__annotations__ = {**{one.name: one.type for one in fields if one.init}, "return": None}
    return made


def _equality(compared: Values) -> Callable[[Any, object], Any]:
    def equal(self: Any, other: object) -> Any:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _representation(names: list[str]) -> Callable[[Any], str]:
    def shown(self: Any) -> str:
        return f"{self.__class__.__qualname__}({', '.join([f'{name}={getattr(self, name)!r}' for name in names])})"

    return shown


def _keeping(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda self: tuple([getattr(self, name) for name in names])


def _restoring(names: list[str]) -> Callable[[Any, tuple[Any, ...]], None]:
    def restore(self: Any, state: tuple[Any, ...]) -> None:
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, value)

    return restore


def _refused(_self: object, name: str, *_value: object) -> None:
    raise FrozenInstanceError(f"cannot change field {name!r}")
