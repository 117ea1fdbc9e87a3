"""Readers of a project's event feed that are cut again and again, and what they should have heard."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from tests.app.live import Reader

FEED = "/api/v1/projects/payments/events"
PATIENCE = 30
PAUSE = 0.05


@dataclass
class Heard:
    """What one reader heard, and how often it was cut."""

    cuts: int = 0
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Listening:
    """Where a feed is followed: the address after so many cuts, the token, the cursor, the seconds between cuts."""

    address: Callable[[int], str]
    token: str
    begin: str
    cut: float

    async def follow(self, heard: Heard, done: Callable[[], bool]) -> None:
        """Follow the feed until it is done; a process that is gone is one more cut."""
        last = self.begin
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            while not done():
                reader = Reader(client, self.address(heard.cuts) + FEED, self.token, last)
                listening = asyncio.create_task(reader.listen())
                await asyncio.wait([listening], timeout=self.cut)
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
                heard.ids += [one["id"] for one in reader.events]
                last = reader.last
                heard.cuts += 1
                await asyncio.sleep(PAUSE)


async def cursor(address: str, token: str) -> str:
    """Give where the feed stands."""
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE) as client:
        told: str = (await client.get(address + FEED)).json()["cursor"]
        return told


async def every(address: str, token: str, after: str) -> list[str]:
    """Give the ids of all events after a cursor, as the feed lists them."""
    found: list[str] = []
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {token}"}, timeout=PATIENCE) as client:
        while True:
            told = (await client.get(address + FEED, params={"after": after, "limit": 1000})).json()
            found += [one["id"] for one in told["items"]]
            after = told["cursor"]
            if not told.get("more"):
                return found


def wrong(ids: list[str], truth: list[str]) -> str:
    """Say what is wrong with what a reader heard; "" where nothing is."""
    if ids == truth:
        return ""
    doubled, missing = len(ids) - len(set(ids)), len(set(truth) - set(ids))
    return f"{missing} missing, {doubled} doubled, {'in' if sorted(ids) == sorted(truth) else 'not in'} another order"
