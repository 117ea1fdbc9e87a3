"""Specs over HTTP: create, read, save with a base, conflicts, pages, conditions."""

import asyncio
from typing import Any

import pytest

from specs.access import Role
from tests.app.conftest import API

A, B, C = "# A\n\nOne.\n", "# A\n\nTwo.\n", "# A\n\nThree.\n"


@pytest.fixture
async def spec(ask: Any) -> dict[str, Any]:
    answer = await ask("POST", "/specs", Role.EDITOR, json={"path": "pay/rules.md", "text": A, "message": "Begin"})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"{API}/specs/{made['id']}"
    assert answer.headers["etag"] == f'"{made["head"]}"'
    return made


def match(digest: str) -> dict[str, str]:
    return {"if-match": f'"{digest}"'}


async def test_answers_are_lean_and_give_text_only_when_asked(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}"
    lean = (await ask("GET", place)).json()
    assert "text" not in lean
    assert lean["revision"]["size"] == len(A)
    assert (await ask("GET", f"{place}?include=text")).json()["text"] == A
    plain = await ask("GET", place, headers={"accept": "text/markdown"})
    assert plain.text == A
    assert plain.headers["content-type"] == "text/markdown; charset=utf-8"
    listed = (await ask("GET", "/specs")).json()["items"]
    assert [row["path"] for row in listed] == ["pay/rules.md"]
    assert "text" not in listed[0]


async def test_a_path_finds_a_spec_before_and_after_it_moved(ask: Any, spec: dict[str, Any]) -> None:
    found = await ask("GET", "/specs/by-path/pay/rules.md")
    assert found.json()["id"] == spec["id"]
    moved = await ask("POST", f"/specs/{spec['id']}/rename", json={"path": "pay/refunds.md"})
    assert moved.json()["path"] == "pay/refunds.md"
    assert (await ask("GET", "/specs/by-path/pay/refunds.md")).json()["id"] == spec["id"]
    assert (await ask("GET", "/specs/by-path/pay/rules.md")).json()["path"] == "pay/refunds.md"


async def test_who_has_the_revision_is_told_so(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}"
    again = await ask("GET", place, headers={"if-none-match": f'"{spec["head"]}"'})
    assert (again.status_code, again.content) == (304, b"")
    other = await ask("GET", place, headers={"if-none-match": f'"{"0" * 64}"'})
    assert other.status_code == 200


async def test_a_save_without_base_is_428(ask: Any, spec: dict[str, Any]) -> None:
    answer = await ask("PUT", f"/specs/{spec['id']}", json={"text": B})
    assert answer.status_code == 428
    assert "If-Match" in answer.json()["hint"]


@pytest.mark.parametrize("given", ["*", "abc", '"abc"', f'W/"{"0" * 64}"', f'"{"0" * 64}", "{"1" * 64}"'])
async def test_a_base_that_is_none_is_400(ask: Any, spec: dict[str, Any], given: str) -> None:
    answer = await ask("PUT", f"/specs/{spec['id']}", json={"text": B}, headers={"if-match": given})
    assert answer.status_code == 400
    assert answer.json()["hint"]


async def test_a_save_makes_a_revision_and_the_same_text_makes_none(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}"
    saved = await ask("PUT", place, Role.EDITOR, json={"text": B, "message": "Two"}, headers=match(spec["head"]))
    assert saved.status_code == 201
    head = saved.json()["head"]
    assert saved.headers["etag"] == f'"{head}"'
    assert (await ask("GET", saved.headers["location"])).json()["message"] == "Two"
    again = await ask("PUT", place, json={"text": B}, headers=match(head))
    assert (again.status_code, again.json()["head"]) == (200, head)
    old = await ask("GET", f"{place}?revision={spec['head']}&include=text")
    assert old.json()["text"] == A


async def test_a_stale_base_answers_with_the_regions_and_keeps_what_was_sent(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}"
    first = await ask("PUT", place, Role.EDITOR, json={"text": B}, headers=match(spec["head"]))
    second = await ask("PUT", place, Role.ADMIN, json={"text": C}, headers=match(spec["head"]))
    assert second.status_code == 409
    problem = second.json()
    assert second.headers["content-type"] == "application/problem+json"
    assert "texts" not in problem
    [region] = problem["regions"]
    assert (region["base"], region["ours"], region["theirs"]) == ("One.\n", "Two.\n", "Three.\n")
    side = problem["side_revision"]
    kept = await ask("GET", f"{place}/revisions/{side}", headers={"accept": "text/markdown"})
    assert kept.text == C
    history = (await ask("GET", f"{place}/revisions")).json()["items"]
    assert {row["digest"]: row.get("side", False) for row in history}[side] is True
    both = {"text": B + C, "takes_in": side}
    settled = await ask("PUT", place, json=both, headers=match(first.json()["head"]))
    assert settled.status_code == 201
    assert settled.json()["revision"]["parents"] == [first.json()["head"], side]


async def test_a_taken_path_is_a_conflict_that_keeps_the_text(ask: Any, spec: dict[str, Any]) -> None:
    answer = await ask("POST", "/specs", json={"path": "pay/rules.md", "text": C})
    assert answer.status_code == 409
    kept = await ask("GET", f"/specs/{spec['id']}/revisions/{answer.json()['side_revision']}?include=text")
    assert kept.json()["text"] == C


async def test_retired_specs_stay_readable_and_come_back(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}"
    for _ in range(2):
        assert (await ask("POST", f"{place}/retire")).json()["status"] == "retired"
    assert (await ask("GET", "/specs")).json()["items"] == []
    assert len((await ask("GET", "/specs?retired=true")).json()["items"]) == 1
    assert (await ask("GET", f"{place}?include=text")).json()["text"] == A
    assert (await ask("POST", f"{place}/restore")).json()["status"] == "active"


async def test_pages_lead_from_one_to_the_next_and_end(ask: Any) -> None:
    for number in range(5):
        await ask("POST", "/specs", json={"path": f"a/{number}.md", "text": A})
    await ask("POST", "/specs", json={"path": "b/other.md", "text": A})
    seen, place = [], f"{API}/specs?prefix=a/&limit=2"
    while place:
        page = (await ask("GET", place)).json()
        seen += [row["path"] for row in page["items"]]
        place = page.get("next")
    assert seen == [f"a/{number}.md" for number in range(5)]


async def test_the_difference_of_two_revisions(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}"
    head = (await ask("PUT", place, json={"text": B}, headers=match(spec["head"]))).json()["head"]
    between = f"{place}/diff?before={spec['head']}&after={head}"
    unified = await ask("GET", between, headers={"accept": "text/x-diff"})
    assert unified.headers["content-type"].startswith("text/x-diff")
    assert "-One." in unified.text
    assert "+Two." in unified.text
    changes = (await ask("GET", between)).json()["changes"]
    assert [(row["before"][0]["text"], row["after"][0]["text"]) for row in changes] == [("One.", "Two.")]
    assert (await ask("GET", f"{place}/diff?before={head}&after={head}")).json()["changes"] == []
    assert (await ask("GET", f"{place}/diff?before={'0' * 64}&after={head}")).status_code == 404
    assert (await ask("GET", f"{place}/diff?before=head&after={head}")).status_code == 400
    assert (await ask("GET", f"{place}/diff?before={head}")).status_code == 400


async def test_a_key_makes_one_effect_and_one_answer(ask: Any) -> None:
    body = {"path": "once.md", "text": A}
    key = {"idempotency-key": "6c1f"}
    answers = await asyncio.gather(*(ask("POST", "/specs", json=body, headers=key) for _ in range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["etag"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert len((await ask("GET", "/specs")).json()["items"]) == 1
    other = await ask("POST", "/specs", json=body | {"text": B}, headers=key)
    assert other.status_code == 422
    assert other.json()["hint"]
    stranger = await ask("POST", "/specs", Role.EDITOR, json=body | {"path": "mine.md"}, headers=key)
    assert stranger.status_code == 201


async def test_a_repeated_conflict_keeps_one_side_revision(ask: Any, spec: dict[str, Any]) -> None:
    body = {"path": "pay/rules.md", "text": C}
    first, second = [await ask("POST", "/specs", json=body, headers={"idempotency-key": "again"}) for _ in range(2)]
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second.headers["idempotency-replayed"] == "true"
    history = (await ask("GET", f"/specs/{spec['id']}/revisions")).json()["items"]
    assert sum(row.get("side", False) for row in history) == 1
    assert (await ask("GET", f"/specs/{spec['id']}/revisions/{first.json()['side_revision']}")).status_code == 200


async def test_an_earlier_text_is_brought_back_as_a_new_revision(ask: Any, spec: dict[str, Any]) -> None:
    place = f"/specs/{spec['id']}"
    second = (await ask("PUT", place, json={"text": B}, headers=match(spec["head"]))).json()
    restore = f"{place}/revisions/{spec['head']}/restore"
    assert (await ask("POST", restore, json={})).status_code == 428
    answer = await ask("POST", restore, json={}, headers=match(second["head"]))
    assert answer.status_code == 201
    made = answer.json()["revision"]
    assert (made["parents"], made["message"][:16]) == ([second["head"]], "Restore revision")
    assert (await ask("GET", f"{place}?include=text")).json()["text"] == A
    again = await ask("POST", restore, json={"message": "Again"}, headers=match(made["digest"]))
    assert (again.status_code, again.json()["head"]) == (200, made["digest"])
    gone = await ask("POST", f"{place}/revisions/{'0' * 64}/restore", json={}, headers=match(made["digest"]))
    assert gone.status_code == 404
    assert (await ask("POST", restore, Role.READER, json={}, headers=match(made["digest"]))).status_code == 403


async def test_a_write_tells_what_hides_and_which_links_are_broken(ask) -> None:
    await ask("POST", "/specs", json={"path": "b.md", "text": "# B\n\n## Part\n"})
    text = "# A\u200b\n\n<!-- hidden -->\n\n[b](b.md#part), [no](none.md), [gone](b.md#gone), [own](#a)\n"
    made = await ask("POST", "/specs", json={"path": "a.md", "text": text})
    assert made.status_code == 201
    told = made.json()["problems"]
    assert [one["code"] for one in told] == ["hidden-character", "hidden-comment", "broken-link", "broken-anchor"]
    again = await ask("GET", f"/specs/{made.json()['id']}/problems", Role.READER)
    assert again.json()["items"] == told
    twice = "# C\n\n## One\n\n### Goal\n\n## Two\n\n### Goal\n\n[goal](#goal), [second](#goal-1)\n"
    made = await ask("POST", "/specs", json={"path": "c.md", "text": twice})
    assert not made.json().get("problems")
    headers = {"if-match": made.headers["etag"]}
    saved = await ask("PUT", f"/specs/{made.json()['id']}", json={"text": "# A\n\n[b](b.md)\n"}, headers=headers)
    assert saved.status_code == 201
    assert "problems" not in saved.json()


async def test_a_rename_tells_whose_links_do_not_follow_or_has_them_follow(ask) -> None:
    other = (await ask("POST", "/specs", json={"path": "b.md", "text": "# B\n\n[a](a.md)\n"})).json()
    text = "# A\n\n[b](b.md#part) and [b again](<b.md>)\n"
    await ask("POST", "/specs", json={"path": "a.md", "text": text})
    stale = await ask("POST", f"/specs/{other['id']}/rename", json={"path": "b2.md"})
    assert [(one["path"], one["state"]) for one in stale.json()["links"]] == [("a.md", "stale")]
    back = await ask("POST", f"/specs/{other['id']}/rename", json={"path": "b.md"})
    assert back.status_code == 200
    done = await ask("POST", f"/specs/{other['id']}/rename", json={"path": "deep/c.md", "fix_links": True})
    assert [(one["path"], one["state"]) for one in done.json()["links"]] == [
        ("a.md", "followed"),
        ("deep/c.md", "followed"),
    ]
    read = await ask("GET", "/specs/by-path/a.md?include=text")
    assert read.json()["text"] == "# A\n\n[b](deep/c.md#part) and [b again](<deep/c.md>)\n"
    moved = await ask("GET", "/specs/by-path/deep/c.md?include=text")
    assert moved.json()["text"] == "# B\n\n[a](../a.md)\n"
