"""Looks at the machine and the settings: the data folder, git, the address, the key, the mail server."""

import asyncio
import os
import re
import shutil
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from app.doctor.diagnosis import Diagnosis, Patient, fault, note, well
from app.installation.serverkey import NAME, server_key
from app.programs.children import Limits, run_program
from app.store import VitalsStore
from specs.errors import HoldfastError

LITTLE = 5 * 1024**3
NOTHING = 512 * 1024**2
OLDEST_GIT = (2, 37)
SECONDS = 5.0
GROUP_OR_OTHERS_WRITE, OTHERS_READ = 0o022, 0o004


async def folder(patient: Patient) -> list[Diagnosis]:
    """Look whether the data folder can be used, and whether it has room."""
    part, path = "data folder", patient.settings.data_dir
    there = next(place for place in (path, *path.parents) if place.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        return fault(
            part, f"{path} cannot be written.", "Set HOLDFAST_DATA_DIR to a folder of ours, or mend its owner."
        )
    free = shutil.disk_usage(there).free
    room = f"{free / 1024**3:,.1f} GiB free"
    if free < NOTHING:
        return fault(part, f"{path} has {room}.", "Free disk space: the database stops when it cannot write.")
    if path.exists() and path.stat().st_mode & GROUP_OR_OTHERS_WRITE:
        return note(part, f"Others may write to {path}, which holds keys.", f"chmod go-w {path}")
    if free < LITTLE:
        return note(part, f"{path} has {room}.", "Make room before it runs out.")
    return well(part, f"{path}, {room}")


async def git(patient: Patient) -> list[Diagnosis]:
    """Look whether there is a git that can fetch."""
    part, path = "git", dict(patient.settings.git_environment).get("PATH", os.defpath)
    found = shutil.which("git", path=path) or shutil.which("git")
    hint = "Install git 2.37 or later: an older one cannot be kept from addresses that change on the way."
    if found is None:
        return fault(part, "There is no git.", hint)
    done = await asyncio.to_thread(
        run_program, [found, "--version"], env={"PATH": os.defpath}, folder=Path("/"), limits=Limits(wall=SECONDS)
    )
    said = re.search(r"(\d+)\.(\d+)\S*", done.output.decode("utf-8", "replace"))
    if not done.ok or said is None:
        return fault(part, f"{found} does not run.", hint)
    if (int(said[1]), int(said[2])) < OLDEST_GIT:
        return fault(part, f"{found} is {said[0]}, which is too old.", hint)
    return well(part, f"{found} {said[0]}")


async def address(patient: Patient) -> list[Diagnosis]:
    """Look whether people's passwords travel in the clear."""
    part, settings = "address", patient.settings
    shown = settings.public_url or f"http://{settings.host}:{settings.port}"
    parsed = urlsplit(shown)
    local = parsed.hostname == "localhost"
    with suppress(ValueError):
        local = local or ip_address(parsed.hostname or "").is_loopback
    if parsed.scheme != "https" and not local:
        hint = "Put a proxy with TLS before it and set HOLDFAST_PUBLIC_URL to its https address."
        return note(part, f"{shown} is not encrypted: passwords and tokens can be read on the way.", hint)
    return well(part, shown)


async def key(patient: Patient) -> list[Diagnosis]:
    """Look whether the server's key can be read; webhooks and links hang on it."""
    settings = patient.settings
    where, path = "HOLDFAST_SECRET_KEY", settings.data_dir / NAME
    if not settings.secret_key:
        where = f"{NAME} in the data folder"
        if not path.exists() and await _in_use(patient):
            hint = "Put it back from a backup, or set HOLDFAST_SECRET_KEY: the next start makes another."
            return fault("key", f"{path} is gone: webhooks and what is sealed hang on it.", hint)
        if not path.exists():
            return well("key", "made at the first start")
    try:
        await asyncio.to_thread(server_key, settings)
    except HoldfastError as error:
        return fault("key", error.message, error.hint)
    told = [] if settings.secret_key else _open(path)
    return told + _open(settings.data_dir / "mirrors" / "credentials") or well("key", where)


def _open(path: Path) -> list[Diagnosis]:
    """Say so where anybody on the machine may read a file of secrets."""
    if not path.exists() or not path.stat().st_mode & OTHERS_READ:
        return []
    return fault(
        "key", f"Everybody on this machine may read {path}.", f"chmod o-rwx {path}; then change what it holds."
    )


async def _in_use(patient: Patient) -> bool:
    """Say whether the database holds something that the key was used for."""
    try:
        if patient.database is None or await patient.database.revision() is None:
            return False
        async with patient.database.read() as connection:
            return (await VitalsStore(connection).repositories())[1] > 0
    except HoldfastError:
        return False


async def mail(patient: Patient) -> list[Diagnosis]:
    """Look whether the mail server answers, without sending anything."""
    settings = patient.settings
    if not settings.smtp_host:
        hint = "Set HOLDFAST_SMTP_HOST where weekly reports should be mailed."
        return note("mail", "No mail server is set: weekly reports are only shown.", hint)
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(settings.smtp_host, settings.smtp_port), SECONDS
        )
        greeting = await asyncio.wait_for(reader.readline(), SECONDS)
        writer.close()
    except (OSError, TimeoutError):
        return fault("mail", f"{place} does not answer.", "Is HOLDFAST_SMTP_HOST right, and may we reach it?")
    if not greeting.startswith(b"220"):
        return fault("mail", f"{place} is no mail server.", "Is HOLDFAST_SMTP_PORT right?")
    return well("mail", place)
