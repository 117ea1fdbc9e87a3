"""What a reader sees when something went wrong: what happened, what is safe, what to do. Knows no services."""

import re
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.response import Redirect
from litestar.routes import BaseRoute, HTTPRoute

from app.problems import FRAMEWORK, ProblemDetails
from app.web import addresses, answers
from app.web.answers import SEE_OTHER, Web, alone, wants_json
from app.web.entrance.sessions import local
from app.web.views.people import ErrorPage
from specs.service.proposals.admitting import WaitsError

ACCEPTED = 202
TITLES = {
    400: "This address or form cannot be read",
    401: "You are not logged in",
    403: "This is not allowed",
    404: "There is nothing here",
    405: "This page takes no such request",
    409: "This changed since you looked",
    413: "This is too large",
    429: "Too many tries",
    500: "Holdfast failed",
    503: "Holdfast cannot answer now",
}
# What the framework says for scripts is said otherwise to readers: what happened, and what to do.
READERS = {
    400: ("Something in it is not as this page expects.", "Go back, load the page again, and try once more."),
    404: ("The page was moved or never was, or it is in a project that is not yours.", "Find it with Ctrl K."),
    405: ("It is reached by a button of another page.", "Go back and use the button there."),
    413: ("What you sent is larger than this server takes.", "Send less at once, or ask who runs it to allow more."),
    415: ("It was sent in a form that this page does not read.", "Go back, load the page again, and try once more."),
}
PASSING = frozenset({429, 500, 503})
SAFE = {
    409: "Nothing was overwritten, and nothing that you sent is lost.",
    500: "Nothing was half written, and drafts stay in your browser.",
    503: "All that was acknowledged is kept, and drafts stay in your browser.",
}


def waits_page(request: Web, error: WaitsError) -> Response[Any] | Redirect:
    """Send a writer whose change waits for review to the proposal that holds it."""
    href = addresses.proposal(str(request.path_params.get("project", "")), str(error.proposal.id))
    if wants_json(request):
        told = {"href": href, "waits": True, "detail": error.message, "hint": error.hint}
        return answers.json(told, status=ACCEPTED)
    return answers.see(href)


def page(request: Web, problem: ProblemDetails) -> Response[Any] | Redirect:
    """Answer with a page, with problem details for our own scripts, or with the way to the log-in."""
    request_id = str(request.scope["state"].get("request_id", ""))
    if wants_json(request):
        return problem.response(request_id)
    if problem.status == HTTPStatus.UNAUTHORIZED and request.method == "GET":
        query = request.scope.get("query_string", b"").decode("latin-1")
        wanted = request.scope["path"] + (f"?{query}" if query else "")
        return Redirect(f"/login?next={quote(wanted, safe='/')}", status_code=SEE_OTHER)
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET":
        return answers.see(_page_above(request))
    title = TITLES.get(problem.status, problem.title)
    told = (problem.detail, problem.hint)
    if FRAMEWORK.get(problem.status, ())[1:] == told:
        told = READERS.get(problem.status, told)
    path = request.scope["path"]
    view = ErrorPage(
        problem.status,
        title,
        told[0],
        SAFE.get(problem.status, ""),
        told[1],
        request_id,
        href=local(path) if problem.status in PASSING and request.method == "GET" else "",
        back=_project_of(path),
    )
    answer = answers.page("error.html", alone(request, title), view, status=problem.status)
    for name, value in problem.headers.items():
        if name != "www-authenticate":
            answer.headers[name] = value
    return answer


def _page_above(request: Web) -> str:
    """Give the page above an address that only forms are sent to: whoever loads what one answered comes here."""
    readable = _readable(tuple(request.app.routes))
    above = request.scope["path"].rpartition("/")[0]
    while above and not readable.fullmatch(above):
        above = above.rpartition("/")[0]
    return local(above or "/")


@cache
def _readable(routes: tuple[BaseRoute, ...]) -> re.Pattern[str]:
    found = (one for one in routes if isinstance(one, HTTPRoute) and "GET" in one.methods)
    shapes = (re.sub(r"\\{\w+(?::(\w+))?\\}", _part, re.escape(one.path)) for one in found)
    return re.compile("|".join(shapes))


def _part(parameter: re.Match[str]) -> str:
    return {"path": ".+", "uuid": "[0-9a-fA-F-]{32,36}"}.get(parameter[1], "[^/]+")


def _project_of(path: str) -> str:
    """Give the address of the project that a page is in; the project's own page has none to go back to."""
    _, kind, slug, *rest = [*path.split("/"), "", "", ""]
    return addresses.project(slug) if kind == "p" and slug and any(rest) else ""
