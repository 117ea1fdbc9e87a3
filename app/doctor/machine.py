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
from app.installation.serverkey import server_key
from app.programs.children import Limits, run_program
from specs.errors import HoldfastError

LITTLE = 5 * 1024**3
NOTHING = 512 * 1024**2
OLDEST_GIT = (2, 37)
SECONDS = 5.0
GROUP_OR_OTHERS_WRITE = 0o022


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
    where = "HOLDFAST_SECRET_KEY" if settings.secret_key else "secret.key in the data folder"
    if not settings.secret_key and not (settings.data_dir / "secret.key").exists():
        return well("key", "made at the first start")
    try:
        await asyncio.to_thread(server_key, settings)
    except HoldfastError as error:
        return fault("key", error.message, error.hint)
    return well("key", where)


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
