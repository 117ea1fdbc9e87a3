"""Runs the application on a port until a signal: one process, or several that share the port.

The web server runs inside our own process, so that whoever kills us kills it; further processes watch for the death of
the first. Knows nothing of databases and routes.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar.types import ASGIApp

from app import logging
from specs.errors import UserError

BACKLOG = 1024
STOP_SECONDS = 20
POLL_SECONDS = 0.5
FIRST_PRIVILEGED_FREE = 1024


def claim_port(host: str, port: int) -> int:
    """Give the port to listen on: the one wanted, for 0 any that is free. Raises `UserError` where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise UserError(f"The host {host!r} is not one of this machine.", "Use --host 127.0.0.1 or 0.0.0.0.") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError as error:
            raise UserError(
                f"This user may not listen on port {port}.", f"Use --port {FIRST_PRIVILEGED_FREE} or higher."
            ) from error
        except OSError as error:
            raise UserError(
                f"Nothing can listen on {host}:{port}: {error.strerror}.",
                "If something else listens there, stop it or use another --port; --port 0 takes any that is free.",
            ) from error
        found: int = probe.getsockname()[1]
    return found


async def serve(app: ASGIApp, host: str, port: int, ready: Callable[[], None]) -> bool:
    """Serve until SIGINT or SIGTERM, and say whether that was why it ended. `ready` is called once the port answers."""
    server = Server(
        app, address=host, port=port, interface=Interfaces.ASGI, backlog=BACKLOG, websockets=False, log_enabled=False
    )
    # The web server's constructor sets up logging of its own; ours has the last word.
    logging.configure()
    told = False

    def stop() -> None:
        nonlocal told
        if told:
            os._exit(130)
        told = True
        server.signal_handler_interrupt()  # type: ignore[no-untyped-call] # the library is not typed

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    announcing = asyncio.create_task(_announce(host, port, ready))
    try:
        await server.serve()
    finally:
        announcing.cancel()
    return told


async def _announce(host: str, port: int, ready: Callable[[], None]) -> None:
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(target, port)
            writer.close()
            ready()
            return
        await asyncio.sleep(0.05)
