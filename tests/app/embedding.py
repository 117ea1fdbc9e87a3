"""Runs the application in the process of a test, on a free port, for those who come over real HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any


@asynccontextmanager
async def serving(url: str, folder: Path, *, worker: bool = False) -> AsyncIterator[str]:
    """Serve in this process; with a worker, repositories below the folder may be registered."""
    from app.main import create_app  # noqa: PLC0415 (most tests need no server)
    from app.settings import Settings  # noqa: PLC0415 (same)

    settings = Settings(database_url=url, data_dir=folder / "data", repository_roots=(folder,))
    app = create_app(settings, worker=worker)
    async with behind(app) as address:
        yield address
        await app.state.wakes.close()


@asynccontextmanager
async def behind(app: Any) -> AsyncIterator[str]:
    """Put an application behind the real web server, in this process, and give its address."""
    from granian.server.embed import Server  # noqa: PLC0415 (most tests need no server)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
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
