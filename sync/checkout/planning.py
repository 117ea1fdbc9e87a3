"""Decides what is to be done for each spec: from what was known, what is in the folder, what the server has. Pure.

For each spec the text and the path are weighed apart: what only the server changed is taken, what only the folder
changed is given, what both changed alike is noted, texts that both changed are merged. What nobody but a person can
say pauses that file, and no other.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from specs.paths import path_key
from sync.checkout.values import Operation, Reason, Record, Sent, State, Version, Wait


class Take(StrEnum):
    """What is done in the folder, or in what is remembered of it."""

    ADOPT = "adopt"  # both sides have the same: only noted
    FORGET = "forget"  # gone on both sides
    WRITE = "write"
    MOVE = "move"
    REMOVE = "remove"
    MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Item:
    """A spec or file that differs: how, and what to do. `at` and `text` are the file here, `target` where it goes.

    `id` is "" for a file of which the server knows nothing. `here` and `there` are words for people.
    """

    id: str
    path: str
    at: str = ""
    text: str = ""
    here: tuple[str, ...] = ()
    there: tuple[str, ...] = ()
    take: Take | None = None
    target: str = ""
    gives: tuple[Operation, ...] = ()
    pause: Reason | None = None


def plan(
    state: State, files: Mapping[str, str], held: Collection[str] = (), moved: Mapping[str, str] | None = None
) -> tuple[Item, ...]:
    """Weigh everything. `files` are digests of texts by path, `held` paths of files that could not be read.

    `moved` says for specs whose file is gone where it is now. Gives the items that differ, by path.
    """
    moved = moved or {}
    places = {
        ident: record.at if record.at in files else moved.get(ident, "") for ident, record in state.records.items()
    }
    tracked = {place for place in places.values() if place}
    loose = {path_key(path): path for path in files if path not in tracked}
    found: list[Item] = []
    for ident, record in state.records.items():
        if record.at and record.at in held:
            if record.base != record.there:
                found.append(Item(ident, record.at, record.at, here=("unreadable",), there=_there(record)))
            continue
        place, base = places[ident], record.base
        if base is not None and base == record.there and place == record.at == base.path and files[place] == base.text:
            continue
        if not place and not record.at and record.there is not None:
            # A spec that never came here meets what stands at its path.
            place = loose.pop(path_key(record.there.path), "")
        item = weigh(record, place, files.get(place, ""))
        if item is not None:
            found.append(item)
    names = {path_key(one.there.path) for one in state.records.values() if one.there is not None} if loose else set()
    for path in loose.values():
        clash = path_key(path) in names
        given = () if clash else (Operation.CREATE,)
        found.append(Item("", path, path, files[path], ("new",), gives=given, pause=Reason.TAKEN if clash else None))
    sure = _without_clashes(found, places, files) if found else ()
    return tuple(sorted(sure, key=lambda item: (item.path, item.id)))


def weigh(record: Record, at: str, text: str) -> Item | None:
    """Weigh one spec, whose file is at a path with a text (both "": there is none). None: nothing differs."""
    base, there = record.base, record.there
    if there is None:
        return _retired(record, at, text)
    item = Item(record.id, at or there.path, at, text, _here(record, at, text), _there(record))
    if base is None and at:
        same = text == there.text
        return replace(item, take=Take.ADOPT, target=at) if same else replace(item, pause=Reason.BOTH_NEW)
    if base is None:
        return replace(item, take=Take.WRITE, target=there.path)
    if not at:
        if (base.text, base.path) == (there.text, there.path):
            return replace(item, path=record.at or base.path, gives=(Operation.RETIRE,))
        return replace(item, path=record.at or there.path, pause=Reason.REMOVED_HERE)
    return _both(item, base, there, record.at)


def _both(item: Item, base: Version, there: Version, known_at: str) -> Item | None:
    """Weigh a spec that is here and there: its text and its path apart."""
    edited, edited_there = item.text != base.text, there.text != base.text
    named, named_there = item.at != base.path, there.path != base.path
    if named and named_there and item.at != there.path:
        return replace(item, pause=Reason.RENAMED)
    target = there.path if named_there else item.at
    take: Take | None = None
    if edited_there and item.text != there.text:
        take = Take.MERGE if edited else Take.WRITE
    elif target != item.at:
        take = Take.MOVE
    elif base != there or known_at != item.at:
        take = Take.ADOPT
    gives = []
    if named and not named_there:
        gives.append(Operation.RENAME)
    if edited and item.text != there.text:
        gives.append(Operation.SAVE)
    if take is None and not gives:
        return None
    return replace(item, take=take, target=target, gives=tuple(gives))


def _retired(record: Record, at: str, text: str) -> Item | None:
    """Weigh a spec that the server does not list (any more)."""
    base = record.base
    if base is None:
        return None
    item = Item(record.id, at or record.at or base.path, at, text, _here(record, at, text), _there(record))
    if not at:
        return replace(item, take=Take.FORGET)
    if record.revive:
        return replace(item, gives=(Operation.RESTORE,))
    if (text, at) == (base.text, base.path):
        return replace(item, take=Take.REMOVE)
    return replace(item, pause=Reason.REMOVED_THERE)


def _here(record: Record, at: str, text: str) -> tuple[str, ...]:
    base = record.base
    if base is None:
        return ("new",) if at else ()
    if not at:
        return ("removed",)
    return (*(("edited",) if text != base.text else ()), *(("renamed",) if at != base.path else ()))


def _there(record: Record) -> tuple[str, ...]:
    base, there = record.base, record.there
    if there is None:
        return ("retired",)
    if base is None:
        return ("new",)
    return (
        *(("edited",) if there.text != base.text else ()),
        *(("renamed",) if there.path != base.path else ()),
    )


def _without_clashes(found: list[Item], places: Mapping[str, str], files: Mapping[str, str]) -> Iterator[Item]:
    """Pause what would come to a path where something else stays."""
    leaving = {item.id for item in found if item.take in {Take.MOVE, Take.REMOVE} or item.target not in {"", item.at}}
    owner = {path_key(path): ident for ident, path in places.items() if path and ident not in leaving}
    for path in set(files) - set(places.values()):
        owner[path_key(path)] = ""
    for item in found:
        if item.target and item.target != item.at:
            key = path_key(item.target)
            holder = owner.get(key)
            if holder is not None and holder != item.id and key != path_key(item.at):
                yield replace(item, take=None, gives=(), pause=Reason.TAKEN)
                continue
            owner[key] = item.id
        yield item


def unsent(item: Item, record: Record | None, draft: Sent | None, *, again: bool = False) -> tuple[Operation, ...]:
    """Give what of an item is still to be sent: not what waits there as it is.

    `again` also sends what was refused. A conflict is sent, so that it can be decided where everybody sees it.
    """
    gives = item.gives
    if item.pause in {Reason.EDITED, Reason.BOTH_NEW}:
        gives = (Operation.SAVE,)
    elif item.pause is not None:
        gives = ()
    left = []
    for operation in gives:
        sent = draft if record is None else record.waits(operation)
        same = sent is not None and sent.value == value_of(item, operation)
        if same and not (again and sent is not None and sent.wait is Wait.REFUSED):
            continue
        left.append(operation)
    return tuple(left)


def value_of(item: Item, operation: Operation) -> str:
    """Give what an operation would send, as `Sent.value` names it."""
    if operation in {Operation.SAVE, Operation.CREATE}:
        return item.text
    return item.at if operation is Operation.RENAME else ""
