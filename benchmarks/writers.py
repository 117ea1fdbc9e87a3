"""Many writers on few specs, through HTTP: nothing acknowledged is lost or doubled, and how many saves a second.

    python -m benchmarks.writers [--writers 20] [--edits 250] [--specs 10] [--processes 1]
                                 [--address URL --token TOKEN --project SLUG]

Each edit puts a word that is there once in the world into a section of a spec. Acknowledged means: 201 (it is in the
head), or 409 with a conflict (it waits there). In the end each word is in the head once, or in exactly one recorded
conflict, and the first parents of every spec form one chain. Without --address a server of its own is started, over a
durable database in a temporary folder.
"""

import argparse
import asyncio
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import httpx

SECTIONS = 8
OLD, HALF = 0.2, 0.5
MADE, CONFLICT, BROKEN = 201, 409, 500
TOKEN = re.compile(r"tok-[a-z0-9-]+")


@dataclass
class Town:
    """A project on a server, its specs, and what was acknowledged: word, spec, and the conflict where it waits.

    A `mortal` server may be gone at any time: what it did not answer is `unsure`, and its writer ends.
    """

    client: httpx.AsyncClient
    project: str
    specs: list[str] = field(default_factory=list)
    in_head: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, tuple[str, str]] = field(default_factory=dict)
    unsure: dict[str, str] = field(default_factory=dict)
    mortal: bool = False
    merged: int = 0
    reads: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The address of the project."""
        return f"/api/v1/projects/{self.project}"

    async def begin(self, count: int) -> None:
        """Make the specs."""
        for number in range(count):
            parts = [f"## Part {part}\n\nWhat part {part} must keep to.\n" for part in range(SECTIONS)]
            text = f"# Spec {number}\n\n" + "\n".join(parts)
            answer = await self.client.post(f"{self.base}/specs", json={"path": f"w{number}.md", "text": text})
            answer.raise_for_status()
            self.specs.append(answer.json()["id"])

    async def read(self, spec: str) -> tuple[str, str]:
        """Give the head of a spec: its digest and its text."""
        self.reads += 1
        answer = await self.client.get(f"{self.base}/specs/{spec}", headers={"accept": "text/markdown"})
        answer.raise_for_status()
        return answer.headers["etag"].strip('"'), answer.text

    async def write(self, writer: object, edits: int, chance: random.Random) -> None:
        """Edit over and over, each time from what this writer last saw of a spec."""
        seen: dict[str, tuple[str, str]] = {}
        for number in range(edits):
            spec, token = chance.choice(self.specs), f"tok-{writer}-{number}"
            try:
                # Now and then a writer goes on from an old text, as people do who leave an editor open.
                if spec not in seen or chance.random() > OLD:
                    seen[spec] = await self.read(spec)
                digest, text = seen.pop(spec)
                edited = with_token(text, token, chance)
                started = time.perf_counter()
                self.unsure[token] = spec
                answer = await self.client.put(
                    f"{self.base}/specs/{spec}", json={"text": edited}, headers={"if-match": f'"{digest}"'}
                )
            except httpx.HTTPError:
                if self.mortal:
                    return
                raise
            self.seconds.append(time.perf_counter() - started)
            if not self.note(answer, spec, token):
                return
            if answer.status_code == MADE and not answer.json().get("merged"):
                seen[spec] = (answer.json()["head"], edited)

    def note(self, answer: httpx.Response, spec: str, token: str) -> bool:
        """Remember what was acknowledged; False when the server is going, and anything else is the end."""
        if answer.status_code == MADE:
            self.in_head[token] = spec
            self.merged += bool(answer.json().get("merged"))
        elif answer.status_code == CONFLICT:
            self.waiting[token] = spec, answer.json()["conflict"]["id"]
        elif self.mortal and answer.status_code >= BROKEN:
            return False
        else:
            sys.exit(f"{answer.status_code}: {answer.text}")
        del self.unsure[token]
        return True

    async def faults(self) -> list[str]:
        """Say what was lost, doubled or broken."""
        conflicts = [row async for row in self.pages(f"{self.base}/conflicts?limit=200")]
        found: Counter[str] = Counter()
        where: dict[str, str] = {}
        for row in conflicts:
            shown = (await self.client.get(f"{self.base}/conflicts/{row['id']}?include=text")).json()["texts"]
            for token in set(TOKEN.findall(shown["theirs"])) - set(TOKEN.findall(shown["base"])):
                found[token] += 1
                where[token] = row["id"]
        told = []
        heads: dict[str, Counter[str]] = {}
        for spec in self.specs:
            heads[spec] = Counter(TOKEN.findall((await self.read(spec))[1]))
            told += [f"{token} {count} times in {spec}" for token, count in heads[spec].items() if count != 1]
            told += await self.chain(spec)
        told += [f"{token} lost" for token, spec in self.in_head.items() if heads[spec][token] != 1]
        told += [f"{token} in the head and in a conflict" for token in self.in_head if found[token]]
        told += [f"{token} twice" for token, spec in self.unsure.items() if found[token] + heads[spec][token] > 1]
        for token, (spec, conflict) in self.waiting.items():
            if found[token] != 1 or where[token] != conflict or heads[spec][token]:
                told.append(f"{token} is in {found[token]} conflicts and {heads[spec][token]} times in the head")
        return told

    async def chain(self, spec: str) -> list[str]:
        """Follow the first parents from the head: every revision that ever was the head, once."""
        rows = [row async for row in self.pages(f"{self.base}/specs/{spec}/revisions?limit=200")]
        heads = [row for row in rows if not row.get("side")]
        broken = [
            f"{after['digest']} does not follow {before['digest']}"
            for after, before in pairwise(heads)
            if after["parents"][0] != before["digest"]
        ]
        return broken + ([] if heads[-1]["parents"] == [] else [f"{spec} has no beginning"])

    async def pages(self, place: str):  # noqa: ANN201 (an async generator of JSON rows)
        """Give every row of a list."""
        while place:
            page = (await self.client.get(place)).json()
            for row in page["items"]:
                yield row
            place = page.get("next", "")


def with_token(text: str, token: str, chance: random.Random) -> str:
    """Put a word into one of the parts: a sentence more, or a paragraph more."""
    part = f"What part {chance.randrange(SECTIONS)} must keep to."
    more = f" Also {token}." if chance.random() < HALF else f"\n\nThere is {token} too."
    return text.replace(part, part + more, 1)


async def run(town: Town, writers: int, edits: int, specs: int) -> float:
    """Let all write, and give the seconds it took."""
    await town.begin(specs)
    started = time.perf_counter()
    chances = [random.Random(number) for number in range(writers)]  # noqa: S311 (a choice of edits)
    await asyncio.gather(*(town.write(number, edits, chance) for number, chance in enumerate(chances)))
    return time.perf_counter() - started


def own_server(processes: int) -> Iterator[tuple[str, str, str]]:
    """Start a server and give its address, a project and a token for it."""
    from tests.app.serving import prepared  # noqa: PLC0415 (only without --address)

    with prepared("--no-worker", "--workers", str(processes)) as (served, token):
        yield served.address, "payments", token


async def main(given: argparse.Namespace, address: str, project: str, token: str) -> int:
    """Run, print what was found, and give the exit code."""
    limits = httpx.Limits(max_connections=given.writers + 2)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=120, limits=limits) as client:
        town = Town(client, project)
        seconds = await run(town, given.writers, given.edits, given.specs)
        reads = town.reads
        faults = await town.faults()
    saves = given.writers * given.edits
    ranked = sorted(town.seconds)
    figures = {
        "saves": saves,
        "seconds": round(seconds, 1),
        "saves_per_second": round(saves / seconds, 1),
        "requests_per_second": round((saves + reads) / seconds, 1),
        "p50_ms": round(statistics.median(ranked) * 1000),
        "p95_ms": round(ranked[int(len(ranked) * 0.95)] * 1000),
        "in_head": len(town.in_head),
        "merged": town.merged,
        "conflicts": len(town.waiting),
        "faults": len(faults),
    }
    print(json.dumps(figures, indent=1))
    print("\n".join(faults[:20]))
    return 1 if faults else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--edits", type=int, default=250)
    parser.add_argument("--specs", type=int, default=10)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--address", default="")
    parser.add_argument("--project", default="payments")
    parser.add_argument("--token", default="")
    arguments = parser.parse_args()
    if arguments.address:
        sys.exit(asyncio.run(main(arguments, arguments.address, arguments.project, arguments.token)))
    for place, slug, secret in own_server(arguments.processes):
        code = asyncio.run(main(arguments, place, slug, secret))
    sys.exit(code)
