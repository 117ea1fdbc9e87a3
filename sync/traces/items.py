"""What can be traced: requirements of every dialect, sections that hold invariants or that something names. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specs.dialects import read_requirements
from specs.document import Document, Section
from specs.suggest import did_you_mean

VERSIONED = re.compile(r"\b([A-Za-z]\w{0,40}~[\w.\-]{1,200})~(\d{1,6})\b")
UID = re.compile(r"^[ \t]*[*_`-]*UID[*_`]*:[*_`]*[ \t]*(\S{1,200})", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was specified: a requirement by its key, or a section by its anchor. `status` is its spec's.

    `invariants` are those that hold the code to it.
    """

    spec: str
    key: str
    name: str
    anchor: str
    line: int
    status: str = "active"
    invariants: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """Name it in its project or tree."""
        return f"{self.spec}#{self.key}"


@dataclass(frozen=True, slots=True)
class Named:
    """What a name came to: the item, or why there is none."""

    item: Item | None
    problem: str = ""


class Catalogue:
    """All that can be traced in a set of specs, and what names of it mean."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.items: dict[str, Item] = {}
        self._sections: dict[str, Item] = {}
        self._paths: dict[str, set[str]] = {}
        self._keys: dict[str, set[str]] = {}
        self._versions: dict[str, dict[str, str]] = {}
        for path in sorted(documents):
            self._add(path, documents[path])

    def _add(self, path: str, document: Document) -> None:
        for name in _names_of(path):
            self._paths.setdefault(name, set()).add(path)
        status = document.front_matter.status
        read = read_requirements(path, document).requirements
        for one in read:
            own = tuple(block.id for block in document.invariants if one.line <= block.line <= one.end_line)
            item = Item(path, one.key, one.name or one.key, one.anchor, one.line, status, own)
            self.items.setdefault(item.address, item)
            for key in {one.key, one.label, *UID.findall(one.text)} - {""}:
                self._keys.setdefault(key.casefold(), set()).add(item.address)
            self._version(one.text, item)
        covered = {id_ for item in self.items.values() if item.spec == path for id_ in item.invariants}
        for section in document.sections:
            own = tuple(one.id for one in document.invariants if one.anchor == section.anchor and one.id not in covered)
            item = Item(path, section.anchor, section.title, section.anchor, section.line, status, own)
            self._sections.setdefault(item.address, item)
            if own and item.address not in self.items:
                self.items[item.address] = item
            self._version(_own_text(section), self.items.get(item.address, item))
            for key in UID.findall(section.body):
                self._keys.setdefault(key.casefold(), set()).add(item.address)

    def _version(self, text: str, item: Item) -> None:
        for found in VERSIONED.finditer(text):
            self._versions.setdefault(found[1], {}).setdefault(found[2], item.address)

    def find(self, target: str) -> Named:
        """Say what a name means: `path#key`, a key that only one requirement has, or `type~id~revision`."""
        place, mark, key = target.partition("#")
        if mark:
            return self._at(place.removeprefix("./"), key, target)
        if found := VERSIONED.fullmatch(target):
            known = self._versions.get(found[1], {})
            if found[2] in known:
                return self._known(known[found[2]])
            if known:
                return Named(None, f"its revision is {max(known, key=int)} by now.")
        addresses = self._keys.get(target.casefold(), set())
        if len(addresses) == 1:
            return self._known(next(iter(addresses)))
        return Named(None, "several requirements are called so." if addresses else self._unknown(target))

    def _known(self, address: str) -> Named:
        item = self.items.get(address) or self._sections.get(address)
        if item is not None:
            self.items.setdefault(address, item)
        return Named(item)

    def _at(self, place: str, key: str, target: str) -> Named:
        specs = self._paths.get(place.casefold(), set())
        if len(specs) > 1:
            return Named(None, "several specs are called so.")
        for spec in specs:
            known = {address.partition("#")[2].casefold(): address for address in self._of(spec)}
            address = known.get(key.casefold()) or next(
                (one for one in self._keys.get(key.casefold(), ()) if one.startswith(f"{spec}#")), ""
            )
            return self._known(address) if address else Named(None, self._unknown(target))
        hint = did_you_mean(place, sorted(self._paths))
        return Named(None, f"there is no such spec. {hint}".strip())

    def _of(self, spec: str) -> Iterable[str]:
        return [one for one in (*self.items, *self._sections) if one.startswith(f"{spec}#")]

    def _unknown(self, target: str) -> str:
        place, mark, _ = target.partition("#")
        known = [f"{place}#{one.partition('#')[2]}" for spec in self._paths.get(place, ()) for one in self._of(spec)]
        hint = did_you_mean(target, known if mark else sorted(self._keys))
        return f"there is no such requirement. {hint}".strip()


def _own_text(section: Section) -> str:
    """Give a section's heading and what stands before the next one."""
    return f"{section.title}\n{section.body}"


def _names_of(path: str) -> set[str]:
    """Give the names by which a spec may be called: its path or the end of it, with or without `.md`."""
    parts = path.casefold().split("/")
    ends = {"/".join(parts[start:]) for start in range(len(parts))}
    return ends | {end.removesuffix(".md") for end in ends}
