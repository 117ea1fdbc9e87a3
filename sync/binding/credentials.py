"""What lets the server into one repository: a token for https, or a private key for ssh. Values; sealed elsewhere."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from specs.errors import UserError
from specs.revision import Actor

USER = "x-access-token"
MOST_TOKEN, MOST_USER, MOST_KEY = 4_000, 200, 20_000


class CredentialKind(StrEnum):
    """Which sort of credential it is. A repository has one of each at most."""

    TOKEN = "token"  # noqa: S105 (a word, and no token)
    SSH_KEY = "ssh-key"


@dataclass(frozen=True, slots=True)
class Credential:
    """What may be known of a credential: whose name it goes with, its public half, who set it and when."""

    kind: CredentialKind
    user: str
    public: str
    set_by: Actor
    set_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """A credential that is to be kept. `public` is the half of a key that the host is given."""

    kind: CredentialKind
    secret: str = field(repr=False)
    user: str = ""
    public: str = ""


def token_of(secret: str, user: str = "") -> Given:
    """Take a token, with the name that goes with it. Raises `UserError` for what can be none."""
    secret, user = secret.strip(), user.strip() or USER
    if not secret or len(secret) > MOST_TOKEN or not _is_plain(secret):
        raise UserError("This is no token.", "Give it as the host showed it: one word, no more than 4,000 characters.")
    if len(user) > MOST_USER or not _is_plain(user) or ":" in user:
        raise UserError("This is no name that goes with a token.", "GitHub and GitLab take any; others say which.")
    return Given(CredentialKind.TOKEN, secret, user)


def _is_plain(text: str) -> bool:
    return text.isascii() and all(char.isprintable() and char != " " for char in text)
