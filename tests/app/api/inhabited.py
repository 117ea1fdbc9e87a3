"""A project with one of everything the API can name, so that requests made at random reach the inside of each route."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from specs.access import AGENT_SCOPES, ALL_SCOPES, Role
from specs.service.people.commitkeys import claim_of
from tests.app.api.observed import observe
from tests.app.conftest import Town
from tests.factories import PASSWORD
from tests.specs.hygiene.samples import SECRETS
from tests.specs.test_images import png
from tests.sshkeys import made_key, signed

RULES = "# Rules\n\nThe first rule.\n\n## Two\n\nThe second rule.\n"
REFUNDS = """## Purpose
What refunds are for, and to whom, and within which time they are made.

## Requirements

### Requirement: In time
A refund SHALL be made within ten days.

#### Scenario: late
- **THEN** interest is paid
"""
URL = "https://git.example.org/known.git"


async def agent_token(town: Town, name: str = "claude") -> str:
    """The token of an agent, who writes for the admin."""
    until = datetime.now(tz=UTC) + timedelta(days=1)
    issued = await town.world.tokens.issue_for_agent(
        town.people[Role.ADMIN], town.project.id, name, role=Role.EDITOR, scopes=AGENT_SCOPES, expires_at=until
    )
    return issued.secret


def encoded(side: int) -> str:
    """Give an image so many pixels wide, as the API takes it."""
    return base64.b64encode(png(side)).decode()


class Inhabited:
    """What there is, by the name of the field or parameter it fits. `agent` is an agent's token.

    Lists that belong together have one order: the first revision is the head of the first spec. `bodies` are right ones
    of routes where a body put together at random seldom is.
    """

    def __init__(self, town: Town, ask: Any) -> None:
        self.town = town
        self.ask = ask
        self.agent = ""
        self.specs: list[dict[str, Any]] = []
        self.proposals: list[dict[str, Any]] = []
        self.known: dict[str, list[str]] = {}
        self.bodies: dict[str, list[Any]] = {}
        self.gates: list[dict[str, Any]] = []
        self.told: dict[str, Any] = {}
        self.tasks: list[dict[str, Any]] = []

    def bodies_of(self, method: str, path: str) -> list[Any]:
        """Give right bodies for an operation, none where none are known."""
        if method.upper() in {"GET", "DELETE"}:
            return []
        return next((bodies for end, bodies in self.bodies.items() if path.endswith(end)), [])

    async def post(self, path: str, who: Role = Role.ADMIN, expect: int = 201, **more: Any) -> dict[str, Any]:
        answer = await self.ask("POST", path, who, **more)
        assert answer.status_code == expect, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def settle(self) -> dict[str, list[str]]:
        """Make everything, once, and say what there is."""
        self.agent = await agent_token(self.town)
        spare_agent = await self.town.world.access.authenticate_token(await agent_token(self.town, "spare"))
        extra = await self.town.world.person("extra-person", Role.READER, self.town.project)
        for number in range(4):
            self.specs.append(await self.post("/specs", json={"path": f"{number}.md", "text": f"# {number}\n"}))
        regions = await self.conflicts()
        for name in ("refunds", "returns", "losses"):
            path = f"openspec/specs/{name}/spec.md"
            self.specs.append(await self.post("/specs", json={"path": path, "text": REFUNDS}))
        frozen = {"actor": str(spare_agent.actor.id), "span": "2h", "reason": "Too quick."}
        await self.post("/frozen", expect=200, json=frozen)
        comments = await self.propose()
        statements = await self.write_as_agent()
        for name in ("v1", "v2"):
            await self.post("/tags", json={"name": name})
        let_in = {"url": URL, "token": "abc", "deploy_key": True}
        names = ("known", *(f"known-{number}" for number in range(11)))
        codes = [await self.post("/repositories", json={"name": name, **let_in}) for name in names]
        receivers = [
            await self.post("/webhooks", json={"name": name, "url": "https://ci.example.org/x"})
            for name in ("ci", "other", "chat", "board", "mirror", "bell")
        ]
        await self.gate()
        await self.work()
        guest = await self.post("/invitations", json={"login": "guest@example.org"})
        run = await self.post("/audit/verify", expect=202)
        bundle = await self.post("/context", expect=200, json={"task": "Know things"})
        members = (await self.ask("GET", "/members")).json()["items"]
        spare = await self.post("/api/v1/me/tokens", json={"name": "spare"})
        keys = [await self.post("/api/v1/me/keys", who, json=self.key(who)) for who in Role]
        await self.post("/signals/incidents", json={"name": "outage-0", "paths": ["src"]})
        conflicts = (await self.ask("GET", "/conflicts")).json()["items"]
        matters = (await self.ask("GET", "/inbox")).json()["items"]
        key = SECRETS["github p"]
        refused = await self.post("/specs", expect=400, json={"path": "key.md", "text": f"# A\n\nUse {key}.\n"})
        image = await self.post("/images", json={"data": encoded(3)})
        digests = [spec["head"] for spec in self.specs]
        ids = [one["id"] for one in self.proposals]
        self.known = {
            "project": ["payments"] * 19 + ["secrets"],
            "spec": [spec["id"] for spec in self.specs],
            "path": [spec["path"] for spec in self.specs] * 9 + [f"new/{number}.md" for number in range(99)],
            "prefix": ["", "openspec/", "new"],
            "revision": digests,
            "base": digests,
            "before": digests,
            "after": digests,
            "from": digests,
            "to": digests,
            "digest": [one["digest"] for one in self.proposals],
            "proposal": ids,
            "by": ids,
            "subject": ids,
            "comment": comments,
            "reply_to": comments,
            "hunks": [one["hunks"][0] for one in self.proposals],
            "conflict": [one["id"] for one in reversed(conflicts)],
            "region": regions,
            "take": ["ours", "theirs", "base", "own"],
            "statements": statements,
            "section": ["rules", "two", "requirements", ""],
            "anchor": ["rules", "two", "refunds", "0", "1"],
            "key": ["in-time", "in-time/late"],
            "commit_key": [key["id"] for key in keys],
            "tag": ["v1", "v2"],
            "ids": [one["id"] for one in refused["secrets"]],
            "q": ["rule", "refund", "first second"],
            "client": ["claude-code", "codex"],
            "repository": [code["id"] for code in codes],
            "bundle": [bundle["id"]],
            "gate": [self.gates[0]["id"]],
            "matter": [one["id"] for one in matters],
            "image": [image["name"]],
            "token": [spare["id"]],
            "webhook": [one["id"] for one in receivers],
            "kinds": ["spec.*", "finding.opened", ""],
            "task": [one["id"] for one in self.tasks],
            "but": [one["id"] for one in self.tasks],
            "holder": [members[0]["actor"]["id"]],
            "intent": ["Mend refunds.", "Look at cards."],
            "paths": ["src", "src/pay/card.py"],
            "symbols": ["payments.charge:Card"],
            "sections": ["rules/0.md#two", "0.md"],
            "actor": [str(spare_agent.actor.id), str(extra.actor.id), guest["actor"]["id"]],
            "run": [run["id"]],
            "author": [one["actor"]["id"] for one in members],
            "login": ["extra-person"],
            "url": [URL, "ssh://git@git.example.org/x.git", "file:///etc", "ext::sh -c id"],
            "slug": [f"project-{number}" for number in range(50)],
            "name": [f"name-{number}" for number in range(50)],
            "text": [RULES, REFUNDS, "# A\n\nIt MUST hold.\n", RULES.replace("first", "third")],
            "span": ["30m", "2h", "7d", "9999999999d"],
            "action": ["spec.save", "proposal.open"],
            "because": ["It was read."],
            "expires_at": ["2099-01-01T00:00:00Z", "2000-01-01T00:00:00Z", "soon"],
            "since": ["2020-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
            "until": ["2099-01-01T00:00:00Z"],
            "cursor": ["NS5tZA", "3"],
            **await observe(self.town),
        }
        answer = {"choice": "mend", "findings": self.known["fingerprint"][1:]}
        self.known["decisions"] = [(await self.post("/findings/decisions", json=answer))["items"][0]["id"]]
        assert all(self.known.values())
        self.bodies = self.right()
        return self.known

    async def keeper(self) -> str:
        """Give a token of somebody who looks after the installation and is in no project."""
        access = self.town.world.access
        link = await access.first_admin()
        assert link is not None
        person = await access.redeem_link(link.token, PASSWORD)
        return (await self.town.world.tokens.issue_for_self(person, "keeper", scopes=ALL_SCOPES)).secret

    async def gate(self) -> None:
        """Tell of a check, as an agent does: a gate that passed."""
        specs = (await self.ask("GET", "/governing?repository=acme/shop")).json()["digest"]
        report = {"schema": 1, "verdict": "kept", "invariants": [], "findings": []}
        self.told = {"repository": "acme/shop", "commit": "ab" * 20, "specs": specs, "findings": [], "report": report}
        self.gates = [await self.post("/gates", json=self.told)]

    async def work(self) -> None:
        """Make tasks, of which admins hold some; the agent finds others free."""
        for number in range(6):
            body = {"intent": f"Task {number}", "paths": ["src"], "claim": number > 3}
            self.tasks.append(await self.post("/tasks", json=body))

    def key(self, who: Role) -> dict[str, str]:
        """Make a key that somebody can register."""
        key = made_key()
        return {"public": key.public, "proof": signed(key, claim_of(self.town.people[who].actor))}

    def right(self) -> dict[str, list[Any]]:
        """Make right bodies by the end of the path that takes them."""
        spec, ids = self.specs[-1]["id"], self.known
        changes = [
            {"operation": "edit", "spec": spec, "text": "# Other\n\nIt MUST be otherwise.\n"},
            {"operation": "edit", "spec": spec, "sections": [{"anchor": "two", "text": "## Two\n\nAnother.\n"}]},
            {"operation": "create", "path": "made.md", "text": "# Made\n"},
            {"operation": "retire", "spec": spec},
        ]
        wanted = [{"title": "Mend it", "changes": [change]} for change in changes]
        verdicts = ("approve", "decline", "comment")
        answers = ({"answer": "approve"}, {"answer": "refuse", "body": "Not now."})
        return {
            "/gates/{gate}/reviews": [{**answer, "digest": self.gates[0]["digest"]} for answer in answers],
            "/gates": [self.told],
            "/images": [{"data": encoded(side)} for side in range(1, 9)],
            "/signals/tests": [{"reports": ["<testsuite><testcase classname='a' name='b'/></testsuite>"]}],
            "/signals/deployments": [{"environment": "live", "commit": "a" * 40}],
            "/signals/incidents": [{"name": f"outage-{number}", "paths": ["src"]} for number in range(1, 9)],
            "/incidents/close": [{"name": f"outage-{number}"} for number in range(4)],
            "/webhooks": [{"name": f"w{number}", "url": "https://ci.example.org/y"} for number in range(9)],
            "/webhooks/{webhook}": [{"kinds": ["spec.*"]}, {"enabled": False}],
            "/credentials/token": [{"token": "abc", "user": "robot"}],
            "/credentials/ssh-key": [{}],
            "/webhooks/{webhook}/secret": [{}, {"at_once": True}],
            "/proposals": wanted,
            "/proposals/{proposal}": wanted,
            "/reviews": [
                {"verdict": verdict, "digest": digest, "body": "So be it."}
                for verdict in verdicts
                for digest in ids["digest"]
            ],
            "/supersede": [{"by": proposal} for proposal in ids["proposal"][1:] + ids["proposal"][:1]],
            "/withdraw": [{"reason": "No more."}],
            "/specs/{spec}": [{"text": RULES.replace("second", "next")}],
            "/specs": [{"path": f"more/{number}.md", "text": "# More\n"} for number in range(9)],
            "/rename": [{"path": f"moved/{number}.md"} for number in range(9)],
            "/conflicts/{conflict}": [{"choices": [{"region": key, "take": "ours"}]} for key in ids["region"]],
            "/resolve": [{"choices": [{"region": key, "take": "theirs"}]} for key in ids["region"]],
            "/confirmations": [{"revision": digest, "everything": True} for digest in ids["revision"]],
            "/confirmations/take-back": [{"statements": ids["statements"][:1]}],
            "/secrets": [{"ids": ids["ids"], "because": "An example."}],
            "/frozen": [{"actor": ids["actor"][0], "span": "2h", "reason": "Too quick."}],
            "/claims/decisions": [
                {"claims": [claim], "decision": decision}
                for claim in ids["claims"]
                for decision in ("approve", "refuse")
            ],
            "/people/{actor}": [{"disabled": False}],
            "/hooks/{client}": [
                {"hook_event_name": "UserPromptSubmit", "session_id": "s", "prompt": "Make the second rule hold."}
            ],
            "/links": [
                {"section": "rules/0.md#two", "code": "src/pay.py#pay", "decision": decision}
                for decision in ("confirm", "reject", "withdraw")
            ],
            "/findings/decisions": [
                {"choice": "waive", "findings": ids["fingerprint"][:1], "because": "Later.", "until": "2026-12-31"},
                {"choice": "mend", "findings": ids["fingerprint"][:1], "renews": True},
            ],
            "/findings/decisions/take-back": [{"decisions": [decision]} for decision in ids["decisions"]],
            "/me/keys": [self.key(who) for who in Role for _ in range(3)],
            "/me/tokens": [{"name": "more"}],
            "/tokens": [{"name": "bot", "role": "editor"}],
            "/projects": [{"slug": f"more-{number}", "name": "More"} for number in range(9)],
            "/repositories/{repository}": [{"trust": "none"}, {"publish": "off"}],
            "/repositories": [{"name": f"more-{number}", "url": URL} for number in range(9)],
            "/restore": [{"message": "It was right."}],
            "/invitations": [{"login": f"guest-{number}@example.org"} for number in range(9)],
            "/rehearsal": [{"text": "id: a\nevent: proposal\nwhen: true\nthen: deny\nwhy: No."}],
            "/attempt": [{"specs": [{"path": "a.md", "text": "# A\n"}]}],
            "/context": [{"task": "Change refunds"}],
            "/tasks": [{"intent": "Mend it.", "paths": ["src"]}, {"intent": "Mend it.", "claim": True}],
            "/tasks/claim": [{}],
            "/tasks/{task}/claim": [{"lease": 60}],
            "/renew": [{"fencing": 1}],
            "/finish": [{"fencing": 1, "note": "It holds."}],
            "/fail": [{"fencing": 1, "reason": "It cannot be done."}],
            "/release": [{"fencing": 1}],
            "/tasks/{task}/usage": [{"fencing": 1, "tokens": 1200, "cost": 0.02, "model": "m"}],
            "/notes": [{"body": "Look here."}, {"body": "Look here.", "fencing": 1}],
            "/freeze": [{"reason": "Wait."}],
            "/thaw": [{}],
            "/cancel": [{"reason": "No longer."}],
            "/answers": [{"approve": True}, {"approve": False, "body": "Again."}],
            "/reports/schedule": [{"weekday": "friday", "hour": 16, "zone": "Europe/Berlin"}],
            "/reports/wish": [{"wish": "own"}, {"wish": "none"}],
            "/snooze": [{"until": (datetime.now(tz=UTC) + timedelta(days=3)).isoformat()}],
            "/comments/{comment}": [{"resolved": True}],
            "/reading": [{"revision": digest} for digest in ids["revision"]],
            "/tags": [{"name": "v3"}, {"name": "v4"}],
            "/diagnostics": [{"text": RULES, "path": "rules/0.md"}],
            "/trials": [{"text": "# A\n\n```yaml invariant\nid: a\nkind: acyclic\nwithin: a\n```\n"}],
            "/texts": [{"texts": [{"spec": spec, "revision": digest}]} for digest in ids["revision"]],
            "/changes": [{"changes": [change]} for change in self.changes()],
        }

    def changes(self) -> list[dict[str, Any]]:
        """Make changes such as a copy of the specs sends, of one spec each."""
        spec, head = self.specs[0]["id"], self.specs[0]["head"]
        return [
            {"operation": "save", "spec": spec, "base": head, "text": "# Zero\n\nOther words.\n"},
            {"operation": "save", "spec": spec, "base": head, "runs": [[0, 1], "More.\n"], "digest": head},
            {"operation": "create", "path": "sent.md", "text": "# Sent\n", "key": "once"},
            {"operation": "rename", "spec": spec, "path": "sent/zero.md"},
            {"operation": "retire", "spec": spec},
            {"operation": "restore", "spec": spec},
        ]

    async def conflicts(self) -> list[str]:
        """Make conflicts that wait, and give the keys of their regions."""
        regions = []
        for number in range(3):
            made = await self.post("/specs", json={"path": f"rules/{number}.md", "text": RULES})
            match = {"if-match": f'"{made["head"]}"'}
            for word, who in (("very first", Role.ADMIN), ("foremost", Role.EDITOR)):
                body = {"text": RULES.replace("first", word)}
                answer = await self.ask("PUT", f"/specs/{made['id']}", who, json=body, headers=match)
            assert answer.status_code == 409, answer.text
            regions += [region["key"] for region in answer.json()["regions"]]
            self.specs.append((await self.ask("GET", f"/specs/{made['id']}")).json())
        return regions

    async def propose(self) -> list[str]:
        """Open proposals of a person with comments, and give the comments' ids."""
        comments = []
        for spec in self.specs:
            word = "MUST be" if "/" in spec["path"] else "is"
            change = {"spec": spec["id"], "text": f"# Other\n\nIt {word} so, {spec['path']}.\n"}
            body = {"title": "Mend it", "changes": [change], "wait": True}
            made = (await self.post("/proposals", Role.EDITOR, json=body))["proposal"]
            address = f"/proposals/{made['id']}"
            await self.post(
                f"{address}/reviews", Role.REVIEWER, json={"verdict": "comment", "comments": [{"body": "Why?"}]}
            )
            read = (await self.ask("GET", address)).json()
            comments += [one["id"] for one in read["comments"]]
            hunks = [piece["id"] for part in read["changes"] for piece in part["pieces"]]
            self.proposals.append({"id": made["id"], "digest": made["digest"], "hunks": hunks})
        return comments

    async def write_as_agent(self) -> list[str]:
        """Let the agent write a paragraph, and give the names of statements that wait."""
        who = await self.town.world.access.authenticate_token(self.agent)
        spec = self.specs[0]
        text = "# 0\n\nCustomers are told by mail.\n"
        saved = await self.town.world.library.save(
            who, self.town.project.id, UUID(spec["id"]), base=spec["head"], text=text
        )
        spec["head"] = saved.revision.digest
        read = (await self.ask("GET", f"/specs/{spec['id']}/statements?provenance=inferred")).json()
        return [one["statement"] for one in read["statements"]]
