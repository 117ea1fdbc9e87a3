"""Proposals over HTTP: open, read, review, change, end; idempotent, conditional, and nothing for strangers."""

from typing import Any
from uuid import uuid4

import pytest

from app.api import ROUTES
from specs.access import Role
from tests.app.conftest import API, Town

TEXT = "# Pay\n\nA charge is made once.\n\n## Refunds\n\nWithin 30 days.\n\n## Limits\n\nTen at most.\n"


@pytest.fixture
async def spec(ask: Any) -> dict[str, Any]:
    made: dict[str, Any] = (await ask("POST", "/specs", json={"path": "pay.md", "text": TEXT})).json()
    return made


async def agent(town: Town) -> dict[str, str]:
    """The header of an agent's token."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 (used by two tests)

    from specs.access import AGENT_SCOPES  # noqa: PLC0415 (same)

    issued = await town.world.tokens.issue_for_agent(
        town.people[Role.ADMIN],
        town.project.id,
        "claude",
        role=Role.EDITOR,
        scopes=AGENT_SCOPES,
        expires_at=datetime.now(tz=UTC) + timedelta(days=1),
    )
    return {"authorization": f"Bearer {issued.secret}"}


async def propose(ask: Any, spec: dict[str, Any], *pair: str, who: Role = Role.EDITOR, **more: Any) -> dict[str, Any]:
    change = {"spec": spec["id"], "text": TEXT.replace(*pair)}
    body = {"title": "Mend it", "changes": [change], "wait": True, **more.pop("body", {})}
    answer = await ask("POST", "/proposals", who, json=body, **more)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()["proposal"]
    return made


def approval(proposal: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"verdict": "approve", "digest": proposal["digest"], **more}


async def test_a_proposal_from_opening_to_the_truth(ask: Any, spec: dict[str, Any]) -> None:
    made = await propose(ask, spec, "30 days", "14 days", body={"rationale": "The law."})
    assert (made["state"], made["needs"]) == ("open", [{"role": "reviewer", "count": 1}])
    answer = await ask("GET", f"/proposals/{made['id']}", Role.REVIEWER)
    assert answer.headers["etag"] == f'"{made["digest"]}"'
    read = answer.json()
    assert (read["rationale"], read["turn"]["why"]) == ("The law.", "review")
    (part,) = read["changes"]
    (piece,) = part["pieces"]
    (change,) = piece["changes"]
    assert (piece["anchor"], change["before"], change["after"]) == (
        "refunds",
        [{"text": "Within 30 days.", "words": [[7, 9]]}],
        [{"text": "Within 14 days.", "words": [[7, 9]]}],
    )
    comment = {"body": "Good.", "spec": spec["id"], "line": 7}
    reviewed = await ask(
        "POST", f"/proposals/{made['id']}/reviews", Role.REVIEWER, json=approval(made, comments=[comment])
    )
    assert reviewed.status_code == 201, reviewed.text
    landed = reviewed.json()
    assert (landed["proposal"]["state"], landed["specs"][0]["path"]) == ("accepted", "pay.md")
    now = await ask("GET", f"/specs/{spec['id']}?include=text", Role.READER)
    assert "14 days" in now.json()["text"]
    assert now.json()["revision"]["actor"]["name"] == "Editor-Person"
    after = (await ask("GET", f"/proposals/{made['id']}", Role.READER)).json()
    assert after["comments"][0]["quote"] == "Within 14 days."
    assert after["outcome"]["by"]["name"] == "Reviewer-Person"


async def test_the_diff_is_json_or_unified(ask: Any, spec: dict[str, Any]) -> None:
    sections = [
        {"operation": "delete", "anchor": "limits"},
        {"operation": "rename", "anchor": "pay", "text": "Charges"},
    ]
    changes = [
        {"spec": spec["id"], "sections": sections, "path": "charges.md"},
        {"operation": "create", "path": "new.md", "text": "# New\n"},
    ]
    body = {"title": "Move it", "changes": changes, "wait": True}
    made = (await ask("POST", "/proposals", Role.EDITOR, json=body)).json()["proposal"]
    address = f"/proposals/{made['id']}/diff"
    text = (await ask("GET", address, Role.READER, headers={"accept": "text/x-diff"})).text
    assert "rename from pay.md\nrename to charges.md\n--- a/pay.md\n+++ b/charges.md\n" in text
    assert "-# Pay\n+# Charges\n" in text
    assert "--- /dev/null\n+++ b/new.md\n@@ -0,0 +1 @@\n+# New\n" in text
    parts = (await ask("GET", address, Role.READER)).json()["items"]
    assert [(part["to_path"], len(part["pieces"])) for part in parts] == [("charges.md", 3), ("new.md", 1)]


async def test_policy_decides_what_waits(ask: Any, client: Any, town: Town, spec: dict[str, Any]) -> None:
    headers = await agent(town)

    async def post(old: str, new: str) -> Any:
        body = {"title": "Mend it", "changes": [{"spec": spec["id"], "text": TEXT.replace(old, new)}]}
        return (await client.post(f"{API}/proposals", json=body, headers=headers)).json()

    assert (await post("Ten at most", "It MUST be ten"))["proposal"]["state"] == "open"
    assert (await post("Ten at most.", "Ten, at most."))["proposal"]["state"] == "accepted"


async def test_no_agent_decides_on_any_route(ask: Any, client: Any, town: Town, spec: dict[str, Any]) -> None:
    """Every route that posts or puts, with an agent's token: nothing becomes the truth, no verdict is taken."""
    headers = await agent(town)
    made = await propose(ask, spec, "30", "14", who=Role.ADMIN)
    for verdict in ("approve", "decline"):
        body = {"verdict": verdict, "digest": made["digest"], "body": "So be it."}
        answer = await client.post(f"{API}/proposals/{made['id']}/reviews", json=body, headers=headers)
        assert answer.status_code == 403, answer.text
    bodies: list[dict[str, Any]] = [{}, {"reason": "x"}, {"by": made["id"]}, {"resolved": True}]
    tried = 0
    for route in ROUTES:
        for path in route.paths:
            for method in route.http_methods & {"POST", "PUT", "DELETE"}:
                if "proposal:" not in path or path.endswith("/reviews"):
                    continue
                address = "/api/v1" + path.replace("{project:str}", "payments").replace(
                    "{proposal:uuid}", made["id"]
                ).replace("{comment:uuid}", str(uuid4()))
                for body in bodies:
                    answer = await client.request(
                        method, address, json=body, headers=headers | {"if-match": f'"{made["digest"]}"'}
                    )
                    if path.endswith("/rebase") and answer.status_code == 200:
                        continue  # which decides nothing
                    assert answer.status_code in {400, 403, 404, 409}, (path, answer.text)
                    tried += 1
    assert tried > 20
    now = (await ask("GET", f"/proposals/{made['id']}")).json()
    assert (now["state"], now["tally"]["approved"], now["digest"]) == ("open", [], made["digest"])


async def test_a_verdict_on_what_changed_meanwhile_is_refused(ask: Any, spec: dict[str, Any]) -> None:
    made = await propose(ask, spec, "30 days", "14 days")
    address = f"/proposals/{made['id']}"
    body = {"title": "Mend it", "changes": [{"spec": spec["id"], "text": TEXT.replace("30", "7")}]}
    assert (await ask("PUT", address, Role.EDITOR, json=body)).status_code == 428
    wrong = await ask("PUT", address, Role.EDITOR, json=body, headers={"if-match": f'"{"0" * 64}"'})
    assert wrong.status_code == 409
    stranger = await ask("PUT", address, Role.ADMIN, json=body, headers={"if-match": f'"{made["digest"]}"'})
    assert stranger.status_code == 403
    now = await ask("PUT", address, Role.EDITOR, json=body, headers={"if-match": f'"{made["digest"]}"'})
    assert now.status_code == 200, now.text
    assert now.headers["etag"] == f'"{now.json()["digest"]}"'
    late = await ask("POST", f"{address}/reviews", Role.REVIEWER, json=approval(made))
    assert (late.status_code, late.json()["digest"]) == (409, now.json()["digest"])


async def test_one_key_is_one_proposal_and_one_landing(ask: Any, spec: dict[str, Any]) -> None:
    key = {"idempotency-key": "once"}
    first = await propose(ask, spec, "30", "14", headers=key)
    again = await propose(ask, spec, "30", "14", headers=key)
    assert first["id"] == again["id"]
    assert len((await ask("GET", "/proposals")).json()["items"]) == 1
    answers = [
        await ask("POST", f"/proposals/{first['id']}/reviews", Role.REVIEWER, json=approval(first), headers=key)
        for _ in range(3)
    ]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    history = (await ask("GET", f"/specs/{spec['id']}/revisions")).json()["items"]
    assert len(history) == 2


async def test_lists_say_whose_turn_it_is(ask: Any, spec: dict[str, Any]) -> None:
    made = [await propose(ask, spec, "30", str(number)) for number in range(3)]
    page = (await ask("GET", "/proposals?needs=me&limit=2", Role.REVIEWER)).json()
    assert [item["turn"]["why"] for item in page["items"]] == ["review", "review"]
    rest = (await ask("GET", page["next"], Role.REVIEWER)).json()
    assert [item["id"] for item in (*page["items"], *rest["items"])] == [one["id"] for one in reversed(made)]
    assert (await ask("GET", "/proposals?needs=me", Role.EDITOR)).json() == {"items": []}
    body = {"verdict": "decline", "digest": made[0]["digest"], "body": "No."}
    assert (await ask("POST", f"/proposals/{made[0]['id']}/reviews", Role.REVIEWER, json=body)).status_code == 201
    assert [one["turn"]["why"] for one in (await ask("GET", "/proposals?needs=me", Role.EDITOR)).json()["items"]] == [
        "declined"
    ]
    assert len((await ask("GET", "/proposals?state=pending")).json()["items"]) == 2
    assert len((await ask("GET", "/proposals?state=declined")).json()["items"]) == 1
    assert len((await ask("GET", f"/proposals?spec={spec['id']}&author={uuid4()}")).json()["items"]) == 0
    for bad in ("state=x", "needs=you", "author=x", "cursor=!", "limit=0"):
        assert (await ask("GET", f"/proposals?{bad}")).status_code == 400, bad


async def test_comments_are_settled_and_steps_end_a_proposal(ask: Any, spec: dict[str, Any]) -> None:
    made, other = await propose(ask, spec, "30", "14"), await propose(ask, spec, "30", "7")
    address = f"/proposals/{made['id']}"
    read = (await ask("GET", address)).json()
    assert [met["proposal"] for met in read["meetings"]] == [other["id"]]
    body = {"verdict": "comment", "comments": [{"body": "Why?", "spec": spec["id"], "anchor": "refunds"}]}
    assert (await ask("POST", f"{address}/reviews", Role.EDITOR, json=body)).status_code == 201
    (comment,) = (await ask("GET", address)).json()["comments"]
    settle = f"{address}/comments/{comment['id']}"
    assert (await ask("PUT", settle, Role.EDITOR, json={"resolved": True})).status_code == 204
    assert "resolved_at" in (await ask("GET", address)).json()["comments"][0]
    assert (await ask("POST", f"{address}/withdraw", Role.ADMIN, json={})).status_code == 403
    assert (await ask("POST", f"{address}/withdraw", Role.EDITOR, json={"reason": "Later."})).status_code == 200
    assert (await ask("POST", f"{address}/rebase", Role.EDITOR)).status_code == 409
    assert (await ask("POST", f"{address}/reopen", Role.EDITOR)).json()["state"] == "open"
    done = await ask("POST", f"{address}/supersede", Role.EDITOR, json={"by": other["id"]})
    assert done.json()["outcome"]["superseded_by"] == other["id"]
    assert (await ask("POST", f"{address}/accept", Role.REVIEWER)).status_code == 409


async def test_some_hunks_and_the_rest(ask: Any, spec: dict[str, Any]) -> None:
    text = TEXT.replace("30", "14").replace("Ten", "Nine")
    body = {"title": "Both", "changes": [{"spec": spec["id"], "text": text}], "wait": True}
    made = (await ask("POST", "/proposals", Role.EDITOR, json=body)).json()["proposal"]
    pieces = (await ask("GET", f"/proposals/{made['id']}")).json()["changes"][0]["pieces"]
    chosen = approval(made, hunks=[pieces[0]["id"]])
    landed = (await ask("POST", f"/proposals/{made['id']}/reviews", Role.REVIEWER, json=chosen)).json()
    assert landed["proposal"]["state"] == "accepted"
    rest = (await ask("GET", f"/proposals/{landed['rest']}?include=text")).json()
    assert rest["changes"][0]["after"] == text
    assert rest["changes"][0]["before"] == TEXT.replace("30", "14")


async def test_foreign_and_unknown_ids_are_not_there(ask: Any, spec: dict[str, Any]) -> None:
    made = await propose(ask, spec, "30", "14")
    address = f"/proposals/{made['id']}"
    assert (await ask("GET", API + address, None)).status_code == 404
    assert (await ask("GET", f"/api/v1/projects/secrets{address}", None)).status_code == 404
    foreign = {"title": "x", "changes": [{"spec": spec["id"], "text": "# Mine\n"}]}
    assert (await ask("POST", "/api/v1/projects/secrets/proposals", None, json=foreign)).status_code == 404
    assert (await ask("GET", f"/proposals/{uuid4()}")).status_code == 404
    assert (await ask("POST", f"{address}/supersede", Role.EDITOR, json={"by": str(uuid4())})).status_code == 404
    settle = f"{address}/comments/{uuid4()}"
    assert (await ask("PUT", settle, json={"resolved": True})).status_code == 404


async def test_bad_input_is_refused(ask: Any, spec: dict[str, Any]) -> None:
    edit = {"spec": spec["id"], "text": "x"}
    for body in (
        {},
        {"title": "", "changes": [edit]},
        {"title": "a\nb", "changes": [edit]},
        {"title": " ", "changes": [edit]},
        {"title": "x", "changes": []},
        {"title": "x", "changes": [{}]},
        {"title": "x", "changes": [edit, edit]},
        {"title": "x", "changes": [{**edit, "operation": "burn"}]},
        {"title": "x", "changes": [{**edit, "text": "a\0"}]},
        {"title": "x", "changes": [{**edit, "path": "../x.md"}]},
        {"title": "x", "changes": [{"spec": spec["id"], "sections": [{"anchor": "nowhere", "operation": "delete"}]}]},
        {"title": "x", "changes": [{"operation": "create", "path": "x.md"}]},
        {"title": "x", "changes": [edit], "author": "me"},
    ):
        answer = await ask("POST", "/proposals", Role.EDITOR, json=body)
        assert answer.status_code == 400, (body, answer.text)
        assert answer.json()["hint"]
    made = await propose(ask, spec, "30", "14")
    for body in (
        {},
        {"verdict": "approve"},
        {"verdict": "maybe"},
        {"verdict": "comment"},
        {"verdict": "decline", "digest": made["digest"]},
        {"verdict": "approve", "digest": made["digest"], "hunks": []},
        {"verdict": "comment", "comments": [{"body": "x", "line": 1}]},
        {"verdict": "comment", "comments": [{"body": "x", "spec": spec["id"], "line": 0}]},
        {"verdict": "comment", "comments": [{"body": "x", "spec": str(uuid4())}]},
    ):
        answer = await ask("POST", f"/proposals/{made['id']}/reviews", Role.REVIEWER, json=body)
        assert answer.status_code == 400, (body, answer.text)


async def test_a_write_that_waits_is_answered_with_its_proposal(
    ask: Any, client: Any, town: Town, spec: dict[str, Any]
) -> None:
    headers = await agent(town)
    text = TEXT.replace("Ten at most", "It MUST be ten")
    conditions = headers | {"if-match": f'"{spec["head"]}"'}
    for answer in (
        await client.put(f"{API}/specs/{spec['id']}", json={"text": text, "message": "Be strict"}, headers=conditions),
        await client.post(f"{API}/specs", json={"path": "new.md", "text": "# New\n\nIt MUST be.\n"}, headers=headers),
        await client.post(f"{API}/specs/{spec['id']}/rename", json={"path": "x.md"}, headers=headers),
        await client.post(f"{API}/specs/{spec['id']}/retire", headers=headers),
    ):
        assert answer.status_code == 202, answer.text
        told = answer.json()
        assert answer.headers["location"] == told["url"]
        assert "1 from reviewer" in told["detail"]
        found = (await ask("GET", told["url"], Role.REVIEWER)).json()
        assert (found["state"], found["id"]) == ("open", told["proposal"])
        assert found["author"]["kind"] == "agent"
    assert (await ask("GET", f"/specs/{spec['id']}")).json()["head"] == spec["head"]
    document = (await client.get("/api/v1/openapi.json")).json()
    assert "paths" in document, document
    put = document["paths"]["/api/v1/projects/{project}/specs/{spec}"]["put"]
    assert put["responses"]["202"]["content"]["application/json"]["schema"]["$ref"].endswith("/Waiting")


async def test_a_write_that_waits_is_one_proposal_however_often_it_is_sent(
    ask: Any, client: Any, town: Town, spec: dict[str, Any]
) -> None:
    headers = await agent(town) | {"idempotency-key": "once"}
    body = {"path": "new.md", "text": "# New\n\nIt MUST be.\n"}
    answers = [await client.post(f"{API}/specs", json=body, headers=headers) for _ in range(3)]
    assert {(answer.status_code, answer.json()["proposal"]) for answer in answers} == {
        (202, answers[0].json()["proposal"])
    }
    assert len((await ask("GET", "/proposals")).json()["items"]) == 1
