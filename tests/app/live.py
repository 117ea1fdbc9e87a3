"""A reader of events over a real socket."""

import asyncio
import json
from typing import Any

import httpx


class Reader:
    """Follows a feed as a browser would: goes on after the last `id` whenever it is cut."""

    def __init__(self, client: httpx.AsyncClient, address: str, token: str, last: str = "", **query: str) -> None:
        self.client = client
        self.address = address
        self.headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
        self.query = query
        self.last = last
        self.events: list[dict[str, Any]] = []
        self.ends: list[str] = []
        self.opened = asyncio.Event()
        self.came = asyncio.Condition()

    async def listen(self) -> None:
        """Read one stream to its end."""
        headers = self.headers | ({"last-event-id": self.last} if self.last else {})
        async with self.client.stream("GET", self.address, headers=headers, params=self.query) as answer:
            assert answer.status_code == 200, await answer.aread()
            assert answer.headers["content-type"].startswith("text/event-stream")
            block: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(":")
                    block[name] = value.removeprefix(" ")
                else:
                    self.take(block)
                    block = {}
                    async with self.came:
                        self.came.notify_all()

    def take(self, block: dict[str, str]) -> None:
        self.last = block.get("id", self.last)
        self.opened.set()
        if block.get("event") == "end":
            self.ends.append(json.loads(block["data"])["reason"])
        elif "data" in block:
            self.events.append(json.loads(block["data"]))
            assert self.events[-1]["type"] == block["event"]
            assert self.events[-1]["cursor"] == block["id"]

    async def until(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many events came."""
        async with asyncio.timeout(20), self.came:
            await self.came.wait_for(lambda: len(self.events) >= count)
        return self.events
