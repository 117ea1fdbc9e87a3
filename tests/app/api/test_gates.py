"""Gates over HTTP: a check told from elsewhere, decided on by policy and people, and the signed proof of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from specs.access import SERVER, Role
from specs.signing import read_verifier
from specs.tables.artifacts import artifacts
from sync.gates.decisiontokens import Claims, Wanted, verify
from sync.inbox.decisions import Choice, FindingDecision
from sync.store.decisions import FindingDecisionStore
from tests.app.api.inhabited import agent_token
from tests.app.conftest import API, Town

COMMIT = "ab" * 20
SPEC = """# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```
"""
ASK_REVIEW = """# Policies

```yaml policy
id: checks-broken
event: check
when: verdict == "broken"
then: review 1 from reviewer
why: Somebody looks at drift before it ships.
```
"""


def finding(state: str = "introduced", fingerprint: str = "0" * 16) -> dict[str, Any]:
    return {
        "fingerprint": fingerprint,
        "invariant": "shop-layers",
        "kind": "layers",
        "severity": "error",
        "state": state,
        "message": "domain imports web",
        "fix": "turn it round",
        "spec": {"path": "shop.md", "anchor": "shop", "line": 3},
        "code": {"path": "shop/domain.py", "line": 1, "column": 1},
        "evidence": [{"from": "shop.domain", "to": "shop.web", "path": "shop/domain.py", "line": 1}],
        "a field of later": True,
    }


def told(specs: str, *findings: dict[str, Any], **more: Any) -> dict[str, Any]:
    names = ("fingerprint", "invariant", "severity", "state")
    report = {
        "schema": 1,
        "verdict": "broken" if findings else "kept",
        "invariants": [],
        "findings": list(findings),
        "not_analysed": [],
        "counts": {"files": 3},
    }
    rows = [[one[name] for name in names] for one in findings]
    return {"repository": "acme/shop", "commit": COMMIT, "specs": specs, "findings": rows, "report": report, **more}


@pytest.fixture
async def specs(ask: Any) -> str:
    """The digest of what governs a repository of this project."""
    await ask("POST", "/specs", json={"path": "shop.md", "text": SPEC})
    digest: str = (await ask("GET", "/governing?repository=acme/shop")).json()["digest"]
    return digest


@pytest.fixture
async def ci(client: Any, town: Town) -> Any:
    """Ask as an agent's token, as continuous integration does."""
    token = await agent_token(town, "ci")

    async def ask(method: str, path: str, **more: Any) -> Any:
        return await client.request(method, API + path, headers={"authorization": f"Bearer {token}"}, **more)

    return ask


async def keys(client: Any) -> list[Any]:
    items = (await client.get("/api/v1/keys")).json()["items"]
    return [read_verifier(item["key"]) for item in items]


async def test_what_governs_is_read_once_and_then_only_asked_about(ask: Any, specs: str) -> None:
    answer = await ask("GET", "/governing?repository=acme/shop&include=text")
    assert [(item["path"], item["text"]) for item in answer.json()["items"]] == [("shop.md", SPEC)]
    assert answer.json()["digest"] == specs
    again = {"if-none-match": answer.headers["etag"]}
    unchanged = await ask("GET", "/governing?repository=acme/shop&include=text", headers=again)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    await ask("POST", "/tags", json={"name": "v1"})
    await ask("POST", "/specs", json={"path": "more.md", "text": "# More\n"})
    assert (await ask("GET", "/governing?repository=acme/shop", headers=again)).status_code == 200
    tagged = (await ask("GET", "/governing?repository=acme/shop&tag=v1")).json()
    assert tagged["digest"] == specs
    assert (await ask("GET", "/governing?repository=acme/shop&tag=v2")).status_code == 404
    assert (await ask("GET", "/governing?repository=../x")).status_code == 400


async def test_a_check_without_new_errors_passes_and_is_signed_for(
    ask: Any, ci: Any, client: Any, specs: str, town: Town
) -> None:
    answer = await ci("POST", "/gates", json=told(specs, finding("existing")))
    assert answer.status_code == 201, answer.text
    gate = answer.json()
    assert gate["state"] == "passed"
    assert "checks-kept" in gate["reasons"][0]
    assert gate["page"] == f"/p/payments/gates/{gate['id']}"
    found = verify(gate["token"], await keys(client), Wanted("acme/shop", COMMIT, "payments", specs), datetime.now(UTC))
    assert isinstance(found, Claims)
    assert (found.id, found.findings, found.policies) == (gate["id"], gate["findings"], gate["policies"])
    again = (await ci("POST", "/gates", json=told(specs, finding("existing")))).json()
    assert again["id"] == gate["id"], "the same check told again is the same gate"
    async with town.world.database.read() as connection:
        (kept,) = (await connection.execute(select(artifacts))).all()
    assert kept.key
    assert b"shop" not in kept.body, "what was found lies sealed"
    read = (await ask("GET", f"/gates/{gate['id']}", Role.READER)).json()
    assert read["report"]["findings"][0]["evidence"][0]["from"] == "shop.domain"
    assert read["token"]


async def test_drift_fails_without_a_token(ci: Any, specs: str) -> None:
    gate = (await ci("POST", "/gates", json=told(specs, finding()))).json()
    assert gate["state"] == "failed"
    assert gate["counts"]["introduced"] == 1
    assert "token" not in gate


async def test_what_people_waived_here_counts_as_waived(ask: Any, ci: Any, town: Town, specs: str) -> None:
    shop = {"name": "shop", "url": "https://git.example.org/shop.git"}
    repository = UUID((await ask("POST", "/repositories", json=shop)).json()["id"])
    specs = (await ask("GET", "/governing?repository=shop")).json()["digest"]
    today = datetime.now(UTC).date()
    waiver = FindingDecision(
        uuid4(),
        repository,
        "0" * 16,
        "shop-layers",
        "",
        Choice.WAIVE,
        "Later.",
        town.people[Role.ADMIN].actor,
        datetime.now(UTC),
        until=today,
    )
    over = replace(waiver, id=uuid4(), fingerprint="1" * 16, until=today - timedelta(days=1))
    async with town.world.database.transaction() as connection:
        await FindingDecisionStore(connection, town.project.id).add([waiver, over])
    passed = (await ci("POST", "/gates", json={**told(specs, finding()), "repository": "shop"})).json()
    assert (passed["state"], passed["counts"]["waived"], passed["counts"]["introduced"]) == ("passed", 1, 0)
    lapsed = {**told(specs, finding(fingerprint="1" * 16)), "repository": "shop"}
    assert (await ci("POST", "/gates", json=lapsed)).json()["state"] == "failed"
    elsewhere = (await ask("GET", "/governing?repository=acme/shop")).json()["digest"]
    assert (await ci("POST", "/gates", json=told(elsewhere, finding()))).json()["state"] == "failed"


async def test_the_verdict_is_worked_out_from_the_findings(ci: Any, specs: str) -> None:
    lie = told(specs, finding())
    lie["report"]["verdict"] = "kept"
    assert (await ci("POST", "/gates", json=lie)).json()["verdict"] == "broken"
    hidden = told(specs, finding())
    hidden["findings"] = []
    assert (await ci("POST", "/gates", json=hidden)).status_code == 400


async def test_a_person_approves_exactly_what_was_read(ask: Any, ci: Any, client: Any, town: Town, specs: str) -> None:
    await town.world.library.create(SERVER, town.project.id, "policies.md", ASK_REVIEW)
    specs = (await ask("GET", "/governing?repository=acme/shop")).json()["digest"]
    gate = (await ci("POST", "/gates", json=told(specs, finding()))).json()
    assert (gate["state"], gate["needs"]) == ("needs-approval", [{"role": "reviewer", "count": 1}])
    place, yes = f"/gates/{gate['id']}/reviews", {"answer": "approve", "digest": gate["digest"]}
    assert (await ci("POST", place, json=yes)).status_code == 403, "an agent approves nothing"
    assert (await ask("POST", place, Role.EDITOR, json=yes)).status_code == 403, "nor does one without the role"
    assert (await ask("POST", place, Role.REVIEWER, json={**yes, "digest": "0" * 64})).status_code == 409
    done = (await ask("POST", place, Role.REVIEWER, json={**yes, "body": "It is on its way out."})).json()
    assert done["state"] == "passed"
    assert isinstance(verify(done["token"], await keys(client), Wanted("acme/shop", COMMIT), datetime.now(UTC)), Claims)
    assert (await ci("POST", "/gates", json=told(specs, finding()))).json()["state"] == "passed", "it stays approved"
    for other in (
        told(specs, finding(), commit="cd" * 20),
        told(specs, finding(), finding(fingerprint="1" * 16)),
        told(specs, finding(), repository="acme/other"),
    ):
        assert (await ci("POST", "/gates", json=other)).json()["state"] == "needs-approval"
    listed = (await ask("GET", "/gates?state=needs-approval&repository=acme/shop")).json()["items"]
    assert len(listed) == 2
    log = (await ask("GET", "/audit")).json()["items"]
    assert {"gate.decide", "gate.approve"} <= {entry["action"] for entry in log}


async def test_a_refusal_closes_what_had_passed(ask: Any, ci: Any, specs: str) -> None:
    gate = (await ci("POST", "/gates", json=told(specs))).json()
    place, no = f"/gates/{gate['id']}/reviews", {"answer": "refuse", "digest": gate["digest"]}
    assert (await ask("POST", place, Role.REVIEWER, json=no)).status_code == 400, "a refusal has a reason"
    assert (await ask("POST", place, Role.REVIEWER, json={**no, "body": "Not today."})).json()["state"] == "failed"
    assert (await ci("POST", "/gates", json=told(specs))).json()["state"] == "failed"
    back = {"answer": "approve", "digest": gate["digest"]}
    assert (await ask("POST", place, Role.REVIEWER, json=back)).json()["state"] == "passed", "the last word counts"


async def test_specs_that_moved_meanwhile_are_told(ask: Any, ci: Any, specs: str) -> None:
    await ask("POST", "/specs", json={"path": "more.md", "text": "# More\n"})
    answer = await ci("POST", "/gates", json=told(specs))
    assert answer.status_code == 409
    assert answer.json()["specs"] != specs
    await ask("POST", "/tags", json={"name": "v1"})
    now = answer.json()["specs"]
    assert (await ci("POST", "/gates", json=told(now, tag="v1"))).json()["tag"] == "v1"


async def test_a_frozen_author_gets_nothing_through(ask: Any, ci: Any, specs: str) -> None:
    gate = (await ci("POST", "/gates", json=told(specs))).json()
    freeze = {"actor": gate["actor"]["id"], "span": "1h", "reason": "It went wild."}
    assert (await ask("POST", "/frozen", json=freeze)).status_code == 200
    held = (await ci("POST", "/gates", json=told(specs))).json()
    assert held["state"] == "frozen"
    assert "It went wild" in held["reasons"][0]
    await ask("DELETE", f"/frozen/{gate['actor']['id']}")
    assert (await ci("POST", "/gates", json=told(specs))).json()["state"] == "passed"


async def test_nobody_approves_their_own(ask: Any, specs: str) -> None:
    gate = (await ask("POST", "/gates", Role.REVIEWER, json=told(specs))).json()
    yes = {"answer": "approve", "digest": gate["digest"]}
    answer = await ask("POST", f"/gates/{gate['id']}/reviews", Role.REVIEWER, json=yes)
    assert answer.status_code == 403
    assert (await ask("POST", "/gates", Role.READER, json=told(specs))).status_code == 403


async def test_keys_are_for_everyone_and_can_be_read_as_jwk(client: Any, town: Town) -> None:
    del town
    answer = await client.get("/api/v1/keys")
    assert answer.status_code == 200
    (key,) = answer.json()["items"]
    assert key["jwk"]["crv"] == "Ed25519"
    assert (await client.get("/api/v1/keys")).json() == answer.json()
