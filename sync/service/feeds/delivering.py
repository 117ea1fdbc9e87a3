"""Sends events to webhooks: each in its order, as often as it takes, at least once.

How far a webhook has come stands in the database and moves only when its receiver has said yes, so a process that is
killed loses nothing: whoever goes on sends the same event again, under the same name. Two that work on one webhook at
once do no harm but a second copy. Knows nothing of the queue.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import SplitResult
from uuid import UUID

from specs.access import SERVER, Project
from specs.audit import Entry
from specs.errors import UserError
from specs.service.auditing import record
from specs.service.projects import Projects
from specs.store.audit import AuditStore
from specs.store.connection import Clock, Transactions
from sync.feeds.event import Event, written
from sync.feeds.kinds import event_of
from sync.feeds.wanted import Wanted
from sync.feeds.webhooks import Answer, Delivery, Webhook, check_url, next_try, secrets_of, signed
from sync.service.feeds.webhooks import Sending
from sync.store.webhooks import WebhookStore

BATCH = 100
MOST_AT_ONCE = 500
KEPT = timedelta(days=30)
Post: TypeAlias = Callable[[SplitResult, Mapping[str, str], bytes], Awaitable[Answer]]
"""Posts a body and says what was answered. Never raises."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What a run did: events delivered, whether there is more to do at once; of one switched off, which it is."""

    delivered: int = 0
    failed: bool = False
    disabled: bool = False
    more: bool = False
    project: UUID = SERVER.actor.id
    name: str = ""


class Deliverer:
    """The sending. `roll` gives a random number from 0 to 1; after `patience` of failing a webhook is switched off."""

    def __init__(  # noqa: PLR0913 (each source of the outside world is its own argument)
        self,
        database: Transactions,
        projects: Projects,
        post: Post,
        clock: Clock,
        roll: Callable[[], float],
        *,
        sending: Sending,
        patience: timedelta,
    ) -> None:
        self._database = database
        self._projects = projects
        self._post = post
        self._clock = clock
        self._roll = roll
        self._sending = sending
        self._patience = patience

    async def due(self) -> tuple[UUID, ...]:
        """Give the webhooks that have something to look at and may try now."""
        async with self._database.ask() as connection:
            return await WebhookStore(connection).due(self._clock())

    async def run(self, ref: UUID) -> Sent:
        """Send what a webhook has not had, until all is sent, a try fails, or it was enough for once."""
        delivered = 0
        while True:
            hook, entries = await self._load(ref)
            if hook is None or not entries:
                return Sent(delivered)
            slug = await self._slug(hook.project)
            wanted, place = Wanted(hook.kinds), hook.n
            for entry, name in entries:
                event = event_of(entry, slug, name)
                if event is None or not wanted.takes(event):
                    continue
                answer = await self._try(hook, event)
                if not answer.good:
                    return await self._failed(hook, place, event, answer, delivered)
                if not await self._delivered(hook, place, event, answer):
                    return Sent(delivered, more=True)  # somebody moved it meanwhile: whoever looks next sees where to
                place, hook, delivered = event.n, _well(hook, event.n), delivered + 1
                if delivered >= MOST_AT_ONCE:
                    return Sent(delivered, more=True)
            if place != entries[-1][0].n:
                await self._passed(hook, place, entries[-1][0])

    async def again(self, ref: UUID, n: int) -> Answer | None:
        """Send one event once more, whatever else waits; None where there is no such webhook or event."""
        async with self._database.read() as connection:
            hook = await WebhookStore(connection).get(ref)
            found = () if hook is None else await AuditStore(connection).following(hook.project, n - 1, 1)
        if hook is None or not found or found[0][0].n != n:
            return None
        event = event_of(found[0][0], await self._slug(hook.project), found[0][1])
        if event is None:
            return None
        answer = await self._try(hook, event)
        async with self._database.transaction() as connection:
            await WebhookStore(connection).tried(hook.id, self._row(event, answer, 1, replay=True))
        return answer

    async def forget(self) -> int:
        """Forget deliveries that are a month old."""
        async with self._database.transaction() as connection:
            return await WebhookStore(connection).forget(self._clock() - KEPT)

    async def _load(self, ref: UUID) -> tuple[Webhook | None, tuple[tuple[Entry, str], ...]]:
        async with self._database.read() as connection:
            hook = await WebhookStore(connection).get(ref)
            waits = hook is not None and hook.next_at is not None and hook.next_at > self._clock()
            if hook is None or hook.disabled_at is not None or waits:
                return None, ()
            return hook, await AuditStore(connection).following(hook.project, hook.n, BATCH)

    async def _slug(self, project: UUID) -> str:
        found: Project = await self._projects.get(SERVER, project)
        return found.slug

    async def _try(self, hook: Webhook, event: Event) -> Answer:
        """Send one event. What the address has become since it was registered is judged anew."""
        body, now = written(event).encode(), self._clock()
        try:
            parts = check_url(hook.url, allow_private=self._sending.allow_private)
        except UserError as error:
            return Answer(None, 0, error.message)
        headers = signed(event.id, now, body, secrets_of(self._sending.server_key, hook, now))
        return await self._post(parts, headers, body)

    async def _delivered(self, hook: Webhook, place: int, event: Event, answer: Answer) -> bool:
        """Move on, if the webhook still stands where it was read; the try is kept in any case."""
        async with self._database.transaction() as connection:
            store = WebhookStore(connection)
            await store.tried(hook.id, self._row(event, answer, hook.failures + 1))
            return await store.change(
                hook.id, at=place, n=event.n, failures=0, failing_since=None, next_at=None, reason=""
            )

    async def _passed(self, hook: Webhook, place: int, last: Entry) -> None:
        """Move past entries of which nothing is wanted."""
        async with self._database.transaction() as connection:
            await WebhookStore(connection).change(hook.id, at=place, n=last.n)

    async def _failed(self, hook: Webhook, place: int, event: Event, answer: Answer, delivered: int) -> Sent:
        """Keep a failed try; try again later, or no more."""
        now, failures = self._clock(), hook.failures + 1
        since = hook.failing_since or now
        over = answer.never_again or now - since >= self._patience
        values: dict[str, Any] = {"failures": failures, "failing_since": since}
        if over:
            values |= {"disabled_at": now, "reason": _why(answer, now - since)}
        else:
            values["next_at"] = next_try(now, failures, self._roll(), answer)
        async with self._database.transaction() as connection:
            store = WebhookStore(connection)
            await store.tried(hook.id, self._row(event, answer, failures))
            kept = await store.change(hook.id, at=place, **values)
            if kept and over:
                details = {"name": hook.name, "reason": str(values["reason"])}
                await record(
                    connection,
                    SERVER,
                    hook.project,
                    at=now,
                    action="webhook.disable",
                    subject=hook.id,
                    details={**details},
                )
        return Sent(delivered, failed=True, disabled=over and kept, project=hook.project, name=hook.name)

    def _row(self, event: Event, answer: Answer, attempt: int, *, replay: bool = False) -> Delivery:
        return Delivery(0, event.id, event.n, event.type, self._clock(), attempt, replay, answer)


def _well(hook: Webhook, n: int) -> Webhook:
    """Give the webhook as it stands after a delivery."""
    return replace(hook, n=n, failures=0, failing_since=None, next_at=None)


def _why(answer: Answer, span: timedelta) -> str:
    told = answer.problem or f"it answered {answer.status}"
    if answer.never_again:
        return "the receiver said that it is gone (410)"
    return f"failing for {max(span.days, 1)} days: {told}"
