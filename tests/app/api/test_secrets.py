"""A secret is refused with its name, let through by a person, and then taken."""

from specs.access import Role
from tests.specs.hygiene.samples import SECRETS

KEY = SECRETS["github p"]
TEXT = f"# A\n\nUse {KEY}.\n"


async def test_what_a_refusal_names_is_let_through_by_a_person(ask, client, town) -> None:
    refused = await ask("POST", "/specs", Role.EDITOR, json={"path": "a.md", "text": TEXT})
    assert refused.status_code == 400
    problem = refused.json()
    assert KEY not in refused.text
    (named,) = problem["secrets"]
    assert named["line"] == 3
    assert f"holdfast secret allow {named['id']}" in problem["hint"]
    body = {"ids": [named["id"]], "because": "A published example."}
    assert (await ask("POST", "/secrets", Role.READER, json=body)).status_code == 403
    made = await ask("POST", "/secrets", Role.EDITOR, json=body)
    assert made.status_code == 201
    assert (await ask("POST", "/specs", Role.EDITOR, json={"path": "a.md", "text": TEXT})).status_code == 201
    (item,) = (await ask("GET", "/secrets", Role.READER)).json()["items"]
    assert (item["id"], item["because"], item["actor"]["name"]) == (named["id"], body["because"], "Editor-Person")
    log = (await ask("GET", "/audit?action=secret.allow")).json()["items"]
    assert [entry["subject"] for entry in log] == [named["id"]]


async def test_odd_names_are_refused(ask) -> None:
    for ids in ([], ["x"], ["aws-access-key:zzzz"], ["a:0000"] * 51):
        answer = await ask("POST", "/secrets", json={"ids": ids, "because": "x"})
        assert answer.status_code == 400, answer.text
    assert (await ask("POST", "/secrets", json={"ids": ["a:0000"], "because": " "})).status_code == 400
