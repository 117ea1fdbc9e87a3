"""Every route with every role and every scope, made from the routes themselves: refused unless declared."""

from typing import Any
from uuid import UUID

import pytest

from app.api import BASE, ROUTES
from specs.access import ALL_SCOPES, Role, Scope
from tests.app.api.inhabited import Inhabited
from tests.app.conftest import Town

NOWHERE = UUID(int=0)
# All that an agent's own doing may leave in the audit log, whatever it asks for: it writes, proposes, asks and marks.
# It takes on tasks, finishes and fails them. It never approves, accepts, declines, confirms, lets a secret through,
# freezes, thaws, or says who may come in.
AGENT_ACTS = frozenset(
    [
        "tests.report",
        "deployment.record",
        "incident.open",
        "incident.close",
        "image.add",
        "spec.create",
        "spec.save",
        "spec.merge",
        "spec.set-aside",
        "spec.settle",
        "conflict.choose",
        "conflict.resolve",
        "conflict.withdraw",
        "tag.create",
        "context.serve",
        "gate.decide",
        "task.open",
        "task.claim",
        "task.overlap",
        "task.wait",
        "task.pass",
        "task.done",
        "task.fail",
        "task.give-back",
        "task.note",
        "task.spend",
        "proposal.open",
        "proposal.conflict",
        "proposal.rebase",
        "proposal.revise",
        "proposal.withdraw",
        "proposal.resolve",
    ]
)
ABSENT = {
    "path": "nowhere.md",
    "tag": "v0",
    "fingerprint": "0" * 16,
    "revision": "0" * 64,
    "key": "nothing",
    "form": "markdown",
}
QUERIES = {"diff": f"?before={'0' * 64}&after={'0' * 64}"}
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
    ("GET", "/limits"): (None, Role.READER),
    ("PUT", "/limits"): ({"retention": {"checks": 400}}, Role.ADMIN),
    ("GET", "/specs"): (None, Role.READER),
    ("GET", "/repositories"): (None, Role.READER),
    ("GET", "/checks"): (None, Role.READER),
    ("GET", "/findings"): (None, Role.READER),
    ("GET", "/reports"): (None, Role.READER),
    ("GET", "/reports/schedule"): (None, Role.READER),
    ("PUT", "/reports/schedule"): ({"weekday": "friday"}, Role.ADMIN),
    ("GET", "/policies"): (None, Role.READER),
    ("GET", "/policies/examples"): (None, Role.READER),
    ("GET", "/decisions"): (None, Role.READER),
    ("GET", "/notices"): (None, Role.READER),
    ("GET", "/events"): (None, Role.READER),
    ("GET", "/webhooks"): (None, Role.ADMIN),
    ("POST", "/webhooks"): ({"name": "ci", "url": "https://ci.example.org/x"}, Role.ADMIN),
    ("GET", "/frozen"): (None, Role.READER),
    ("POST", "/policies/attempt"): ({"specs": [{"path": "a.md", "text": "# A\n"}]}, Role.READER),
    ("POST", "/context"): ({"task": "Change refunds"}, Role.READER),
    ("GET", "/tasks"): (None, Role.READER),
    ("GET", "/tasks/active?path=src"): (None, Role.READER),
    ("POST", "/tasks"): ({"intent": "Mend refunds."}, Role.EDITOR),
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


@pytest.fixture
async def inhabited(town: Town, ask: Any) -> Inhabited:
    made = Inhabited(town, ask)
    await made.settle()
    return made


def filled(path: str, project: str, values: dict[str, str]) -> str:
    """Fill a route's template, ids without a value with one that is nowhere."""
    parts = []
    for part in path.split("/"):
        name = part[1:-1].partition(":")[0]
        parts.append({"project": project, **values}.get(name, str(NOWHERE)) if part.startswith("{") else part)
    return BASE + "/".join(parts)


def sent(inhabited: Inhabited, method: str, path: str, handler: Any) -> dict[str, Any]:
    """Give the right body and headers of a route."""
    plain = "/".join(part.partition(":")[0] + "}" if ":" in part else part for part in path.split("/"))
    more: dict[str, Any] = {"headers": {}}
    if method in {"POST", "PUT", "PATCH"}:
        more["json"] = next((bodies[0] for end, bodies in inhabited.bodies.items() if plain.endswith(end)), {})
    if "If-Match" in handler.opt.get("headers", ()):
        known = inhabited.known["digest" if "{proposal" in path else "revision"]
        more["headers"]["if-match"] = f'"{known[0]}"'
    return more


async def test_a_foreign_id_is_not_there(client: Any, town: Town, inhabited: Inhabited) -> None:
    """An admin of another project, inside that project's own paths: as if the id were nobody's."""
    token = {"authorization": f"Bearer {await town.token(None)}"}
    known = {name: values[0] for name, values in inhabited.known.items() if name != "project"}
    tried = 0
    for case in CASES:
        method, path, handler = case.values
        if "{" not in path.replace("{project:str}", "").replace("{client:str}", ""):  # a client is a word of ours
            continue
        if path.startswith("/installation/"):  # nothing of a project's
            continue
        more = sent(inhabited, method, path, handler)
        more["headers"] |= token
        query = QUERIES.get(path.rpartition("/")[2] if "/specs/" in path else "", "")
        foreign = await client.request(method, filled(path, "secrets", known) + query, **more)
        absent = await client.request(method, filled(path, "secrets", ABSENT) + query, **more)
        assert foreign.status_code == 404, (method, path, foreign.text)
        told = [{**answer.json(), "request_id": ""} for answer in (foreign, absent)]
        assert told[0] == told[1], (method, path)
        tried += 1
    assert tried > 40


async def test_a_reader_changes_nothing(ask: Any, inhabited: Inhabited) -> None:
    """Every route of a project that wants a scope for changes wants more than a reader, and than an editor to rule."""
    before = (await ask("GET", "/audit?limit=1")).json()["items"]
    known = {name: values[0] for name, values in inhabited.known.items()}
    for case in CASES:
        method, path, handler = case.values
        scope = handler.opt["scope"]
        if "{project" not in path or scope not in {Scope.WRITE, Scope.ADMIN}:
            continue
        for role in (Role.READER, *((Role.EDITOR, Role.REVIEWER) if scope is Scope.ADMIN else ())):
            more = sent(inhabited, method, path, handler)
            answer = await ask(method, filled(path, "payments", known), role, **more)
            assert answer.status_code in {403, 400}, (role, method, path, answer.text)
            if answer.status_code == 400:
                assert more["json"] == {}, (role, method, path, answer.text)
    assert (await ask("GET", "/audit?limit=1")).json()["items"] == before


async def test_a_scope_opens_only_its_own_routes(client: Any, town: Town, inhabited: Inhabited) -> None:
    known = {name: values[0] for name, values in inhabited.known.items()}
    for case in CASES:
        method, path, handler = case.values
        for role in Role:
            for scopes in (ALL_SCOPES - {handler.opt["scope"]}, *({other} for other in ALL_SCOPES)):
                if handler.opt["scope"] in scopes:
                    continue
                more = sent(inhabited, method, path, handler)
                more["headers"]["authorization"] = f"Bearer {await town.token(role, scopes)}"
                answer = await client.request(method, filled(path, "payments", known), **more)
                assert answer.status_code == 403, (role, scopes, method, path, answer.text)


async def test_an_agent_decides_nothing(client: Any, ask: Any, town: Town, inhabited: Inhabited) -> None:
    """Every route that changes something, with every right body: the log has no decision of the agent's."""
    who = await town.world.access.authenticate_token(inhabited.agent)
    answers: dict[int, int] = {}
    for turn in range(3):
        known = {name: values[turn % len(values)] for name, values in inhabited.known.items()}
        for case in CASES:
            method, path, handler = case.values
            if method == "GET":
                continue
            more = sent(inhabited, method, path, handler)
            more["headers"]["authorization"] = f"Bearer {inhabited.agent}"
            answer = await client.request(method, filled(path, "payments", known), **more)
            answers[answer.status_code] = answers.get(answer.status_code, 0) + 1
    entries = (await ask("GET", f"/audit?actor={who.actor.id}&limit=200")).json()["items"]
    acts = {entry["action"] for entry in entries}
    assert not acts - AGENT_ACTS, " ".join(acts)
    assert len(acts) > 5, answers
