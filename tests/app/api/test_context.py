"""Context over HTTP: JSON for programs, Markdown to paste, refusals with hints."""

import pytest

from specs.access import Role

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
