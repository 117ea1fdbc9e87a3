"""Takes a backup while the service works: one moment of the database, and the checkpoints that vouch for it.

The checkpoints are copied and the moment is fixed while no checkpoint can be written, so neither is ahead of the
other. Mirrors of repositories are left out, since they can be fetched again.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from app.backups import archive, tools
from app.backups.archive import Manifest
from app.db.moments import moment
from app.installation.audittrail import LOCK, AuditFolder
from app.installation.serverkey import NAME as SECRET_FILE
from app.settings import Settings
from specs.errors import UnavailableError, UserError

PATIENCE = 60.0


def take(settings: Settings, url: str, target: Path, at: datetime) -> Manifest:
    """Write a backup of the database at `url` and of what belongs to it in the data folder.

    Raises `UserError` where the file cannot be written, `UnavailableError` where the database cannot be read.
    """
    if target.is_dir():
        raise UserError(f"{target} is a folder.", "Name a file to write to.")
    with _explained(target), tempfile.TemporaryDirectory(prefix=".holdfast-", dir=target.parent) as name:
        scratch = Path(name)
        files = {archive.DATABASE: scratch / "dump"}
        with moment(url) as seen:
            with _no_checkpoints(settings):
                snapshot = seen.begin()
                files |= _copied(settings, scratch)
            tools.dump(url, snapshot, files[archive.DATABASE])
        members = {member: archive.measure(path) for member, path in files.items()}
        manifest = Manifest(version("holdfast"), seen.schema, seen.server, at.isoformat(timespec="seconds"), members)
        archive.write(target, manifest, files)
        return manifest


def _copied(settings: Settings, scratch: Path) -> dict[str, Path]:
    """Copy the small files, and give where each went."""
    folder = AuditFolder.of(settings).folder
    found = {
        f"{archive.AUDIT}{path.name}": path
        for path in (sorted(folder.iterdir()) if folder.is_dir() else ())
        if path.is_file() and path.name != LOCK and not path.name.startswith(".")
    }
    found |= {archive.SECRET: settings.data_dir / SECRET_FILE}
    found |= {archive.CREDENTIALS: settings.data_dir / archive.CREDENTIALS}
    copies = {}
    for number, (name, path) in enumerate(found.items()):
        if path.is_file():
            copies[name] = scratch / f"file-{number}"
            copies[name].write_bytes(path.read_bytes())
    return copies


@contextmanager
def _no_checkpoints(settings: Settings) -> Iterator[None]:
    """Keep checkpoints from being written meanwhile; one that is being written is waited for."""
    folder = AuditFolder.of(settings)
    deadline = time.monotonic() + PATIENCE
    with ExitStack() as held:
        while folder.folder.is_dir():
            try:
                held.enter_context(folder.alone())
                break
            except UnavailableError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = os.strerror(error.errno) if error.errno else "it cannot be used"
        raise UserError(
            f"The backup {target} cannot be written: {what}.", "Name a file in a folder with room."
        ) from error
