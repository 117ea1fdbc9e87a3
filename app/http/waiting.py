"""What the API answers to a write that waits for review: 202, and where the proposal is that holds it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from litestar.connection import Request
from litestar.response import Response

from specs.service.proposals.admitting import WaitsError

STATUS = 202
SCHEMA: Mapping[str, Any] = MappingProxyType(
    {
        "type": "object",
        "description": "The write waits for review as a proposal. Nothing is lost, and nothing changed yet.",
        "required": ["proposal", "title", "state", "url", "detail", "hint"],
        "properties": {
            "proposal": {"type": "string", "format": "uuid"},
            "title": {"type": "string"},
            "state": {"type": "string"},
            "url": {"type": "string", "description": "The proposal's address in this API."},
            "detail": {"type": "string", "description": "Whose review it waits for, for a person."},
            "hint": {"type": "string"},
        },
    }
)


def waits(request: Request[Any, Any, Any], error: WaitsError) -> Response[Any]:
    """Say where the proposal is."""
    project = quote(str(request.path_params.get("project", "")), safe="")
    url = f"/api/v1/projects/{project}/proposals/{error.proposal.id}"
    content = {**error.details, "url": url, "detail": error.message, "hint": error.hint}
    return Response(content, status_code=STATUS, media_type="application/json", headers={"location": url})
