"""Writes what a checkout remembers as JSON, and reads it again. Pure."""

import json
from typing import Any

from specs.errors import UserError
from sync.checkout.values import Operation, Record, Sent, Stamp, State, Step, Version, Wait

VERSION = 1
BROKEN = "Remove the file; the next pull finds out what is the same, and overwrites nothing."


def encode(state: State) -> str:
    """Write a state; one line a spec."""
    rows = [_record(record) for _, record in sorted(state.records.items())]
    head = {
        "version": VERSION,
        "cursor": state.cursor,
        "branch": state.branch,
        "drafts": {path: _sent(sent) for path, sent in sorted(state.drafts.items())},
        "keys": dict(sorted(state.keys.items())),
        "steps": [_step(step) for step in state.steps],
        "stamps": {path: [one.size, one.changed, one.entered, one.text] for path, one in sorted(state.stamps.items())},
    }
    specs = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return f'{json.dumps(head, ensure_ascii=False)[:-1]}, "specs": [\n{specs}\n]}}\n'


def decode(text: str) -> State:
    """Read a state. Raises `UserError` for what is none, or of a later version."""
    try:
        value = json.loads(text)
        if value["version"] != VERSION:
            raise UserError("The state of this checkout was written by another version of Holdfast.", BROKEN)
        records = [_read_record(row) for row in value["specs"]]
        return State(
            {record.id: record for record in records},
            {path: _read_sent(row) for path, row in value["drafts"].items()},
            dict(value["keys"]),
            tuple(_read_step(row) for row in value["steps"]),
            {path: Stamp(*row) for path, row in value["stamps"].items()},
            value["cursor"],
            value["branch"],
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError("The state of this checkout cannot be read.", BROKEN) from error


def _record(record: Record) -> list[Any]:
    row: list[Any] = [record.id, record.at, _version(record.base)]
    if record.there != record.base or record.sent or record.revive:
        row.append(_version(record.there))
    if record.sent or record.revive:
        row += [[_sent(sent) for sent in record.sent], record.revive]
    return row


def _read_record(row: list[Any]) -> Record:
    base = _read_version(row[2])
    there = _read_version(row[3]) if len(row) > 3 else base  # noqa: PLR2004 (the row is that long where it differs)
    if len(row) > 4:  # noqa: PLR2004 (same)
        return Record(row[0], base, there, row[1], tuple(map(_read_sent, row[4])), bool(row[5]))
    return Record(row[0], base, there, row[1])


def _version(version: Version | None) -> list[str] | None:
    return None if version is None else [version.path, version.head, version.text]


def _read_version(row: list[str] | None) -> Version | None:
    return None if row is None else Version(*row)


def _sent(sent: Sent) -> list[str]:
    return [sent.operation, sent.value, sent.wait, sent.ident, sent.side, sent.detail, sent.hint]


def _read_sent(row: list[str]) -> Sent:
    return Sent(Operation(row[0]), row[1], Wait(row[2]), *row[3:])


def _step(step: Step) -> list[Any]:
    return [step.id, step.source, step.before, step.target, step.text, _version(step.after)]


def _read_step(row: list[Any]) -> Step:
    return Step(row[0], row[1], row[2], row[3], row[4], _read_version(row[5]))
