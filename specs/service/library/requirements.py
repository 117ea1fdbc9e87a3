"""The requirements of a spec, at its head or at any revision, under keys that outlive renumbering."""

import asyncio
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.dialects import dialect_of, read_requirements
from specs.errors import MissingError
from specs.library import Spec, SpecText
from specs.parser import parse
from specs.requirements.editing import find_requirement, find_task
from specs.requirements.rekeying import keys_of, rekey, rekey_tasks
from specs.requirements.values import Part, Reading, Requirement, TaskItem
from specs.revision import Revision
from specs.service import writing
from specs.store.connection import Transactions
from specs.store.library import LibraryStore

MAX_REVISIONS = 2_000


@dataclass(frozen=True, slots=True)
class SpecRequirements:
    """A spec at a revision, and what its dialect finds in it."""

    found: SpecText
    reading: Reading


class Requirements:
    """Use cases of requirements; reads only."""

    def __init__(self, database: Transactions) -> None:
        self._database = database

    async def read(
        self, principal: Principal, project: UUID, spec: UUID, revision: str | None = None
    ) -> SpecRequirements:
        """Find the requirements of a spec. Where numbers are positions, keys are carried along its whole history."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = LibraryStore(connection, project)
            current = await writing.found(store, spec)
            line = await _line(store, current, current.head if revision is None else revision)
        if not line:
            raise writing.no_revision()
        at = SpecText(current, *line[0])
        return SpecRequirements(at, await asyncio.to_thread(_read, current.path, [text for _, text in reversed(line)]))

    async def one(
        self, principal: Principal, project: UUID, spec: UUID, key: str, revision: str | None = None
    ) -> tuple[SpecRequirements, Requirement | Part | TaskItem]:
        """Find one requirement, scenario, criterion or task by its key, or by the number that the text gives it."""
        whole = await self.read(principal, project, spec, revision)
        found = find_requirement(whole.reading.requirements, key) or find_task(whole.reading.tasks, key)
        if found is None:
            hint = "List the requirements of the spec: each has its key."
            raise MissingError("The spec has no such requirement.", hint)
        return whole, found


async def _line(store: LibraryStore, spec: Spec, digest: str) -> list[tuple[Revision, str]]:
    """Give a revision with its text, and where numbers are positions those before it; none where there is no such."""
    line: list[tuple[Revision, str]] = []
    while len(line) < MAX_REVISIONS:
        revision = await store.revision(spec.id, digest) if writing.is_digest(digest) else None
        text = await store.text(spec.id, digest) if revision else None
        if revision is None or text is None:
            break
        line.append((revision, text))
        if not revision.parents or not dialect_of(spec.path, text).positional:
            break
        digest = revision.parents[0]
    return line


def _read(path: str, texts: list[str]) -> Reading:
    """Read the last of some texts, which are in the order of time; those before it only lend their keys."""
    reading = read_requirements(path, parse(texts[-1]))
    before: Reading | None = None
    taken: set[str] = set()
    for text in (text for text, _ in groupby(texts)):
        found = read_requirements(path, parse(text))
        if before is not None:
            known = rekey(before.requirements, found.requirements, taken)
            found = replace(found, requirements=known, tasks=rekey_tasks(before.tasks, found.tasks, taken))
        before = found
        taken |= keys_of(found.requirements) | {task.key for task in found.tasks}
    return replace(reading, requirements=before.requirements, tasks=before.tasks) if before else reading
