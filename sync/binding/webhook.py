"""Push webhooks of GitHub, GitLab, Gitea and Forgejo: is it really from there, and which branch moved. Pure.

One secret per repository serves every sender: it has the form `whsec_` and 32 bytes in base64, as the Standard Webhooks
text wants it. GitHub and Gitea sign the body with the whole text as key (`X-Hub-Signature-256`, `X-Gitea-Signature`);
GitLab either repeats it (`X-Gitlab-Token`) or signs id, time and body with its 32 bytes (`webhook-signature`).
A signature is checked over the raw bytes, in constant time, before anything is parsed. Nothing here knows of HTTP
servers, of the queue or of storage; whether a delivery was seen before is the caller's to know.

Sources: docs.github.com "Validating webhook deliveries"; docs.gitlab.com "Webhooks"; docs.gitea.com "Webhooks";
standardwebhooks.com, "Webhook signatures".
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from urllib.parse import parse_qs

MAX_BODY = 10 * 1024 * 1024
MAX_AGE = timedelta(minutes=5)
MAX_DELIVERY = 200
PREFIX = "whsec_"
KEY_BYTES = 32
NO_COMMIT = frozenset("0")


class Refusal(StrEnum):
    """Why a delivery is not believed."""

    UNSIGNED = "unsigned"
    WRONG_SIGNATURE = "wrong-signature"
    STALE = "stale"
    TOO_LARGE = "too-large"
    UNREADABLE = "unreadable"


class Meaning(StrEnum):
    """What a believed delivery asks for."""

    PUSH = "push"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A believed delivery. `id` is the sender's name for it, `digest` that of its body: a replay repeats one of them.

    `branch` is "" where no branch moved (a tag, a ping); `deleted` says that the branch is gone.
    """

    sender: str
    id: str
    digest: str
    meaning: Meaning
    branch: str = ""
    commit: str = ""
    deleted: bool = False


def derive_secret(server_key: bytes, repository: str, salt: str) -> str:
    """Make a repository's secret from the server's own key. Only `salt` is stored: a stolen database signs nothing."""
    text = f"holdfast webhook\x1f{repository}\x1f{salt}"
    key = hmac.new(server_key, text.encode(), hashlib.sha256).digest()
    return PREFIX + base64.b64encode(key).decode()


def receive(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Delivery | Refusal:
    """Decide whether a delivery is believed, and read it. Header names may have any case; never raises on content."""
    if len(body) > MAX_BODY:
        return Refusal.TOO_LARGE
    named = {name.lower(): value for name, value in headers.items()}
    refusal = verify(secret, named, body, now)
    return refusal if refusal is not None else read(named, body)


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Refusal | None:
    """Check the strongest proof the sender offers; a weaker one beside it does not save a wrong one."""
    if "webhook-signature" in headers:
        return verify_standard(secret, headers, body, now)
    for name in ("x-hub-signature-256", "x-gitea-signature", "x-forgejo-signature"):
        if headers.get(name):
            given = headers[name].strip().removeprefix("sha256=").lower()
            right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            return None if same(given, right) else Refusal.WRONG_SIGNATURE
    if headers.get("x-gitlab-token"):
        return None if same(headers["x-gitlab-token"], secret) else Refusal.WRONG_SIGNATURE
    return Refusal.UNSIGNED


def verify_standard(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Refusal | None:
    """Check a Standard Webhooks signature: HMAC-SHA256 over `id.timestamp.body`, at most five minutes old."""
    identity, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
        sent = datetime.fromtimestamp(int(stamp), UTC)
    except (binascii.Error, ValueError, OverflowError, OSError):
        return Refusal.WRONG_SIGNATURE
    signed = f"{identity}.{stamp}.".encode("utf-8", "surrogateescape") + body
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    offers = [offer.removeprefix("v1,") for offer in headers["webhook-signature"].split() if offer.startswith("v1,")]
    if not any([same(offer, right) for offer in offers]):  # noqa: C419 (a list: every offer costs the same time)
        return Refusal.WRONG_SIGNATURE
    return Refusal.STALE if abs(now - sent) > MAX_AGE else None


def same(given: str, right: str) -> bool:
    """Compare in time that does not depend on where the two differ."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), right.encode())


def read(headers: Mapping[str, str], body: bytes) -> Delivery | Refusal:
    """Read a believed body; `headers` have lower-case names."""
    sender, event, delivery = origin(headers)
    digest = hashlib.sha256(body).hexdigest()
    identity = "".join(c for c in delivery if c.isprintable())[:MAX_DELIVERY] or digest
    if event != "push":
        return Delivery(sender, identity, digest, Meaning.OTHER)
    payload = decode(headers.get("content-type", ""), body)
    if not isinstance(payload, dict):
        return Refusal.UNREADABLE
    ref, after = payload.get("ref"), payload.get("after")
    if not isinstance(ref, str) or not isinstance(after, str):
        return Refusal.UNREADABLE
    branch = ref.removeprefix("refs/heads/") if ref.startswith("refs/heads/") else ""
    deleted = payload.get("deleted") is True or (after != "" and set(after) <= NO_COMMIT)
    return Delivery(sender, identity, digest, Meaning.PUSH, branch, "" if deleted else after, deleted)


def origin(headers: Mapping[str, str]) -> tuple[str, str, str]:
    """Say who sent it, the event's name (`push` for a push to a branch) and the sender's id of the delivery."""
    for sender in ("forgejo", "gitea", "github"):  # the first two also send the headers of those behind them
        if f"x-{sender}-event" in headers:
            return sender, headers[f"x-{sender}-event"].lower(), headers.get(f"x-{sender}-delivery", "")
    if "x-gitlab-event" in headers:
        event = "push" if headers["x-gitlab-event"].lower() == "push hook" else "other"
        keys = ("webhook-id", "idempotency-key", "x-gitlab-event-uuid")
        return "gitlab", event, next((headers[key] for key in keys if headers.get(key)), "")
    return "unknown", "other", headers.get("webhook-id", "")


def decode(content_type: str, body: bytes) -> object:
    """Parse JSON, bare or in the `payload` field of a form; None if it cannot be read (also when nested too deep)."""
    try:
        text = body.decode()
        if content_type.lower().startswith("application/x-www-form-urlencoded"):
            text = parse_qs(text, max_num_fields=10).get("payload", [""])[0]
        decoded: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return decoded
