"""How long `get_spec_context` takes for an agent over MCP, in both eras and over both transports, beside the API alone.

    HOLDFAST_TOKEN=... python -m benchmarks.mcp_calls URL PROJECT [CALLS]

Against a server that runs, such as `holdfast serve --sample .`. The ways take turns, so that load falls on all alike.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

ROOT = Path(__file__).resolve().parent.parent
TASKS = ("read the commits of a repository", "who may confirm a statement", "an agent's token is taken back")
Call = Callable[[str], Awaitable[object]]


async def ways(stack: AsyncExitStack, server: str, project: str, token: str) -> dict[str, Call]:
    """Open a connection of each sort, and give what asks over it."""
    headers = {"authorization": f"Bearer {token}"}
    http = await stack.enter_async_context(httpx2.AsyncClient(headers=headers, timeout=60))
    env = {"HOLDFAST_SERVER": server, "HOLDFAST_PROJECT": project, "HOLDFAST_TOKEN": token, "PATH": os.defpath}
    process = StdioServerParameters(command=sys.executable, args=[str(ROOT / "holdfast.py"), "mcp"], env=env)
    found: dict[str, Call] = {
        "API": lambda task: http.post(f"{server}/api/v1/projects/{project}/context", json={"task": task})
    }
    for era, mode in (("2026-07-28", "auto"), ("2025-11-25", "legacy")):
        over = Client(streamable_http_client(f"{server}/mcp/{project}", http_client=http), mode=mode)
        for name, made in ((f"HTTP {era}", over), (f"stdio {era}", Client(process, mode=mode))):
            client = await stack.enter_async_context(made)
            found[name] = lambda task, client=client: client.call_tool("get_spec_context", {"task": task})  # type: ignore[misc]
    return found


async def main(server: str, project: str, calls: int) -> None:
    """Print p50 and p95 of each way."""
    took: dict[str, list[float]] = {}
    async with AsyncExitStack() as stack:
        asked = await ways(stack, server, project, os.environ["HOLDFAST_TOKEN"])
        for at in range(calls + 1):
            for name, call in asked.items():
                begun = time.perf_counter()
                await call(TASKS[at % len(TASKS)])
                if at:  # the first warms up
                    took.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
    for name, times in took.items():
        p95 = statistics.quantiles(times, n=20)[-1]
        print(f"{name:<18} p50 {statistics.median(times):6.1f} ms   p95 {p95:6.1f} ms   ({len(times)} calls)")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if sys.argv[3:] else 50))
