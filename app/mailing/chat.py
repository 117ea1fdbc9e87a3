"""Chats that get the weekly letter: Slack's own webhooks as blocks, all others through Apprise. The only door to it.

Addresses of chats hold secrets, so they come from the environment and stand nowhere else: what is kept names a chat by
its kind and a digest of its address.
"""

import hashlib
import importlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from app.letters.markdown import markdown
from app.letters.outline import Outline
from app.settings import Settings
from sync.hosts.posting import Poster
from sync.weekly.posted import MailState

SLACK = "hooks.slack.com"
MARK = "chat:"
GOOD = range(200, 300)
SECTIONS = 2


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat: its address, which nobody is shown, and the project whose letters it gets ("" for all)."""

    url: str
    project: str = ""

    @property
    def name(self) -> str:
        """Name it without its secrets."""
        kind = "slack-webhook" if self.is_slack else self.url.partition("://")[0]
        return f"{MARK}{kind}:{hashlib.sha256(self.url.encode()).hexdigest()[:8]}"

    @property
    def is_slack(self) -> bool:
        """Whether it takes Slack's blocks as they are."""
        parts = urlsplit(self.url)
        return parts.scheme == "https" and parts.hostname == SLACK


def chats_of(settings: Settings, project: str) -> tuple[Chat, ...]:
    """Give the chats that get a project's letters."""
    return tuple(one for one in chats(settings.chat) if one.project in {"", project})


def chats(entries: Iterable[str]) -> tuple[Chat, ...]:
    """Read chats from settings: addresses, each perhaps after `PROJECT=`."""
    found = []
    for entry in entries:
        before, mark, after = entry.partition("=")
        named = bool(mark) and "://" not in before
        found.append(Chat(after, before) if named else Chat(entry))
    return tuple(found)


async def tell(chat: Chat, letter: Outline, blocks: str, page: str, poster: Poster) -> tuple[MailState, str]:
    """Tell a chat of a letter, once. What it does not take is not tried again by itself: it may have been shown."""
    if chat.is_slack:
        answer = await poster.post(urlsplit(chat.url), {}, blocks.encode("utf-8", "backslashreplace"))
        good = answer.status in GOOD
        return (MailState.SENT, "") if good else (MailState.FAILED, answer.problem or f"answered {answer.status}")
    try:
        apprise = importlib.import_module("apprise")
    except ImportError:
        return MailState.FAILED, "Apprise is not installed on the server: install holdfast[chat]."
    told = apprise.Apprise()
    if not told.add(chat.url):
        return MailState.FAILED, "Apprise does not know such an address."
    good = await told.async_notify(body=short(letter, page), title=letter.subject, body_format="markdown")
    return (MailState.SENT, "") if good else (MailState.FAILED, "The chat did not take it.")


def short(letter: Outline, page: str) -> str:
    """Write what fits into a chat: the verdict, the numbers, what to decide, and where the rest is."""
    text = markdown(replace(letter, sections=letter.sections[:SECTIONS], foot=()))
    return f"{text}\n[The whole report](<{page}>)\n" if page else text
