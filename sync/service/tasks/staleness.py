"""What changed under the hands of whoever holds a task: sections it names or was served that read otherwise by now.

Told in the answer to the holder's next call, and in the audit log for everyone else. Runs inside the caller's
transaction, with the task locked.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from specs.access import SERVER
from specs.audit import Json
from specs.parser import parse
from specs.store.connection import Connection
from specs.store.library import LibraryStore
from sync.service.tasks.steps import told
from sync.store.holds import HoldStore, Moved
from sync.store.tasks import TaskStore
from sync.tasks.task import Task


async def announce(connection: Connection, task: Task, at: datetime, now: datetime) -> int:
    """Write down what changed since it was read, or last announced, and say of how many specs."""
    holds, library = HoldStore(connection, task.project), LibraryStore(connection, task.project)
    news: list[tuple[Task, str, Mapping[str, Any]]] = []
    for moved in await holds.moved(task.id):
        await holds.told(task.id, moved)
        if moved.own:
            continue
        before = await library.text(moved.spec, moved.since)
        after = await library.text(moved.spec, moved.head)
        changed = await asyncio.to_thread(_changed, moved, before or "", after or "")
        if changed:
            details: dict[str, Json] = {
                "spec": str(moved.spec),
                "path": moved.path,
                "sections": [*changed],
                "revision": moved.head,
                "by": moved.by,
            }
            news.append((task, "changed", details))
    await TaskStore(connection, task.project).add_news(news, now)
    for _, _, said in news:
        await told(connection, SERVER, task, "task.stale", at, details=said)
    return len(news)


def _changed(moved: Moved, before: str, after: str) -> tuple[str, ...]:
    """Give the anchors under which two texts differ; "" stands for the whole text."""
    old, new = _sections(before), _sections(after)
    return tuple(anchor for anchor in moved.anchors if old.get(anchor) != new.get(anchor))


def _sections(text: str) -> dict[str, str]:
    return {"": text, **{section.anchor: section.text for section in parse(text).sections}}
