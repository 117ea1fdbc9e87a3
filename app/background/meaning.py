"""The jobs behind search by meaning: definitions of code in words, and vectors of these and of passages.

Whatever is late or missing, search goes on with words; a job that is lost, or done twice, changes nothing in the end.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from procrastinate import App

from app.db.database import Database
from app.encoding.minilm import encoder
from app.programs.evaluator import describe_in_child
from app.queue import DESCRIBE, EMBED, EMBED_CODE, WORK, describe, embed, embed_code
from app.settings import Settings
from sync.contexts.meaning import Encoder
from sync.service.contexts.codes import Codes
from sync.service.contexts.meanings import Meanings, no_encoder

LOG = structlog.get_logger("holdfast.jobs")


def model(settings: Settings) -> Callable[[], Encoder | None]:
    """Give what loads the model of this installation; it takes seconds, and None comes of it where there is none."""
    return partial(encoder, settings.data_dir) if settings.embeddings else no_encoder


class Meaning:
    """What these jobs do, over one database. `mirror` says where a repository's mirror is."""

    def __init__(self, database: Database, settings: Settings, mirror: Callable[[UUID], Path]) -> None:
        self._database = database
        self._meanings = Meanings(database, model(settings))
        self._codes = Codes(database, mirror, self._described, model(settings))
        self._busy = asyncio.Semaphore(1)

    async def _described(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        async with self._busy:
            return await describe_in_child(request)

    def join(self, queue: App) -> None:
        """Give the queue these jobs."""

        @queue.task(name=EMBED, queue=WORK)
        async def passages(project: str, state: str) -> None:
            made = await self._meanings.embed(UUID(project), state)
            LOG.info("passages.embedded", project=project, vectors=made)

        @queue.task(name=DESCRIBE, queue=WORK)
        async def definitions(repository: str) -> None:
            done = await self._codes.describe(UUID(repository))
            LOG.info("code.described", repository=repository, files=done.files, gone=done.gone, problem=done.problem)
            if done.files:
                await self._unembedded()

        @queue.task(name=EMBED_CODE, queue=WORK)
        async def vectors(project: str) -> None:
            made = await self._codes.embed(UUID(project))
            LOG.info("definitions.embedded", project=project, vectors=made)
            if made:
                # Some of them: the others behind what came in between.
                await self._again(UUID(project))

    async def passages(self) -> None:
        """Enqueue the projects whose passages changed since their vectors were made."""
        for project, state in (await self._meanings.behind()).items():
            async with self._database.transaction() as connection:
                await embed(connection, project, state)

    async def code(self) -> None:
        """Enqueue the repositories whose definitions are not those of their heads, and projects that lack vectors."""
        for one in await self._codes.undescribed():
            async with self._database.transaction() as connection:
                await describe(connection, one.repository)
        await self._unembedded()

    async def _unembedded(self) -> None:
        for project in await self._codes.unembedded():
            await self._again(project)

    async def _again(self, project: UUID) -> None:
        async with self._database.transaction() as connection:
            await embed_code(connection, project)
