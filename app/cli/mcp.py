"""`holdfast mcp`: the Model Context Protocol over standard input and output, for clients that start their servers."""

import logging
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.settings import Settings

if TYPE_CHECKING:
    from app.mcp.source import Source


@click.command()
@click.option("--path", default=".", type=click.Path(file_okay=False, path_type=Path), help="The repository at hand.")
@click.option("--server", default="", metavar="URL", help="The server to ask [HOLDFAST_SERVER].")
@click.option("--project", default="", metavar="NAME", help="The project on it [HOLDFAST_PROJECT].")
@click.pass_obj
def mcp(settings: Settings, /, path: Path, server: str, project: str) -> None:
    """Serve context, sections, changes, drift, tasks and proposals to an agent, until its client closes the input.

    With a server they are those of its project, for the token in HOLDFAST_TOKEN; what is read comes from the repository
    at PATH where the server is away, marked stale. Without a server the repository answers what can be read.
    """
    import asyncio

    from app.mcp.protocol import over_stdio
    from app.telemetry.logging import configure
    from app.versions import version

    configure(sys.stderr, logging.WARNING)
    source = source_of(settings, path, server, project)
    asyncio.run(over_stdio(lambda _: source, version()))


def source_of(settings: Settings, folder: Path, server: str, project: str) -> "Source":
    """Say what answers: a server with the repository behind it, or the repository alone. Raises `UserError`."""
    from app.cli._bundles import top_of
    from app.mcp.doubled import DoubledSource
    from app.mcp.local import LocalSource, below

    here = LocalSource(folder, settings.cache_dir)
    if not (server or settings.server):
        return here
    import asyncio

    from app.cli._remote import remote
    from app.client import JSON, Answer
    from app.mcp.served import ServedSource

    at = remote(settings, server, project)

    async def ask(
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        accept: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return await asyncio.to_thread(at.ask, method, path, body, accept=accept, headers=headers)

    return DoubledSource(ServedSource(ask, at.project), here, partial(below, top_of(folder)))
