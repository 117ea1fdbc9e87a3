"""Decision tokens: what was decided on one commit, signed, so that a later step may rely on it with no server at hand.

A token is a JWS in compact form (RFC 7515) with one algorithm, Ed25519, and a type of its own: its header is fixed but
for the name of the key, and anything else in it is refused. Base64 and JSON have one spelling each. Pure: the time, and
the keys that are believed, are arguments.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

from specs.signing import Signer, Verifier

TYPE = "holdfast-decision+jwt"
ALGORITHM = "EdDSA"
LONGEST = 8192
LIFETIME = timedelta(hours=24)
SKEW = timedelta(minutes=2)
OPENS = "passed"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says: `decision` on `commit` of `repository`, held against `specs`, with these `findings`.

    `specs`, `policies` and `findings` are digests: of the spec revisions, of the policies that decided, of the exact
    findings. `id` names the decision. `issuer` is the name of the server's key; times are in whole seconds.
    """

    issuer: str
    id: str
    project: str
    repository: str
    commit: str
    specs: str
    policies: str
    findings: str
    decision: str
    issued: int
    expires: int

    @property
    def until(self) -> datetime:
        """When it expires."""
        return datetime.fromtimestamp(self.expires, UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a step relies on. What is "" is not asked for."""

    repository: str
    commit: str
    project: str = ""
    specs: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a token opens nothing: a word for machines, a sentence for people."""

    code: str
    reason: str


NAMES: Mapping[str, str] = {"issuer": "iss", "id": "jti", "issued": "iat", "expires": "exp"}


def key_name(verifier: Verifier) -> str:
    """Name a key as a token's header does."""
    return f"{verifier.name}+{verifier.id.hex()}"


def issue(claims: Claims, signer: Signer) -> str:
    """Make a token."""
    header = {"alg": ALGORITHM, "kid": key_name(signer.verifier), "typ": TYPE}
    payload = {NAMES.get(name, name): value for name, value in asdict(claims).items()}
    text = f"{_encoded(header)}.{_encoded(payload)}"
    return f"{text}.{_base64(signer.signature(text))}"


def verify(token: str, keys: Iterable[Verifier], wanted: Wanted, now: datetime) -> Claims | Refused:
    """Say what a token proves, or why it opens nothing. Never raises on content."""
    read = _believed(token.strip(), {key_name(key): key for key in keys})
    if isinstance(read, Refused):
        return read
    return _fitting(read, wanted, now) or read


def _believed(token: str, keys: Mapping[str, Verifier]) -> Claims | Refused:
    """Check form and signature; the signature before the payload is looked at."""
    parts = token.split(".") if len(token) <= LONGEST else []
    whole = len(parts) == 3  # noqa: PLR2004 (header, payload, signature)
    header, signature = (_decoded(parts[0]), _bytes(parts[2])) if whole else (None, None)
    if header is None or signature is None:
        return Refused("malformed", "This is not a decision token.")
    kid = header.get("kid")
    if header != {"alg": ALGORITHM, "kid": kid, "typ": TYPE} or not isinstance(kid, str):
        return Refused("wrong-type", f"This is a token of another type or algorithm than {TYPE} with {ALGORITHM}.")
    if kid not in keys:
        known = ", ".join(sorted(keys)) or "none"
        return Refused("unknown-key", f"It is signed by a key that is not believed here: {kid}. Believed: {known}.")
    if not keys[kid].accepts(f"{parts[0]}.{parts[1]}", signature):
        return Refused("forged", "Its signature is wrong: it was altered, or someone else made it.")
    payload = _decoded(parts[1])
    claims = None if payload is None else _claims(payload)
    if claims is None or claims.issuer != keys[kid].name:
        return Refused("malformed", "It is signed, but does not say what a decision token says.")
    return claims


def _fitting(claims: Claims, wanted: Wanted, now: datetime) -> Refused | None:
    """Say why a believed token is not the one that is wanted now."""
    at = now.timestamp()
    if at >= claims.expires:
        return Refused("expired", f"It expired at {claims.until:%Y-%m-%d %H:%M:%S} UTC. Ask for a fresh one.")
    if claims.issued > at + SKEW.total_seconds():
        return Refused("not-yet", "It was issued in the future: one of the two clocks is wrong.")
    for name in ("repository", "commit", "project", "specs"):
        asked, said = getattr(wanted, name), getattr(claims, name)
        if asked and asked != said:
            return Refused(f"other-{name}", f"It is for the {name} {said}, not {asked}.")
    if claims.decision != OPENS:
        return Refused("not-passed", f"The decision is {claims.decision}, not {OPENS}.")
    return None


def _claims(payload: Mapping[str, Any]) -> Claims | None:
    names = {NAMES.get(one.name, one.name): one.name for one in fields(Claims)}
    if payload.keys() != names.keys():
        return None
    values = {names[key]: value for key, value in payload.items()}
    times = ("issued", "expires")
    fit = all(type(value) is (int if name in times else str) for name, value in values.items())
    in_range = fit and all(0 <= values[name] < 2**40 for name in times)
    return Claims(**values) if in_range else None


def _encoded(value: Mapping[str, object]) -> str:
    return _base64(json.dumps(value, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode())


def _decoded(part: str) -> dict[str, Any] | None:
    """Read an object that is written as `_encoded` writes it: so no name stands twice, and no blank hides anything."""
    raw = _bytes(part)
    try:
        value = None if raw is None else json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and _encoded(value) == part else None


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(part: str) -> bytes | None:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if _base64(raw) == part else None
