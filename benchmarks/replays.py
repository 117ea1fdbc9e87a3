"""POSTs that are sent again: one effect and one answer each, also many at once and after a restart of the server.

    python -m benchmarks.replays [--posts 1000]

Each POST is sent three times with its Idempotency-Key, one of the times after a kill -9 and a restart; one POST is sent
by 20 at once; a changed body under a used key is 422.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections import Counter

import httpx

from tests.app.serving import Served, prepared

SPECS = "/api/v1/projects/payments/specs"
AT_ONCE = 20
UNPROCESSABLE = 422


async def posted(client: httpx.AsyncClient, numbers: range) -> dict[int, list[bytes]]:
    """Send a POST for each number, a few at a time, and give the answers."""
    gate = asyncio.Semaphore(AT_ONCE)
    answers: dict[int, list[bytes]] = {}

    async def one(number: int) -> None:
        async with gate:
            answers.setdefault(number, []).append(await post(client, f"key-{number}", number))

    await asyncio.gather(*(one(number) for number in numbers))
    return answers


async def post(client: httpx.AsyncClient, key: str, number: int) -> bytes:
    """Create a spec, and give status and body of the answer."""
    body = {"path": f"r{number:05}.md", "text": f"# Spec {number}\n"}
    answer = await client.post(SPECS, json=body, headers={"idempotency-key": key})
    return f"{answer.status_code} ".encode() + answer.content


async def faults_of(client: httpx.AsyncClient, answers: list[dict[int, list[bytes]]], posts: int) -> list[str]:
    """Say which answers differ, which specs are there more or less than once, and whether a changed body is refused."""
    told = [
        f"the answers to POST {number} differ"
        for number in range(posts)
        if len({body for found in answers for body in found[number]}) != 1
    ]
    paths: Counter[str] = Counter()
    place = f"{SPECS}?prefix=r&limit=200"
    while place:
        page = (await client.get(place)).json()
        paths.update(row["path"] for row in page["items"])
        place = page.get("next", "")
    told += [
        f"r{number:05}.md is there {paths[f'r{number:05}.md']} times"
        for number in range(posts)
        if paths[f"r{number:05}.md"] != 1
    ]
    body = {"path": "other.md", "text": "# Other\n"}
    changed = await client.post(SPECS, json=body, headers={"idempotency-key": "key-0"})
    return told + ([] if changed.status_code == UNPROCESSABLE else [f"a changed body gave {changed.status_code}"])


def client_of(served: Served, token: str) -> httpx.AsyncClient:
    """Make a client of the server as it runs now."""
    return httpx.AsyncClient(base_url=served.address, headers={"authorization": f"Bearer {token}"}, timeout=120)


async def play(served: Served, token: str, posts: int) -> list[str]:
    """Send everything three times round a restart, and give the faults."""
    async with client_of(served, token) as client:
        answers = [await posted(client, range(posts)), await posted(client, range(posts))]
        together = await asyncio.gather(*(post(client, "together", posts) for _ in range(AT_ONCE)))
    await asyncio.to_thread(served.end, signal.SIGKILL)
    await asyncio.to_thread(served.start, "--no-worker")
    async with client_of(served, token) as client:
        answers.append(await posted(client, range(posts)))
        told = await faults_of(client, answers, posts)
    return told + ([] if len(set(together)) == 1 else ["twenty at once got different answers"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=1000)
    given = parser.parse_args()
    with prepared("--no-worker") as (running, secret):
        found = asyncio.run(play(running, secret, given.posts))
    print(json.dumps({"posts": given.posts, "faults": len(found)}))
    print("\n".join(found[:20]))
    sys.exit(1 if found else 0)
