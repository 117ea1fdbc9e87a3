"""Requirements over HTTP."""

from typing import Any

from specs.access import Role

TEXT = """## Purpose
What refunds are for, and to whom, and within which time they are made.

## Requirements

### Requirement: In time
A refund SHALL be made within ten days.

#### Scenario: late
- **THEN** interest is paid
"""


async def test_requirements_have_keys_places_and_texts(ask: Any) -> None:
    made = (
        await ask("POST", "/specs", Role.EDITOR, json={"path": "openspec/specs/refunds/spec.md", "text": TEXT})
    ).json()
    answer = await ask("GET", f"/specs/{made['id']}/requirements", Role.READER)
    assert (answer.status_code, answer.headers["etag"]) == (200, f'"{made["head"]}"')
    told = answer.json()
    assert (told["dialect"], told["scope"]) == ("openspec", "refunds")
    (one,) = told["items"]
    assert (one["key"], one["line"], one["normative"], one["anchor"]) == (
        "in-time",
        6,
        ["SHALL"],
        "requirement-in-time",
    )
    assert one["parts"][0]["key"] == "in-time/late"
    text = await ask("GET", f"/specs/{made['id']}/requirements/in-time/late", Role.READER)
    assert text.json()["text"] == "#### Scenario: late\n- **THEN** interest is paid\n"
    assert one["address"].endswith(f"/specs/{made['id']}/requirements/in-time")


async def test_a_list_of_tasks_has_its_tasks(ask: Any) -> None:
    text = "# Tasks\n\n- [x] T001 [P] [US1] Do it in src/a.py\n"
    made = (await ask("POST", "/specs", Role.EDITOR, json={"path": "specs/001-a/tasks.md", "text": text})).json()
    told = (await ask("GET", f"/specs/{made['id']}/requirements", Role.READER)).json()
    (one,) = told["tasks"]
    assert (told["items"], one["key"], one["done"], one["parallel"]) == ([], "T001", True, True)
    assert (one["requirements"], one["paths"]) == (["US1"], ["src/a.py"])
    whole = await ask("GET", f"/specs/{made['id']}/requirements/T001", Role.READER)
    assert whole.json()["text"] == "- [x] T001 [P] [US1] Do it in src/a.py\n"


async def test_what_is_not_there_is_said(ask: Any) -> None:
    made = (await ask("POST", "/specs", Role.EDITOR, json={"path": "a.md", "text": "# A\n"})).json()
    assert (await ask("GET", f"/specs/{made['id']}/requirements/x", Role.READER)).status_code == 404
    assert (await ask("GET", f"/specs/{made['id']}/requirements?revision={'0' * 64}", Role.READER)).status_code == 404
    assert (await ask("GET", f"/specs/{made['id']}/requirements", None)).status_code == 404
