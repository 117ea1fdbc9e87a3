"""What a project's specs say, as one value to be written out: now, or as a tag holds it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from specs.access import Principal
from specs.errors import UserError
from specs.library import SpecText
from specs.paths import path_key
from specs.service.library.library import Library
from specs.service.library.tags import Tags
from specs.store.connection import Clock
from specs.tags import Tag

MAX_EXPORT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Export:
    """Specs with their texts, by path. `at` is the moment they speak of; `tag` the tag that holds them, if one does."""

    at: datetime
    specs: tuple[SpecText, ...]
    tag: Tag | None = None


class Exporting:
    """The use case of exporting."""

    def __init__(self, library: Library, tags: Tags, clock: Clock) -> None:
        self._library = library
        self._tags = tags
        self._clock = clock

    async def export(self, principal: Principal, project: UUID, *, tag: str | None = None, prefix: str = "") -> Export:
        """Give all active specs, or those that a tag holds; those whose path begins with `prefix` alone.

        Raises `MissingError` where there is no such tag, `UserError` where it would be too much.
        """
        if tag is None:
            found, known = await self._library.heads(principal, project), None
        else:
            known = (await self._tags.read(principal, project, tag)).tag
            found = await self._tags.texts(principal, project, tag)
        chosen = tuple(spec for spec in found if path_key(spec.spec.path).startswith(path_key(prefix)))
        size = sum(spec.revision.size for spec in chosen)
        if size > MAX_EXPORT_BYTES:
            message = f"The specs have {size} bytes; an export may have {MAX_EXPORT_BYTES}."
            raise UserError(message, "Export them folder by folder, with a prefix.")
        at = max((spec.revision.at for spec in chosen), default=self._clock()) if known is None else known.at
        return Export(at, chosen, known)
