"""The weekly letter reaches each reader once, whatever dies on the way."""

import asyncio
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import sources
from app.mailing import chat, dispatch, mail
from app.mailing.dispatch import Office
from app.settings import Settings
from drift.service import Drift
from specs.access import SERVER, Role
from specs.errors import ConflictError, DeniedError
from sync.service.letters.letters import Letters
from sync.weekly.period import Schedule
from sync.weekly.posted import Mail, MailState, Wish
from tests.factories import World, make_repositories

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
async def letters(world: World, tmp_path: Path) -> Letters:
    await world.person("grace@example.org", Role.REVIEWER)
    await world.person("alan@example.org", Role.ADMIN)
    await world.person("rita@example.org", Role.READER)
    await world.library.create(world.ada, world.project.id, "pay.md", "---\nowners: [rita]\n---\n# Pay\n")
    await make_repositories(world, tmp_path).register(
        world.ada, world.project.id, name="shop", url="https://example.org/shop.git"
    )
    world.clock.forward(days=8)
    return Letters(world.database, world.library, Drift(world.database, world.clock), world.clock, sources.new_id)


def office(world: World, letters: Letters, settings: Settings) -> Office:
    return Office(settings, world.projects, world.members, letters)


async def run(world: World, letters: Letters, settings: Settings) -> int:
    return await dispatch.weekly(office(world, letters, settings))


ALL = ["alan@example.org", "grace@example.org", "rita@example.org"]


async def test_architects_get_the_project_s_letter_and_owners_their_own(world, letters, mailbox) -> None:
    box, settings = mailbox
    assert await run(world, letters, settings) == 3
    assert sorted(message["To"] for message in box.received) == ALL
    [mine] = [message["Subject"] for message in box.received if message["To"] == "rita@example.org"]
    assert mine.startswith("Holdfast, Payments, rita, week of ")
    assert box.received[0]["List-Unsubscribe"] == "<https://holdfast.example/p/payments/reports>"


async def test_what_readers_wish_is_honoured(world, letters, mailbox) -> None:
    box, settings = mailbox
    people = {one.login: one.actor for one in await world.members.list(SERVER, world.project.id)}
    for login, wish in (
        ("alan@example.org", Wish.NONE),
        ("grace@example.org", Wish.OWN),
        ("rita@example.org", Wish.PROJECT),
    ):
        who = await world.access.principal_of(people[login].id)
        await letters.set_wish(who, world.project.id, wish)
    assert await run(world, letters, settings) == 1
    assert [(message["To"], "rita, week" in message["Subject"]) for message in box.received] == [
        ("rita@example.org", False)
    ]
    with pytest.raises(DeniedError, match="Only a person"):
        await letters.set_wish(world.claude, world.project.id, Wish.NONE)


async def test_nothing_is_sent_of_an_empty_scope_or_where_letters_are_off(world, letters, mailbox) -> None:
    box, settings = mailbox
    await world.projects.create(SERVER, "empty", "Empty")
    await letters.set_schedule(world.ada, world.project.id, Schedule(on=False))
    assert await run(world, letters, settings) == 0
    assert not box.received
    assert await letters.list(SERVER, world.project.id, owner=None) == ()


async def test_the_schedule_says_when_and_a_change_sends_nothing_late(world, letters, mailbox) -> None:
    box, settings = mailbox
    # It is Tuesday, 10 March 2026, nine o'clock; in New York clocks were changed on the Sunday before.
    await letters.set_schedule(world.ada, world.project.id, Schedule(2, 7, "America/New_York"))
    assert await run(world, letters, settings) == 0
    world.clock.time = datetime(2026, 3, 11, 10, 59, tzinfo=UTC)
    assert await run(world, letters, settings) == 0
    world.clock.time = datetime(2026, 3, 11, 11, tzinfo=UTC)
    assert await run(world, letters, settings) == 3
    for _ in range(3):
        world.clock.forward(hours=20)
        assert await run(world, letters, settings) == 0
    [kept] = await letters.list(SERVER, world.project.id)
    assert str(kept.begins) == "2026-03-04"
    world.clock.time = datetime(2026, 3, 18, 11, tzinfo=UTC)
    assert await run(world, letters, settings) == 3
    assert len(box.received) == 6


async def test_text_and_html_say_the_same(world, letters, mailbox) -> None:
    box, settings = mailbox
    await run(world, letters, settings)
    plain, html = (box.received[0].get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "All 0 invariants hold." in plain
    assert "All 0 invariants hold." in html


async def test_a_second_run_sends_nothing(world, letters, mailbox) -> None:
    box, settings = mailbox
    await run(world, letters, settings)
    assert await run(world, letters, settings) == 0
    assert len(box.received) == 3
    assert len(await letters.list(SERVER, world.project.id)) == 1


async def test_two_workers_at_once_send_each_mail_once(world, letters, mailbox) -> None:
    box, settings = mailbox
    sent = await asyncio.gather(*(run(world, letters, settings) for _ in range(4)))
    assert sum(sent) == 3
    assert len({message["Message-ID"] for message in box.received}) == len(box.received) == 3


async def test_a_refused_mail_is_tried_again(world, letters, mailbox) -> None:
    box, settings = mailbox
    box.answer = "451 try later"
    assert await run(world, letters, settings) == 0
    box.answer = "250 OK"
    assert await run(world, letters, settings) == 3


async def test_what_the_server_never_takes_fails_at_once_and_an_admin_may_send_it_again(
    world, letters, mailbox
) -> None:
    box, settings = mailbox
    box.answer = "554 no"
    assert await run(world, letters, settings) == 0
    box.answer = "250 OK"
    assert await run(world, letters, settings) == 0
    [record] = await letters.list(SERVER, world.project.id)
    assert {row.state for row in await letters.mails(SERVER, world.project.id, record.id)} == {MailState.FAILED}
    await letters.again(world.ada, world.project.id, record.id, "alan@example.org")
    assert await run(world, letters, settings) == 1
    with pytest.raises(ConflictError, match="nothing to send again"):
        await letters.again(world.ada, world.project.id, record.id, "alan@example.org")


async def test_a_mail_server_that_is_away_is_tried_again_by_the_next_run(world, letters, mailbox) -> None:
    box, settings = mailbox
    assert await run(world, letters, replace(settings, smtp_port=1)) == 0
    assert await run(world, letters, settings) == 3
    assert len(box.received) == 3


async def test_without_a_mail_server_letters_are_still_kept(world, letters) -> None:
    assert await run(world, letters, Settings()) == 0
    assert len(await letters.list(SERVER, world.project.id)) == 1


async def test_line_breaks_in_a_title_cannot_add_headers(world, letters, mailbox) -> None:
    box, settings = mailbox
    kept = await letters.publish(SERVER, world.project, dispatch.rendering(settings, world.project))
    forged = replace(kept, record=replace(kept.record, subject="a\r\nBcc: eve@example.org"))
    await letters.address(kept.record.id, [("grace@example.org", "<1@example.org>")])
    await dispatch.post(office(world, letters, settings), world.project, forged)
    assert box.received[0]["Bcc"] is None
    assert box.received[0]["Subject"] == "a Bcc: eve@example.org"


KILLED = """
import asyncio, os, signal, sys
from app import sources
from app.mailing import chat, dispatch, mail
from app.mailing.dispatch import Office
from app.db.database import Database
from app.settings import Settings
from drift.service import Drift
from specs.access import SERVER
from specs.service.library.library import Library
from specs.service.people.members import Members
from specs.service.projects import Projects
from sync.service.letters.letters import Letters

async def main():
    url, port, when = sys.argv[1:]
    database = Database(url)
    library = Library(database, sources.now, sources.new_id)
    letters = Letters(database, library, Drift(database, sources.now), sources.now, sources.new_id)
    settings = Settings(smtp_host="127.0.0.1", smtp_port=int(port), smtp_starttls=False)
    projects, members = (one(database, sources.now, sources.new_id) for one in (Projects, Members))
    office = dispatch.Office(settings, projects, members, letters)
    for project in await projects.list(SERVER):
        period = await letters.due(project)
        texts = await letters.publish_week(project, dispatch.rendering(settings, project), period)
        if when == "rendered":
            os.kill(os.getpid(), signal.SIGKILL)
        wanted = await dispatch.readers(office, project, texts)
        await dispatch.address(office, texts[0], wanted[texts[0].record.id])
        await letters.take(texts[0].record.id, sources.now())
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def killed(url: str, settings: Settings, when: str) -> None:
    """Run a worker that is killed at a point."""
    command = [sys.executable, "-c", KILLED, url, str(settings.smtp_port), when]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


async def test_a_kill_between_writing_and_sending_loses_and_doubles_nothing(world, world_url, letters, mailbox) -> None:
    box, settings = mailbox
    await killed(world_url, settings, "rendered")
    world.clock.time = sources.now()
    assert await run(world, letters, settings) == 3
    assert await run(world, letters, settings) == 0
    assert len(box.received) == 3


async def test_a_mail_cut_off_while_being_sent_is_never_doubled(world, world_url, letters, mailbox) -> None:
    box, settings = mailbox
    await killed(world_url, settings, "sending")
    world.clock.time = sources.now()
    assert await run(world, letters, settings) == 2
    (record,) = await letters.list(SERVER, world.project.id)
    states = {row.recipient: row.state for row in await letters.mails(SERVER, world.project.id, record.id)}
    assert states == {"alan@example.org": MailState.SENDING, "grace@example.org": MailState.SENT}
    assert sorted(message["To"] for message in box.received) == ALL[1:]


async def test_chats_are_told_once_and_their_secrets_are_kept_nowhere(world, letters, monkeypatch) -> None:
    told = []

    async def tell(to, letter, blocks, page, poster):
        told.append((to.url, letter.title, page))
        return MailState.SENT, ""

    monkeypatch.setattr(chat, "tell", tell)
    settings = Settings(
        chat=("json://hooks.example/s3cret", "payments=json://two.example/x", "other=json://three.example")
    )
    assert await run(world, letters, settings) == 2
    assert await run(world, letters, settings) == 0
    assert sorted(url for url, *_ in told) == ["json://hooks.example/s3cret", "json://two.example/x"]
    [record] = await letters.list(SERVER, world.project.id)
    names = [row.recipient for row in await letters.mails(SERVER, world.project.id, record.id)]
    assert all(name.startswith("chat:json:") and "s3cret" not in name for name in names)


async def test_a_mail_carries_its_pictures(world, letters, mailbox) -> None:
    box, settings = mailbox
    text = await letters.publish(SERVER, world.project, dispatch.rendering(settings, world.project))
    shown = mail.Shown("<p><img src='cid:trend'></p>", {"trend": b"\x89PNG"})
    made = mail.message(settings, Mail("a@b.example", "<1@x>", MailState.SENDING), text, shown)
    [picture] = [part for part in made.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<trend>"
    assert [part.get_content_type() for part in made.iter_parts()] == ["text/plain", "multipart/related"]
    assert not box.received
