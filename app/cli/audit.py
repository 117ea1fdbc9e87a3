"""`holdfast audit`: verifies the audit log, and prints how far it goes so that a later verification can be sure."""

import asyncio
import json
from pathlib import Path
from uuid import UUID

import click

from app.errors import EXIT_DRIFT
from app.settings import Settings
from specs.audit import INSTALLATION, Checkpoint
from specs.errors import UserError
from specs.service.audit import Verified


@click.group()
def audit() -> None:
    """Verify the audit log."""


@audit.command()
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Checkpoints printed before, kept outside the database.",
)
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to use [HOLDFAST_DATABASE_URL].")
@click.pass_context
def verify(context: click.Context, against: Path | None, database_url: str) -> None:
    """Recompute every chain of the log: an edit, a deletion, a swap or a cut end is named. Exit code 1 if any is.

    Without checkpoints, whoever could rewrite the whole database could rewrite the log with it.
    """
    checkpoints = () if against is None else _read(against)
    verified = asyncio.run(_verify(context.obj, database_url, checkpoints))
    for fault in verified.faults:
        click.echo(f"{_chain(fault.chain)} entry {fault.n}: {fault.message}")
    if verified.faults:
        context.exit(EXIT_DRIFT)
    count = sum(end.n for end in verified.ends)
    chains = "1 chain" if len(verified.ends) == 1 else f"{len(verified.ends)} chains"
    click.echo(f"The audit log holds: {count} entries in {chains}.")


@audit.command()
@click.option("--database-url", default="", metavar="URL", help="The PostgreSQL to use [HOLDFAST_DATABASE_URL].")
@click.pass_context
def checkpoint(context: click.Context, database_url: str) -> None:
    """Print how far each chain goes, one JSON object a line. Keep it where the database's administrators cannot write.

    The log is verified first; a log with faults gives no checkpoint, and exit code 1.
    """
    verified = asyncio.run(_verify(context.obj, database_url, ()))
    if verified.faults:
        click.echo("The log has faults: see `holdfast audit verify`.", err=True)
        context.exit(EXIT_DRIFT)
    for end in verified.ends:
        click.echo(json.dumps({"chain": str(end.chain), "n": end.n, "digest": end.digest}))


async def _verify(settings: Settings, database_url: str, checkpoints: tuple[Checkpoint, ...]) -> Verified:
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        return await made.audit.verify(SERVER, checkpoints)


def _read(file: Path) -> tuple[Checkpoint, ...]:
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        return tuple(Checkpoint(UUID(line["chain"]), int(line["n"]), str(line["digest"])) for line in lines)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{file} holds no checkpoints.", "Give a file that `holdfast audit checkpoint` wrote."
        ) from error


def _chain(chain: UUID) -> str:
    return "installation" if chain == INSTALLATION else f"project {chain}"
