"""Large answers, compressed for those who take that."""

import asyncio
import gzip
from typing import Any

import msgspec
from litestar import Response
from litestar.connection import Request

LEAST = 1000
LEVEL = 5


async def packed(request: Request[Any, Any, Any], content: msgspec.Struct, headers: dict[str, str]) -> Response[Any]:
    """Answer with JSON, by gzip where the caller takes it and it is worth it."""
    body = msgspec.json.encode(content)
    told = {**headers, "vary": "accept-encoding, authorization"}
    if len(body) >= LEAST and takes_gzip(request.headers.get("accept-encoding", "")):
        body = await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
        told["content-encoding"] = "gzip"
    return Response(body, status_code=200, media_type="application/json", headers=told)


def takes_gzip(accepted: str) -> bool:
    """Say whether an `Accept-Encoding` names gzip and does not refuse it."""
    for part in accepted.lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in {"gzip", "x-gzip"}:
            return quality.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False
