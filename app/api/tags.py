"""Tags: names for what the specs of a project said at one moment, and the differences between such moments."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from app.api._wire import ActorOut, Cursor, Digest, In, Items, Limit, Message, Out, items_of
from app.unit import Unit
from specs.access import Scope
from specs.errors import UserError
from specs.service.library.tags import MAX_CHOSEN, TagContent
from specs.tags import MAX_TAG_NAME, Difference, Tag, TagChange, Tagged

Name = Annotated[str, Meta(min_length=1, max_length=MAX_TAG_NAME, pattern=r"^[A-Za-z0-9][A-Za-z0-9._+@-]*$")]
Other = Annotated[
    Name | None, QueryParameter(description="The later tag; what the specs say now, where none is given.")
]
READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}


class ChosenIn(In):
    """A revision of a spec to be named."""

    spec: UUID
    revision: Digest


class TagIn(In):
    """A new tag: of the heads of all active specs, or of `revisions` alone."""

    name: Name
    message: Message = ""
    revisions: Annotated[tuple[ChosenIn, ...], Meta(max_length=MAX_CHOSEN)] = ()


class TaggedOut(Out):
    """A spec as a tag holds it, under the path it had then."""

    spec: UUID
    path: str
    title: str
    revision: str
    text_digest: str

    @classmethod
    def of(cls, item: Tagged) -> "TaggedOut":
        """Make it from the core's value."""
        return cls(
            spec=item.spec, path=item.path, title=item.title, revision=item.revision, text_digest=item.text_digest
        )


class TagOut(Out):
    """A tag; `items` where one was read."""

    name: str
    actor: ActorOut
    at: datetime
    count: int
    message: str = ""
    items: tuple[TaggedOut, ...] | None = None

    @classmethod
    def of(cls, tag: Tag) -> "TagOut":
        """Make it from the core's value."""
        return cls(name=tag.name, actor=ActorOut.of(tag.actor), at=tag.at, count=tag.count, message=tag.message)

    @classmethod
    def of_content(cls, content: TagContent) -> "TagOut":
        """Make it from a tag with what it holds."""
        made = cls.of(content.tag)
        made.items = tuple(TaggedOut.of(item) for item in content.items)
        return made


class TagChangeOut(Out):
    """A spec that differs: `before` is missing where it was added, `after` where it is gone."""

    difference: Difference
    before: TaggedOut | None = None
    after: TaggedOut | None = None

    @classmethod
    def of(cls, change: TagChange) -> "TagChangeOut":
        """Make it from the core's value."""
        return cls(
            difference=change.difference,
            before=None if change.before is None else TaggedOut.of(change.before),
            after=None if change.after is None else TaggedOut.of(change.after),
        )


@get("/projects/{project:str}/tags", opt=READ, summary="List tags")
async def list_tags(
    unit: NamedDependency[Unit], project: FromPath[str], *, cursor: Cursor = None, limit: Limit = 50
) -> Items[TagOut]:
    """List the tags of a project, the newest first."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.tags.list(unit.principal, found.id, cursor=cursor, limit=limit)
    return items_of(page, TagOut.of, f"/api/v1/projects/{project}/tags", {"limit": limit})


@post("/projects/{project:str}/tags", opt={"scope": Scope.WRITE, "statuses": (404, 409)}, summary="Create a tag")
async def create_tag(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[TagIn]) -> Response[TagOut]:
    """Name what all active specs say now, or the revisions given. A tag never changes; a name is given once."""
    found = await unit.projects.find(unit.principal, project)
    chosen = {item.spec: item.revision for item in data.revisions}
    if len(chosen) != len(data.revisions):
        raise UserError("A spec is chosen twice.", "A tag holds one revision of a spec.")
    tag = await unit.tags.create(unit.principal, found.id, data.name, data.message, chosen or None)
    return Response(
        TagOut.of(tag), status_code=201, headers={"location": f"/api/v1/projects/{found.slug}/tags/{tag.name}"}
    )


@get("/projects/{project:str}/tags/{tag:str}", opt=READ, summary="Read a tag")
async def get_tag(unit: NamedDependency[Unit], project: FromPath[str], tag: FromPath[str]) -> TagOut:
    """Give a tag and the revision of each spec that it holds, by path."""
    found = await unit.projects.find(unit.principal, project)
    return TagOut.of_content(await unit.tags.read(unit.principal, found.id, tag))


@get("/projects/{project:str}/tags/{tag:str}/diff", opt=READ, summary="Compare tags")
async def compare_tags(
    unit: NamedDependency[Unit], project: FromPath[str], tag: FromPath[str], *, to: Other = None
) -> Items[TagChangeOut]:
    """Give the specs that differ between a tag and another one, or between it and now. `/diff` of a spec shows how."""
    found = await unit.projects.find(unit.principal, project)
    changes = await unit.tags.compare(unit.principal, found.id, tag, to)
    return Items(tuple(TagChangeOut.of(change) for change in changes))


@delete(
    "/projects/{project:str}/tags/{tag:str}", opt={"scope": Scope.WRITE, "statuses": (404,)}, summary="Remove a tag"
)
async def remove_tag(unit: NamedDependency[Unit], project: FromPath[str], tag: FromPath[str]) -> None:
    """Forget a tag; the revisions it named stay. Needs an admin."""
    found = await unit.projects.find(unit.principal, project)
    await unit.tags.remove(unit.principal, found.id, tag)


ROUTES = (list_tags, create_tag, get_tag, compare_tags, remove_tag)
