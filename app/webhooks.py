"""Where git hosts push to: the raw body goes to the use case that decides whether to believe it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response, post
from litestar.connection import Request
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.auth import ANONYMOUS
from app.problems import HttpError
from app.unit import Unit
from specs.errors import DeniedError
from sync.webhook import MAX_BODY


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
    """Take a push: 202 when it is believed, `new` false for a replay; 401 when its signature is not ours."""
    try:
        new = await unit.repositories.deliver(repository, dict(request.headers), await request.body())
    except DeniedError as error:
        raise HttpError(HTTPStatus.UNAUTHORIZED, error.message, error.hint, details=error.details) from error
    return Response({"new": new}, status_code=202)


ROUTES = (delivery,)
