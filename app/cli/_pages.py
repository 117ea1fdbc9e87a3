"""Addresses of pages that commands point to, as `app.web.addresses` spells them: that package needs a server."""

from urllib.parse import quote

SAFE = "/-._~"


def conflict(project: str, ident: str) -> str:
    """Give the page of a conflict."""
    return f"/p/{quote(project, safe='')}/conflicts/{quote(ident, safe='')}"


def proposal(project: str, ident: str) -> str:
    """Give the page of a proposal."""
    return f"/p/{quote(project, safe='')}/proposals/{quote(ident, safe='')}"


def history(project: str, path: str) -> str:
    """Give the revisions of a spec."""
    return f"/p/{quote(project, safe='')}/history/{quote(path, safe=SAFE)}"
