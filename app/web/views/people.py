"""Views of logging in, of projects and of their administration, and of what went wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from specs.access import MIN_PASSWORD, Invited, IssuedToken, Member, Token
from specs.limits import Setting
from specs.policy.records import Freeze
from sync.feeds.webhooks import Delivery, Webhook


@dataclass(frozen=True, slots=True)
class LoginPage:
    """The log-in form. `next_page` is where to go after it; `provider` is the name of the other way in, if any."""

    login: str = ""
    next_page: str = ""
    error: str = ""
    hint: str = ""
    notice: str = ""
    provider: str = ""
    passwords: bool = True


@dataclass(frozen=True, slots=True)
class OnwardPage:
    """A page whose one link leads to the identity provider, where a form of ours may not lead."""

    provider: str
    address: str


@dataclass(frozen=True, slots=True)
class WelcomePage:
    """The form that sets a password. The one-time token is in the address's fragment, which no server sees."""

    error: str = ""
    hint: str = ""
    token: str = ""
    provider: str = ""
    passwords: bool = True

    @property
    def shortest(self) -> int:
        """How many characters a password has at least."""
        return MIN_PASSWORD


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A project in the list."""

    slug: str
    name: str
    verdict: str
    specs: int
    open: int
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProjectsPage:
    """All projects the reader may see. `given` is what was typed into the form that begins one, and refused."""

    rows: tuple[ProjectRow, ...]
    may_create: bool = False
    error: str = ""
    hint: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """An invitation just made. `mailed` says whether a mail server took it, `by_mail` whether there is one."""

    login: str
    until: datetime
    link: str
    mailed: bool = False
    by_mail: bool = False


@dataclass(frozen=True, slots=True)
class MembersPage:
    """Who may do what in the project. `frozen` are those who may write nothing now, by actor.

    `invited` are those who have not come yet, `sent` an invitation just made, `login` what was typed and refused.
    """

    members: tuple[Member, ...]
    now: datetime
    error: str = ""
    hint: str = ""
    sent: Sent | None = None
    login: str = ""
    invited: Mapping[UUID, Invited] = field(default_factory=dict)
    frozen: Mapping[UUID, Freeze] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TokensPage:
    """The tokens of agents and CI. `issued` is the one just made, shown once."""

    tokens: tuple[Token, ...]
    now: datetime
    issued: IssuedToken | None = None
    address: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class LimitsPage:
    """What the project may use and does use, and how long its things are kept."""

    quotas: tuple[Setting, ...]
    kept: tuple[Setting, ...]
    may_set_quotas: bool = False
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class HookRow:
    """A webhook with what became of its last tries."""

    hook: Webhook
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class WebhooksPage:
    """Where events are sent. `secret` is that of the webhook `made`, shown once; `url` what was typed and refused."""

    rows: tuple[HookRow, ...]
    secret: str = ""
    made: str = ""
    url: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What happened, what is safe, what to do. `href` is where it may work in a moment, `back` its project."""

    status: int
    title: str
    what: str
    safe: str
    todo: str
    request_id: str = ""
    href: str = ""
    back: str = ""
