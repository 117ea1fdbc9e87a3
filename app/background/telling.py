"""The jobs that tell webhooks what happened, and people that a webhook was switched off.

They have a queue of their own: receivers that hang hold nobody up but each other. How far a webhook has come stands in
the database, so a job that is lost, or done twice, changes nothing of what is sent in the end.
"""

from collections.abc import Mapping
from datetime import timedelta
from random import random
from urllib.parse import SplitResult
from uuid import UUID

import structlog
from procrastinate import App

from app.db.database import Database
from app.installation.serverkey import server_key
from app.mailing.mail import warn
from app.queue import DELIVER, HOOKS, RESEND, deliver
from app.settings import Settings
from app.sources import new_id, now
from app.telemetry.spans import Role
from app.telemetry.tracing import tracing
from specs.access import SERVER
from specs.service.people.members import Members
from specs.service.projects import Projects
from sync.feeds.webhooks import Answer
from sync.hosts.posting import Poster
from sync.service.feeds.delivering import Deliverer
from sync.service.feeds.webhooks import Sending

LOG = structlog.get_logger("holdfast.jobs")


class Telling:
    """What these jobs do, over one database."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._projects = Projects(database, now, new_id)
        self._poster = Poster(settings.allow_private_addresses)
        self._tracing = tracing(settings)
        sending = Sending(server_key(settings), settings.allow_private_addresses)
        patience = timedelta(days=settings.webhook_days)
        self._deliverer = Deliverer(
            database, self._projects, self._post, now, random, sending=sending, patience=patience
        )

    def join(self, queue: App) -> None:
        """Give the queue these jobs."""

        @queue.task(name=DELIVER, queue=HOOKS)
        async def tell(hook: str) -> None:
            await self.deliver(hook)

        @queue.task(name=RESEND, queue=HOOKS)
        async def again(hook: str, n: str) -> None:
            await self._deliverer.again(UUID(hook), int(n))

    async def _post(self, parts: SplitResult, headers: Mapping[str, str], body: bytes) -> Answer:
        said = {"http.request.method": "POST", "server.address": parts.hostname or ""}
        with self._tracing.span("POST", Role.CLIENT, said=said) as span:
            answer = await self._poster.post(parts, headers, body)
            status = {} if answer.status is None else {"http.response.status_code": answer.status}
            span.tell(said=status, failed=not answer.good)
            return answer

    async def forget(self) -> None:
        """Forget deliveries that are a month old."""
        await self._deliverer.forget()

    async def deliver(self, hook: str) -> None:
        """Tell a webhook what it has not heard yet."""
        done = await self._deliverer.run(UUID(hook))
        LOG.info("webhook.told", webhook=hook, delivered=done.delivered, failed=done.failed, disabled=done.disabled)
        if done.disabled:
            await self._warn(done.project, done.name)
        if done.more:
            async with self._database.transaction() as connection:
                await deliver(connection, UUID(hook))

    async def undelivered(self) -> None:
        """Enqueue the webhooks that have something to hear."""
        for hook in await self._deliverer.due():
            async with self._database.transaction() as connection:
                await deliver(connection, hook)

    async def _warn(self, project: UUID, name: str) -> None:
        """Tell the admins of a project that a webhook was switched off."""
        found = await self._projects.get(SERVER, project)
        people = await Members(self._database, now, new_id).list(SERVER, project)
        words = (
            f"The webhook {name} of {found.name} failed for so long that it was switched off. Nothing is lost: once "
        )
        words += "its receiver answers again, switch it on and it goes on where it stopped.\n"
        page = f"{self._settings.public_url}/p/{found.slug}/settings/webhooks\n" if self._settings.public_url else ""
        await warn(self._settings, people, f"{found.name}: the webhook {name} was switched off", words + page)
