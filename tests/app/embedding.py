"""The application in the process of a test, for those who come over real HTTP on a free port or ask it directly."""
# ruff: noqa: PLC0415 (most tests need no server, and must run where none is installed)

import asyncio
import socket
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litestar import Litestar

    from app.settings import Settings

# Routes that no test uses now, by the largest body they take: making them takes longer than most tests.
_idle: "dict[int, list[Litestar]]" = defaultdict(list)


@contextmanager
def furnished(settings: "Settings", *, worker: bool = False) -> "Iterator[Litestar]":
    """Give the application over some settings, on routes that nobody else uses meanwhile."""
    from app.main import furnish, make_routes

    idle = _idle[settings.max_body_bytes]
    routes = idle.pop() if idle else make_routes(settings.max_body_bytes)
    yield furnish(routes, settings, worker=worker)
    idle.append(routes)


@asynccontextmanager
async def serving(url: str, folder: Path, *, worker: bool = False, port: int = 0) -> AsyncIterator[str]:
    """Serve in this process; with a worker, repositories below the folder may be registered."""
    from app.settings import Settings

    settings = Settings(database_url=url, data_dir=folder / "data", repository_roots=(folder,))
    with furnished(settings, worker=worker) as app:
        async with behind(app, port) as address:
            yield address
            await app.state.wakes.close()


@asynccontextmanager
async def behind(app: Any, port: int = 0) -> AsyncIterator[str]:
    """Put an application behind the real web server, in this process, and give its address; at a free port, if none."""
    from granian.server.embed import Server

    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))
        port = free.getsockname()[1]
    running = Server(app, port=port, interface="asgi")
    task = asyncio.create_task(running.serve())
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            break
    yield f"http://127.0.0.1:{port}"
    running.stop()
    await task
