"""Every route with every role and every scope, made from the routes themselves: refused unless declared."""

from typing import Any
from uuid import UUID

import pytest

from app.api import BASE, ROUTES
from specs.access import ALL_SCOPES, Role, Scope
from tests.app.conftest import Town

NOWHERE = UUID(int=0)
VALUES = {"project": "payments", "path": "a/b.md", "fingerprint": "0" * 16, "revision": "0" * 64}
CASES = [
    pytest.param(method, path, handler, id=f"{method} {path}")
    for handler in ROUTES
    for path in handler.paths
    for method in sorted(handler.http_methods)
]


def address(path: str, project: str = "payments") -> str:
    """Fill a template: the project given, and ids of things that are not there."""
    parts = []
    for part in path.split("/"):
        if part.startswith("{"):
            name, _, kind = part[1:-1].partition(":")
            values = VALUES | {"project": project}
            parts.append(str(NOWHERE) if kind == "uuid" else values.get(name, "x"))
        else:
            parts.append(part)
    return BASE + "/".join(parts)


def body(method: str) -> dict[str, Any]:
    return {"json": {}} if method in {"POST", "PUT", "PATCH"} else {}


@pytest.mark.parametrize(("method", "path", "handler"), CASES)
def test_every_route_declares_its_scope(method: str, path: str, handler: Any) -> None:
    assert isinstance(handler.opt["scope"], Scope)
    assert handler.fn.__doc__


async def test_nobody_gets_in_without_a_token(client: Any) -> None:
    for case in CASES:
        method, path, _ = case.values
        answer = await client.request(method, address(path), **body(method))
        assert answer.status_code == 401, (method, path)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_missing_scope_is_refused_whatever_the_role(client: Any, town: Town) -> None:
    for case in CASES:
        method, path, handler = case.values
        token = await town.token(Role.ADMIN, ALL_SCOPES - {handler.opt["scope"]})
        answer = await client.request(
            method, address(path), headers={"authorization": f"Bearer {token}"}, **body(method)
        )
        assert answer.status_code == 403, (method, path, answer.text)
        assert handler.opt["scope"] in answer.json()["hint"]


async def test_a_strangers_project_is_not_there(client: Any, town: Town) -> None:
    headers = {"authorization": f"Bearer {await town.token(None)}"}
    for case in CASES:
        method, path, _ = case.values
        if "{project" not in path:
            continue
        foreign = await client.request(method, address(path), headers=headers, **body(method))
        absent = await client.request(method, address(path, "nowhere"), headers=headers, **body(method))
        # An empty body may be refused before anyone looks for the project; then it is refused alike in both.
        assert foreign.status_code in {404, 400, 428}, (method, path, foreign.text)
        told = [{**answer.json(), "request_id": ""} for answer in (foreign, absent)]
        assert told[0] == told[1], (method, path)


WRITERS = {
    ("POST", "/specs"): ({"path": "new.md", "text": "# New\n"}, Role.EDITOR),
    ("POST", "/members"): ({"login": "reader-person", "role": "reader"}, Role.ADMIN),
    ("POST", "/tokens"): ({"name": "claude"}, Role.ADMIN),
    ("GET", "/tokens"): (None, Role.ADMIN),
    ("GET", "/members"): (None, Role.READER),
    ("GET", "/specs"): (None, Role.READER),
    ("GET", "/repositories"): (None, Role.READER),
    ("GET", "/checks"): (None, Role.READER),
    ("GET", "/findings"): (None, Role.READER),
    ("GET", "/reports"): (None, Role.READER),
    ("GET", "/policies"): (None, Role.READER),
    ("GET", "/policies/examples"): (None, Role.READER),
    ("GET", "/decisions"): (None, Role.READER),
    ("GET", "/notices"): (None, Role.READER),
    ("GET", "/frozen"): (None, Role.READER),
    ("POST", "/policies/attempt"): ({"specs": [{"path": "a.md", "text": "# A\n"}]}, Role.READER),
    ("POST", "/context"): ({"task": "Change refunds"}, Role.READER),
    ("POST", "/repositories"): ({"name": "code", "url": "https://git.example.org/code.git"}, Role.ADMIN),
}


@pytest.mark.parametrize(("method", "path"), sorted(WRITERS))
async def test_a_role_may_do_what_its_rank_allows(ask: Any, method: str, path: str) -> None:
    content, least = WRITERS[method, path]
    for role in Role:
        answer = await ask(method, path, role, **({} if content is None else {"json": content}))
        if role.rank < least.rank:
            assert answer.status_code == 403, (role, answer.text)
            assert str(least) in answer.json()["detail"]
        else:
            assert answer.status_code in {200, 201, 409}, (role, answer.text)
