"""The room in which diagrams are drawn: a page for a frame that is sandboxed, without origin, network or cookies.

A diagram is somebody's text, and the library that draws it is large: it runs where nothing can be reached. What leaves
the room is a picture's source, which pages show as an image.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from litestar import Response, get

from app.http.auth import ANONYMOUS
from app.web.answers import HTML, Web

LIBRARY = Path(__file__).parent.parent / "static" / "mermaid.js"
PUBLIC = {"public": ANONYMOUS}
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Drawing room</title></head>
<body><script nonce="{nonce}" src="/diagrams/library?v={version}"></script></body></html>
"""
# The frame has no origin of its own, so that 'self' would be nobody: the one script is known by its nonce.
POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'nonce-{nonce}'; style-src 'unsafe-inline'; "
    "frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
FOR_EVER = "public, max-age=31536000, immutable"


@cache
def library() -> tuple[bytes, str]:
    """Give the script, and what it is called now."""
    data = LIBRARY.read_bytes()
    return data, sha256(data).hexdigest()[:12]


@get("/diagrams", opt=PUBLIC, sync_to_thread=False)
def room(request: Web) -> Response[Any]:
    """Show the page of the frame."""
    nonce = str(request.scope["state"]["nonce"])
    policy = POLICY.format(nonce=nonce)
    headers = {"content-security-policy": policy, "x-frame-options": "SAMEORIGIN", "cache-control": "no-store"}
    return Response(PAGE.format(nonce=nonce, version=library()[1]), media_type=HTML, headers=headers)


@get("/diagrams/library", opt=PUBLIC, sync_to_thread=False)
def script() -> Response[Any]:
    """Give the library to a frame without an origin, which no other header would let have it."""
    headers = {"cache-control": FOR_EVER, "cross-origin-resource-policy": "cross-origin"}
    return Response(library()[0], media_type="text/javascript", headers=headers)


ROUTES = (room, script)
