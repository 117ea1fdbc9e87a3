"""Looks at what goes on behind the pages: the queue, the repositories, the checkpoints of the audit log."""

import asyncio
from datetime import timedelta

from app.doctor.diagnosis import Diagnosis, Patient, fault, note, well
from app.installation.audittrail import AuditFolder
from app.store import VitalsStore
from specs.errors import HoldfastError

SILENT = timedelta(minutes=1)
LONG = timedelta(minutes=15)
OLD = timedelta(hours=1)
MOST = 10


async def queue(patient: Patient) -> list[Diagnosis]:
    """Look whether a worker lives, and whether jobs wait or fail."""
    if not await _migrated(patient) or patient.database is None:
        return []
    async with patient.database.read() as connection:
        found = await VitalsStore(connection).jobs()
    if found.alive is None or patient.now - found.alive > SILENT:
        said = "No worker runs" + (f"; the last was seen {found.alive:%Y-%m-%d %H:%M} UTC." if found.alive else ".")
        return note("jobs", said, "`holdfast serve` does jobs too; beside `serve --no-worker` run `holdfast worker`.")
    if found.waiting_since is not None and patient.now - found.waiting_since > LONG:
        since = f"{found.waiting_since:%Y-%m-%d %H:%M} UTC"
        return note("jobs", f"{found.waiting} jobs wait, the first since {since}.", "Start more workers.")
    if found.failed:
        return note("jobs", f"{found.failed} jobs failed in the last two weeks.", "The log of the worker says why.")
    return well("jobs", f"a worker runs, {found.waiting} jobs wait")


async def repositories(patient: Patient) -> list[Diagnosis]:
    """Look which repositories cannot be read."""
    if not await _migrated(patient) or patient.database is None:
        return []
    async with patient.database.read() as connection:
        troubled, count = await VitalsStore(connection).repositories()
    if not troubled:
        return well("repositories", f"{count} registered" if count else "none registered yet")
    told = [f for one in troubled[:MOST] for f in note(f"repository {one.name}", one.problem, one.hint)]
    if len(troubled) > MOST:
        told += note("repositories", f"{len(troubled) - MOST} more have problems.", "See the pages of their projects.")
    return told


async def checkpoints(patient: Patient) -> list[Diagnosis]:
    """Look whether checkpoints of the audit log are written, and whether they are whole."""
    part, folder = "audit log", AuditFolder.of(patient.settings)
    try:
        series = await asyncio.to_thread(folder.read) if folder.folder.is_dir() else None
    except HoldfastError as error:
        return fault(part, error.message, error.hint)
    hint = "A worker writes them every five minutes; `holdfast audit checkpoint` writes one now."
    if series is not None and series.faults:
        return fault(part, "The file of checkpoints is not what was written.", "See `holdfast audit verify`.")
    if series is None or not series.links:
        return note(part, "There is no signed checkpoint yet.", hint)
    last = series.links[-1].at
    told = f"{len(series.links)} signed checkpoints, the last of {last:%Y-%m-%d %H:%M} UTC"
    if not await _migrated(patient) or patient.database is None:
        return well(part, told)
    async with patient.database.read() as connection:
        grown = await VitalsStore(connection).last_entry()
    if grown is not None and grown - last > OLD:
        return note(part, f"{told}, though entries came later.", hint)
    return well(part, told)


async def _migrated(patient: Patient) -> bool:
    try:
        return patient.database is not None and await patient.database.schema_is_current()
    except HoldfastError:
        return False
