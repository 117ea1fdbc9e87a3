"""What a checkout remembers of what it sent: from where, how it stands, what became of it. Pure."""

from dataclasses import replace

from specs.revision import text_digest
from sync.checkout.exchange import Change, Outcome
from sync.checkout.values import NO_REVISION, Operation, Record, Sent, State, Version, Wait

WAITS = {"conflict": Wait.CONFLICT, "waits": Wait.PROPOSAL, "refused": Wait.REFUSED}


def ground(record: Record) -> tuple[str, str]:
    """Say from which revision a text was made, and which side revision it decides on.

    A text that goes on from one that waits in a conflict names that one; one made from the head takes it in.
    """
    waiting = record.waits(Operation.SAVE)
    base = record.base.head if record.base is not None else NO_REVISION
    if waiting is None or waiting.wait is not Wait.CONFLICT:
        return base, ""
    if record.base is not None and record.there is not None and record.base.head == record.there.head:
        return base, waiting.side
    return waiting.side, ""


def settled(record: Record, sent: Sent, fate: Wait) -> Record:
    """Note how something stands that was sent."""
    if fate is sent.wait:
        return record
    if fate is not Wait.ACCEPTED:
        return record.with_sent(sent.operation, replace(sent, wait=fate))
    done = record.with_sent(sent.operation, None)
    if sent.operation is not Operation.SAVE:
        return done
    path = record.base.path if record.base is not None else record.at
    # What is there now holds what was sent: the file goes on from that.
    return replace(done, base=Version(path or (record.there.path if record.there else ""), sent.side, sent.value))


def noted(state: State, change: Change, outcome: Outcome) -> State:
    """Note what became of a change."""
    operation = change.operation
    record = state.records.get(change.id) or Record(outcome.id or change.id)
    if outcome.result in WAITS:
        return _waiting(state, record, change, outcome)
    if operation is Operation.CREATE:
        now = Version(outcome.path, outcome.head, outcome.text)
        drafts = {path: sent for path, sent in state.drafts.items() if path != change.path}
        return replace(state.put(Record(outcome.id, now, now, change.path)), drafts=drafts)
    return state.put(_done(record.with_sent(operation, None), change, outcome))


def _waiting(state: State, record: Record, change: Change, outcome: Outcome) -> State:
    """Note what is not the truth yet, or will not be."""
    operation, wait = change.operation, WAITS[outcome.result]
    sent = Sent(operation, _value(change), wait, outcome.ident, outcome.side, outcome.detail, outcome.hint)
    if operation is Operation.CREATE:
        return replace(state, drafts={**state.drafts, change.path: sent})
    if wait is Wait.CONFLICT:
        there = Version(outcome.path, outcome.head, outcome.text)
        record = replace(record, there=there)
    record = replace(record, at=change.path or record.at)
    return state.put(record.with_sent(operation, sent))


def _done(record: Record, change: Change, outcome: Outcome) -> Record:
    """Give the record of a spec that there is already, after a change of it."""
    now, base = Version(outcome.path, outcome.head, outcome.text), record.base
    if change.operation is Operation.RETIRE:
        return Record(record.id)
    if change.operation is Operation.RESTORE:
        return replace(record, base=now, there=now, revive=False)
    if change.operation is Operation.RENAME:
        named = None if base is None else replace(base, path=now.path)
        return replace(record, base=named, there=replace(record.there or now, path=now.path), at=change.path)
    path = base.path if base is not None else now.path
    mine = Version(path, outcome.side, _value(change)) if outcome.result == "merged" else replace(now, path=path)
    return replace(record, base=mine, there=now, at=record.at or change.path)


def _value(change: Change) -> str:
    if change.operation in {Operation.SAVE, Operation.CREATE}:
        return text_digest(change.text)
    return change.path if change.operation is Operation.RENAME else ""


def word(change: Change, outcome: Outcome) -> str:
    """Say in a word or two what became of a change."""
    words = {"conflict": "conflict", "waits": "waits", "refused": "refused", "merged": "merged there"}
    done = {
        Operation.SAVE: "saved",
        Operation.CREATE: "created",
        Operation.RENAME: "renamed there",
        Operation.RETIRE: "retired there",
        Operation.RESTORE: "restored there",
    }
    return words.get(outcome.result) or done[change.operation]
