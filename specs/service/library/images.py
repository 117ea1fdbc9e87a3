"""Images beside specs: added by those who write, given to those who read, gathered for what goes elsewhere."""

from collections.abc import Iterable
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.errors import MissingError, UserError
from specs.images import Picture, Refusal, files_of, inspect
from specs.service.auditing import record
from specs.service.limits import room_for_image
from specs.service.policies.freezing import refuse_frozen
from specs.service.working import worked
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, Transactions
from specs.store.images import ImageStore, KeptImage


class Images:
    """Use cases of images."""

    def __init__(self, database: Transactions, clock: Clock, vault: Vault = CLEAR) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    async def add(self, principal: Principal, project: UUID, data: bytes) -> tuple[KeptImage, Picture]:
        """Keep an image, without what its file tells beside the picture; one that is there is the same image.

        Raises `UserError` for what is no image that may be kept, `DeniedError` where there is no room, or an agent is
        frozen.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        picture = await worked(len(data), inspect, data)
        if isinstance(picture, Refusal):
            raise UserError(picture.message, picture.hint)
        at = self._clock()
        async with self._database.transaction() as connection:
            await refuse_frozen(connection, principal, project, at)
            store = ImageStore(connection, project, self._vault)
            known = await store.find(picture.name)
            if known is None:
                await room_for_image(connection, project, len(picture.data), store.size)
            kept = await store.keep(picture, principal.actor.id, at)
            if known is None:
                details: dict[str, Json] = {"name": kept.name, "size": kept.size}
                await record(
                    connection, principal, project, at=at, action="image.add", subject=project, details=details
                )
        return kept, picture

    async def read(self, principal: Principal, project: UUID, name: str) -> tuple[KeptImage, bytes]:
        """Give an image. Raises `MissingError` where none of that name is kept."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = ImageStore(connection, project, self._vault)
            kept = await store.find(name)
            body = None if kept is None else await store.body(kept)
        if kept is None or body is None:
            raise MissingError("There is no such image.", "Add it again; what no text ever showed is let go of.")
        return kept, body

    async def beside(self, principal: Principal, project: UUID, texts: Iterable[tuple[str, str]]) -> dict[str, bytes]:
        """Give the images that specs (path and text) refer to, by where they stand beside them."""
        principal.require(project, Role.READER, Scope.READ)
        places = {place: name for path, text in texts for place, name in files_of(path, text).items()}
        async with self._database.read() as connection:
            found = await ImageStore(connection, project, self._vault).bodies(set(places.values()))
        return {place: found[name] for place, name in sorted(places.items()) if name in found}
