"""Plug-ins that are listed by name and loaded when one of them is used. Knows none of them."""

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TypeVar, overload

Plugin = TypeVar("Plugin")


class Registry(Sequence[Plugin]):
    """The plug-ins of a package, in order; `classes` maps the module of each to the name of its class.

    Asking for one loads that one alone; walking through them loads all.
    """

    def __init__(self, package: str, classes: Mapping[str, str]) -> None:
        self._package = package
        self._classes = classes
        self._names = tuple(classes)
        self._loaded: dict[str, Plugin] = {}

    def find(self, name: str) -> Plugin | None:
        """Give the plug-in of a module; None when there is none."""
        if name not in self._loaded:
            if name not in self._classes:
                return None
            self._loaded[name] = getattr(import_module(f"{self._package}.{name}"), self._classes[name])()
        return self._loaded[name]

    @overload
    def __getitem__(self, place: int) -> Plugin: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Plugin]: ...

    def __getitem__(self, place: int | slice) -> Plugin | Sequence[Plugin]:
        return tuple(self)[place]

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Plugin]:
        for name in self._names:
            found = self.find(name)
            if found is not None:
                yield found
