"""Queries of images: which there are, and their bytes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from specs.images import Picture
from specs.store.artifacts import CLEAR, ArtifactStore, Vault
from specs.store.connection import Connection
from specs.tables.images import images


@dataclass(frozen=True, slots=True)
class KeptImage:
    """An image that is kept: its name, its bytes' digest and number, its pixels."""

    name: str
    digest: str
    size: int
    width: int
    height: int


async def count_image_bytes(connection: Connection, project: UUID) -> int:
    """Sum up the bytes of a project's images."""
    return await ImageStore(connection, project).size()


class ImageStore:
    """The images of one project, on one connection."""

    def __init__(self, connection: Connection, project: UUID, vault: Vault = CLEAR) -> None:
        self._connection = connection
        self._project = project
        self._artifacts = ArtifactStore(connection, vault)

    async def find(self, name: str) -> KeptImage | None:
        """Give what is known of an image."""
        query = select(images).where(images.c.project_id == self._project, images.c.name == name)
        row = (await self._connection.execute(query)).one_or_none()
        return None if row is None else KeptImage(row.name, row.digest, row.size, row.width, row.height)

    async def keep(self, picture: Picture, actor: UUID, at: datetime) -> KeptImage:
        """Keep an image; one that is there is noted as added again."""
        digest = await self._artifacts.keep(picture.data, at)
        kept = KeptImage(picture.name, digest, len(picture.data), picture.width, picture.height)
        row = {"project_id": self._project, "actor_id": actor, "at": at}
        row |= {name: getattr(kept, name) for name in ("name", "digest", "size", "width", "height")}
        made = upsert(images).values(row)
        await self._connection.execute(
            made.on_conflict_do_update(constraint="pk_images", set_={"at": made.excluded.at})
        )
        return kept

    async def body(self, kept: KeptImage) -> bytes | None:
        """Give the bytes of an image."""
        return await self._artifacts.read(kept.digest)

    async def bodies(self, names: Collection[str]) -> dict[str, bytes]:
        """Give the bytes of those of some images that are kept, by name."""
        query = select(images.c.name, images.c.digest).where(
            images.c.project_id == self._project, images.c.name.in_(names)
        )
        rows = (await self._connection.execute(query)).all() if names else []
        found = {row.name: await self._artifacts.read(row.digest) for row in rows}
        return {name: body for name, body in found.items() if body is not None}

    async def size(self) -> int:
        """Sum up the bytes of all."""
        query = select(func.coalesce(func.sum(images.c.size), 0)).where(images.c.project_id == self._project)
        return int((await self._connection.execute(query)).scalar_one())
