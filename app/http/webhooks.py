"""Where git hosts push to: the raw body goes to the use case that decides whether to believe it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.http.auth import ANONYMOUS
from app.problems import HttpError
from app.unit import Unit
from specs.errors import ConflictError, DeniedError
from sync.binding.webhook import MAX_BODY


@post(
    "/webhooks/{repository:uuid}",
    opt={"public": ANONYMOUS},
    status_code=202,
    include_in_schema=False,
    request_max_body_size=MAX_BODY,
)
async def delivery(
    request: Request[Any, Any, Any], unit: NamedDependency[Unit], repository: FromPath[UUID]
) -> Response[dict[str, bool]]:
    """Take a push: 202 when it is believed, 409 when it was delivered before, 401 when its signature is not ours."""
    try:
        new = await unit.repositories.deliver(repository, dict(request.headers), await request.body())
    except DeniedError as error:
        raise HttpError(HTTPStatus.UNAUTHORIZED, error.message, error.hint, details=error.details) from error
    if not new:
        raise ConflictError(
            "This delivery is a duplicate: it came before, and what it told was done then.",
            "Nothing needs to be sent again; to have the repository read now, ask for that.",
            details={"duplicate": True},
        )
    return Response({"new": True}, status_code=202)


ROUTES = (delivery,)
