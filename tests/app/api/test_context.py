"""Context over HTTP: JSON for programs, Markdown to paste, refusals with hints."""

from datetime import UTC, datetime, timedelta

import pytest

from specs.access import Role
from tests.app.api.observed import observe
from tests.drift.service.made import Recorder, finding
from tests.factories import Clock

REFUNDS = {"path": "refunds.md", "text": "# Refunds\n\nA refund is made within ten days.\n"}


@pytest.fixture
async def filled(ask):
    assert (await ask("POST", "/specs", Role.EDITOR, json=REFUNDS)).status_code == 201
    return ask


async def test_json_tells_where_each_passage_comes_from(filled):
    answer = await filled("POST", "/context", Role.READER, json={"task": "quicker refunds"})
    assert answer.status_code == 200
    body = answer.json()
    [passage] = body["passages"]
    assert (passage["spec"], passage["provenance"], passage["author_kind"]) == ("refunds.md", "explicit", "human")
    assert body["tokens"] <= body["budget"] == 2000
    assert body["degraded"] == ["embeddings"]
    assert "within ten days" in body["markdown"]


async def test_markdown_is_ready_to_paste_and_names_its_receipt(filled):
    headers = {"accept": "text/markdown"}
    answer = await filled("POST", "/context", Role.READER, json={"task": "refunds"}, headers=headers)
    assert answer.headers["content-type"].startswith("text/markdown")
    assert answer.text.startswith("Holdfast spec context (reference, not a task).")
    receipt = await filled("GET", f"/context/{answer.headers['holdfast-bundle']}", Role.READER)
    assert receipt.json()["items"][0]["spec"] == "refunds.md"


async def test_text_that_bears_on_nothing_gives_no_passages(filled):
    answer = await filled("POST", "/context", Role.READER, json={"task": "zebra"})
    assert answer.json()["passages"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"task": "", "paths": []},
        {"task": "x", "budget": 1},
        {"task": "x", "budget": "many"},
        {"task": "x", "paths": ["../../etc/passwd"]},
        {"task": "x", "paths": "src"},
        {"task": "x", "unknown": 1},
        {"task": "a\u0000b"},
        ["x"],
    ],
)
async def test_what_cannot_be_served_is_a_problem_with_a_hint(filled, body):
    answer = await filled("POST", "/context", Role.READER, json=body)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["hint"]


async def test_a_receipt_of_another_project_is_not_there(filled):
    served = (await filled("POST", "/context", Role.READER, json={"task": "refunds"})).json()
    assert (await filled("GET", f"/context/{served['id']}", None)).status_code == 404


async def test_whoever_has_the_answer_hears_that_nothing_changed(filled):
    first = await filled("POST", "/context", Role.READER, json={"task": "refunds"})
    again = {"task": "refunds", "since": first.json()["id"]}
    body = (await filled("POST", "/context", Role.READER, json=again)).json()
    assert (body["passages"], body["unchanged"]) == ([], 1)
    headers = {"if-none-match": first.headers["etag"]}
    same = await filled("POST", "/context", Role.READER, json={"task": "refunds"}, headers=headers)
    assert (same.status_code, same.content) == (304, b"")
    unknown = {"task": "refunds", "since": "01a1ffc5-8d2b-787c-bb5d-1f1d1a12cefe"}
    assert (await filled("POST", "/context", Role.READER, json=unknown)).status_code == 404


async def test_a_pending_change_of_what_is_served_is_told_as_not_in_force(filled):
    [spec] = (await filled("GET", "/specs")).json()["items"]
    text = REFUNDS["text"].replace("ten days", "a week")
    body = {"title": "Quicker", "changes": [{"spec": spec["id"], "text": text}], "wait": True}
    assert (await filled("POST", "/proposals", Role.EDITOR, json=body)).status_code == 201
    answer = (await filled("POST", "/context", Role.READER, json={"task": "refunds"})).json()
    told = {one["kind"]: one for one in answer["passages"]}
    assert told["proposal"]["provenance"] == "pending"
    assert "+ A refund is made within a week." in told["proposal"]["text"]
    assert "within ten days" in told["section"]["text"]


async def test_receipts_are_found_again_from_what_came_of_them(filled):
    served = (await filled("POST", "/context", Role.EDITOR, json={"task": "refunds"})).json()
    await filled("POST", "/context", Role.READER, json={"task": "other refunds"})
    body = {"title": "More", "changes": [{"operation": "create", "path": "more.md", "text": "# More\n"}]}
    proposal = (await filled("POST", "/proposals", Role.EDITOR, json=body)).json()["proposal"]
    found = (await filled("GET", f"/context?proposal={proposal['id']}", Role.REVIEWER)).json()["items"]
    assert [one["id"] for one in found] == [served["id"]]
    every = (await filled("GET", "/context?limit=1")).json()
    assert every["items"][0]["task"] == "other refunds"
    following = await filled("GET", every["next"].split("/payments", 1)[1])
    assert [one["task"] for one in following.json()["items"]] == ["refunds"]
    body = {"task": "third", "paths": ["src/pay"]}
    await filled("POST", "/context", Role.EDITOR, json=body)
    for path, count in (("src/pay", 1), ("src/pay/refund.py", 1), ("src", 1), ("src/p", 0), ("src/pay_%", 0)):
        assert len((await filled("GET", "/context", params={"path": path})).json()["items"]) == count
    unknown = "01a1ffc5-8d2b-787c-bb5d-1f1d1a12cefe"
    for wrong in (f"proposal={unknown}", f"gate={unknown}", "finding=abc"):
        assert (await filled("GET", f"/context?{wrong}")).status_code == 404
    assert (await filled("GET", f"/context?task={unknown}")).json()["items"] == []
    assert (await filled("GET", "/context?since=2026-01-01T00:00:00")).status_code == 400


async def test_other_tasks_at_work_there_are_told(filled):
    task = {"intent": "Rewrite refunds", "paths": ["src/refunds.py"], "claim": True}
    assert (await filled("POST", "/tasks", Role.EDITOR, json=task)).status_code == 201
    asked = {"task": "refunds", "paths": ["src"]}
    answer = (await filled("POST", "/context", Role.READER, json=asked)).json()
    [told] = [one for one in answer["passages"] if one["kind"] == "task"]
    assert (told["text"], told["why"]) == ("Rewrite refunds", "shares src/refunds.py")
    assert "another active task" in answer["markdown"]
    elsewhere = {"task": "refunds", "paths": ["docs"]}
    answer = (await filled("POST", "/context", Role.READER, json=elsewhere)).json()
    assert "task" not in {one["kind"] for one in answer["passages"]}


async def test_a_score_is_explained_where_that_is_asked_for(ask, town):
    await ask(
        "POST", "/specs", Role.EDITOR, json={"path": "pay.md", "text": "# Pay\n\n## Refunds\n\nMoney goes back.\n"}
    )
    plain = (await ask("POST", "/context", Role.READER, json={"task": "refunds"})).json()
    assert all("parts" not in one for one in plain["passages"])
    told = (await ask("POST", "/context", Role.READER, json={"task": "refunds", "explain": True})).json()
    [one] = [row for row in told["passages"] if row["anchor"] == "refunds"]
    assert abs(sum(one["parts"].values()) - one["score"]) < 0.001


async def test_a_finding_waived_here_is_told_as_waived_until_when_and_why(town, ask):
    known = await observe(town)
    until = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
    one, other = known["fingerprint"]
    waiver = {"choice": "waive", "findings": [one], "because": "The move\nis next week.", "until": until}
    made = await ask("POST", "/findings/decisions", Role.REVIEWER, json=waiver)
    asked = {"task": "mend the layers", "paths": ["shop/domain.py"]}
    answer = (await ask("POST", "/context", Role.READER, json=asked)).json()
    told = {row["revision"]: row for row in answer["passages"] if row["kind"] == "finding"}
    assert told[one]["why"] == f"waived until {until} drift"
    assert told[one]["heading"].startswith("a is wrong")
    assert told[one]["text"].startswith(f"error, waived until {until} (“The move is next week.”), at shop/")
    assert told[other]["text"].startswith("error, at shop/")
    assert [row["revision"] for row in answer["passages"] if row["kind"] == "finding"] == [other, one]
    assert "The move is next week." in answer["markdown"]
    back = {"decisions": [row["id"] for row in made.json()["items"]]}
    assert (await ask("POST", "/findings/decisions/take-back", Role.REVIEWER, json=back)).status_code == 200
    answer = (await ask("POST", "/context", Role.READER, json=asked)).json()
    assert "waived" not in answer["markdown"]


async def test_what_a_check_found_waived_stays_in_sight(town, ask):
    world, clock = town.world, town.world.clock
    world.clock, world.project, world.ada = Clock(), town.project, town.people[Role.ADMIN]
    recorder = await Recorder(world).prepare()
    accepted = {"until": "2999-01-01", "by": "Ada", "because": "Later."}
    await recorder.check(finding("a") | {"state": "waived", "accepted": accepted})
    world.clock = clock
    asked = {"task": "mend the layers", "paths": ["shop"]}
    answer = (await ask("POST", "/context", Role.READER, json=asked)).json()
    [told] = [row for row in answer["passages"] if row["kind"] == "finding"]
    assert told["text"].startswith("error, waived until 2999-01-01 (“Later.”), at shop/")
