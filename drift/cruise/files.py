"""The files that dependency-cruiser would see, by path from the folder it runs in; installed packages included."""

import json
import posixpath
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from specs.values import dataclass, field

INSTALLED = "node_modules"


class Disk(Protocol):
    """What lies beside the tree: installed packages. Paths are from the top of the tree."""

    def is_file(self, path: str) -> bool:
        """Tell whether there is such a file."""

    def is_folder(self, path: str) -> bool:
        """Tell whether there is such a folder."""

    def text(self, path: str) -> str | None:
        """Give the text of a file; None when there is none."""

    def real(self, path: str) -> str:
        """Give the path that a link leads to; the same path when it is no link, or leads out of the tree."""


class NoDisk:
    """A tree without anything beside it, such as a commit."""

    def is_file(self, path: str) -> bool:  # noqa: ARG002 - there is none
        """Tell whether there is such a file."""
        return False

    def is_folder(self, path: str) -> bool:  # noqa: ARG002 - there is none
        """Tell whether there is such a folder."""
        return False

    def text(self, path: str) -> str | None:  # noqa: ARG002 - there is none
        """Give the text of a file."""
        return None

    def real(self, path: str) -> str:
        """Give the path itself."""
        return path


@dataclass(slots=True)
class Files:
    """A tree seen from the folder `base` in it ("" is the top). Names are paths relative to that folder."""

    base: str
    paths: Iterable[str]
    read: Callable[[str], str | None]
    disk: Disk = field(default_factory=NoDisk)
    _files: Mapping[str, str] = field(init=False)
    _folders: set[str] = field(init=False)
    _manifests: dict[str, Mapping[str, Any] | None] = field(default_factory=dict, init=False)
    _known: dict[tuple[str, str], bool] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._files = {self.name(path): path for path in self.paths}
        folders: set[str] = {""}
        for name in self._files:
            folder = posixpath.dirname(name)
            while folder not in folders:
                folders.add(folder)
                folder = posixpath.dirname(folder)
        self._folders = folders

    @property
    def names(self) -> Iterable[str]:
        """All files of the tree."""
        return self._files

    def name(self, path: str) -> str:
        """Give the name of a path of the tree."""
        if not self.base:
            return path
        prefix = f"{self.base}/"
        return path[len(prefix) :] if path.startswith(prefix) else posixpath.relpath(f"/{path}", f"/{self.base}")

    def path(self, name: str) -> str | None:
        """Give the path of a file of the tree by its name; None when it is none."""
        return self._files.get(name)

    def is_file(self, name: str) -> bool:
        """Tell whether there is such a file, in the tree or installed."""
        return name in self._files or (INSTALLED in name and self._beside("file", name))

    def is_folder(self, name: str) -> bool:
        """Tell whether there is such a folder, in the tree or installed."""
        return name in self._folders or (INSTALLED in name and self._beside("folder", name))

    def real(self, name: str) -> str:
        """Give the name of what a link in installed packages leads to."""
        if INSTALLED not in name or name in self._files:
            return name
        return self.name(self.disk.real(self._place(name)))

    def json(self, name: str) -> Mapping[str, Any] | None:
        """Give a manifest as an object; None when there is none, or it cannot be read."""
        if name not in self._manifests:
            text = self.text(name)
            try:
                value = json.loads(text) if text is not None else None
            except (ValueError, RecursionError):
                value = None
            self._manifests[name] = value if isinstance(value, dict) else None
        return self._manifests[name]

    def text(self, name: str) -> str | None:
        """Give the text of a file; None when there is none."""
        path = self._files.get(name)
        if path is not None:
            return self.read(path)
        return self.disk.text(self._place(name)) if INSTALLED in name else None

    def _beside(self, what: str, name: str) -> bool:
        key = (what, name)
        if key not in self._known:
            place = self._place(name)
            self._known[key] = self.disk.is_file(place) if what == "file" else self.disk.is_folder(place)
        return self._known[key]

    def _place(self, name: str) -> str:
        return posixpath.normpath(posixpath.join(self.base, name)) if self.base else name


def join(folder: str, rest: str) -> str:
    """Join two names and take `.` and `..` out; "" is the folder itself."""
    name = posixpath.normpath(posixpath.join(folder, rest))
    return "" if name == "." else name


def above(folder: str) -> Iterable[str]:
    """Give a folder and all above it that have a name, the deepest first."""
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""
