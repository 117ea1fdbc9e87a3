"""Mail by SMTP: making messages and handing them over. The only door to aiosmtplib. Does not decide who gets what."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

import aiosmtplib

from app.settings import Settings
from specs.access import Member, Role
from sync.weekly.posted import LetterText, Mail, MailState

ADDRESS = re.compile(r"[^@\s<>,;:\"()\\]+@[^@\s<>,;:\"()\\]+\.[^@\s<>,;:\"()\\]+")
# At four tries an hour, a mail server may be away for a day.
MOST_ATTEMPTS = 96
SECONDS = 30
REFUSED = 500
AWAY = (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPHeloError)
SURELY_NOT_DELIVERED = (
    *AWAY,
    aiosmtplib.SMTPSenderRefused,
    aiosmtplib.SMTPRecipientsRefused,
    aiosmtplib.SMTPNotSupported,
    aiosmtplib.SMTPDataError,
)


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


async def send(settings: Settings, mail: Mail, made: EmailMessage) -> tuple[MailState, str, bool]:
    """Speak to the mail server; say how it ended, what went wrong, and whether the server is away for everybody.

    What surely was not delivered is pending again, unless the server wants it never; what may have been stays.
    """
    try:
        await _hand_over(settings, made)
    except SURELY_NOT_DELIVERED as error:
        again = mail.attempts < MOST_ATTEMPTS and not _for_good(error)
        return (MailState.PENDING if again else MailState.FAILED), _said(error), isinstance(error, AWAY)
    except (aiosmtplib.SMTPException, OSError) as error:
        return MailState.SENDING, _said(error), False
    return MailState.SENT, "", False


def _for_good(error: Exception) -> bool:
    """Say whether the server will not take it later either."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(one.code >= REFUSED for one in error.recipients)
    return isinstance(error, aiosmtplib.SMTPDataError) and error.code >= REFUSED


def _said(error: Exception) -> str:
    return " ".join(str(error).split())[:500] or type(error).__name__


def sender(settings: Settings) -> str:
    """Give the address that mails come from."""
    return settings.smtp_sender or f"holdfast@{settings.smtp_host or 'holdfast.invalid'}"


@dataclass(frozen=True, slots=True)
class Shown:
    """The HTML of a mail, its pictures by name, and the page where a reader says which letters they want."""

    html: str
    pictures: Mapping[str, bytes]
    page: str = ""


def message(settings: Settings, mail: Mail, text: LetterText, shown: Shown) -> EmailMessage:
    """Make the mail: the Markdown as its text part, the HTML with its pictures beside it, headers on one line each."""
    made = EmailMessage()
    made["From"] = sender(settings)
    made["To"] = mail.recipient
    made["Subject"] = " ".join(text.record.subject.split())
    made["Date"] = format_datetime(text.record.at)
    made["Message-ID"] = mail.message_id
    made["Auto-Submitted"] = "auto-generated"
    if shown.page:
        made["List-Unsubscribe"] = f"<{shown.page}>"
    made.set_content(text.markdown, cte="quoted-printable")
    made.add_alternative(shown.html, subtype="html", cte="quoted-printable")
    for part in made.iter_parts():
        if part.get_content_type() == "text/html" and isinstance(part, EmailMessage):
            _carry(part, shown.pictures)
    return made


def _carry(part: EmailMessage, pictures: Mapping[str, bytes]) -> None:
    for name, data in pictures.items():
        part.add_related(data, "image", "png", cid=f"<{name}>", filename=f"{name}.png", disposition="inline")
