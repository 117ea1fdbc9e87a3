"""Runs the application on a port until a signal: one process, or several that share the port.

The web server runs inside our own process, so that whoever kills us kills it; further processes watch for the death of
the first, and end when it is gone. Knows nothing of routes and queries.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar

from app.db.embedded import EmbeddedServer
from app.installation.address import own_host
from app.main import create_app
from app.programs.loading import loading
from app.settings import Settings
from app.telemetry import logging
from specs.errors import UserError

BACKLOG = 1024
STOP_SECONDS = 20
POLL_SECONDS = 0.5
FIRST_FREE_PORT = 1024


@dataclass(frozen=True, slots=True)
class Plan:
    """What to serve: settings with the address of a migrated database, whether that is the embedded one."""

    settings: Settings
    embedded: bool
    worker: bool = True
    processes: int = 1


def claim_port(host: str, port: int) -> int:
    """Give the port to listen on: the one wanted, for 0 any that is free. Raises `UserError` where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise UserError(f"The host {host!r} cannot be found.", "Use --host 127.0.0.1, or 0.0.0.0 for all.") from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except PermissionError as error:
            raise UserError(
                f"This user may not listen on port {port}.", f"Use --port {FIRST_FREE_PORT} or higher."
            ) from error
        except OSError as error:
            raise UserError(
                f"Nothing more can listen on {host}:{port}: {error.strerror}.",
                "If something listens there, stop it or use another --port; --port 0 takes any that is free.",
            ) from error
        found: int = probe.getsockname()[1]
    return found


def run(plan: Plan, ready: Callable[[], None]) -> bool:
    """Serve until SIGINT or SIGTERM, and say whether that was why it ended. `ready` is called when the port answers."""
    others = [_start(plan) for _ in range(plan.processes - 1)]
    try:
        return asyncio.run(serve(_application(plan), plan.settings, ready, others))
    finally:
        for process in others:
            process.terminate()
        for process in others:
            process.join(STOP_SECONDS)
            if process.is_alive():
                process.kill()


def _application(plan: Plan) -> Litestar:
    revive = EmbeddedServer(plan.settings.data_dir).revive if plan.embedded else None
    with loading():
        return create_app(plan.settings, revive=revive, worker=plan.worker)


def _start(plan: Plan) -> BaseProcess:
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_other, args=(plan, os.getpid()), daemon=True)
    process.start()
    return process


def _other(plan: Plan, parent: int) -> None:
    """Serve beside the first process, and no longer than it lives."""
    logging.configure()
    threading.Thread(target=_outlive_not, args=(parent,), daemon=True).start()
    asyncio.run(serve(_application(plan), plan.settings, lambda: None, []))


def _outlive_not(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)


async def serve(app: Litestar, settings: Settings, ready: Callable[[], None], others: list[BaseProcess]) -> bool:
    """Serve until a signal, or until one of the other processes ends by itself. Say whether it was a signal."""
    server = Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        backlog=BACKLOG,
        websockets=False,
        log_enabled=False,
    )
    # The web server's constructor sets up logging of its own; ours has the last word.
    logging.configure()
    told = False
    ending: list[asyncio.Task[None]] = []

    def end() -> None:
        if app.state.ended.is_set():
            return
        # Answers that go on until somebody leaves would be waited for.
        app.state.ended.set()
        ending.append(loop.create_task(app.state.wakes.close()))
        server.signal_handler_interrupt()  # type: ignore[no-untyped-call] # the library is not typed

    def stop() -> None:
        nonlocal told
        if told:
            os._exit(130)  # the second signal means now
        told = True
        end()

    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop)
    for process in others:
        loop.add_reader(process.sentinel, end)
    announcing = asyncio.create_task(_announce(settings, ready))
    try:
        await server.serve()
    finally:
        announcing.cancel()
    return told


async def _announce(settings: Settings, ready: Callable[[], None]) -> None:
    """Tell when the port answers."""
    while True:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection(own_host(settings), settings.port)
            writer.close()
            ready()
            return
        await asyncio.sleep(0.05)
