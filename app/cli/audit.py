"""`holdfast audit`: verifies the audit log, keeps signed checkpoints of it outside the database, writes it out."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from app.cli._options import DATABASE
from app.errors import EXIT_DRIFT
from app.settings import Settings
from specs.audit import INSTALLATION, Fault
from specs.errors import UserError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """Verify the audit log, keep signed checkpoints of it, write it out."""


@audit.command()
@click.option("--against", multiple=True, type=FILE, metavar="FILE", help="Checkpoints kept elsewhere; repeatable.")
@click.option("--key", multiple=True, metavar="KEY", help="A public key that signed them; repeatable.")
@click.option("--export", "exported", type=FILE, metavar="FILE", help="Verify this export; asks no database.")
@click.option("--part", is_flag=True, help="The export holds only some entries: verify each by itself.")
@DATABASE
@click.pass_context
def verify(context: click.Context, /, exported: Path | None, *, part: bool, **asked: Any) -> None:
    """Recompute every chain of the log: an edit, a deletion, a swap or a cut end is named. Exit code 1 if any is.

    It is held against the checkpoints in the server's audit folder, or in the files of --against. Their signatures are
    checked with the public keys that lie in that folder, or with those of --key, written down elsewhere.
    """
    settings: Settings = context.obj
    files = _files(settings, asked["against"], asked["key"])
    if exported is not None:
        faults, count, chains = _verify_export(exported, files, part=part)
    else:
        faults, count, chains = asyncio.run(
            _verify(settings, asked["database_url"], files, elsewhere=bool(asked["against"]))
        )
    for fault in faults:
        click.echo(f"{_place(fault)}: {fault.message}")
    if faults:
        context.exit(EXIT_DRIFT)
    click.echo(f"The audit log holds: {count} entries in {chains} chain{'' if chains == 1 else 's'}.")
    for path, series in files:
        last = series.links[-1] if series.links else None
        at = f", the last of {last.at:%Y-%m-%d %H:%M} UTC" if last else ""
        click.echo(f"Verified against {len(series.links)} signed checkpoints in {path}{at}.")
    if not any(series.links for _, series in files):
        click.echo("There was no checkpoint to verify against: whoever rewrote the whole database goes unseen.")
        click.echo("The server writes them every few minutes; `holdfast audit checkpoint` writes one now.")


@audit.command()
@DATABASE
@click.pass_context
def checkpoint(context: click.Context, database_url: str) -> None:
    """Write a signed checkpoint now, and print it. Copies are best kept where the server cannot write.

    What was added since the last checkpoint is verified first; a log with faults gets no checkpoint, and exit code 1.
    """
    notes, faults = asyncio.run(_checkpoint(context.obj, database_url))
    if faults:
        click.echo("The log has faults: see `holdfast audit verify`.", err=True)
        context.exit(EXIT_DRIFT)
    click.echo("".join(notes) or "Nothing was added since the last checkpoint.\n", nl=False)


@audit.command()
@click.option("--rotate", is_flag=True, help="Make a new key, and have the old one hand on to it.")
@DATABASE
@click.pass_obj
def key(settings: Settings, database_url: str, *, rotate: bool) -> None:
    """Print the public keys that checkpoints are verified with, the newest last. Write them down elsewhere."""
    from app.installation.audittrail import AuditFolder

    folder = AuditFolder.of(settings)
    if rotate:
        asyncio.run(_rotate(settings, database_url))
    else:
        folder.signer()
    for verifier in folder.trusted():
        click.echo(str(verifier))


@audit.command()
@click.option("--because", required=True, metavar="REASON", help="Why the checkpoints no longer fit.")
@DATABASE
@click.pass_obj
def restart(settings: Settings, because: str, database_url: str) -> None:
    """Begin a new file of checkpoints, after a backup was restored that is older than the last of them.

    The old file is put by, and the log records why.
    """
    aside = asyncio.run(_restart(settings, database_url, because))
    click.echo(f"A new file begins; the old one is {aside}." if aside else "A new file begins.")


@audit.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a file.")
@click.option("--project", default="", metavar="NAME", help="Only this project's chain.")
@DATABASE
@click.pass_obj
def export(settings: Settings, output: Path | None, project: str, database_url: str) -> None:
    """Write the log as lines of JSON. `holdfast audit verify --export FILE` verifies them without the database."""
    asyncio.run(_export(settings, database_url, output, project))


def _files(settings: Settings, against: Sequence[Path], keys: Sequence[str]) -> list[tuple[Path, Any]]:
    """Read the files of checkpoints to verify against."""
    from app.installation.audittrail import AuditFolder, read_keys
    from specs.checkpoints import read_series

    folder = AuditFolder.of(settings)
    trusted = read_keys(keys) or folder.trusted()
    if not against:
        series = folder.read(trusted)
        return [] if series is None else [(folder.file, series)]
    if not trusted:
        raise UserError("There is no key to check the signatures with.", "Give it with --key: `holdfast audit key`.")
    found = []
    for path in against:
        try:
            series = read_series(path.read_text(encoding="utf-8"), trusted)
        except (OSError, UnicodeDecodeError) as error:
            raise UserError(f"{path} cannot be read.", "Give a file of checkpoints.") from error
        if not series.links and not series.faults:
            raise UserError(f"{path} holds no checkpoints.", "Give a copy of the file in the audit folder.")
        found.append((path, series))
    return found


async def _verify(
    settings: Settings,
    database_url: str,
    files: Sequence[tuple[Path, Any]],
    *,
    elsewhere: bool,
) -> tuple[tuple[Fault, ...], int, int]:
    from app.cli._services import services
    from specs.access import SERVER
    from specs.service.audit import Kept

    async with services(settings, database_url) as made:
        kept = [Kept(series, whole=not elsewhere) for _, series in files]
        verified = await made.audit.verify(SERVER, kept, missed=not elsewhere)
        return verified.faults, sum(end.n for end in verified.ends), len(verified.ends)


def _verify_export(
    exported: Path, files: Sequence[tuple[Path, Any]], *, part: bool
) -> tuple[tuple[Fault, ...], int, int]:
    from specs.auditlines import verify_lines

    with exported.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        checkpoints = () if part else [one for _, series in files for one in series.checkpoints()]
        found = verify_lines(lines, checkpoints, part=part)
    if found.problem is not None:
        raise UserError(f"{exported}: {found.problem.message}", found.problem.hint)
    faults = (*(fault for _, series in files for fault in series.faults), *found.faults)
    return faults, found.count, len(found.ends)


async def _checkpoint(settings: Settings, database_url: str) -> tuple[tuple[str, ...], bool]:
    from app.cli._services import services
    from app.installation.audittrail import AuditFolder, keep
    from app.sources import new_id, now

    async with services(settings, database_url) as made:
        kept = await keep(AuditFolder.of(settings), made.audit, now, new_id)
        return kept.notes, bool(kept.faults)


async def _rotate(settings: Settings, database_url: str) -> None:
    from app.cli._services import services
    from app.installation.audittrail import AuditFolder, hand_on
    from app.sources import new_id, now

    async with services(settings, database_url) as made:
        await hand_on(AuditFolder.of(settings), made.audit, now, new_id)


async def _restart(settings: Settings, database_url: str, because: str) -> Path | None:
    from app.cli._services import services
    from app.installation.audittrail import AuditFolder, begin_anew
    from app.sources import new_id, now

    async with services(settings, database_url) as made:
        return await begin_anew(AuditFolder.of(settings), made.audit, now, new_id, because)


async def _export(settings: Settings, database_url: str, output: Path | None, project: str) -> None:
    from app.cli._services import services
    from specs.access import SERVER

    async with services(settings, database_url) as made:
        chain = (await made.projects.find(SERVER, project)).id if project else None
        try:
            with click.open_file(str(output or "-"), "w", encoding="utf-8") as file:
                async for line in made.audit.export(SERVER, chain):
                    file.write(f"{line}\n")
        except OSError as error:
            raise UserError(f"{output} cannot be written: {error.strerror}.", "Name another file.") from error


def _place(fault: Fault) -> str:
    if fault.chain is None:
        return f"checkpoint {fault.n}"
    if not fault.n:
        return f"project {fault.chain}"
    return f"{'installation' if fault.chain == INSTALLATION else f'project {fault.chain}'} entry {fault.n}"
