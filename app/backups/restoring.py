"""Brings a backup back: into a database that holds nothing, beside a data folder that keeps what it has.

The order is what makes a killed restore safe to begin again: everything is unpacked and held against its digest first,
small files are put where none stand, and the database is read in one transaction, last.
"""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.backups import archive, tools
from app.backups.archive import Manifest
from app.db.schema import holds_anything, knows, upgrade
from app.installation.audittrail import FILE, PUBLIC, AuditFolder
from app.installation.serverkey import NAME as SECRET_FILE
from app.settings import Settings
from specs.errors import UserError

ELSEWHERE = "Set HOLDFAST_DATA_DIR to a new folder, or HOLDFAST_DATABASE_URL to an empty database."


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did. `kept` names files of the backup that were not written, since others stand there."""

    manifest: Manifest
    kept: tuple[Path, ...]


def check(path: Path, scratch: Path) -> Manifest:
    """Hold every member of a backup against its digest, restoring nothing. Raises `UserError`."""
    manifest = archive.read_manifest(path)
    with tempfile.TemporaryDirectory(prefix=".holdfast-", dir=scratch) as name:
        archive.unpack(path, manifest, Path(name))
    return manifest


def restore(settings: Settings, url: str, path: Path) -> Restored:
    """Read a backup into the empty database at `url`, and put its files into the data folder; then migrate.

    Raises `UserError` for a damaged backup, a database or key that is in the way, or a newer backup;
    `UnavailableError` where the database cannot be written.
    """
    manifest = archive.read_manifest(path)
    if not knows(manifest.schema):
        raise UserError("The backup was written by a newer Holdfast.", "Update Holdfast, then restore.")
    if holds_anything(url):
        raise UserError("The database is not empty, and a restore never writes over what is there.", ELSEWHERE)
    settings.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".holdfast-", dir=settings.data_dir) as name:
        files = archive.unpack(path, manifest, Path(name))
        kept = _put_files(settings, files)
        tools.load(url, files[archive.DATABASE])
    upgrade(url)
    return Restored(manifest, kept)


def _put_files(settings: Settings, files: Mapping[str, Path]) -> tuple[Path, ...]:
    """Put the small files where none stand. Another key of the server is in the way; another audit folder stays."""
    places = {name: _place(settings, name) for name in files if name != archive.DATABASE}
    secret = places.get(archive.SECRET)
    if secret is not None and not settings.secret_key and secret.exists() and _differs(secret, files[archive.SECRET]):
        raise UserError(f"{secret} is the key of another installation.", f"Move it away. {ELSEWHERE}")
    audit = AuditFolder.of(settings).folder
    stays = audit.is_dir() and any(audit.iterdir())
    kept = []
    for name, place in places.items():
        if place.exists() or (stays and name.startswith(archive.AUDIT)):
            if _differs(place, files[name]):
                kept.append(place)
            continue
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = files[name].read_bytes()
        mode = 0o644 if place.name in {FILE, PUBLIC} else 0o600
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    return tuple(kept)


def _place(settings: Settings, name: str) -> Path:
    if name.startswith(archive.AUDIT):
        return AuditFolder.of(settings).folder / name.removeprefix(archive.AUDIT)
    return settings.data_dir / (SECRET_FILE if name == archive.SECRET else name)


def _differs(place: Path, file: Path) -> bool:
    return not place.exists() or place.read_bytes() != file.read_bytes()
