"""People who propose changes and approve them, on a server that may be gone at any time.

What was answered holds: a change that was approved stands in its spec once, and its proposal is accepted. What was not
answered is whole or not there: a change stands in its spec exactly if its proposal is accepted.
"""

import random
import re
from dataclasses import dataclass, field

import httpx

from benchmarks.writers import MADE, with_token

TRIES = 4
CONFLICT = 409


@dataclass
class Approvals:
    """What one author proposed and one reviewer approved: proposals by id with their word and spec; those answered."""

    author: httpx.AsyncClient
    reviewer: httpx.AsyncClient
    base: str
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)

    async def work(self, name: object, count: int, specs: list[str], chance: random.Random) -> None:
        """Propose so many changes and approve each, until the server is gone."""
        try:
            for number in range(count):
                await self._one(f"tok-{name}-{number}", chance.choice(specs), chance)
        except httpx.HTTPError:
            return

    async def _one(self, token: str, spec: str, chance: random.Random) -> None:
        shown = await self.author.get(f"{self.base}/specs/{spec}", headers={"accept": "text/markdown"})
        shown.raise_for_status()
        change = {"spec": spec, "base": shown.headers["etag"].strip('"'), "text": with_token(shown.text, token, chance)}
        asked = await self.author.post(
            f"{self.base}/proposals", json={"title": f"Add {token}", "changes": [change], "wait": True}
        )
        asked.raise_for_status()
        opened = asked.json()["proposal"]
        proposal, digest = opened["id"], opened["digest"]
        self.asked[proposal] = token, spec
        for _ in range(TRIES):
            vote = {"verdict": "approve", "digest": digest}
            answer = await self.reviewer.post(f"{self.base}/proposals/{proposal}/reviews", json=vote)
            if answer.status_code == MADE:
                if answer.json()["proposal"]["state"] == "accepted":
                    self.accepted.add(proposal)
                return
            if answer.status_code != CONFLICT:
                answer.raise_for_status()
            # The spec moved meanwhile, and the change with it: whoever approves reads it again.
            now = (await self.author.get(f"{self.base}/proposals/{proposal}")).json()
            if now["state"] != "open":
                return
            digest = now["digest"]

    async def faults(self) -> list[str]:
        """Say what was lost, or is there in part."""
        told, texts = [], {}
        for proposal, (token, spec) in self.asked.items():
            found = await self.author.get(f"{self.base}/proposals/{proposal}")
            state = found.json().get("state") if found.is_success else "lost"
            if spec not in texts:
                read = await self.author.get(f"{self.base}/specs/{spec}", headers={"accept": "text/markdown"})
                texts[spec] = read.text
            times = len(re.findall(rf"\b{token}\b(?!-)", texts[spec]))
            if times != (state == "accepted") or (proposal in self.accepted and state != "accepted"):
                told.append(f"proposal {proposal} is {state}, and {token} stands {times} times in {spec}")
        return told
