"""Which namespace each PHP file is in. Reads `composer.json` and what files declare, never syntax."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from drift.language import Layout
from drift.languages.support import namespaces
from drift.languages.support.folders import below, folder_of, is_test_folder, join, normal
from drift.languages.support.namespaces import Habits, NamespacePlacement

NAME = "php"
SUFFIXES = (".php",)
MANIFEST = "composer.json"


@dataclass(frozen=True, slots=True)
class Composer:
    """What the manifests of a tree say: where tests lie, with which namespaces (folded) own code begins.

    A package that is `required` is its vendor and its name, both folded.
    """

    tests: tuple[str, ...]
    prefixes: tuple[str, ...]
    required: tuple[tuple[str, str], ...] = ()

    def is_test(self, path: str) -> bool:
        """Tell whether a file holds tests: only development loads it, or its folder is called so."""
        folder = folder_of(path)
        return any(below(place, path) for place in self.tests) or is_test_folder(folder.lower())

    def is_own(self, space: str) -> bool:
        """Tell whether the tree would hold a namespace (folded) if anything did: no package that it requires does."""
        if not f"{space}\\".startswith(self.prefixes):
            return False
        vendor, _, rest = space.partition("\\")
        name = rest.partition("\\")[0]
        return not name or not any(owner == vendor and package.startswith(name) for owner, package in self.required)


def read_composer(layout: Layout) -> Composer:
    """Read every `composer.json`; one that is broken says nothing."""
    tests: list[str] = []
    prefixes: list[str] = []
    required: list[tuple[str, str]] = []
    for path, text in sorted(layout.manifests.items()):
        try:
            manifest = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for key in ("require", "require-dev"):
            names = (name.lower().replace("-", "").replace("_", "") for name in _table(_table(manifest).get(key)))
            required += [(vendor, name) for vendor, slash, name in (one.partition("/") for one in names) if slash]
        for key in ("autoload", "autoload-dev"):
            section = _table(_table(manifest).get(key))
            named = {**_table(section.get("psr-4")), **_table(section.get("psr-0"))}
            prefixes += [prefix.lower() for prefix in named if prefix.strip("\\")]
            if key == "autoload-dev":
                places = [*_texts(named.values()), *_texts([section.get("classmap"), section.get("files")])]
                inside = (normal(join(folder_of(path), place)) for place in places)
                tests += [place for place in inside if place]
    return Composer(tuple(tests), tuple(prefixes), tuple(required))


def place(layout: Layout, composer: Composer) -> NamespacePlacement:
    """Name the module of every `.php` file. What Composer installed under `vendor` is somebody else's."""
    paths = [path for path in layout.paths if path.endswith(SUFFIXES) and not f"/{path}".count("/vendor/")]
    own = {path: layout.scopes[path] for path in paths if path in layout.scopes}
    return namespaces.place(paths, own, Habits(NAME, "\\", str.lower, composer.is_test))


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(values: Iterable[Any]) -> list[str]:
    """Give the texts among values that are texts or lists of them."""
    listed = (one if isinstance(one, list) else [one] for one in values)
    return [text for texts in listed for text in texts if isinstance(text, str)]
