"""Mailing the weekly letter by SMTP, each to each reader at most once. The only door to aiosmtplib.

A mail is marked as being sent, durably, before the mail server is spoken to. If the process dies before the server has
answered, nobody can know whether the letter arrived, so it is not sent again by itself: the page shows it as unsettled.
A failure that surely came before delivery puts the mail back, to be tried again by the next run.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

import aiosmtplib

from app.letters import html, markdown, subject
from app.settings import Settings
from specs.access import SERVER, Member, Project, Role
from specs.service.members import Members
from specs.service.projects import Projects
from sync.posted import LetterText, Mail, MailState
from sync.service.letters import Letters, Rendering

ADDRESS = re.compile(r"[^@\s<>,;:\"()\\]+@[^@\s<>,;:\"()\\]+\.[^@\s<>,;:\"()\\]+")
MOST_ATTEMPTS = 5
SECONDS = 30
SURELY_NOT_DELIVERED = (
    aiosmtplib.SMTPConnectError,
    aiosmtplib.SMTPAuthenticationError,
    aiosmtplib.SMTPHeloError,
    aiosmtplib.SMTPSenderRefused,
    aiosmtplib.SMTPRecipientsRefused,
    aiosmtplib.SMTPNotSupported,
    aiosmtplib.SMTPDataError,
)


def rendering(settings: Settings, project: Project) -> Rendering:
    """Give the forms of a letter, with links to the project's pages where the public address is known."""
    address = f"{settings.public_url}/p/{project.slug}" if settings.public_url else ""
    return Rendering(subject, lambda letter: markdown(letter, address), lambda letter: html(letter, address))


async def weekly(settings: Settings, projects: Projects, members: Members, letters: Letters) -> int:
    """Write last week's letter for each project that has repositories, and mail it; give how many mails went out.

    Safe to run again at any time: a week has one letter, and nobody gets it twice.
    """
    sent = 0
    for project in await projects.list(SERVER):
        text = await letters.publish(SERVER, project, rendering(settings, project))
        await address(settings, members, letters, project, text)
        sent += await post(settings, letters, project.id, text)
    return sent


async def address(settings: Settings, members: Members, letters: Letters, project: Project, text: LetterText) -> None:
    """Note the letter for the project's architects: its reviewers and admins whose login is a mail address."""
    if not settings.smtp_host:
        return
    readers = [member.login for member in await members.list(SERVER, project.id) if _is_architect(member)]
    host = (settings.smtp_sender.rpartition("@")[2] or "holdfast.invalid").strip(">")
    rows = [(reader, f"<{text.record.id}.{number}@{host}>") for number, reader in enumerate(sorted(readers))]
    await letters.address(text.record.id, rows)


def _is_architect(member: Member) -> bool:
    grown = member.role.rank >= Role.REVIEWER.rank
    return grown and not member.disabled and bool(ADDRESS.fullmatch(member.login))


async def post(settings: Settings, letters: Letters, project: UUID, text: LetterText) -> int:
    """Send every pending mail of a letter, one after the other; give how many the server accepted."""
    sent = 0
    while mail := await letters.take(text.record.id):
        settled = await _send(settings, mail, text)
        await letters.settle(project, text.record.id, settled)
        sent += settled.state is MailState.SENT
        if settled.state is MailState.PENDING:
            break
    return sent


async def warn(settings: Settings, people: Iterable[Member], subject: str, text: str) -> int:
    """Mail a few words to the admins among people whose login is a mail address; give how many were accepted.

    What the server does not take is not tried again: the pages say the same.
    """
    sent = 0
    for one in people if settings.smtp_host else ():
        if one.role is Role.ADMIN and not one.disabled and ADDRESS.fullmatch(one.login):
            sent += await invite(settings, one.login, subject, text)
    return sent


async def invite(settings: Settings, whom: str, subject: str, text: str) -> bool:
    """Mail a few words to an address, once; False where it is none, or the mail server did not take them."""
    if not settings.smtp_host or not ADDRESS.fullmatch(whom):
        return False
    made = EmailMessage()
    made["From"] = settings.smtp_sender or f"holdfast@{settings.smtp_host}"
    made["To"] = whom
    made["Subject"] = " ".join(subject.split())
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text)
    try:
        await _hand_over(settings, made)
    except (aiosmtplib.SMTPException, OSError):
        return False
    return True


async def _hand_over(settings: Settings, made: EmailMessage) -> None:
    await aiosmtplib.send(
        made,
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password or None,
        start_tls=settings.smtp_starttls,
        timeout=SECONDS,
    )


async def _send(settings: Settings, mail: Mail, text: LetterText) -> Mail:
    """Speak to the mail server and say how it ended."""
    try:
        await _hand_over(settings, message(settings, mail, text))
    except SURELY_NOT_DELIVERED as error:
        state = MailState.PENDING if mail.attempts < MOST_ATTEMPTS else MailState.FAILED
        return replace(mail, state=state, problem=_said(error))
    except (aiosmtplib.SMTPException, OSError) as error:
        return replace(mail, state=MailState.SENDING, problem=_said(error))
    return replace(mail, state=MailState.SENT, problem="")


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:500] or type(error).__name__


def message(settings: Settings, mail: Mail, text: LetterText) -> EmailMessage:
    """Make the mail: the Markdown as its text part, the HTML beside it, headers folded to one line."""
    made = EmailMessage()
    made["From"] = settings.smtp_sender or f"holdfast@{settings.smtp_host}"
    made["To"] = mail.recipient
    made["Subject"] = " ".join(text.record.subject.split())
    made["Date"] = format_datetime(text.record.at)
    made["Message-ID"] = mail.message_id
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text.markdown)
    made.add_alternative(text.html, subtype="html")
    return made
