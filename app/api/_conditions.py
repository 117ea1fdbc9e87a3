"""What a request's headers ask: conditions on a revision (RFC 9110 §13), media types (§12.5.1), parameters we know."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.response import Response

from app.problems import HttpError
from specs.errors import UserError

JSON = "application/json"
MARKDOWN = "text/markdown"
DIFF = "text/x-diff"
DIGEST = re.compile(r'\A(?:W/)?"([0-9a-f]{64})"\Z')
TASK, FENCING = "Holdfast-Task", "Holdfast-Fencing"
TOKEN = re.compile(r"[1-9][0-9]{0,15}")
MOST_RANGES = 50


def etag(digest: str) -> str:
    """Give the entity tag of a revision."""
    return f'"{digest}"'


def base_of(headers: Mapping[str, str]) -> str:
    """Give the revision that a save was made from. Raises 428 without `If-Match`, 400 where it names no revision."""
    given = headers.get("if-match", "").strip()
    if not given:
        raise HttpError(
            HTTPStatus.PRECONDITION_REQUIRED,
            "A save says which revision it was made from.",
            'Send `If-Match: "<digest>"` with the ETag of the revision that you read.',
        )
    found = DIGEST.match(given)
    if not found or given.startswith("W/"):
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            "`If-Match` names no revision.",
            "It is one digest of 64 hex digits in double quotes, as the ETag was; `*` would overwrite unseen text.",
        )
    return found.group(1)


def matches(headers: Mapping[str, str], tag: str) -> bool:
    """Say whether `If-None-Match` holds the tag: the caller has it already."""
    given = [part.strip().removeprefix("W/") for part in headers.get("if-none-match", "").split(",")]
    return tag in given or "*" in given


def named_task(headers: Mapping[str, str]) -> tuple[UUID, int] | None:
    """Give the task for which a request acts, with its fencing token; None where it names none. Raises 400."""
    task, fencing = headers.get(TASK.lower(), ""), headers.get(FENCING.lower(), "")
    if not task and not fencing:
        return None
    try:
        ref = UUID(task)
    except ValueError:
        ref = None
    if ref is None or not TOKEN.fullmatch(fencing):
        raise HttpError(
            HTTPStatus.BAD_REQUEST,
            f"`{TASK}` and `{FENCING}` name no claim of a task.",
            "Send both, the task's id and the number that its claim gave, or neither.",
        )
    return ref, int(fencing)


def preferred(accept: str, offers: Iterable[str]) -> str | None:
    """Give the offer that an `Accept` header likes best (the first of equals), or nothing when it takes none."""
    best: tuple[float, str] | None = None
    ranges = [_media_range(part) for part in accept.split(",")[:MOST_RANGES] if part.strip(" ;")] or [("*/*", 1.0)]
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > 0 and (best is None or quality > best[0]):
            best = (quality, offer)
    return best[1] if best else None


def _media_range(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return name, min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return name, 0.0
    return name, 1.0


def _quality(offer: str, ranges: list[tuple[str, float]]) -> float:
    """Give the quality of the most specific range that covers an offer."""
    whole = f"{offer.split('/', maxsplit=1)[0]}/*"
    for name in (offer, whole, "*/*"):
        found = [quality for given, quality in ranges if given == name]
        if found:
            return max(found)
    return 0.0


async def negotiate(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Refuse what the API cannot read (415), cannot write (406), or would have to ignore (400: unknown parameters).

    Runs after the caller is known and before anything of the body is read.
    """
    if connection.scope["type"] != ScopeType.HTTP or not isinstance(handler, HTTPRouteHandler):
        return
    known = {
        getattr(definition.kwarg_definition, "name", None) or name
        for name, definition in handler.parsed_fn_signature.parameters.items()
    }
    unknown = sorted(set(connection.query_params) - known)
    if unknown:
        raise UserError(
            f"Unknown query parameter {unknown[0]!r}.", "The parameters of each route are listed at /api/docs."
        )
    repeated = [key for key, values in connection.query_params.dict().items() if len(values) > 1]
    if repeated:
        raise UserError(f"The query parameter {repeated[0]!r} is there twice.", "Send it once.")
    offers = handler.opt.get("offers", (JSON,))
    if preferred(connection.headers.get("accept", ""), (*offers, "application/problem+json")) is None:
        raise HttpError(
            HTTPStatus.NOT_ACCEPTABLE,
            "None of the types in `Accept` can be given here.",
            f"This route gives {' and '.join(offers)}.",
        )
    if "data" in known:
        _check_content(connection.headers)


def _check_content(headers: Mapping[str, str]) -> None:
    name, *parameters = (part.strip().lower() for part in headers.get("content-type", "").split(";"))
    charsets = {part.removeprefix("charset=").strip('"') for part in parameters if part.startswith("charset=")}
    if name != JSON or charsets - {"utf-8", "utf8"}:
        raise HttpError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"The body is {name or 'of no type'}; this route reads JSON in UTF-8.",
            f"Send `Content-Type: {JSON}`.",
        )
    if headers.get("content-encoding", "identity") != "identity":
        raise HttpError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body is compressed.", "Send it without `Content-Encoding`."
        )


def markdown(text: str, headers: dict[str, str]) -> Response[Any]:
    """Answer with Markdown alone, for those who asked for it."""
    return Response(text.encode(), media_type=f"{MARKDOWN}; charset=utf-8", headers=headers)
