"""The file of a backup: a tar whose first member says what it holds, with a digest of each other member.

Nothing in it is believed before its digest is right, and members are written by the names we know, never by theirs: a
backup comes back from wherever it was kept. Knows no database.
"""

import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from specs.errors import UserError

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database.dump"
AUDIT = "audit/"
SECRET = "secret.key"  # noqa: S105 (the name of a file)
CREDENTIALS = "mirrors/credentials"
LONGEST_MANIFEST = 1024 * 1024
CHUNK = 1024 * 1024
HINT = "Give a file that `holdfast backup` wrote, copied whole."


@dataclass(frozen=True, slots=True)
class Member:
    """A file of the backup: its SHA-256 in hex and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: who wrote it and when (ISO 8601), the schema's revision, and its members."""

    version: str
    schema: str
    server: str
    at: str
    members: Mapping[str, Member]

    @property
    def size(self) -> int:
        """The bytes of all members."""
        return sum(member.size for member in self.members.values())


def known(name: str) -> bool:
    """Say whether a member has a name that backups give."""
    below = name.removeprefix(AUDIT)
    return name in {DATABASE, SECRET, CREDENTIALS} or (
        name.startswith(AUDIT) and bool(below) and "/" not in below and not below.startswith(".")
    )


def measure(path: Path) -> Member:
    """Read a file once. Raises `OSError`."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return Member(digest.hexdigest(), file.tell())


def write(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write the file whole or not at all, readable by its owner alone. Raises `OSError`."""
    draft = target.with_name(f".{target.name}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                content = json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1, sort_keys=True).encode()
                _add(tar, MANIFEST, len(content), BytesIO(content))
                for name in sorted(files):
                    with files[name].open("rb") as file:
                        _add(tar, name, manifest.members[name].size, file)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(target)
        _settle(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def read_manifest(path: Path) -> Manifest:
    """Read what a backup says of itself. Raises `UserError` for what is no backup, or one we cannot read."""
    try:
        with tarfile.open(path, "r:") as tar:
            first = tar.next()
            held = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
            content = held.read(LONGEST_MANIFEST) if held is not None else b""
        found = json.loads(content)
        if found["format"] != FORMAT:
            raise UserError("The backup was written by a newer Holdfast.", "Update Holdfast, then restore.")
        members = {name: Member(str(one["sha256"]), int(one["size"])) for name, one in found["members"].items()}
        told = {name: str(found[name]) for name in ("version", "schema", "server", "at")}
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or 'it is no file'}.", HINT) from error
    except (tarfile.TarError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UserError(f"{path} is no backup.", HINT) from error
    if DATABASE not in members or not all(map(known, members)):
        raise UserError(f"{path} holds other things than a backup does.", HINT)
    return Manifest(**told, members=members)


def unpack(path: Path, manifest: Manifest, folder: Path) -> dict[str, Path]:
    """Write every member below `folder`, each held against its digest; give where each went.

    Raises `UserError` for a file that is damaged or cut.
    """
    found: dict[str, Path] = {}
    try:
        with tarfile.open(path, "r:") as tar:
            for info in tar:
                member = manifest.members.get(info.name)
                held = tar.extractfile(info) if info.isreg() and info.name not in found else None
                if member is None or held is None:
                    continue
                target = folder / f"{len(found)}"
                with target.open("xb") as out:
                    shutil.copyfileobj(held, out, CHUNK)
                if measure(target) != member:
                    raise UserError(f"{path} is damaged: {info.name} is not what was backed up.", HINT)
                found[info.name] = target
    except tarfile.TarError as error:
        raise UserError(f"{path} is damaged or cut.", HINT) from error
    except OSError as error:
        raise UserError(f"{path} cannot be unpacked: {error.strerror}.", "Is there room in the data folder?") from error
    if missing := sorted(manifest.members.keys() - found.keys()):
        raise UserError(f"{path} is cut: {missing[0]} is not in it.", HINT)
    return found


def _add(tar: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mode = 0o600
    tar.addfile(info, content)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
