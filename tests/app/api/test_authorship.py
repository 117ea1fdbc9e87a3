"""Authorship, statements and confirmations over HTTP."""

from typing import Any
from uuid import UUID

import pytest

from specs.access import ActorKind, Role, Scope
from tests.app.conftest import Town

TEXT = "# Refunds\n\nA refund takes five days.\n"
BY_AGENT = "# Refunds\n\nA refund takes five days.\n\nCustomers are told by mail.\n"
PERSON = {Role.EDITOR: "Editor-Person", Role.REVIEWER: "Reviewer-Person"}


@pytest.fixture
async def spec(town: Town, ask: Any) -> dict[str, Any]:
    """A spec by a person, with a paragraph by an agent."""
    made = (await ask("POST", "/specs", Role.EDITOR, json={"path": "refunds.md", "text": TEXT})).json()
    scopes = (Scope.READ, Scope.WRITE)
    admin = town.people[Role.ADMIN]
    issued = await town.world.tokens.issue_for_agent(
        admin, town.project.id, "claude", role=Role.EDITOR, scopes=scopes, expires_at=None
    )
    agent = await town.world.access.authenticate_token(issued.secret)
    assert agent.actor.kind is ActorKind.AGENT
    saved = await town.world.library.save(agent, town.project.id, UUID(made["id"]), base=made["head"], text=BY_AGENT)
    return {"id": made["id"], "first": made["head"], "head": saved.revision.digest, "agent": issued.secret}


async def test_lines_name_their_revisions(ask: Any, spec: dict[str, Any]) -> None:
    answer = await ask("GET", f"/specs/{spec['id']}/authorship", Role.READER)
    assert answer.headers["etag"] == f'"{spec["head"]}"'
    body = answer.json()
    assert body["lines"] == [
        {"line": 1, "revision": spec["first"]},
        {"line": 3, "revision": spec["first"]},
        {"line": 5, "revision": spec["head"], "inferred": True},
    ]
    told = {one["digest"]: (one["actor"]["name"], one["actor"]["kind"], one["provenance"]) for one in body["revisions"]}
    assert told[spec["head"]] == ("claude", "agent", "inferred")
    assert told[spec["first"]][1:] == ("human", "explicit")
    old = (await ask("GET", f"/specs/{spec['id']}/authorship?revision={spec['first']}", Role.READER)).json()
    assert len(old["lines"]) == 2


async def test_words_of_several_authors_are_runs(ask: Any, spec: dict[str, Any]) -> None:
    text = BY_AGENT.replace("five", "seven")
    headers = {"if-match": f'"{spec["head"]}"'}
    saved = (await ask("PUT", f"/specs/{spec['id']}", Role.EDITOR, json={"text": text}, headers=headers)).json()
    line = (await ask("GET", f"/specs/{spec['id']}/authorship", Role.READER)).json()["lines"][1]
    assert [(run["start"], run["end"], run["revision"]) for run in line["runs"]] == [
        (0, 15, spec["first"]),
        (15, 21, saved["head"]),
        (21, 26, spec["first"]),
    ]


async def test_a_reviewer_confirms_what_waits(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}"
    waiting = (await ask("GET", f"{place}/statements?provenance=inferred", Role.READER)).json()
    (one,) = waiting["statements"]
    assert (one["text"], one["line"], one["kind"], one["anchor"]) == (
        "Customers are told by mail.",
        5,
        "paragraph",
        "refunds",
    )
    body = {"revision": waiting["revision"], "statements": [one["statement"]], "because": "Agreed with support."}
    assert (await ask("POST", f"{place}/confirmations", Role.EDITOR, json=body)).status_code == 403
    done = await ask("POST", f"{place}/confirmations", Role.REVIEWER, json=body)
    assert done.status_code == 201, done.text
    (confirmed,) = done.json()["items"]
    assert confirmed["provenance"] == "explicit"
    assert confirmed["confirmed"]["actor"]["name"] == PERSON[Role.REVIEWER]
    assert (await ask("GET", f"{place}/statements?provenance=inferred", Role.READER)).json()["statements"] == []
    assert (await ask("POST", f"{place}/confirmations", Role.REVIEWER, json=body)).status_code == 400


async def test_what_was_not_read_is_not_confirmed(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}/confirmations"
    answer = await ask("POST", place, Role.REVIEWER, json={"revision": spec["first"], "everything": True})
    assert answer.status_code == 409
    assert answer.json()["hint"]
    for body in ({"revision": spec["head"]}, {"revision": spec["head"], "section": "nowhere"}, {"everything": True}):
        assert (await ask("POST", place, Role.REVIEWER, json=body)).status_code == 400


async def test_foreign_specs_and_revisions_are_missing(ask: Any, spec: dict[str, Any]) -> None:
    for path in ("authorship", "statements"):
        assert (await ask("GET", f"/specs/{spec['id']}/{path}?revision={'0' * 64}", Role.READER)).status_code == 404
        assert (await ask("GET", f"/specs/{spec['id']}/{path}", None)).status_code == 404
