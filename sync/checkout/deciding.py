"""What a person decides of a paused file: the one here is right, or the server's. Pure."""

from dataclasses import replace

from specs.errors import UserError
from sync.checkout.planning import Item
from sync.checkout.values import Operation, Reason, Record, Version


def mine(item: Item, record: Record) -> Record:
    """Give the record of a spec whose file is right as it stands: it counts as made from what the server has now.

    Raises `UserError` where nothing can be decided so.
    """
    base, there = record.base, record.there
    if item.pause is Reason.TAKEN:
        raise _taken(item)
    if item.pause is Reason.REMOVED_THERE:
        return replace(record, revive=True, at=item.at)
    if there is None:
        return record
    if item.pause is Reason.RENAMED and base is not None:
        return replace(record, base=replace(base, path=there.path), at=item.at)
    sent = record.waits(Operation.SAVE)
    if sent is not None:  # it goes again, on top of what is there now
        record = record.with_sent(Operation.SAVE, replace(sent, value=""))
    return replace(record, base=there, at=item.at or record.at)


def theirs(item: Item, record: Record) -> Record:
    """Give the record of a spec whose file is to be as the server has it. Raises `UserError` as `mine` does."""
    base, there = record.base, record.there
    if item.pause is Reason.TAKEN:
        raise _taken(item)
    done = record.with_sent(Operation.SAVE, None)
    if there is None:
        return replace(done, base=Version(item.at, "", item.text), at=item.at)
    if not item.at:
        return replace(done, base=None, at="")
    if item.pause is Reason.RENAMED and base is not None:
        return replace(done, base=replace(base, path=item.at), at=item.at)
    named = base.path if base is not None else there.path
    return replace(done, base=Version(named, "", item.text), at=item.at)


def _taken(item: Item) -> UserError:
    return UserError(
        f"{item.path} is the path of another spec on the other side.", "Rename one of them; then both can stand."
    )
