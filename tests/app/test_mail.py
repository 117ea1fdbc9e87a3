"""The weekly letter reaches each architect once, whatever dies on the way."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app import mail, sources
from app.settings import Settings
from drift.service import Drift
from specs.access import SERVER, Role
from sync.posted import MailState
from sync.service.letters import Letters
from tests.factories import World

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Mailbox:
    """A mail server's memory; `answer` is what it says to the next message."""

    received: list[Message] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd)
        if self.answer.startswith("250"):
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            self.received.append(message_from_bytes(content, policy=default))
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, Settings]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings = Settings(
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_starttls=False,
        smtp_sender="holdfast@example.org",
        public_url="https://holdfast.example",
    )
    yield box, settings
    controller.stop()


@pytest.fixture
async def letters(world: World) -> Letters:
    await world.person("grace@example.org", Role.REVIEWER)
    await world.person("alan@example.org", Role.ADMIN)
    await world.person("rita@example.org", Role.READER)
    drift = Drift(world.database, world.clock)
    return Letters(world.database, world.library, drift, world.clock, sources.new_id)


async def run(world: World, letters: Letters, settings: Settings) -> int:
    return await mail.weekly(settings, world.projects, world.members, letters)


async def test_reviewers_and_admins_get_the_letter_and_nobody_else(world, letters, mailbox) -> None:
    box, settings = mailbox
    assert await run(world, letters, settings) == 2
    assert sorted(message["To"] for message in box.received) == ["alan@example.org", "grace@example.org"]


async def test_text_and_html_say_the_same(world, letters, mailbox) -> None:
    box, settings = mailbox
    await run(world, letters, settings)
    plain, html = (part.get_content() for part in box.received[0].iter_parts())
    assert "No repository is compared with the specs yet." in plain
    assert "No repository is compared with the specs yet." in html


async def test_a_second_run_sends_nothing(world, letters, mailbox) -> None:
    box, settings = mailbox
    await run(world, letters, settings)
    assert await run(world, letters, settings) == 0
    assert len(box.received) == 2
    assert len(await letters.list(SERVER, world.project.id)) == 1


async def test_two_workers_at_once_send_each_mail_once(world, letters, mailbox) -> None:
    box, settings = mailbox
    sent = await asyncio.gather(*(run(world, letters, settings) for _ in range(4)))
    assert sum(sent) == 2
    assert len({message["Message-ID"] for message in box.received}) == len(box.received) == 2


async def test_a_refused_mail_is_tried_again(world, letters, mailbox) -> None:
    box, settings = mailbox
    box.answer = "451 try later"
    assert await run(world, letters, settings) == 0
    box.answer = "250 OK"
    assert await run(world, letters, settings) == 2


async def test_a_mail_server_that_is_away_is_tried_again_by_the_next_run(world, letters, mailbox) -> None:
    box, settings = mailbox
    assert await run(world, letters, replace(settings, smtp_port=1)) == 0
    assert await run(world, letters, settings) == 2
    assert len(box.received) == 2


async def test_without_a_mail_server_letters_are_still_kept(world, letters) -> None:
    assert await run(world, letters, Settings()) == 0
    assert len(await letters.list(SERVER, world.project.id)) == 1


async def test_line_breaks_in_a_title_cannot_add_headers(world, letters, mailbox) -> None:
    box, settings = mailbox
    kept = await letters.publish(SERVER, world.project, mail.rendering(settings, world.project))
    forged = replace(kept, record=replace(kept.record, subject="a\r\nBcc: eve@example.org"))
    await letters.address(kept.record.id, [("grace@example.org", "<1@example.org>")])
    await mail.post(settings, letters, world.project.id, forged)
    assert box.received[0]["Bcc"] is None
    assert box.received[0]["Subject"] == "a Bcc: eve@example.org"


KILLED = """
import asyncio, os, signal, sys
from app import mail, sources
from app.db import Database
from app.settings import Settings
from drift.service import Drift
from specs.access import SERVER
from specs.service.library import Library
from specs.service.members import Members
from specs.service.projects import Projects
from sync.service.letters import Letters

async def main():
    url, port, when = sys.argv[1:]
    database = Database(url)
    library = Library(database, sources.now, sources.new_id)
    letters = Letters(database, library, Drift(database, sources.now), sources.now, sources.new_id)
    settings = Settings(smtp_host="127.0.0.1", smtp_port=int(port), smtp_starttls=False)
    for project in await Projects(database, sources.now, sources.new_id).list(SERVER):
        text = await letters.publish(SERVER, project, mail.rendering(settings, project))
        if when == "rendered":
            os.kill(os.getpid(), signal.SIGKILL)
        await mail.address(settings, Members(database, sources.now, sources.new_id), letters, project, text)
        await letters.take(text.record.id)
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
    assert await run(world, letters, settings) == 2
    assert await run(world, letters, settings) == 0
    assert len(box.received) == 2


async def test_a_mail_cut_off_while_being_sent_is_never_doubled(world, world_url, letters, mailbox) -> None:
    box, settings = mailbox
    await killed(world_url, settings, "sending")
    world.clock.time = sources.now()
    assert await run(world, letters, settings) == 1
    (record,) = await letters.list(SERVER, world.project.id)
    states = {row.recipient: row.state for row in await letters.mails(SERVER, world.project.id, record.id)}
    assert states == {"alan@example.org": MailState.SENDING, "grace@example.org": MailState.SENT}
    assert len(box.received) == 1
