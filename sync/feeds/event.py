"""An event: one entry of a project's audit log as whoever follows the project may see it. Knows no kinds of it.

Nothing is stored besides the log. An entry gives one event or none, always the same, so its number is the event's, and
its name can be made again wherever it is needed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from specs.audit import Json

VERSION = 1
MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever acted."""

    id: UUID
    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: the `n`-th of a project's log. `subject` is what it happened to, `data` what its type says."""

    chain: UUID
    project: str
    n: int
    type: str
    at: datetime
    actor: Who
    subject: str
    data: Mapping[str, Json]
    on_behalf_of: UUID | None = None
    task: UUID | None = None

    @property
    def id(self) -> str:
        """The event's name, which is the same however often and wherever it is told."""
        return f"evt_{self.chain.hex}_{self.n}"

    @property
    def specs(self) -> Iterator[str]:
        """The ids of the specs that it speaks of."""
        return self._texts("spec", "specs")

    @property
    def paths(self) -> Iterator[str]:
        """The paths of specs and files that it speaks of; those of a task may be globs."""
        return self._texts("path", "paths", "from", "to")

    def _texts(self, *names: str) -> Iterator[str]:
        rows = self.data.get("findings")
        for holder in (self.data, *(rows if isinstance(rows, list) else ())):
            for name in names:
                value = holder.get(name) if isinstance(holder, Mapping) else None
                yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def as_json(event: Event, cursor: str = "") -> dict[str, Json]:
    """Give an event as it is sent; what it has nothing to say of is left out. `cursor` is the place after it."""
    who: dict[str, Json] = {"id": str(event.actor.id), "kind": event.actor.kind}
    if event.actor.name:
        who["name"] = event.actor.name
    told: dict[str, Json] = {
        "id": event.id,
        "type": event.type,
        "version": VERSION,
        "project": event.project,
        "n": event.n,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": who,
        "subject": event.subject,
        "data": dict(event.data),
    }
    for name, value in (("on_behalf_of", event.on_behalf_of), ("task", event.task)):
        if value is not None:
            told[name] = str(value)
    return told | ({"cursor": cursor} if cursor else {})


def written(event: Event, cursor: str = "") -> str:
    """Write an event in one line. One that is too large is told without its lists, and says `truncated`."""
    text = _line(as_json(event, cursor))
    if len(text) <= MOST_BYTES:
        return text
    told = as_json(event, cursor)
    kept = {name: value for name, value in event.data.items() if not isinstance(value, list | dict)}
    return _line(told | {"data": {**kept, "truncated": True}})


def _line(told: dict[str, Json]) -> str:
    return json.dumps(told, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
