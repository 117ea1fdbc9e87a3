"""`Idempotency-Key` on POST: the same request with the same key has one effect and one answer, also at the same time.

The key, the effect and the answer are written in one transaction: the services of such a request run inside it as
savepoints. A twin that arrives meanwhile waits for the first one's end. Answers that say "not now" (5xx) are not kept,
nor are secrets: routes that tell one say `secret` in their `opt`.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar.connection import Request
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from app.http.auth import is_api
from app.problems import MEDIA_TYPE, HttpError, ProblemDetails
from app.sources import now
from app.store import Answer, AppStore
from app.unit import Joined
from specs.access import Principal
from specs.errors import UserError
from specs.store.connection import Transactions

LOG = structlog.get_logger("holdfast.http")
HEADER = "idempotency-key"
REPLAYED = b"idempotency-replayed"
KEY_PATTERN = r"^[\x21-\x7e]{1,255}$"
KEY = re.compile(KEY_PATTERN)


class Idempotency:
    """Middleware, inside `Credentials`: it needs to know who asks, and keys of one actor are not those of another."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a POST with a key once; pass anything else on."""
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST" or not is_api(scope):
            await self._app(scope, receive, send)
            return
        key = Headers.from_scope(scope).get(HEADER)
        principal: Principal | None = scope["state"].get("principal")
        if key is None or principal is None:
            await self._app(scope, receive, send)
            return
        if not KEY.fullmatch(key):
            raise UserError(
                "This Idempotency-Key cannot be used.", "It is 1 to 255 visible ASCII characters, such as a UUID."
            )
        await self._once(scope, receive, send, principal, key)

    async def _once(self, scope: HTTPScope, receive: Receive, send: Send, principal: Principal, key: str) -> None:
        # The framework remembers the body it read, so the handler finds it too.
        request: Request[Any, Any, Any] = Request(scope, receive)
        digest = _digest(scope, await request.body())
        database: Transactions = scope["litestar_app"].state.database
        answer = Held()
        try:
            async with database.transaction() as connection:
                store = AppStore(connection)
                kept = await store.claim_key(principal.actor.id, key, digest, now())
                if kept is None:
                    scope["state"]["transactions"] = Joined(connection)
                    await self._app(scope, receive, answer.take)
                    answer.check()
                    secret = answer.status < HTTPStatus.BAD_REQUEST and scope["route_handler"].opt.get("secret")
                    kept = told_once(digest, scope) if secret else answer.kept(digest)
                    await store.keep_answer(principal.actor.id, key, kept)
                elif kept.request_digest != digest:
                    raise other_request()
                else:
                    answer.again(kept)
        except NotKeptError:
            LOG.info("request.not_kept", status=answer.status)
        await answer.send(send)


async def once(
    database: Transactions,
    principal: Principal,
    key: str,
    digest: str,
    work: Callable[[Transactions], Awaitable[bytes]],
) -> bytes:
    """Do one of the many things that a request asks for, once for its key; give what came of it, then or now.

    `work` runs inside the transaction that keeps its answer. Raises 422 where the key was used for something else; what
    `work` raises undoes all.
    """
    async with database.transaction() as connection:
        store = AppStore(connection)
        kept = await store.claim_key(principal.actor.id, key, digest, now())
        if kept is None:
            kept = Answer(digest, int(HTTPStatus.OK), {}, await work(Joined(connection)))
            await store.keep_answer(principal.actor.id, key, kept)
        elif kept.request_digest != digest:
            raise other_request()
    return kept.body


def other_request() -> HttpError:
    """Make the 422 for a key that was used for another request."""
    return HttpError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This Idempotency-Key was used for another request.",
        "Use a new key for each request; repeat a request only with exactly the same body.",
    )


class NotKeptError(Exception):
    """Undoes the transaction of an answer that must not be repeated; never leaves this module."""


class Held:
    """An answer held back until its transaction is durable."""

    def __init__(self) -> None:
        self.status = 0
        self._headers: list[tuple[bytes, bytes]] = []
        self._body = b""

    async def take(self, message: Message) -> None:
        """Hold one message of the application."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._headers = [(bytes(name), bytes(value)) for name, value in message["headers"]]
        elif message["type"] == "http.response.body":
            self._body += message["body"]

    def check(self) -> None:
        """Raise when the answer says that it failed here, not that the request was wrong."""
        if not self.status or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise NotKeptError

    def kept(self, digest: str) -> Answer:
        """Give what is stored."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self._headers}
        return Answer(digest, self.status, headers, self._body)

    def again(self, kept: Answer) -> None:
        """Become the answer that was given before, marked as such."""
        self.status = kept.status or HTTPStatus.INTERNAL_SERVER_ERROR
        self._headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in kept.headers.items()]
        self._headers.append((REPLAYED, b"true"))
        self._body = kept.body

    async def send(self, send: Send) -> None:
        """Let the answer go."""
        await send({"type": "http.response.start", "status": self.status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})


def told_once(digest: str, scope: HTTPScope) -> Answer:
    """Give what is stored instead of an answer with a secret in it: a copy of the database must open nothing."""
    problem = ProblemDetails(
        int(HTTPStatus.CONFLICT),
        "told-once",
        "This was done at the first request with this Idempotency-Key, whose answer held the secret.",
        "A secret is told once and not kept. If that answer was lost, take the token back (or rotate) and ask anew.",
    )
    body = msgspec.json.encode(problem.content(str(scope["state"]["request_id"])))
    headers = {"content-type": MEDIA_TYPE, "content-length": str(len(body)), "cache-control": "no-store"}
    return Answer(digest, problem.status, headers, body)


def _digest(scope: HTTPScope, body: bytes) -> str:
    """Name a request: its method, address and body."""
    head = b"\n".join((scope["method"].encode(), scope["path"].encode(), scope.get("query_string", b"")))
    return hashlib.sha256(head + b"\n\n" + body).hexdigest()
