"""Policies over HTTP: what is in force, trials, decisions, freezing and thawing."""

from typing import Any

import pytest

from specs.access import SERVER, Role
from specs.rules.registry import Event
from specs.service.policies.policies import turned_out
from tests.app.conftest import Town

TEXT = """# Policy

```yaml policy
id: small-steps
event: proposal
when: words_added > 100
then: [review 1 from admin, notify reviewer]
why: Nobody reads more at once.
examples:
  - {facts: {words_added: 101}, expect: [review 1 from admin, notify reviewer]}
  - {facts: {words_added: 100}, expect: deny}
```
"""


@pytest.fixture
async def policy(town: Town) -> str:
    saved = await town.world.library.create(SERVER, town.project.id, "policy.md", TEXT)
    return saved.revision.digest


async def agent(town: Town) -> Any:
    issued = await town.world.tokens.issue_for_agent(town.people[Role.ADMIN], town.project.id, "claude")
    return await town.world.access.authenticate_token(issued.secret)


async def test_the_policies_in_force_say_where_they_stand(ask: Any, policy: str) -> None:
    answer = (await ask("GET", "/policies", Role.READER)).json()
    own = next(item for item in answer["items"] if item["id"] == "small-steps")
    assert (own["spec"], own["revision"], own["line"], own["examples"]) == ("policy.md", policy, 3, 2)
    assert own["then"] == "review 1 from admin; notify reviewer"
    shipped = next(item for item in answer["items"] if item["id"] == "people-write")
    assert "spec" not in shipped
    assert "replaced" not in answer


@pytest.mark.usefixtures("policy")
async def test_examples_are_tried(ask: Any) -> None:
    answer = (await ask("GET", "/policies/examples", Role.READER)).json()
    own = [item for item in answer["items"] if item["policy"] == "small-steps"]
    assert [item["holds"] for item in own] == [True, False]
    assert own[1]["told"] == "expected deny, got nothing"


@pytest.mark.usefixtures("policy")
async def test_a_change_can_be_tried(ask: Any, town: Town) -> None:
    long = {"specs": [{"path": "pay.md", "text": "# Pay\n\n" + "word " * 150}]}
    tried = (await ask("POST", "/policies/attempt", Role.READER, json=long)).json()
    assert tried["decision"]["reviewers"] == [{"role": "admin", "count": 1}]
    assert "small-steps (policy.md:3)" in tried["told"][1]
    assert tried["decision"]["facts"]["specs_new"] == 1
    claude = await agent(town)
    short = {"specs": [{"path": "pay.md", "text": "# Pay\n\nIt MUST.\n"}], "author": str(claude.actor.id)}
    tried = (await ask("POST", "/policies/attempt", Role.READER, json=short)).json()
    assert tried["decision"]["verdict"] == "review"
    assert (await ask("GET", "/decisions", Role.READER)).json() == {"items": []}


async def test_trials_see_what_is_there(ask: Any, town: Town) -> None:
    await town.world.library.create(town.people[Role.EDITOR], town.project.id, "pay.md", "# Pay\n\nIt MUST.\n")
    same = {"specs": [{"path": "pay/all.md", "former": "pay.md", "text": "# Pay\n\nIt MUST.\n"}]}
    facts = (await ask("POST", "/policies/attempt", Role.READER, json=same)).json()["decision"]["facts"]
    assert facts["specs_renamed"] == 1
    assert "normative_statements" not in facts
    absent = {"specs": [{"path": "b.md", "former": "a.md", "text": ""}]}
    assert (await ask("POST", "/policies/attempt", Role.READER, json=absent)).status_code == 404


ODD: tuple[Any, ...] = (
    {},
    {"specs": []},
    {"specs": [{"path": "a.md", "text": "x"}] * 21},
    {"specs": [{"path": "../a.md", "text": "x"}]},
    {"specs": [{"path": "a.md", "text": "x\x00"}]},
    {"specs": [{"path": "a.md", "text": "x", "kind": "human"}]},
    {"specs": [{"path": "a.md", "text": "x"}], "author": "me"},
)


async def test_odd_trials_are_refused(ask: Any) -> None:
    for body in ODD:
        answer = await ask("POST", "/policies/attempt", Role.READER, json=body)
        assert answer.status_code == 400, body
        assert answer.json()["hint"]


async def test_a_stranger_is_no_author(ask: Any, town: Town) -> None:
    body = {"specs": [{"path": "a.md", "text": "x"}], "author": str(town.stranger.actor.id)}
    assert (await ask("POST", "/policies/attempt", Role.READER, json=body)).status_code == 404


async def test_failures_freeze_and_a_reviewer_thaws(ask: Any, town: Town) -> None:
    claude = await agent(town)
    for number in range(5):
        async with town.world.database.transaction() as connection:
            await turned_out(
                connection,
                town.project.id,
                claude.actor,
                Event.PROPOSAL,
                f"p{number}",
                good=False,
                at=town.world.clock(),
            )
    (frozen,) = (await ask("GET", "/frozen", Role.READER)).json()["items"]
    assert (frozen["actor"]["name"], "by" in frozen) == ("claude", False)
    (told,) = (await ask("GET", "/notices", Role.REVIEWER)).json()["items"]
    assert told["message"].startswith("claude: deny; freeze 1h")
    assert (await ask("GET", "/notices", Role.EDITOR)).json() == {"items": []}
    assert (await ask("GET", "/notices", Role.ADMIN)).json()["items"]
    address = f"/frozen/{claude.actor.id}"
    assert (await ask("DELETE", address, Role.EDITOR)).status_code == 403
    assert (await ask("DELETE", f"{address}?reason=mended", Role.REVIEWER)).status_code == 204
    assert (await ask("GET", "/frozen", Role.READER)).json() == {"items": []}
    assert (await ask("DELETE", address, Role.REVIEWER)).status_code == 404
    decisions = (await ask("GET", "/decisions?limit=2", Role.READER)).json()
    assert decisions["items"][0]["decision"]["freeze"] == "1h"
    assert decisions["next"]
    assert (await ask("GET", "/decisions?subject=p1", Role.READER)).json()["items"][0]["subject"] == "p1"


async def test_freezing_by_hand(ask: Any, town: Town) -> None:
    claude = str((await agent(town)).actor.id)
    body = {"actor": claude, "span": "2h", "reason": "It rewrites everything."}
    assert (await ask("POST", "/frozen", Role.EDITOR, json=body)).status_code == 403
    made = await ask("POST", "/frozen", Role.REVIEWER, json=body)
    assert (made.status_code, made.json()["by"]["kind"]) == (200, "human")
    for odd in ({"span": "2 weeks"}, {"span": "99d"}, {"reason": " "}, {"actor": "x"}):
        assert (await ask("POST", "/frozen", Role.REVIEWER, json=body | odd)).status_code == 400
    person = {"actor": str(town.people[Role.EDITOR].actor.id)}
    assert (await ask("POST", "/frozen", Role.REVIEWER, json=body | person)).status_code == 400
