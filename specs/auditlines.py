"""The audit log as lines of JSON, and back: what leaves is enough to verify it without any database.

First one line for each chain that says where it ends, then one for each entry, chain by chain.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from specs.audit import Act, Checkpoint, Entry, Fault, Verification
from specs.problem import Problem


def entry_fields(entry: Entry) -> dict[str, object]:
    """Give an entry as JSON has it; what an entry does not say is left out."""
    act = entry.act
    fields: dict[str, object | None] = {
        "chain": str(entry.chain),
        "n": entry.n,
        "at": act.at.isoformat(timespec="microseconds"),
        "actor": str(act.actor),
        "actor_kind": act.actor_kind,
        "credential": act.credential and str(act.credential),
        "on_behalf_of": act.on_behalf_of and str(act.on_behalf_of),
        "task": act.task and str(act.task),
        "policy": act.policy,
        "action": act.action,
        "subject": act.subject,
        "details": dict(act.details),
        "previous": entry.previous,
        "digest": entry.digest,
    }
    return {name: value for name, value in fields.items() if value is not None}


def entry_line(entry: Entry) -> str:
    """Write an entry as one line, without its end."""
    return json.dumps(entry_fields(entry), ensure_ascii=False, separators=(",", ":"))


def end_line(end: Checkpoint) -> str:
    """Write where a chain ends, as one line."""
    return json.dumps({"end": str(end.chain), "n": end.n, "digest": end.digest}, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class VerifiedLines:
    """What a file of lines came to: where each chain ends, every fault, and the line that is no entry, if any."""

    ends: tuple[Checkpoint, ...]
    faults: tuple[Fault, ...]
    count: int = 0
    problem: Problem | None = None


def verify_lines(lines: Iterable[str], checkpoints: Iterable[Checkpoint] = (), *, part: bool = False) -> VerifiedLines:
    """Verify exported lines. `part` where they are entries that someone looked for: each is verified for itself."""
    kept: dict[UUID, list[Checkpoint]] = {}
    for checkpoint in checkpoints:
        kept.setdefault(checkpoint.chain, []).append(checkpoint)
    following: dict[UUID, Verification] = {}
    ends: dict[UUID, Checkpoint] = {}
    count = 0
    for number, line in enumerate(lines, 1):
        read = _read(line.removesuffix("\n"))
        if read is None:
            problem = Problem("no-entry", f"Line {number} is no entry.", number, 1, "Give an export as it was written.")
            return VerifiedLines((), (), problem=problem)
        if isinstance(read, Checkpoint):
            ends[read.chain] = read
            continue
        if read.chain not in following:
            following[read.chain] = Verification(read.chain, kept.pop(read.chain, ()))
        if part:
            following[read.chain].end = Checkpoint(read.chain, read.n - 1, read.previous)
        following[read.chain].follow((read,))
        count += 1
    for chain in (ends.keys() | kept.keys()) - following.keys():
        following[chain] = Verification(chain, kept.get(chain, ()))
    chains = sorted(following.values(), key=lambda found: found.chain.int)
    faults = [fault for found in chains for fault in (found.faults if part else found.finish(ends.get(found.chain)))]
    return VerifiedLines(tuple(found.end for found in chains), tuple(faults), count)


def _read(line: str) -> Entry | Checkpoint | None:
    """Read a line; nothing unless it is written just as it was exported."""
    try:
        value = json.loads(line)
        if isinstance(value, dict) and "end" in value:
            end = Checkpoint(UUID(value["end"]), int(value["n"]), str(value["digest"]))
            return end if end_line(end) == line else None
        entry = _entry(value)
        return entry if entry_line(entry) == line else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _entry(value: Mapping[str, Any]) -> Entry:
    act = Act(
        datetime.fromisoformat(value["at"]),
        UUID(value["actor"]),
        str(value["actor_kind"]),
        str(value["action"]),
        str(value["subject"]),
        dict(value["details"]),
        _id(value.get("credential")),
        _id(value.get("on_behalf_of")),
        _id(value.get("task")),
        value.get("policy"),
    )
    return Entry(UUID(value["chain"]), int(value["n"]), act, str(value["previous"]), str(value["digest"]))


def _id(value: str | None) -> UUID | None:
    return None if value is None else UUID(value)
