"""The audit log over HTTP: for reviewers, by what entries say, page by page, with all that verifies them."""

from specs.access import Role


async def test_reviewers_search_it_and_others_do_not(ask) -> None:
    made = await ask("POST", "/specs", Role.EDITOR, json={"path": "a.md", "text": "# A\n"})
    assert made.status_code == 201
    for who in (Role.READER, Role.EDITOR):
        assert (await ask("GET", "/audit", who)).status_code == 403
    for who in (Role.REVIEWER, Role.ADMIN):
        answer = await ask("GET", "/audit?action=spec.*", who)
        assert [entry["action"] for entry in answer.json()["items"]] == ["spec.create"]
    entry = answer.json()["items"][0]
    assert entry["subject"] == made.json()["id"]
    found = await ask("GET", f"/audit?actor={entry['actor']}&subject={entry['subject']}&since=2020-01-01T00:00:00Z")
    assert len(found.json()["items"]) == 1


async def test_pages_follow_each_other_and_verify(ask) -> None:
    for n in range(5):
        await ask("POST", "/specs", json={"path": f"{n}.md", "text": "# A\n"})
    address, entries = "/audit?limit=2", []
    while address:
        answer = (await ask("GET", address)).json()
        entries += answer["items"]
        address = answer.get("next", "")
    numbers = [entry["n"] for entry in entries]
    assert numbers == list(range(len(numbers), 0, -1))


async def test_odd_questions_are_refused_with_a_hint(ask) -> None:
    for query in ("since=2020-01-01T00:00:00", "cursor=x", "actor=x", "since=x", "task=1", "nonsense=1"):
        answer = await ask("GET", f"/audit?{query}")
        assert answer.status_code in {400, 422}, (query, answer.text)
        assert answer.json()["hint"]


async def test_an_entry_leads_to_the_request_that_made_it(ask, town) -> None:
    named = {"x-request-id": "ci-7.1"}
    made = await ask("POST", "/specs", Role.EDITOR, json={"path": "a.md", "text": "# A\n"}, headers=named)
    changes = [{"operation": "create", "key": f"k{n}", "path": f"{n}.md", "text": f"# {n}\n"} for n in range(3)]
    many = await ask("POST", "/changes", Role.EDITOR, json={"changes": changes})
    (entry,) = (await ask("GET", "/audit?request_id=ci-7.1", Role.REVIEWER)).json()["items"]
    assert (entry["subject"], entry["details"]["request"]) == (made.json()["id"], "ci-7.1")
    told = (await ask("GET", f"/audit?request_id={many.headers['x-request-id']}", Role.REVIEWER)).json()["items"]
    assert [one["details"]["path"] for one in told] == ["2.md", "1.md", "0.md"]
    assert (await ask("GET", "/audit?request_id=other", Role.REVIEWER)).json()["items"] == []
    assert not await town.world.verify_audit()
