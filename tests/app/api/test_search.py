"""Search over HTTP."""

from typing import Any

from specs.access import Role

TEXT = "# Refunds\n\nA refund is made within ten days.\n"


async def test_a_hit_names_spec_revision_and_lines(ask: Any) -> None:
    made = (await ask("POST", "/specs", Role.EDITOR, json={"path": "pay.md", "text": TEXT})).json()
    answer = await ask("GET", "/search?q=refund%20days", Role.READER)
    assert answer.status_code == 200
    (hit,) = answer.json()["items"]
    assert (hit["spec"]["id"], hit["revision"]["digest"]) == (made["id"], made["head"])
    (title, line) = hit["places"]
    assert (title["line"], line["line"], line["anchor"]) == (1, 3, "refunds")
    assert [line["snippet"][slice(*mark)] for mark in line["marks"]] == ["refund", "days"]
    assert "past" not in hit


async def test_what_is_no_question_is_refused(ask: Any) -> None:
    for query in ("", "?q=", "?q=--", "?q=%00", "?q=" + "x" * 301, "?q=a&limit=0", "?q=a&other=1"):
        assert (await ask("GET", f"/search{query}")).status_code == 400, query


async def test_a_stranger_finds_nothing(ask: Any) -> None:
    assert (await ask("GET", "/search?q=refund", None)).status_code == 404
