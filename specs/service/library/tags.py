"""Tags of a project: name what its specs say now, read what they said then, compare two such moments."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import ConflictError, MissingError, UserError
from specs.library import Page, SpecText, check_message
from specs.service import writing
from specs.service.auditing import record
from specs.service.paging import decode_cursor, encode_cursor, limited, no_cursor
from specs.store.connection import Clock, Connection, Transactions
from specs.store.library import LibraryStore
from specs.store.tags import TagStore
from specs.tags import Tag, TagChange, Tagged, check_tag_name, compare

MAX_CHOSEN = 1000


@dataclass(frozen=True, slots=True)
class TagContent:
    """A tag and what it holds, by path."""

    tag: Tag
    items: tuple[Tagged, ...]


class Tags:
    """Use cases of tags."""

    def __init__(self, database: Transactions, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(
        self,
        principal: Principal,
        project: UUID,
        name: str,
        message: str = "",
        chosen: Mapping[UUID, str] | None = None,
    ) -> Tag:
        """Name the heads of all active specs, or the chosen revisions of some.

        Raises `ConflictError` where the name is taken, `UserError` for a name that none can have and for a chosen
        revision that the project does not have.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.refuse(check_tag_name(name))
        writing.refuse(check_message(message))
        if chosen is not None and not 0 < len(chosen) <= MAX_CHOSEN:
            raise UserError(f"A tag of chosen revisions holds 1 to {MAX_CHOSEN}.", "Leave them out to name all heads.")
        at = self._clock()
        async with self._database.transaction() as connection:
            store = TagStore(connection, project)
            if not await store.add(Tag(name, message, principal.actor, at, 0)):
                raise ConflictError(f"There is a tag {name} already.", "A tag never changes: choose another name.")
            if chosen is None:
                count = await store.hold_heads(name)
            else:
                count = await store.hold(name, chosen)
                if count != len(chosen):
                    raise UserError("A chosen revision is not one of this project.", "Take digests from the history.")
            details: dict[str, Json] = {"name": name, "specs": count}
            await record(connection, principal, project, at=at, action="tag.create", subject=name, details=details)
        return Tag(name, message, principal.actor, at, count)

    async def list(
        self, principal: Principal, project: UUID, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Tag]:
        """Give the tags, the newest first."""
        principal.require(project, Role.READER, Scope.READ)
        count, after = limited(limit), None if cursor is None else _place(cursor)
        async with self._database.read() as connection:
            found = await TagStore(connection, project).page(after=after, limit=count + 1)
        last = found[count - 1] if len(found) > count else None
        return Page(found[:count], None if last is None else encode_cursor(f"{last.at.isoformat()} {last.name}"))

    async def of_spec(self, principal: Principal, project: UUID, spec: UUID) -> tuple[tuple[str, str], ...]:
        """Give the tags that hold a spec, the newest first, each with the revision it holds."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            return await TagStore(connection, project).names(spec)

    async def read(self, principal: Principal, project: UUID, name: str) -> TagContent:
        """Give a tag and what it holds. Raises `MissingError` where there is none."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = TagStore(connection, project)
            return TagContent(await _found(store, name), await store.items(name))

    async def texts(self, principal: Principal, project: UUID, name: str) -> tuple[SpecText, ...]:
        """Give the specs with their texts as a tag holds them, under the paths and titles they had, by path."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = TagStore(connection, project)
            await _found(store, name)
            return await LibraryStore(connection, project).tagged(name)

    async def compare(
        self, principal: Principal, project: UUID, before: str, after: str | None = None
    ) -> tuple[TagChange, ...]:
        """Give the specs that differ between two tags, or between a tag and what the specs say now."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            old = await _items(connection, project, before)
            new = await _heads(connection, project) if after is None else await _items(connection, project, after)
        return compare(old, new)

    async def remove(self, principal: Principal, project: UUID, name: str) -> None:
        """Forget a tag; the revisions it held stay. Needs an admin: others may rely on it."""
        principal.require(project, Role.ADMIN, Scope.WRITE)
        at = self._clock()
        async with self._database.transaction() as connection:
            store = TagStore(connection, project)
            tag = await _found(store, name)
            await store.remove(name)
            details: dict[str, Json] = {"name": name, "specs": tag.count}
            await record(connection, principal, project, at=at, action="tag.remove", subject=name, details=details)


def _place(cursor: str) -> tuple[datetime, str]:
    at, _, name = decode_cursor(cursor).partition(" ")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), name
    except (ValueError, OverflowError) as error:
        raise no_cursor() from error


async def _found(store: TagStore, name: str) -> Tag:
    tag = None if check_tag_name(name) else await store.find(name)
    if tag is None:
        raise MissingError("There is no such tag.", "List the tags of the project.")
    return tag


async def _items(connection: Connection, project: UUID, name: str) -> tuple[Tagged, ...]:
    store = TagStore(connection, project)
    await _found(store, name)
    return await store.items(name)


async def _heads(connection: Connection, project: UUID) -> tuple[Tagged, ...]:
    heads = await LibraryStore(connection, project).heads()
    return tuple(
        Tagged(head.spec.id, head.spec.path, head.spec.title, head.revision.digest, head.revision.text_digest)
        for head in heads
    )
