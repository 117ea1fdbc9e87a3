"""Logging in through an identity provider: OpenID Connect, the authorization code with PKCE. Alone knows PyJWT.

What begins in a browser is kept in that browser, in a cookie that this server made (`Flow`): an answer that comes back
to another browser, twice too late, or with another state is nobody's. Of what the provider says, only its signed
subject counts; an address of mail links nobody.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jwt

from app.settings import Settings
from app.sources import random_bytes
from specs.access import Identity
from specs.errors import DeniedError, HoldfastError, UnavailableError
from sync.hosts.transport import Transport
from sync.hosts.values import Request

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
REQUIRED = ("exp", "iat", "iss", "aud", "sub")
SECONDS = 600
LEEWAY = 60
FRESH = 3600.0
PATIENCE = 60.0
LONGEST_SUBJECT = 255
LONGEST_COOKIE = 4000
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
AGAIN = "Begin again from the log-in page."


@dataclass(frozen=True, slots=True)
class Flow:
    """A log-in that began in one browser, and what is to come of it.

    `purpose` is login, link (to the person `actor`) or redeem (the one-time link `link`); it ends at `until`.
    """

    state: str
    nonce: str
    verifier: str
    until: int
    purpose: str = "login"
    next_page: str = ""
    actor: str = ""
    link: str = ""


def new_flow(now: float, *, purpose: str = "login", next_page: str = "", actor: str = "", link: str = "") -> Flow:
    """Begin a log-in, with secrets of its own."""
    state, nonce, verifier = [_text(random_bytes(32)) for _ in range(3)]
    return Flow(state, nonce, verifier, int(now) + SECONDS, purpose, next_page, actor, link)


def seal(flow: Flow, key: bytes) -> str:
    """Write a flow for a cookie that nobody else can make."""
    said = _text(json.dumps(asdict(flow)).encode())
    return f"{said}.{_mac(said, key)}"


def unseal(cookie: str, key: bytes, state: str, now: float) -> Flow:
    """Read the flow that an answer belongs to. Raises `DeniedError` where there is none, or it is over."""
    said, _, mac = cookie[:LONGEST_COOKIE].partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(said, key).encode()):
        raise DeniedError("This browser did not begin that log-in.", AGAIN)
    flow = Flow(**json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))))
    if now >= flow.until:
        raise DeniedError("The log-in took too long.", AGAIN)
    if not hmac.compare_digest(flow.state.encode(), state.encode()):
        raise DeniedError("The answer belongs to another log-in.", AGAIN)
    return flow


class Provider:
    """The identity provider that the settings name. What it publishes is asked for once an hour."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._issuer = settings.oidc_issuer
        self._client = settings.oidc_client_id
        self._secret = settings.oidc_client_secret
        self._scopes = settings.oidc_scopes
        self._clock = clock
        self._transport = Transport(allow_private=True)  # whoever runs the server chose the address
        self._found: tuple[float, Mapping[str, Any]] | None = None
        self._keys: tuple[float, jwt.PyJWKSet] | None = None
        self._lock = asyncio.Lock()
        self.name = settings.oidc_name or urlsplit(self._issuer).hostname or ""

    async def address(self, flow: Flow, back: str) -> str:
        """Give where the browser goes to log in; `back` is where it comes back."""
        metadata = await self._metadata()
        challenge = _text(hashlib.sha256(flow.verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": back,
            "scope": self._scopes,
            "state": flow.state,
            "nonce": flow.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        place = str(metadata["authorization_endpoint"])
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    async def identity(self, flow: Flow, code: str, issuer: str, back: str) -> Identity:
        """Exchange a code for who it vouches for. `issuer` is whom the answer says it is from, "" for nobody.

        Raises `DeniedError` for an answer that is not to be believed, `UnavailableError` where none came.
        """
        if issuer and issuer != self._issuer:
            raise DeniedError("The answer is from another issuer.", AGAIN)
        metadata = await self._metadata()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": flow.verifier}
        headers = {"accept": "application/json"}
        methods = metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self._secret and "client_secret_basic" in methods:
            pair = f"{quote(self._client, safe='')}:{quote(self._secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self._client} | ({"client_secret": self._secret} if self._secret else {})
        request = Request("POST", str(metadata["token_endpoint"]), "exchange the code", headers, form=form)
        answer = await self._send(request)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise DeniedError("The provider vouched for nobody.", "Is the scope openid among HOLDFAST_OIDC_SCOPES?")
        return _identity(await self._claims(token, flow.nonce))

    async def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """Verify an id token: signature, issuer, audience, times, nonce."""
        try:
            head = jwt.get_unverified_header(token)
            key = await self._key(str(head.get("kid", "")), str(head.get("alg", "")))
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[str(head["alg"])],
                audience=self._client,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": list(REQUIRED)},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise DeniedError(f"The provider's word is not to be believed: {_words(error)}.", AGAIN) from error
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise DeniedError("The provider's word belongs to another log-in.", AGAIN)
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self._client) != self._client:
            raise DeniedError("The provider's word was given to somebody else.", AGAIN)
        return claims

    async def _key(self, kid: str, algorithm: str) -> jwt.PyJWK:
        """Give the key that a token names. One that is not known yet has the keys asked for anew, once a minute."""
        if algorithm not in ALGORITHMS:
            raise ValueError("it is signed in a way that is not allowed")
        for age in (FRESH, PATIENCE):
            keys = (await self._key_set(age)).keys
            fit = [one for one in keys if (one.key_id == kid or not kid) and one.algorithm_name == algorithm]
            fit = fit or [one for one in keys if one.key_id == kid and _fits(one, algorithm)]
            if fit:
                return fit[0]
        raise ValueError("its key is not among those that the provider publishes")

    async def _key_set(self, age: float) -> jwt.PyJWKSet:
        async with self._lock:
            if self._keys is None or self._clock() - self._keys[0] > age:
                place = str((await self._metadata())["jwks_uri"])
                found = await self._send(Request("GET", place, "ask for its keys"))
                self._keys = (self._clock(), jwt.PyJWKSet.from_dict(dict(found)))
            return self._keys[1]

    async def _metadata(self) -> Mapping[str, Any]:
        if self._found is None or self._clock() - self._found[0] > FRESH:
            place = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._send(Request("GET", place, "ask what it is"))
            if found.get("issuer") != self._issuer:
                raise UnavailableError(
                    "The provider calls itself otherwise.", "Set HOLDFAST_OIDC_ISSUER to its issuer."
                )
            scheme = urlsplit(self._issuer).scheme
            if any(urlsplit(str(found.get(name, ""))).scheme not in {"https", scheme} for name in ENDPOINTS):
                raise UnavailableError("The provider lacks an address that is needed.", "Look at its own settings.")
            self._found = (self._clock(), found)
        return self._found[1]

    async def _send(self, request: Request) -> Mapping[str, Any]:
        try:
            answer = await asyncio.to_thread(self._transport.send, request)
        except HoldfastError as error:
            raise UnavailableError(f"{self.name} cannot be asked: {error.message}", "Try again in a moment.") from error
        if not isinstance(answer, dict):
            raise UnavailableError(f"{self.name} answered something odd.", "Look at HOLDFAST_OIDC_ISSUER.")
        return answer


def _fits(key: jwt.PyJWK, algorithm: str) -> bool:
    """Say whether a key that names another algorithm of its family, or none, can verify this one."""
    families = {"RSA": ("RS", "PS"), "EC": ("ES",), "OKP": ("Ed",)}
    return algorithm[:2] in families.get(str(key.key_type), ())


def _identity(claims: Mapping[str, Any]) -> Identity:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise DeniedError("The provider's word names nobody.", AGAIN)
    mail = claims.get("email") if claims.get("email_verified") is True else ""
    login = _line(claims.get("preferred_username")) or _line(mail)
    return Identity(str(claims["iss"]), subject, _line(claims.get("name")) or login, login)


def _line(value: object) -> str:
    return "".join(char for char in value if char.isprintable())[:100].strip() if isinstance(value, str) else ""


def _words(error: Exception) -> str:
    text = "".join(char for char in str(error) if char.isprintable())[:200]
    return text[:1].lower() + text[1:].rstrip(".")


def _mac(said: str, key: bytes) -> str:
    return _text(hmac.new(key, b"holdfast-oidc:" + said.encode("utf-8", "replace"), hashlib.sha256).digest())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
