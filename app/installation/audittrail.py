"""Where checkpoints of the audit log are kept: a folder outside the database, with the key that signs them.

`checkpoints` only ever grows and is on disk before anyone is told of it; `audit.key` never leaves the folder;
`audit.pub` is what others verify with. One process writes at a time. Knows no database: `keep` is given a service.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import structlog

from app.settings import Settings
from specs.access import SERVER
from specs.audit import Fault
from specs.checkpoints import (
    NAME,
    Link,
    Recorded,
    Series,
    complete,
    first_link,
    next_link,
    read_series,
    write_note,
)
from specs.errors import UnavailableError, UserError
from specs.service.audit import Audit
from specs.signing import SEED_BYTES, Signer, Verifier, read_verifier
from specs.store.connection import Clock, IdSource

LOG = structlog.get_logger("holdfast.audit")
FILE, KEY, PUBLIC, LOCK = "checkpoints", "audit.key", "audit.pub", "lock"
HINT = "Set HOLDFAST_AUDIT_DIR to a folder that the server may write to."


class AuditFolder:
    """The folder of one installation. Whatever cannot be read or written raises `UserError`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE

    @classmethod
    def of(cls, settings: Settings) -> "AuditFolder":
        """Give the folder that the settings name."""
        return cls(settings.audit_dir or settings.data_dir / "audit")

    def signer(self) -> Signer:
        """Give the key, made on first use."""
        with self._explained():
            self._prepare()
            path = self.folder / KEY
            if not path.exists():
                self._put(KEY, secrets.token_hex(SEED_BYTES), 0o600)
            signer = Signer(NAME, bytes.fromhex(path.read_text().strip()))
            self._publish(signer.verifier)
            return signer

    def trusted(self) -> tuple[Verifier, ...]:
        """Give the public keys that lie here; none where no checkpoint was ever written."""
        with self._explained():
            path = self.folder / PUBLIC
            return read_keys(path.read_text().splitlines()) if path.exists() else ()

    def read(self, trusted: Sequence[Verifier] = (), *, mended: bool = False) -> Series | None:
        """Read the file, `mended` without the torn end of a write; nothing where there is none."""
        with self._explained():
            if not self.file.exists():
                return None
            content = self.file.read_text(encoding="utf-8", errors="replace")
            return read_series(complete(content) if mended else content, trusted or self.trusted())

    def append(self, text: str) -> None:
        """Add to the end of the file, and have it on disk. What a torn write left there goes first."""
        with self._explained():
            handle = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            with os.fdopen(handle, "r+b") as file:
                content = file.read().decode("utf-8", "replace")
                whole = len(complete(content).encode())
                if whole < len(content.encode()):
                    LOG.warning("audit.checkpoints.torn", bytes=len(content.encode()) - whole)
                    file.truncate(whole)
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            self._settle()

    def put_key(self, signer: Signer) -> None:
        """Sign with another key from now on."""
        with self._explained():
            self._put(KEY, signer.seed.hex(), 0o600)
            self._publish(signer.verifier)

    def put_by(self, at: datetime) -> Path | None:
        """Move the file out of the way, so that a new series begins; give where it went."""
        with self._explained():
            if not self.file.exists():
                return None
            aside = self.file.with_name(f"{FILE}.{at:%Y%m%dT%H%M%S}")
            self.file.rename(aside)
            self._settle()
            return aside

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes of this machine from writing meanwhile. Raises `UnavailableError` where one does."""
        with self._explained():
            self._prepare()
            handle = os.open(self.folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise UnavailableError("Another process writes a checkpoint.", "Try again in a moment.") from error
            yield
        finally:
            os.close(handle)

    def _publish(self, verifier: Verifier) -> None:
        known = self.trusted()
        if verifier not in known:
            self._put(PUBLIC, "\n".join(map(str, (*known, verifier))), 0o644)

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _put(self, name: str, text: str, mode: int) -> None:
        """Write a small file whole or not at all."""
        draft = self.folder / f".{name}.{secrets.token_hex(8)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "w") as file:
            file.write(f"{text}\n")
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self.folder / name)
        self._settle()

    def _settle(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or "its content is not ours"
            raise UserError(f"The folder {self.folder} cannot be used: {what}.", HINT) from error


def read_keys(lines: Sequence[str]) -> tuple[Verifier, ...]:
    """Read public keys, one a line. Raises `UserError` for a line that is none."""
    found = []
    for line in lines:
        if not line.strip():
            continue
        verifier = read_verifier(line)
        if verifier is None:
            raise UserError("This is no public key.", f"Write it as `holdfast audit key` does: {NAME}+1a2b3c4d+...")
        found.append(verifier)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a run wrote: the notes, or the faults for which it wrote none."""

    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


async def keep(
    folder: AuditFolder, audit: Audit, now: Clock, new_id: IdSource, *, restarts: UUID | None = None
) -> Kept:
    """Write a checkpoint of each chain that has grown since its last one, and have the database remember it.

    A log or file with faults gets none, and the log of the process says so: nothing broken is signed.
    """
    with folder.alone():
        signer = folder.signer()
        series = folder.read(mended=True) or Series((), ())
        grown = await audit.advance(SERVER, {link.checkpoint.chain: link.checkpoint for link in series.links})
        faults = (*grown.faults, *series.faults, *await _lost(folder, audit, series))
        for fault in faults[:10]:
            LOG.error("audit.broken", chain=str(fault.chain), entry=fault.n, fault=fault.message)
        if faults:
            return Kept(faults=faults)
        links, notes, at = list(series.links), [], now()
        for end in grown.ends:
            link = next_link(links[-1], end, at) if links else first_link(new_id(), end, at, restarts)
            note, signed = write_note(link, signer)
            notes.append(note)
            links.append(signed)
        await _write(folder, audit, links, notes)
    return Kept(tuple(notes))


async def hand_on(folder: AuditFolder, audit: Audit, now: Clock, new_id: IdSource) -> None:
    """Make a new key, and have the old one hand on to it in a note that both sign."""
    kept = await keep(folder, audit, now, new_id)
    with folder.alone():
        old, series = folder.signer(), folder.read()
        if kept.faults or series is None or series.faults:
            raise UserError("The log has faults, or nothing to sign yet.", "See `holdfast audit verify`.")
        new = Signer(NAME, secrets.token_bytes(SEED_BYTES))
        last = series.links[-1]
        note, link = write_note(replace(next_link(last, last.checkpoint, now()), key=new.verifier), old, new)
        await _write(folder, audit, [*series.links, link], [note])
        folder.put_key(new)


async def begin_anew(folder: AuditFolder, audit: Audit, now: Clock, new_id: IdSource, because: str) -> Path | None:
    """Put the file by and begin another that names it; the log records why. Give where the old one went."""
    with folder.alone():
        series = folder.read()
        aside = folder.put_by(now())
    old = series.links[0].series if series is not None and series.links else None
    await audit.note(SERVER, now(), "audit.restart", old or "", {"because": because})
    await keep(folder, audit, now, new_id, restarts=old)
    return aside


async def _lost(folder: AuditFolder, audit: Audit, series: Series) -> tuple[Fault, ...]:
    """Tell a file that lost notes, or was made unreadable, from one whose last write was torn.

    What was torn nobody heard of; what the database remembers was written whole.
    """
    if not folder.file.exists():
        return ()
    known = await audit.remembered(SERVER, series.links[0].series if series.links else None)
    count = len(series.links)
    return (Fault(None, count + 1, "it was written, and is not in the file"),) if known > count else ()


async def _write(folder: AuditFolder, audit: Audit, links: Sequence[Link], notes: Sequence[str]) -> None:
    """Put notes on disk first, then have the database remember all that it does not."""
    if notes:
        folder.append("".join(notes))
    if links:
        known = await audit.remembered(SERVER, links[0].series)
        await audit.remember(SERVER, [recorded(link) for link in links[known:]])


def recorded(link: Link) -> Recorded:
    """Give what the database remembers of a note."""
    return Recorded(link.series, link.number, link.checkpoint.chain, link.checkpoint.n, link.digest)
