"""Webhooks: addresses that are told what happens, their secrets, what became of deliveries, sending once more."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from app.api._wire import NO_NUL, Cursor, In, Items, Limit, Out, items_of
from app.unit import Unit
from specs.access import Scope
from sync.feeds.cursor import MOST
from sync.feeds.wanted import MOST_WANTED
from sync.feeds.webhooks import LONGEST_NAME, LONGEST_URL, Delivery, HookState, Webhook
from sync.service.feeds.webhooks import Made

Name = Annotated[str, Meta(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00-\x1f\x7f]*$")]
Url = Annotated[str, Meta(min_length=1, max_length=LONGEST_URL, pattern=r"^[^\x00-\x1f\x7f]*$")]
Kind = Annotated[str, Meta(max_length=100, pattern=NO_NUL)]
Kinds = Annotated[tuple[Kind, ...], Meta(max_length=MOST_WANTED)]
ADMIN: dict[str, object] = {"scope": Scope.ADMIN, "statuses": (404,)}


class WebhookIn(In):
    """An address to tell. `kinds` are types of events such as `spec.*`; none: all."""

    name: Name
    url: Url
    kinds: Kinds = ()


class WebhookPatch(In):
    """What is to be otherwise; what is left out stays. Enabled again, it goes on where it stopped."""

    url: Url | None = None
    kinds: Kinds | None = None
    enabled: bool | None = None


class RotateIn(In):
    """Whether the old secret is worthless at once. Else both sign for a day."""

    at_once: bool = False


class ReplayIn(In):
    """What to send once more: one delivery by its number, or all after a cursor of the project's feed."""

    delivery: Annotated[int, Meta(ge=1, le=2**62)] | None = None
    after: Annotated[str, Meta(max_length=MOST, pattern=NO_NUL)] = ""


class WebhookOut(Out):
    """A webhook. `n` is the entry of the log up to which all is done; `secret` is told once, when it is made."""

    id: UUID
    name: str
    url: str
    state: HookState
    created_at: datetime
    n: int
    kinds: tuple[str, ...] = ()
    failures: int = 0
    failing_since: datetime | None = None
    next_at: datetime | None = None
    disabled_at: datetime | None = None
    reason: str = ""
    old_secret_until: datetime | None = None
    secret: str | None = None

    @classmethod
    def of(cls, hook: Webhook, secret: str | None = None) -> "WebhookOut":
        """Make it from the core's value."""
        return cls(
            id=hook.id,
            name=hook.name,
            url=hook.url,
            state=hook.state,
            created_at=hook.created_at,
            n=hook.n,
            kinds=hook.kinds,
            failures=hook.failures,
            failing_since=hook.failing_since,
            next_at=hook.next_at,
            disabled_at=hook.disabled_at,
            reason=hook.reason,
            old_secret_until=hook.old_until if hook.old_salt else None,
            secret=secret,
        )

    @classmethod
    def of_made(cls, made: Made) -> "WebhookOut":
        """Make it from one whose secret was just made."""
        return cls.of(made.hook, made.secret)


class DeliveryOut(Out):
    """One try: the status that was answered, or the problem why there is none."""

    number: int
    event: str
    type: str
    at: datetime
    attempt: int
    delivered: bool
    milliseconds: int
    status: int | None = None
    problem: str = ""
    replay: bool = False

    @classmethod
    def of(cls, one: Delivery) -> "DeliveryOut":
        """Make it from the core's value."""
        return cls(
            number=one.number,
            event=one.event,
            type=one.type,
            at=one.at,
            attempt=one.attempt,
            delivered=one.answer.good,
            milliseconds=one.answer.milliseconds,
            status=one.answer.status,
            problem=one.answer.problem,
            replay=one.replay,
        )


@get("/projects/{project:str}/webhooks", opt=ADMIN, summary="List webhooks")
async def list_webhooks(*, unit: NamedDependency[Unit], project: FromPath[str]) -> Items[WebhookOut]:
    """List the webhooks of a project by name. Needs an admin: an address may hold a secret."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(map(WebhookOut.of, await unit.webhooks.list(unit.principal, found.id))))


@post(
    "/projects/{project:str}/webhooks",
    opt=ADMIN | {"statuses": (404, 409), "secret": True},
    summary="Register a webhook",
)
async def add_webhook(
    *, unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[WebhookIn]
) -> Response[WebhookOut]:
    """Register an address, which is told what happens from now on; the answer tells its secret, once."""
    found = await unit.projects.find(unit.principal, project)
    made = await unit.webhooks.add(unit.principal, found.id, name=data.name, url=data.url, kinds=data.kinds)
    place = f"/api/v1/projects/{project}/webhooks/{made.hook.id}"
    return Response(WebhookOut.of_made(made), status_code=201, headers={"location": place})


@get("/projects/{project:str}/webhooks/{webhook:uuid}", opt=ADMIN, summary="Look at a webhook")
async def get_webhook(*, unit: NamedDependency[Unit], project: FromPath[str], webhook: FromPath[UUID]) -> WebhookOut:
    """Give one webhook, and how it stands."""
    found = await unit.projects.find(unit.principal, project)
    return WebhookOut.of(await unit.webhooks.get(unit.principal, found.id, webhook))


@patch("/projects/{project:str}/webhooks/{webhook:uuid}", opt=ADMIN, summary="Change a webhook")
async def change_webhook(
    *, unit: NamedDependency[Unit], project: FromPath[str], webhook: FromPath[UUID], data: JSONBody[WebhookPatch]
) -> WebhookOut:
    """Change address or types, switch it off, or on again."""
    found = await unit.projects.find(unit.principal, project)
    changed = await unit.webhooks.change(
        unit.principal, found.id, webhook, url=data.url, kinds=data.kinds, enabled=data.enabled
    )
    return WebhookOut.of(changed)


@delete("/projects/{project:str}/webhooks/{webhook:uuid}", opt=ADMIN, summary="Forget a webhook")
async def remove_webhook(*, unit: NamedDependency[Unit], project: FromPath[str], webhook: FromPath[UUID]) -> None:
    """Forget a webhook with its deliveries."""
    found = await unit.projects.find(unit.principal, project)
    await unit.webhooks.remove(unit.principal, found.id, webhook)


@post(
    "/projects/{project:str}/webhooks/{webhook:uuid}/secret",
    opt=ADMIN | {"secret": True},
    status_code=200,
    summary="Make another secret",
)
async def rotate_webhook(
    *, unit: NamedDependency[Unit], project: FromPath[str], webhook: FromPath[UUID], data: JSONBody[RotateIn]
) -> WebhookOut:
    """Make another secret, told once. Deliveries are signed with both for a day, unless `at_once`."""
    found = await unit.projects.find(unit.principal, project)
    made = await unit.webhooks.rotate(unit.principal, found.id, webhook, at_once=data.at_once)
    return WebhookOut.of_made(made)


@get("/projects/{project:str}/webhooks/{webhook:uuid}/deliveries", opt=ADMIN, summary="List deliveries")
async def list_deliveries(
    *,
    unit: NamedDependency[Unit],
    project: FromPath[str],
    webhook: FromPath[UUID],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Items[DeliveryOut]:
    """List what became of the tries of the last 30 days, the latest first."""
    found = await unit.projects.find(unit.principal, project)
    page = await unit.webhooks.deliveries(unit.principal, found.id, webhook, cursor=cursor, limit=limit)
    place = f"/api/v1/projects/{project}/webhooks/{webhook}/deliveries"
    return items_of(page, DeliveryOut.of, place, {"limit": limit})


@post(
    "/projects/{project:str}/webhooks/{webhook:uuid}/replays",
    opt=ADMIN,
    status_code=202,
    summary="Send once more",
)
async def replay_webhook(
    *, unit: NamedDependency[Unit], project: FromPath[str], webhook: FromPath[UUID], data: JSONBody[ReplayIn]
) -> WebhookOut:
    """Send one event once more, under the same name; or begin again after a cursor."""
    found = await unit.projects.find(unit.principal, project)
    moved = await unit.webhooks.replay(unit.principal, found.id, webhook, delivery=data.delivery, after=data.after)
    return WebhookOut.of(moved)


ROUTES = (
    list_webhooks,
    add_webhook,
    get_webhook,
    change_webhook,
    remove_webhook,
    rotate_webhook,
    list_deliveries,
    replay_webhook,
)
