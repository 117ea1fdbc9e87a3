"""Conflicts over HTTP: a save that is merged says so, one that is not gives regions, and those can be decided."""

from typing import Any

import pytest

from specs.access import Role

BASE = "# Rules\n\nThe first rule.\n\n## Two\n\nThe second rule.\n"
OURS = BASE.replace("first", "very first")


def match(digest: str) -> dict[str, str]:
    return {"if-match": f'"{digest}"'}


@pytest.fixture
async def spec(ask: Any) -> dict[str, Any]:
    """A spec whose head moved on from `base`."""
    made = (await ask("POST", "/specs", json={"path": "a.md", "text": BASE})).json()
    saved = await ask("PUT", f"/specs/{made['id']}", json={"text": OURS}, headers=match(made["head"]))
    return saved.json() | {"base": made["head"]}


async def save(ask: Any, spec: dict[str, Any], text: str, query: str = "") -> Any:
    return await ask(
        "PUT", f"/specs/{spec['id']}{query}", Role.EDITOR, json={"text": text}, headers=match(spec["base"])
    )


async def test_a_merged_save_says_so_with_what_came_in(ask: Any, spec: dict[str, Any]) -> None:
    answer = await save(ask, spec, BASE.replace("second", "next"), "?include=text")
    assert answer.status_code == 201
    told = answer.json()
    assert told["merged"] is True
    assert told["text"] == OURS.replace("second", "next")
    assert answer.headers["etag"] == f'"{told["head"]}"'
    assert told["revision"]["parents"] == [spec["head"], told["merge"]["side"]]
    difference = (await ask("GET", told["merge"]["difference"])).json()
    assert [change["after"][0]["text"] for change in difference["changes"]] == ["The very first rule."]
    lean = await save(ask, spec, BASE + "\n## Three\n\nA third.\n")
    assert "text" not in lean.json()


async def test_a_conflict_is_told_listed_decided_and_resolved(ask: Any, spec: dict[str, Any]) -> None:
    answer = await save(ask, spec, BASE.replace("first", "foremost"), "?include=text")
    assert answer.status_code == 409
    told = answer.json()
    assert told["texts"] == {"base": BASE, "ours": OURS, "theirs": BASE.replace("first", "foremost")}
    [region] = told["regions"]
    assert [row["kind"] for row in region["theirs_by"]] == ["human"]
    place = answer.headers["location"]
    [row] = (await ask("GET", "/conflicts", Role.READER)).json()["items"]
    assert place.endswith(row["id"])
    shown = (await ask("GET", place, Role.READER)).json()
    assert shown["regions"] == told["regions"]
    assert "texts" not in shown
    undecided = await ask("POST", f"{place}/resolve", Role.EDITOR, json={})
    assert undecided.status_code == 409
    assert undecided.json()["regions"][0]["key"] == region["key"]
    choice = {"region": region["key"], "take": "own", "text": "The first and foremost rule.\n"}
    kept = await ask("PATCH", place, Role.EDITOR, json={"choices": [choice]})
    back = await ask("PATCH", place, Role.EDITOR, json={"choices": [{"region": region["key"], "take": "open"}]})
    assert "choice" not in back.json()["regions"][0]
    kept = await ask("PATCH", place, Role.EDITOR, json={"choices": [choice]})
    assert kept.json()["regions"][0]["choice"]["text"] == choice["text"]
    done = await ask(
        "POST", f"{place}/resolve", Role.EDITOR, json={"message": "Both"}, headers={"idempotency-key": "k"}
    )
    again = await ask(
        "POST", f"{place}/resolve", Role.EDITOR, json={"message": "Both"}, headers={"idempotency-key": "k"}
    )
    assert (done.status_code, done.content) == (201, again.content)
    text = await ask("GET", done.headers["location"], headers={"accept": "text/markdown"})
    assert "first and foremost" in text.text
    assert (await ask("GET", "/conflicts")).json()["items"] == []
    [settled] = (await ask("GET", f"/conflicts?state=resolved&spec={spec['id']}")).json()["items"]
    assert settled["resolution"] == done.json()["head"]


async def test_a_conflict_is_withdrawn(ask: Any, spec: dict[str, Any]) -> None:
    place = (await save(ask, spec, BASE.replace("first", "foremost"))).headers["location"]
    gone = await ask("POST", f"{place}/withdraw", Role.EDITOR)
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    assert (await ask("POST", f"{place}/resolve", json={})).status_code == 409
    [row] = (await ask("GET", "/conflicts?state=all")).json()["items"]
    assert row["state"] == "withdrawn"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"choices": []},
        {"choices": [{"region": "x", "take": "ours"}]},
        {"choices": [{"region": "0" * 16, "take": "NO"}]},
        {"choices": [{"region": "0" * 16, "take": "own", "text": "\0"}]},
    ],
)
async def test_choices_that_are_none_are_refused(ask: Any, spec: dict[str, Any], body: dict[str, Any]) -> None:
    place = (await save(ask, spec, BASE.replace("first", "foremost"))).headers["location"]
    answer = await ask("PATCH", place, Role.EDITOR, json=body)
    assert answer.status_code == 400
    assert answer.json()["hint"]


async def test_a_strangers_conflict_is_not_there(ask: Any, spec: dict[str, Any]) -> None:
    place = (await save(ask, spec, BASE.replace("first", "foremost"))).headers["location"]
    assert (await ask("GET", place, None)).status_code == 404
    assert (await ask("POST", f"{place}/resolve", Role.READER, json={})).status_code == 403


TWICE = "```yaml invariant\nid: pay\nkind: exists\nfile: pay.py\n```\n"


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (f"rule.\n\n{TWICE}", f"second rule.\n\n{TWICE}", "The id pay is taken by another invariant."),
        (
            "rule. {#x}\n\n### More {#m}",
            "second rule.\n\n### Most {#m}",
            "The anchor {#m} is taken by another heading.",
        ),
        (
            "rule.\n\n- **FR-001**: One.",
            "second rule.\n\n- **FR-001**: Two.",
            "The requirement FR-001 stands there already.",
        ),
    ],
)
async def test_two_saves_that_are_valid_and_wrong_together_wait(ask: Any, first: str, second: str, told: str) -> None:
    made = (await ask("POST", "/specs", json={"path": "b.md", "text": BASE})).json()
    place, base = f"/specs/{made['id']}", match(made["head"])
    mine = {"text": BASE.replace("first rule.", f"first {first}")}
    assert (await ask("PUT", place, json=mine, headers=base)).status_code == 201
    theirs = {"text": BASE.replace("second rule.", second)}
    answer = await ask("PUT", place, Role.EDITOR, json=theirs, headers=base)
    assert answer.status_code == 409
    said = answer.json()
    assert told in said["detail"]
    [region] = said["regions"]
    assert (region["reason"], region["note"]) == ("structure", told)
    picks = {"choices": [{"region": region["key"], "take": "ours"}]}
    settled = await ask("POST", f"{answer.headers['location']}/resolve", Role.EDITOR, json=picks)
    assert settled.status_code == 201
