"""`dataclass`, `field` and `replace` as the standard library has them, made in a tenth of the time.

The standard one compiles six functions for each class, and a check makes eighty classes before it can begin: a sixth of
what it costs. Here `__init__` is compiled when the first value is made, the others are the same for all classes, and
the standard module, with all that it loads, is asked only where somebody looks at a class through it (`fields`,
`asdict`, copies and pickles work as ever). Knows `frozen`, `slots` and `order`, no other choice.
"""

from collections.abc import Callable
from operator import attrgetter, ge, gt, le, lt
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

__all__ = ["dataclass", "field", "replace"]

Made = TypeVar("Made")
Values = Callable[[Any], tuple[Any, ...]]
NOTHING: Any = type("Nothing", (), {"__slots__": (), "__repr__": lambda _: "nothing"})()
FIELDS, STANDARD = "__value_fields__", "__dataclass_fields__"


class Field(NamedTuple):
    """One field of a class, as `field` describes it; `factory` makes its default anew for each value."""

    name: str = ""
    type: Any = None
    default: Any = NOTHING
    factory: Any = NOTHING
    init: bool = True
    repr: bool = True
    compare: bool = True

    @property
    def optional(self) -> bool:
        """Whether a value can be made without giving this one."""
        return self.default is not NOTHING or self.factory is not NOTHING


class Params(NamedTuple):
    """What `dataclasses` asks of the class that another one is made of."""

    frozen: bool
    init: bool = True
    repr: bool = True
    eq: bool = True
    order: bool = False
    unsafe_hash: bool = False


if TYPE_CHECKING:
    from dataclasses import dataclass, field, replace
else:

    def dataclass(cls: Any = None, /, *, frozen: bool = False, slots: bool = False, order: bool = False) -> Any:
        """Make a class of fields: for use as a decorator, with choices or without."""
        choices = Params(frozen, order=order)
        return _made(cls, choices, slots) if cls is not None else lambda one: _made(one, choices, slots)

    def field(
        *,
        default: Any = NOTHING,
        default_factory: Any = NOTHING,
        init: bool = True,
        repr: bool = True,  # noqa: A002 (as it is named outside)
        compare: bool = True,
    ) -> Any:
        """Describe a field: its default or what makes one, and where it counts."""
        return Field("", None, default, default_factory, init, repr, compare)

    def replace(value: Any, /, **changes: Any) -> Any:
        """Give a value with some fields changed. Raises `TypeError` for what is no field."""
        known = value.__class__.__dict__.get(FIELDS)
        if known is None:
            from dataclasses import replace as standard  # noqa: PLC0415 (it loads much, and few need it)

            return standard(value, **changes)
        for one in known.values():
            if one.init:
                if one.name not in changes:
                    changes[one.name] = getattr(value, one.name)
            elif one.name in changes:
                raise ValueError(f"{one.name} is made by the value itself")
        return value.__class__(**changes)


class Late:
    """Makes what is asked of a class when it is asked."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __get__(self, instance: object, owner: type) -> Any:
        return self.make()


def _made(given: type[Made], choices: Params, slots: bool) -> type[Made]:  # noqa: FBT001 (as it is named outside)
    """Give the class with what a value needs; with `slots` it is another class of the same name."""
    fields: dict[str, Field] = {}
    for base in given.__mro__[:0:-1]:
        fields.update(_known(base))
    own = _described(given)
    fields.update(own)
    _ordered(fields, given)
    has = given.__dict__
    compared = _values([one.name for one in fields.values() if one.compare])
    methods: dict[str, Any] = {
        "__eq__": _equality(compared),
        "__repr__": _representation([one.name for one in fields.values() if one.repr]),
        "__hash__": None,
    }
    if choices.order:
        methods |= {f"__{one.__name__}__": _comparison(compared, one) for one in (lt, le, gt, ge)}
    if choices.frozen:
        methods |= {"__hash__": lambda self: hash(compared(self)), "__setattr__": _refused, "__delattr__": _refused}
        names = list(fields)
        methods |= {"__getstate__": _keeping(names), "__setstate__": _restoring(names)} if slots else {}
    added = {name: method for name, method in methods.items() if name not in has}
    added[FIELDS] = fields
    added["__dataclass_params__"] = choices
    added["__match_args__"] = tuple([one.name for one in fields.values() if one.init])
    cls: Any = _slotted(given, list(fields), added) if slots else _extended(given, own, added)
    setattr(cls, STANDARD, Late(lambda: _standard(cls, fields)))
    if "__init__" not in has:
        _begin(cls, choices.frozen)
    return cls  # type: ignore[no-any-return]  # made by `type` at run time


def _known(base: type) -> dict[str, Field]:
    """Give the fields that a class above brings: one of ours, or a standard one."""
    has = base.__dict__
    if FIELDS in has or STANDARD not in has:
        known: dict[str, Field] = has.get(FIELDS, {})
        return known
    import dataclasses  # noqa: PLC0415 (loaded already, by whoever made that class)

    return {one.name: _from_standard(one)._replace(name=one.name, type=one.type) for one in dataclasses.fields(base)}


def _from_standard(one: Any) -> Field:
    """Give a field that was described for the standard library."""
    from dataclasses import MISSING  # noqa: PLC0415 (loaded already, by whoever described it)

    default, factory = (NOTHING if given is MISSING else given for given in (one.default, one.default_factory))
    return Field("", None, default, factory, one.init, one.repr, one.compare)


def _described(given: type) -> dict[str, Field]:
    """Give the fields that the body of a class names. Raises `ValueError` for a default that values would share."""
    found = {}
    for name, kind in given.__annotations__.items():
        if _of_class(kind):
            continue
        default = getattr(given, name, NOTHING)
        if isinstance(default, MemberDescriptorType):
            default = NOTHING
        if not isinstance(default, Field):
            standard = getattr(default, "default_factory", NOTHING) is not NOTHING and hasattr(default, "kw_only")
            default = _from_standard(default) if standard else Field(default=default)
        if default.default.__class__.__hash__ is None:
            raise ValueError(f"{given.__name__}.{name}: its default could change: use default_factory")
        found[name] = default._replace(name=name, type=kind)
    return found


def _of_class(kind: Any) -> bool:
    """Say whether an annotation says that a name belongs to the class and not to its values."""
    if isinstance(kind, str):
        return kind.startswith(("ClassVar", "typing.ClassVar"))
    return kind is ClassVar or getattr(kind, "__origin__", None) is ClassVar


def _ordered(fields: dict[str, Field], given: type) -> None:
    """See that what must be given comes first. Raises `TypeError`."""
    optional = ""
    for one in fields.values():
        if one.init and one.optional:
            optional = one.name
        elif one.init and optional:
            raise TypeError(f"{given.__name__}.{one.name} has no default and comes behind {optional}, which has one")


def _extended(given: Any, own: dict[str, Field], added: dict[str, Any]) -> Any:
    """Put what is added into the class that was given."""
    for name, one in own.items():
        if one.default is not NOTHING:
            added[name] = one.default
        elif name in given.__dict__:
            delattr(given, name)
    for name, value in added.items():
        setattr(given, name, value)
    return given


def _slotted(given: Any, names: list[str], added: dict[str, Any]) -> Any:
    """Make the class again, with places for its fields and no others."""
    above = {slot for base in given.__mro__[1:-1] for slot in base.__dict__.get("__slots__", ())}
    body = {name: value for name, value in given.__dict__.items() if name not in names}
    body.pop("__dict__", None)
    body.pop("__weakref__", None)
    body |= added
    body["__slots__"] = tuple([name for name in names if name not in above])
    cls = type(given)(given.__name__, given.__bases__, body)
    cls.__qualname__ = given.__qualname__
    return cls


def _standard(cls: Any, fields: dict[str, Field]) -> dict[str, Any]:
    """Describe the fields to the standard library, once."""
    import dataclasses  # noqa: PLC0415 (it loads much, and few look)

    made = {}
    for name, one in fields.items():
        given = {"default": one.default, "default_factory": one.factory}
        choices: Any = {what: value for what, value in given.items() if value is not NOTHING}
        made[name] = new = dataclasses.field(init=one.init, repr=one.repr, compare=one.compare, **choices)
        new.name, new.type, new.kw_only = name, one.type, False
        new._field_type = dataclasses._FIELD  # type: ignore[attr-defined] # noqa: SLF001 (how it tells fields from names of the class)
    setattr(cls, STANDARD, made)
    return made


def _begin(cls: Any, frozen: bool) -> None:  # noqa: FBT001 (as it is named outside)
    """Give the class an `__init__` that is compiled when it is first called, or looked at."""

    def compiled() -> None:
        if cls.__init__ is begin:
            cls.__init__ = _initialiser(cls, cls.__dict__[FIELDS].values(), frozen=frozen)

    def begin(self: Any, *values: Any, **named: Any) -> None:
        compiled()
        cls.__init__(self, *values, **named)

    cls.__init__ = begin
    cls.__signature__ = Late(compiled)  # whoever looks is told nothing here, and then looks at the `__init__` itself


def _initialiser(cls: Any, fields: Any, *, frozen: bool) -> Callable[..., None]:
    """Compile the `__init__` of a class. Field names are identifiers: the class statement made them."""
    scope: dict[str, Any] = {"_make": FACTORY, "_set": object.__setattr__}
    words, lines = [], []
    for one in fields:
        name, value = one.name, one.name
        factory = one.factory is not NOTHING
        if factory:
            scope[f"_make_{name}"] = one.factory
            value = f"(_make_{name}() if {name} is _make else {name})" if one.init else f"_make_{name}()"
        elif one.default is not NOTHING:
            scope[f"_default_{name}"] = one.default
            value = name if one.init else f"_default_{name}"
        elif not one.init:
            continue
        if one.init:
            words.append(name + ("=_make" if factory else "" if one.default is NOTHING else f"=_default_{name}"))
        lines.append(f" _set(self, {name!r}, {value})" if frozen else f" self.{name} = {value}")
    lines += [" self.__post_init__()"] if hasattr(cls, "__post_init__") else []
    exec(f"def __init__({', '.join(['self', *words])}):\n" + "\n".join(lines or [" pass"]), scope)  # noqa: S102 (as the standard one does)
    made: Callable[..., None] = scope["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    made.__module__ = cls.__module__
    made.__annotations__ = {**{one.name: one.type for one in fields if one.init}, "return": None}
    return made


class Factory:
    """Stands in signatures for a default that is made anew for each value."""

    def __repr__(self) -> str:
        return "<factory>"


FACTORY = Factory()


def _values(names: list[str]) -> Values:
    """Give what takes the fields of these names out of a value."""
    if not names:
        return lambda _self: ()
    get: Callable[[Any], Any] = attrgetter(*names)
    return get if names[1:] else lambda self: (get(self),)


def _equality(compared: Values) -> Callable[[Any, object], Any]:
    def equal(self: Any, other: object) -> Any:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    return equal


def _comparison(compared: Values, by: Callable[[Any, Any], Any]) -> Callable[[Any, object], Any]:
    def comes(self: Any, other: object) -> Any:
        return by(compared(self), compared(other)) if other.__class__ is self.__class__ else NotImplemented

    return comes


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
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 (it loads much, and nobody should come here)

    raise FrozenInstanceError(f"cannot change field {name!r}")
