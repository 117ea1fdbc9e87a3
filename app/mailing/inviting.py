"""Invitations on their way: the address of a link, and the mail that brings it where a mail server is set."""

from app.mailing.mail import invite
from app.settings import Settings
from specs.access import Link
from specs.service.people.inviting import Invitation


def welcome(settings: Settings, asked: str, link: Link) -> str:
    """Give the address of a one-time link; its token is in the fragment, which no server sees."""
    return f"{(settings.public_url or asked).rstrip('/')}/welcome#{link.token}"


async def mailed(settings: Settings, by: str, project: str, made: Invitation) -> bool:
    """Mail an invitation; False where it could not be, and the link must be handed on otherwise.

    Only to the address that whoever runs the server gave: a request's own word for it could lead elsewhere.
    """
    if not settings.public_url:
        return False
    text = (
        f"{by} invites you to {project} on Holdfast.\n\nThis link lets you in, once, until "
        f"{made.link.expires_at:%Y-%m-%d %H:%M} UTC:\n\n{welcome(settings, '', made.link)}\n\n"
        "Whoever has it becomes you there: do not hand it on. If you expected no invitation, leave it.\n"
    )
    return await invite(settings, made.link.login, f"{by} invites you to {project}", text)
