"""Sending to webhooks: in order, at least once, tried again, switched off, sent once more; to a scripted receiver."""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import SplitResult

import pytest

from app import sources
from specs.access import SERVER, Role
from specs.errors import ConflictError, DeniedError, MissingError, UserError
from specs.service.projects import Projects
from sync.feeds.wanted import wanted
from sync.feeds.webhooks import Answer, HookState, Webhook, signed
from sync.service.feeds.delivering import Deliverer
from sync.service.feeds.feeds import Feeds
from sync.service.feeds.webhooks import Sending, Webhooks

SENDING = Sending(b"k" * 32)
URL = "https://example.org/hook"


class Receiver:
    """Answers as it was told to, 200 without a word; keeps what it was sent."""

    def __init__(self) -> None:
        self.script: list[int | str] = []
        self.taken: list[dict[str, Any]] = []
        self.headers: list[Mapping[str, str]] = []
        self.tries = 0
        self.meanwhile: Any = None

    async def __call__(self, _: SplitResult, headers: Mapping[str, str], body: bytes) -> Answer:
        self.tries += 1
        says = self.script.pop(0) if self.script else 200
        if self.meanwhile is not None:
            await self.meanwhile()
        if isinstance(says, str):
            return Answer(None, 5, says)
        if says == 200:
            self.taken.append(json.loads(body))
        self.headers.append({**headers, "body": body.decode()})
        return Answer(says, 5)


class Stand:
    """A webhook in the world, with what sends to it."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.due: list[Any] = []
        self.receiver = Receiver()

        async def on_due(_: Any, hook: Any, n: int) -> None:
            self.due.append((hook, n))

        args = (world.database, world.clock, sources.new_id, sources.random_bytes)
        self.hooks = Webhooks(*args, sending=SENDING, on_due=on_due)
        projects = Projects(world.database, world.clock, sources.new_id)
        self.deliverer = Deliverer(
            world.database,
            projects,
            self.receiver,
            world.clock,
            lambda: 0.5,
            sending=SENDING,
            patience=timedelta(days=5),
        )

    async def add(self, *kinds: str) -> Webhook:
        made = await self.hooks.add(self.world.ada, self.world.project.id, name="mine", url=URL, kinds=kinds)
        self.secret = made.secret
        return made.hook

    async def write(self, *names: str) -> None:
        for name in names:
            await self.world.library.create(self.world.eve, self.world.project.id, f"{name}.md", "# A\n")

    async def standing(self) -> Webhook:
        return await self.hooks.get(self.world.ada, self.world.project.id, "mine")

    async def log(self) -> list[Any]:
        page = await self.hooks.deliveries(self.world.ada, self.world.project.id, "mine")
        return [*page.items]

    @property
    def paths(self) -> list[str]:
        return [event["data"].get("path", event["type"]) for event in self.receiver.taken]


@pytest.fixture
def stand(world: Any) -> Stand:
    return Stand(world)


async def test_what_happens_is_sent_in_order_once_and_signed(stand: Stand) -> None:
    await stand.write("before")
    hook = await stand.add("spec.*")
    assert await stand.deliverer.due() == (hook.id,)  # its own entry of the log, of which nothing is wanted
    assert (await stand.deliverer.run(hook.id)).delivered == 0
    assert await stand.deliverer.due() == ()
    await stand.write("a", "b")
    await stand.world.members.set_role(stand.world.ada, stand.world.project.id, "rob", Role.EDITOR)
    await stand.write("c")
    assert (await stand.deliverer.run(hook.id)).delivered == 3
    assert stand.paths == ["a.md", "b.md", "c.md"]
    assert await stand.deliverer.due() == ()
    for headers, event in zip(stand.receiver.headers, stand.receiver.taken, strict=True):
        assert headers["webhook-id"] == event["id"]
        want = signed(event["id"], stand.world.clock(), headers["body"].encode(), (stand.secret,))
        assert len(want["webhook-signature"]) == len(headers["webhook-signature"])
    assert [(one.type, one.attempt, one.answer.status) for one in await stand.log()] == [("spec.changed", 1, 200)] * 3


async def test_a_failed_try_holds_the_others_back_and_is_tried_again_later(stand: Stand) -> None:
    hook = await stand.add("spec.*")
    await stand.write("a", "b")
    stand.receiver.script = [500, "no answer within 15 seconds", 302]
    waits = []
    for tries in (1, 2, 3):
        assert (await stand.deliverer.run(hook.id)).failed
        now = await stand.standing()
        assert (now.state, now.failures) == (HookState.FAILING, tries)
        assert now.next_at is not None
        assert await stand.deliverer.due() == ()
        assert (await stand.deliverer.run(hook.id)).delivered == 0, "not before its time"
        waits.append(now.next_at - stand.world.clock())
        stand.world.clock.forward(minutes=1)
    assert waits == sorted(waits)
    assert stand.receiver.tries == 3
    assert (await stand.deliverer.run(hook.id)).delivered == 2
    assert stand.paths == ["a.md", "b.md"]
    assert len({headers["webhook-id"] for headers in stand.receiver.headers[:2]}) == 1
    log = await stand.log()
    assert [(one.attempt, one.answer.status) for one in log] == [(1, 200), (4, 200), (3, 302), (2, None), (1, 500)]
    assert (await stand.standing()).state is HookState.ACTIVE


async def test_a_webhook_that_fails_for_days_is_switched_off_and_that_is_told(stand: Stand) -> None:
    hook = await stand.add("spec.*")
    begun = await Feeds(stand.world.database, stand.world.clock).begin(stand.world.rob, (stand.world.project,), None)
    await stand.write("a")
    stand.receiver.script = [500] * 9
    await stand.deliverer.run(hook.id)
    stand.world.clock.forward(days=5)
    assert (await stand.deliverer.run(hook.id)).disabled
    now = await stand.standing()
    assert (now.state, now.reason) == (HookState.DISABLED, "failing for 5 days: it answered 500")
    assert await stand.deliverer.due() == ()
    feeds = Feeds(stand.world.database, stand.world.clock)
    told = await feeds.read(stand.world.rob, (stand.world.project,), begun, wanted("webhook.*"))
    assert [event.data["reason"] for event, _ in told.events] == [now.reason]
    stand.receiver.script = []
    await stand.hooks.change(stand.world.ada, stand.world.project.id, "mine", enabled=True)
    assert stand.due == [(hook.id, 0)]
    assert (await stand.deliverer.run(hook.id)).delivered == 1  # nothing was lost meanwhile
    assert stand.paths == ["a.md"]


async def test_a_receiver_that_is_gone_for_good_is_not_asked_again(stand: Stand) -> None:
    hook = await stand.add("spec.*")
    await stand.write("a")
    stand.receiver.script = [410]
    assert (await stand.deliverer.run(hook.id)).disabled
    assert "410" in (await stand.standing()).reason


async def test_whoever_dies_after_sending_leaves_a_second_copy_and_no_gap(stand: Stand) -> None:
    hook = await stand.add("spec.*")
    await stand.write("a", "b")

    async def die() -> None:
        if stand.receiver.tries == 2:
            raise KeyboardInterrupt

    stand.receiver.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        await stand.deliverer.run(hook.id)
    stand.receiver.meanwhile = None
    assert (await stand.deliverer.run(hook.id)).delivered == 1
    assert stand.paths == ["a.md", "b.md"]


async def test_two_at_once_send_twice_at_most_and_skip_nothing(stand: Stand) -> None:
    hook = await stand.add("spec.*")
    await stand.write(*"abcdef")

    async def breathe() -> None:
        await asyncio.sleep(0.01)

    stand.receiver.meanwhile = breathe
    await asyncio.gather(stand.deliverer.run(hook.id), stand.deliverer.run(hook.id))
    await stand.deliverer.run(hook.id)
    assert [*dict.fromkeys(stand.paths)] == [f"{name}.md" for name in "abcdef"]
    assert await stand.deliverer.due() == ()


async def test_one_is_sent_once_more_and_all_from_a_cursor_on(stand: Stand) -> None:
    world = stand.world
    hook = await stand.add("spec.*")
    cursor = await Feeds(world.database, world.clock).begin(world.ada, (world.project,), None)
    await stand.write("a", "b")
    await stand.deliverer.run(hook.id)
    first = (await stand.log())[-1]
    await stand.hooks.replay(world.ada, world.project.id, "mine", delivery=first.number)
    assert stand.due == [(hook.id, first.n)]
    answer = await stand.deliverer.again(hook.id, first.n)
    assert answer is not None
    assert answer.good
    assert stand.paths == ["a.md", "b.md", "a.md"]
    assert (await stand.log())[0].replay
    assert await stand.deliverer.again(hook.id, 10_000) is None
    await stand.hooks.replay(world.ada, world.project.id, "mine", after=cursor)
    assert (await stand.deliverer.run(hook.id)).delivered == 2
    assert stand.paths[3:] == ["a.md", "b.md"]
    assert len({event["id"] for event in stand.receiver.taken}) == 2
    for wrong in ({}, {"delivery": 1, "after": cursor}, {"after": "nonsense"}, {"after": "1"}):
        with pytest.raises(UserError):
            await stand.hooks.replay(world.ada, world.project.id, "mine", **wrong)
    with pytest.raises(MissingError):
        await stand.hooks.replay(world.ada, world.project.id, "mine", delivery=12345)


async def test_secrets_change_over_a_day(stand: Stand) -> None:
    hook = await stand.add("spec.*")
    old = stand.secret
    made = await stand.hooks.rotate(stand.world.ada, stand.world.project.id, "mine")
    assert made.secret not in {old, ""}
    await stand.write("a")
    await stand.deliverer.run(hook.id)
    assert len(stand.receiver.headers[0]["webhook-signature"].split(" ")) == 2
    stand.world.clock.forward(days=2)
    await stand.write("b")
    await stand.deliverer.run(hook.id)
    assert len(stand.receiver.headers[1]["webhook-signature"].split(" ")) == 1
    again = await stand.hooks.rotate(stand.world.ada, stand.world.project.id, "mine", at_once=True)
    assert (again.hook.old_salt, again.hook.old_until) == ("", None)


async def test_webhooks_are_an_admins_and_of_one_project(stand: Stand) -> None:
    world = stand.world
    hook = await stand.add()
    for who in (world.eve, world.rob, world.claude):
        with pytest.raises(DeniedError):
            await stand.hooks.list(who, world.project.id)
        with pytest.raises(DeniedError):
            await stand.hooks.add(who, world.project.id, name="x", url=URL)
    other = await world.projects.create(SERVER, "other", "Other")
    for ref in (hook.id, "mine"):
        with pytest.raises(MissingError):
            await stand.hooks.get(SERVER, other.id, ref)
        with pytest.raises(MissingError):
            await stand.hooks.remove(SERVER, other.id, ref)
    with pytest.raises(ConflictError):
        await stand.add()
    for name, url, kinds in (
        ("", URL, ()),
        ("y", "http://example.org", ()),
        ("y", "https://10.0.0.1", ()),
        ("y", URL, ("spec.x",)),
    ):
        with pytest.raises(UserError):
            await stand.hooks.add(world.ada, world.project.id, name=name, url=url, kinds=kinds)
    await stand.hooks.remove(world.ada, world.project.id, "mine")
    assert await stand.hooks.list(world.ada, world.project.id) == ()
    assert (await stand.deliverer.run(hook.id)).delivered == 0
    assert not await world.verify_audit()


async def test_an_address_is_judged_again_at_each_delivery(stand: Stand) -> None:
    private = Webhooks(
        stand.world.database,
        stand.world.clock,
        sources.new_id,
        sources.random_bytes,
        sending=Sending(SENDING.server_key, allow_private=True),
    )
    made = await private.add(
        stand.world.ada, stand.world.project.id, name="mine", url="http://10.0.0.1/", kinds=["spec.*"]
    )
    await stand.write("a")
    assert (await stand.deliverer.run(made.hook.id)).failed  # the setting was taken back
    assert stand.receiver.tries == 0
    assert (await stand.log())[0].answer.problem


async def test_old_deliveries_are_forgotten(stand: Stand) -> None:
    hook = await stand.add("spec.*")
    await stand.write("a")
    await stand.deliverer.run(hook.id)
    assert await stand.deliverer.forget() == 0
    stand.world.clock.forward(days=31)
    assert await stand.deliverer.forget() == 1
    assert await stand.log() == []
