"""Webhooks as values: where events are sent, how a delivery is signed, when a failed one is tried again. Pure.

Signed as the Standard Webhooks text says: HMAC-SHA256 over id, time and body, with a secret `whsec_` and 32 bytes in
base64. Secrets are derived from the server's own key, so that a stolen database signs nothing. While a secret is being
changed a delivery carries two signatures, and a receiver may know either.

Source: standardwebhooks.com, "Webhook signatures" and "Deliverability and reliability".
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from specs.errors import UserError
from sync.binding.remotes import is_public

PREFIX = "whsec_"
LONGEST_URL = 2000
LONGEST_NAME = 60
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_ASKED = timedelta(hours=6)
JITTER = 0.25
PORTS = {"http": 80, "https": 443}
MOST_PORT = 65535


class HookState(StrEnum):
    """Whether events are sent. `FAILING` tries again; `DISABLED` waits for an admin."""

    ACTIVE = "active"
    FAILING = "failing"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told what happens in a project. Entries of the log up to the `n`-th are done with.

    `salt` makes the secret, `old_salt` the one before, which is valid until `old_until`. `failures` counts failed tries
    in a row since `failing_since`; the next is not before `next_at`. `reason` says why it was switched off.
    """

    id: UUID
    project: UUID
    name: str
    url: str
    kinds: tuple[str, ...]
    salt: str = field(repr=False)
    created_by: UUID
    created_at: datetime
    n: int
    old_salt: str = field(default="", repr=False)
    old_until: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    next_at: datetime | None = None
    disabled_at: datetime | None = None
    reason: str = ""

    @property
    def state(self) -> HookState:
        """How it stands."""
        if self.disabled_at is not None:
            return HookState.DISABLED
        return HookState.FAILING if self.failures else HookState.ACTIVE


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one try: the status that was answered, or why there is none; `again_after` as it asked for."""

    status: int | None
    milliseconds: int
    problem: str = ""
    again_after: timedelta | None = None

    @property
    def good(self) -> bool:
        """Whether the receiver has it."""
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004 (success)

    @property
    def never_again(self) -> bool:
        """Whether the receiver said that it is gone for good."""
        return self.status == HTTPStatus.GONE


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to send the event of an entry, as it is kept."""

    number: int
    event: str
    n: int
    type: str
    at: datetime
    attempt: int
    replay: bool
    answer: Answer


def secret_of(server_key: bytes, webhook: UUID, salt: str) -> str:
    """Make a webhook's secret from the server's own key."""
    text = f"holdfast outgoing webhook\x1f{webhook}\x1f{salt}"
    return PREFIX + base64.b64encode(hmac.new(server_key, text.encode(), hashlib.sha256).digest()).decode()


def secrets_of(server_key: bytes, hook: Webhook, now: datetime) -> tuple[str, ...]:
    """Give the secrets that are valid, the present one first."""
    salts = [hook.salt]
    if hook.old_salt and hook.old_until is not None and now < hook.old_until:
        salts.append(hook.old_salt)
    return tuple(secret_of(server_key, hook.id, salt) for salt in salts)


def signed(name: str, at: datetime, body: bytes, secrets: tuple[str, ...]) -> Mapping[str, str]:
    """Give the headers of a delivery: its name, its time, and one signature for each secret."""
    stamp = str(int(at.timestamp()))
    content = b".".join((name.encode(), stamp.encode(), body))
    made = (
        hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), content, hashlib.sha256).digest() for secret in secrets
    )
    signature = " ".join(f"v1,{base64.b64encode(one).decode()}" for one in made)
    return {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}


def pause(failures: int, roll: float) -> timedelta:
    """Say how long to wait after so many failures in a row: twice as long each time, an hour at most.

    `roll` from 0 to 1 spreads the tries of many webhooks by a quarter either way.
    """
    doubled: int = 2 ** min(failures - 1, 20)
    plain = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
    return plain * (1 + JITTER * (2 * roll - 1))


def next_try(now: datetime, failures: int, roll: float, answer: Answer) -> datetime:
    """Say when to try again: as the receiver asked for where that is later, within hours."""
    wait = pause(failures, roll)
    if answer.again_after is not None:
        wait = max(wait, min(answer.again_after, LONGEST_ASKED))
    return now + wait


def check_url(url: str, *, allow_private: bool) -> SplitResult:
    """Take an address apart. Raises `UserError` for what is none, or plainly not of the open internet.

    What a name resolves to is judged at each delivery, because it may change.
    """
    hint = "Write it as https://host/path, without user, password or fragment."
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and len(url) <= LONGEST_URL
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UserError("This is not an address to send to.", hint) from error
    host = parts.hostname or ""
    odd = "@" in parts.netloc or "#" in url or "%" in parts.netloc or port == 0
    if not plain or parts.scheme not in PORTS or not host or odd:
        raise UserError("This is not an address to send to.", hint)
    if allow_private:
        return parts
    if parts.scheme != "https":
        raise UserError("Events are sent over https only.", "Write the address as https://host/path.")
    if host == "localhost" or host.endswith(".localhost") or (_literal(host) and not is_public(host)):
        raise UserError(f"{host} is not on the public internet.", PRIVATE_HINT)
    return parts


PRIVATE_HINT = "Whoever runs this server can set HOLDFAST_ALLOW_PRIVATE_ADDRESSES=1 for receivers in its own network."


def _literal(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def check_name(name: str) -> str:
    """Give a name without blanks around it. Raises `UserError` for what is none."""
    found = name.strip()
    if not found or len(found) > LONGEST_NAME or not found.isprintable():
        raise UserError("This is not a name for a webhook.", f"Use up to {LONGEST_NAME} characters in one line.")
    return found
