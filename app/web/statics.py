"""How static files travel: packed for those who take that, and kept for good by browsers where that is safe."""

from typing import Final

from litestar.config.compression import CompressionConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.web.render import asset

FOR_GOOD = "public, max-age=31536000, immutable"
OK = 200
# They hold no secret, so packing them tells none.
PACKED = CompressionConfig(backend="gzip", gzip_compress_level=6, minimum_size=1000)


def keeping(app: ASGIApp) -> ASGIApp:
    """Let browsers keep a file whose address says truly what it holds; of any other they ask again.

    A server of another release may be asked for a file of this one: what it answers may not be kept under that name.
    """

    async def kept(scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                true = message["status"] == OK and _is_named_truly(scope)
                MutableScopeHeaders(message)["cache-control"] = FOR_GOOD if true else "no-cache"
            await send(message)

        await app(scope, receive, told)

    return kept


def _is_named_truly(scope: Scope) -> bool:
    query, path = scope["query_string"], scope["path"]
    return (
        query.startswith(b"v=")
        and ".." not in path
        and asset(path.removeprefix("/static/")).endswith(query.decode("latin-1"))
    )


MIDDLEWARE: Final = (keeping, DefineMiddleware(CompressionMiddleware, config=PACKED))
