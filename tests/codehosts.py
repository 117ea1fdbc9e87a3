"""A stand-in for GitHub and GitLab: the requests that Holdfast makes, held against the schemas these hosts publish.

The schemas are small parts of github.com/github/rest-api-description (2022-11-28) and of GitLab's `openapi_v3.yaml`,
with `additionalProperties` off: a field that the host does not know is a mistake of ours.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qs, unquote, urlsplit

import jsonschema

from sync.hosts.values import HostKind, Place

TOKEN = "host-t0ken"
TEXT: dict[str, Any] = {"type": "string"}
SHA: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{40}$"}


def body(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def one_of(*words: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


SCHEMAS: Mapping[str, dict[str, Any]] = {
    "github status": body(
        ["state"],
        state=one_of("error", "failure", "pending", "success"),
        target_url={"type": ["string", "null"], "format": "uri"},
        description={"type": ["string", "null"], "maxLength": 140},
        context=TEXT,
    ),
    "github comment": body(["body"], body={"type": "string", "maxLength": 65536}),
    "github open": body(["head", "base"], title=TEXT, head=TEXT, base=TEXT, body=TEXT, draft={"type": "boolean"}),
    "github change": body([], title=TEXT, body=TEXT, state=one_of("open", "closed"), base=TEXT),
    "gitlab status": body(
        ["state"],
        state=one_of("pending", "running", "success", "failed", "canceled", "skipped"),
        name=TEXT,
        description={"type": "string", "maxLength": 255},
        target_url=TEXT,
        ref=TEXT,
    ),
    "gitlab note": body(["body"], body={"type": "string", "maxLength": 1_000_000}),
    "gitlab open": body(
        ["source_branch", "target_branch", "title"],
        source_branch=TEXT,
        target_branch=TEXT,
        title={"type": "string", "maxLength": 255},
        description=TEXT,
    ),
    "gitlab change": body([], title=TEXT, description=TEXT, state_event=one_of("close", "reopen")),
}


@dataclass
class CodeHost:
    """What a host knows: statuses by commit and context, comments and pull requests; and every request it was sent."""

    address: str = ""
    statuses: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    forbidden: bool = False

    def place(self, kind: str, name: str = "acme/shop") -> Place:
        chosen = HostKind(kind)
        return Place(chosen, f"{self.address}/api/{'v3' if chosen is HostKind.GITHUB else 'v4'}", name)


class RefusedError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


Query: TypeAlias = Mapping[str, str]
Answer: TypeAlias = Callable[..., Any]


def checked(name: str, given: Any) -> Any:
    jsonschema.Draft202012Validator(SCHEMAS[name]).validate(given)
    return given


def page(items: list[dict[str, Any]], query: Mapping[str, str]) -> list[dict[str, Any]]:
    size, number = int(query.get("per_page", "30")), int(query.get("page", "1"))
    return items[(number - 1) * size : number * size]


def set_github_status(host: CodeHost, given: Any, _query: Query, commit: str) -> Any:
    jsonschema.validate(commit, SHA)
    host.statuses[commit, given.get("context", "default")] = checked("github status", given)
    return {"id": 1, **given}


def set_gitlab_status(host: CodeHost, given: Any, _query: Query, commit: str) -> Any:
    jsonschema.validate(commit, SHA)
    key = commit, given.get("name", "default")
    if host.statuses.get(key, {}).get("status") == given["state"]:
        raise RefusedError(400, "Cannot transition status via :enqueue from :pending (Reason(s): ...)")
    host.statuses[key] = {"status": given["state"], **checked("gitlab status", given)}
    return host.statuses[key]


def gitlab_statuses(host: CodeHost, _given: Any, query: Query, commit: str) -> Any:
    return [one for key, one in host.statuses.items() if key == (commit, query["name"])]


def add_comment(schema: str) -> Answer:
    def added(host: CodeHost, given: Any, _query: Query) -> Any:
        author = {"id": 42, "type": "Bot"}
        host.comments.append({"id": len(host.comments) + 1, "user": author, "author": author} | checked(schema, given))
        return host.comments[-1]

    return added


def change_comment(schema: str) -> Answer:
    def changed(host: CodeHost, given: Any, _query: Query, number: str) -> Any:
        host.comments[int(number) - 1] |= checked(schema, given)
        return host.comments[int(number) - 1]

    return changed


def github_pulls(host: CodeHost, _given: Any, query: Query) -> Any:
    wanted = (query["state"], query["head"].removeprefix("acme:"), query["base"])
    return [one for one in host.pulls if (one["state"], one["head"]["ref"], one["base"]["ref"]) == wanted]


def open_github(host: CodeHost, given: Any, _query: Query) -> Any:
    checked("github open", given)
    number = len(host.pulls) + 1
    made = {"number": number, "html_url": f"https://github.com/acme/shop/pull/{number}", "state": "open"}
    branches = {"head": {"ref": given["head"]}, "base": {"ref": given["base"]}}
    host.pulls.append({**made, **branches, "title": given["title"], "body": given["body"], "merged_at": None})
    return host.pulls[-1]


def gitlab_pulls(host: CodeHost, _given: Any, query: Query) -> Any:
    wanted = (query["state"], query["source_branch"], query["target_branch"])
    return [one for one in host.pulls if (one["state"], one["source_branch"], one["target_branch"]) == wanted]


def open_gitlab(host: CodeHost, given: Any, _query: Query) -> Any:
    number = len(host.pulls) + 1
    made = {"iid": number, "web_url": f"https://gitlab.com/acme/shop/-/merge_requests/{number}", "state": "opened"}
    host.pulls.append({**made, **checked("gitlab open", given)})
    return host.pulls[-1]


def pull(schema: str) -> Answer:
    def one(host: CodeHost, given: Any, _query: Query, number: str) -> Any:
        if int(number) > len(host.pulls):
            raise RefusedError(404, "Not Found")
        found = host.pulls[int(number) - 1]
        found |= checked(schema, given) if given else {}
        return found

    return one


def no_user(_host: CodeHost, _given: Any, _query: Query) -> Any:
    raise RefusedError(403, "Resource not accessible by integration")


GITHUB, GITLAB = "/api/v3/repos/acme/shop", "/api/v4/projects/acme%2Fshop"
ROUTES: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/api/v3/user", no_user),
    ("POST", rf"{GITHUB}/statuses/(.+)", set_github_status),
    ("GET", rf"{GITHUB}/issues/7/comments", lambda host, _, query: page(host.comments, query)),
    ("POST", rf"{GITHUB}/issues/7/comments", add_comment("github comment")),
    ("PATCH", rf"{GITHUB}/issues/comments/(\d+)", change_comment("github comment")),
    ("GET", rf"{GITHUB}/pulls", github_pulls),
    ("POST", rf"{GITHUB}/pulls", open_github),
    ("GET|PATCH", rf"{GITHUB}/pulls/(\d+)", pull("github change")),
    ("GET", "/api/v4/user", lambda *_: {"id": 42, "username": "project_1_bot"}),
    ("POST", rf"{GITLAB}/statuses/(.+)", set_gitlab_status),
    ("GET", rf"{GITLAB}/repository/commits/(.+)/statuses", gitlab_statuses),
    ("GET", rf"{GITLAB}/merge_requests/7/notes", lambda host, _, query: page(host.comments, query)),
    ("POST", rf"{GITLAB}/merge_requests/7/notes", add_comment("gitlab note")),
    ("PUT", rf"{GITLAB}/merge_requests/7/notes/(\d+)", change_comment("gitlab note")),
    ("GET", rf"{GITLAB}/merge_requests", gitlab_pulls),
    ("POST", rf"{GITLAB}/merge_requests", open_gitlab),
    ("GET|PUT", rf"{GITLAB}/merge_requests/(\d+)", pull("gitlab change")),
)


def routed(host: CodeHost, method: str, path: str, query: Query, given: Any) -> Any:
    for methods, pattern, answer in ROUTES:
        found = re.fullmatch(pattern, path)
        if found and method in methods.split("|"):
            return answer(host, given, query, *found.groups())
    raise RefusedError(404, "Not Found")


PROOFS: Mapping[str, tuple[str, str]] = {
    "/api/v3": ("authorization", f"Bearer {TOKEN}"),
    "/api/v4": ("private-token", TOKEN),
}


def answered(host: CodeHost, method: str, target: str, headers: Mapping[str, str], given: Any) -> tuple[int, Any]:
    parts = urlsplit(target)
    host.requests.append((method, unquote(parts.path)))
    header, proof = PROOFS[parts.path[:7]]
    if headers.get(header) != proof:
        return 401, {"message": "Bad credentials"}
    if host.forbidden and method != "GET":
        return 403, {"message": "Resource not accessible by integration"}
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    try:
        return 201 if method == "POST" else 200, routed(host, method, parts.path, query, given)
    except RefusedError as error:
        return error.status, {"message": str(error)}
    except jsonschema.ValidationError as error:
        host.faults.append(f"{method} {parts.path}: {error.message}")
        return 422, {"message": error.message}


@contextmanager
def code_host() -> Iterator[CodeHost]:
    """Run the stand-in; every request must have been as the host wants it."""
    host = CodeHost()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            size = int(self.headers.get("content-length") or 0)
            given = json.loads(self.rfile.read(size)) if size else None
            status, told = answered(host, self.command, self.path, self.headers, given)
            data = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = answer  # noqa: N815 (the names that the library calls)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert not host.faults
