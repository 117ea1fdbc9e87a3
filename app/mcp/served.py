"""Answers from a project on a server, through its API: what may be done, and by whom, is decided there alone.

The same under `/mcp`, where the API is asked in this process, and in `holdfast mcp`, where it is asked over HTTP.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from app.mcp.asked import ChangesAsked, CheckAsked, ContextAsked, IntentAsked, ProposalAsked, RelatedAsked, SectionAsked
from app.mcp.asking import Ask, spec_path
from app.mcp.changed import changed
from app.mcp.claims import as_claimed, intended
from app.mcp.fence import mark, plain
from app.mcp.near import near
from app.mcp.proposed import proposed
from app.mcp.source import Listed, Listing, State, Told
from specs.errors import MissingError
from specs.parser import parse
from sync.contexts.bundle import MOST_BUDGET, pack
from sync.contexts.context import OpenFinding, SpecSource, standing, standing_of
from sync.contexts.relations import asked_about
from sync.contexts.whole import anchors, whole

# What an answer says before the bundle, at most.
HEAD_TOKENS = 60
MOST_ANCHORS = 20
MOST_FINDINGS = 50
CHECK_BUDGET = 4000
PAGE = 200
DEBTS: Mapping[str, str] = {"frozen": "existing", "waived": "waived"}


class ServedSource:
    """A project on a server. `name` is its slug."""

    def __init__(self, ask: Ask, name: str) -> None:
        self._ask = ask
        self._name = name

    async def project(self) -> str:
        """Give the slug."""
        return self._name

    async def context(self, asked: ContextAsked) -> Told:
        """Give a bundle, and the id of its receipt before it."""
        body: dict[str, object] = {"task": asked.task, "paths": asked.paths, "symbols": asked.symbols}
        body["budget"] = asked.budget - HEAD_TOKENS
        if asked.since:
            body["since"] = asked.since
        told = (await self._ask("POST", "/context", body, headers=as_claimed(asked.claim))).json()
        degraded = tuple(told.get("degraded", ()))
        head = f"bundle {told['id']}"
        if degraded:
            head += f" · degraded: {', '.join(degraded)[:60]}"
        if told.get("hidden_characters"):
            head += f" · hidden characters removed: {told['hidden_characters']}"
        facts = {name: told[name] for name in ("id", "at", "budget", "tokens")}
        facts |= {"degraded": degraded, "unchanged": told.get("unchanged", 0), "omitted": len(told.get("omitted", ()))}
        return Told(f"{head}\n{told['markdown']}", facts)

    async def section(self, asked: SectionAsked) -> Told:
        """Give a section with who said it and whether that is confirmed, as a bundle of its own."""
        path, _, anchor = asked.section.partition("#")
        return await self._passages(path, anchor, asked.revision, asked.budget)

    async def read(self, path: str) -> Told:
        """Give a whole spec, at its head."""
        return await self._passages(path, "", "", MOST_BUDGET)

    async def _passages(self, path: str, anchor: str, revision: str, budget: int) -> Told:
        query = {"include": "text"} | ({"revision": revision} if revision else {})
        found = (await self._ask("GET", f"/specs/by-path/{spec_path(path)}?{urlencode(query)}")).json()
        at = found["revision"]
        lines = await self._unconfirmed(found["id"], at["digest"])
        document = replace(await asyncio.to_thread(parse, found["text"]), unconfirmed=lines)
        source = SpecSource(found["path"], at["digest"], document, at["actor"]["name"], at["actor"]["kind"])
        passages = await asyncio.to_thread(whole, source, anchor)
        if passages is None:
            near = ", ".join(anchors(document, MOST_ANCHORS)) or "none: it has no headings"
            raise MissingError(f"{found['path']} has no section #{plain(anchor)}.", f"Its sections: {plain(near)}.")
        bundle = pack(passages, budget - HEAD_TOKENS, mark(), degraded=())
        head = f"{plain(found['path'], 120)} · revision {at['digest'][:12]} · saved {at['at']}"
        if found["head"] != at["digest"]:
            head += f" · STALE: the head is {found['head'][:12]}"
        if found["status"] != "active":
            head += f" · {found['status']}"
        facts = {
            "path": found["path"],
            "revision": at["digest"],
            "at": at["at"],
            "age_seconds": _age(at["at"]),
            "stale": found["head"] != at["digest"],
            "status": found["status"],
            "tokens": bundle.tokens,
        }
        return Told(f"{head}\n{bundle.text}", facts)

    async def _unconfirmed(self, spec: str, revision: str) -> frozenset[int]:
        query = urlencode({"provenance": "inferred", "revision": revision})
        told = (await self._ask("GET", f"/specs/{spec}/statements?{query}")).json()
        return frozenset(one["line"] for one in told["statements"])

    async def changes(self, asked: ChangesAsked) -> Told:
        """Say what changed since a bundle, a cursor or a time, and which proposals wait."""
        return await changed(self._ask, asked)

    async def propose(self, asked: ProposalAsked) -> Told:
        """Open a proposal. The very same asked again is answered as the first time, with how it stands now."""
        return await proposed(self._ask, asked)

    async def intent(self, asked: IntentAsked) -> Told:
        """Take on a task, keep it, or end it."""
        return await intended(self._ask, asked)

    async def check(self, asked: CheckAsked) -> Told:
        """Give the open findings at the last checked commit of each repository."""
        told = (await self._ask("GET", "/checks?limit=1")).json()["items"]
        if not told:
            return Told("No commit was checked yet: nothing is known of drift.", {"checked": False})
        found: dict[str, dict[str, Any]] = {}
        for path in asked.paths or ("",):
            query = urlencode({"state": "open", "path": path, "limit": MOST_FINDINGS})
            page = (await self._ask("GET", f"/findings?{query}")).json()["items"]
            found |= {one["fingerprint"]: one for one in page}
        last = told[0]
        head = f"Last check: commit {last['commit'][:12]}, {last['verdict']}, at {last['at']}."
        facts = {"checked": True, "commit": last["commit"], "at": last["at"], "open": len(found)}
        if not found:
            return Told(f"{head} No open finding{' there' if asked.paths else ''}.", facts)
        bundle = pack(standing([_finding(one) for one in found.values()]), CHECK_BUDGET, mark(), degraded=())
        return Told(f"{head} Open findings: {len(found)}.\n{bundle.text}", facts)

    async def related(self, asked: RelatedAsked) -> Told:
        """Say which code a section may speak about, or which sections may speak about code."""
        query = urlencode({**asked_about(asked.about), "limit": asked.limit})
        return near((await self._ask("GET", f"/related?{query}")).json())

    async def specs(self, after: str) -> Listing:
        """List specs by path."""
        query = {"limit": PAGE} | ({"cursor": after} if after else {})
        page = (await self._ask("GET", f"/specs?{urlencode(query)}")).json()
        items = tuple(Listed(one["path"], one["title"], one["head"], one["updated_at"]) for one in page["items"])
        return Listing(items, _cursor(page.get("next") or ""))

    async def state(self, known: str) -> State | None:
        """Give the heads of all specs, unless the list has the digest that is known."""
        headers = {"if-none-match": f'"{known}"'} if known else None
        answer = await self._ask("GET", "/manifest?limit=5000", headers=headers)
        if not answer.body:
            return None
        told = answer.json()
        return State(told["digest"], {one["path"]: one["head"] for one in told["entries"]})


def _age(at: str) -> int:
    return max(0, int((datetime.now(tz=UTC) - datetime.fromisoformat(at)).total_seconds()))


def _cursor(address: str) -> str:
    """Take the cursor out of the address of a next page."""
    return "".join(parse_qs(urlsplit(address).query).get("cursor", []))


def _finding(one: Mapping[str, Any]) -> OpenFinding:
    accepted = one.get("accepted") or {}
    return OpenFinding(
        one["fingerprint"],
        one["invariant"],
        one["severity"],
        one["message"],
        one.get("fix", ""),
        one["code_path"] or one["spec_path"],
        one["line"],
        standing_of(DEBTS.get(one.get("debt") or "", ""), str(accepted.get("until") or "")),
        str(accepted.get("because") or ""),
    )
