"""Sends weekly letters: writes those that are due, says who gets which, and hands each over at most once.

A mail is marked as being sent, durably, before the mail server is spoken to. If the process dies before the server has
answered, nobody can know whether the letter arrived, so it is not sent again by itself: the page shows it as unsettled.
A failure that surely came before delivery puts the mail back, to be tried again by the next run.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

import structlog

from app.letters import words
from app.letters.forms import Forms, pictures
from app.letters.html import html
from app.letters.links import Links
from app.letters.markdown import markdown
from app.letters.outline import Outline, outline
from app.letters.slack import slack
from app.letters.wire import letter_of, model
from app.mailing import chat, mail
from app.settings import Settings
from specs.access import SERVER, Member, Project, Role
from specs.errors import HoldfastError
from specs.revision import ActorKind
from specs.service.people.members import Members
from specs.service.projects import Projects
from sync.hosts.posting import Poster
from sync.inbox.matters import folded
from sync.service.letters.letters import Letters, Rendering
from sync.weekly.posted import LetterText, Mail, MailState, Wish

LOG = structlog.get_logger("holdfast.jobs")


@dataclass(frozen=True, slots=True)
class Office:
    """The services that sending needs."""

    settings: Settings
    projects: Projects
    members: Members
    letters: Letters


@dataclass(frozen=True, slots=True)
class Parcel:
    """A letter ready to be sent: laid out, with its pictures. Early letters have only the texts that were kept."""

    text: LetterText
    laid_out: Outline | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    html: str = ""
    blocks: str = ""
    page: str = ""


def links(settings: Settings, project: Project) -> Links:
    """Give the links of a project's letters, where people know how to reach the server."""
    return Links(settings.public_url or None, project.slug)


def rendering(settings: Settings, project: Project) -> Rendering:
    """Give the forms of a letter that are kept."""
    to = links(settings, project)
    return Rendering(
        words.subject,
        lambda letter: markdown(outline(letter, to)),
        lambda letter: html(outline(letter, to)),
        model,
    )


def forms(settings: Settings, project: Project, text: LetterText) -> Forms | None:
    """Give every form of a letter that is kept; None for an early one, of which only texts were."""
    if text.model is None:
        return None
    return Forms(letter_of(text.model), links(settings, project), str(text.record.id))


async def weekly(office: Office) -> int:
    """Write the letters that are due in each project, and send them; give how many mails and chats were reached.

    Safe to run again at any time: a week has one letter, and nobody gets it twice.
    """
    sent = 0
    for project in await office.projects.list(SERVER):
        try:
            if (period := await office.letters.due(project)) is None:
                continue
            texts = await office.letters.publish_week(project, rendering(office.settings, project), period)
            sent += await send(office, project, texts)
        except HoldfastError as error:
            LOG.warning("letters.failed", project=project.slug, problem=error.message)
    return sent


async def send(office: Office, project: Project, texts: Sequence[LetterText]) -> int:
    """Send letters to whoever is to get them and has not; give how many were reached."""
    sent = 0
    wanted = await readers(office, project, texts)
    for text in texts:
        if recipients := wanted[text.record.id]:
            await address(office, text, recipients)
            sent += await post(office, project, text)
    return sent


async def readers(office: Office, project: Project, texts: Sequence[LetterText]) -> dict[UUID, tuple[str, ...]]:
    """Say who gets which letter: mail addresses, and names of chats. Nobody gets a letter whose scope is empty."""
    people = []
    if office.settings.smtp_host:
        found = await office.members.list(SERVER, project.id)
        people = [one for one in found if mail.ADDRESS.fullmatch(one.login) and not one.disabled]
    wishes = await office.letters.wishes(SERVER, project.id)
    chats = tuple(one.name for one in chat.chats_of(office.settings, project.slug))
    return {
        text.record.id: (
            *sorted(one.login for one in people if wants(one, wishes.get(one.actor.id), text.record.owner)),
            *(chats if not text.record.owner else ()),
        )
        for text in texts
    }


def wants(member: Member, wish: Wish | None, owner: str) -> bool:
    """Say whether a member gets a letter: the project's (no `owner`), or an owner's.

    Who said nothing gets the project's letter as its architect, else those of what they own: one letter, not both.
    """
    if member.actor.kind is not ActorKind.HUMAN:
        return False
    default = Wish.PROJECT if member.role.rank >= Role.REVIEWER.rank else Wish.OWN
    wished = wish or default
    if not owner:
        return wished is Wish.PROJECT
    return wished is Wish.OWN and folded(owner) in {folded(member.actor.name), folded(member.login)}


async def address(office: Office, text: LetterText, recipients: Sequence[str]) -> None:
    """Note who is to get a letter. The id of a mail is made of letter and reader: programs show two such as one."""
    host = (office.settings.smtp_sender.rpartition("@")[2] or "holdfast.invalid").strip(">")
    rows = []
    for one in recipients:
        digest = hashlib.sha256(one.encode("utf-8", "backslashreplace")).hexdigest()[:16]
        rows.append((one, f"<{text.record.id}.{digest}@{host}>"))
    await office.letters.address(text.record.id, rows)


async def post(office: Office, project: Project, text: LetterText) -> int:
    """Send every pending mail of a letter, one after the other; give how many were accepted."""
    sent, parcel = 0, None
    begun = office.letters.now()
    while one := await office.letters.take(text.record.id, begun):
        parcel = parcel or await pack(office.settings, project, text)
        settled, away = await _deliver(office.settings, project, one, parcel)
        await office.letters.settle(project.id, text.record.id, settled)
        sent += settled.state is MailState.SENT
        if away:
            break
    return sent


async def pack(settings: Settings, project: Project, text: LetterText) -> Parcel:
    """Make ready what is sent. Where no picture can be drawn the tables say the same."""
    made = forms(settings, project, text)
    to = links(settings, project)
    page = to.report(str(text.record.id))
    if made is None:
        return Parcel(text, html=text.html, page=page)
    laid_out = made.laid_out
    try:
        drawn = await pictures(laid_out)
    except HoldfastError:
        drawn = {}
    return Parcel(text, laid_out, drawn, html(laid_out, drawn), slack(laid_out, page), page)


async def _deliver(settings: Settings, project: Project, one: Mail, parcel: Parcel) -> tuple[Mail, bool]:
    """Hand one over; say how it ended, and whether the server is away for all others too."""
    if one.recipient.startswith(chat.MARK):
        to = next((row for row in chat.chats_of(settings, project.slug) if row.name == one.recipient), None)
        if to is None or parcel.laid_out is None:
            return replace(one, state=MailState.FAILED, problem="The server is told of no such chat any more."), False
        poster = Poster(settings.allow_private_addresses)
        state, problem = await chat.tell(to, parcel.laid_out, parcel.blocks, parcel.page, poster)
        return replace(one, state=state, problem=problem), False
    shown = mail.Shown(parcel.html, parcel.pictures, links(settings, project).place("reports"))
    made = mail.message(settings, one, parcel.text, shown)
    state, problem, away = await mail.send(settings, one, made)
    return replace(one, state=state, problem=problem), away
