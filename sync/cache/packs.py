"""A pack: many small payloads by blob id in one file, with a log beside it for what came since. Files and bytes only.

Written for a cache that strangers may have filled: a checksum guards each payload, whatever does not fit is as if it
were not there, links are never followed, and a pack that cannot be written is not written. Readers take no lock:
packs are replaced whole, and a log's torn tail is skipped. Knows nothing of what payloads mean.
"""

import fcntl
import os
import stat
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

MAGIC = b"holdfast pack 1\n"
ENTRY = struct.Struct(">32sQII")
RECORD = struct.Struct(">4s32sII")
RECORD_MAGIC = b"hold"
COUNT = struct.Struct(">I")
KEY_SIZE = 32
LOG_SHARE = 4
LOG_LIMIT = 1 << 20
READ_LIMIT = 1 << 29
FEW = 64


def read_file(path: Path, limit: int = READ_LIMIT) -> bytes:
    """Give the bytes of a plain file, or none: for links, pipes, giants and what cannot be read."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        return file.read() if stat.S_ISREG(status.st_mode) and status.st_size <= limit else b""


def replace_file(path: Path, data: Iterable[bytes], mode: int = 0o644) -> None:
    """Write a file so that others see the old one or the whole new one. Raises `OSError`."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(data)
        new.replace(path)
    except BaseException:
        with suppress(OSError):
            new.unlink()
        raise


@contextmanager
def only_writer(folder: Path) -> Iterator[bool]:
    """Hold the folder's lock; gives False, at once, where another process holds it. Raises `OSError`."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


class Pack:
    """Payloads by blob id (hex). `path` names the pack, its log is beside it. Read on first use."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = path.with_suffix(".log")
        self._data: bytes | None = None
        self._known: dict[bytes, tuple[int, int, int]] | None = None
        self._looked_up = 0
        self._damaged: set[bytes] = set()
        self._recent: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()
        self._new: dict[bytes, bytes] = {}
        self._torn = False

    def __len__(self) -> int:
        if self._data is None:
            self._open()
        return len((self._table.keys() - self._damaged) | self._recent.keys())

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return bool(self._new)

    def has(self, blob: str) -> bool:
        """Say whether a payload is listed, without looking at it."""
        if self._data is None:
            self._open()
        key = bytes.fromhex(blob).ljust(KEY_SIZE, b"\0")
        return key in self._recent or self._entry(key) is not None

    def get(self, blob: str) -> bytes | None:
        """Give a payload; None when it is not there or is not what was written."""
        if self._data is None:
            self._open()
        key = bytes.fromhex(blob).ljust(KEY_SIZE, b"\0")
        payload = self._recent.get(key)
        if payload is None:
            where = self._entry(key)
            if where is None or self._data is None:
                return None
            start, size, check = where
            payload = self._data[start : start + size]
            if zlib.crc32(payload) != check:
                self._damaged.add(key)
                return None
        self._used.add(key)
        return payload

    def add(self, blob: str, payload: bytes) -> None:
        """Keep a payload, on disk once `save` is called."""
        if self._data is None:
            self._open()
        key = bytes.fromhex(blob).ljust(KEY_SIZE, b"\0")
        self._recent[key] = self._new[key] = payload
        self._used.add(key)

    def _open(self) -> None:
        self._data = read_file(self.path)
        self._known = None
        log = read_file(self._log)
        self._recent = dict(read_log(log))
        self._torn = sum(RECORD.size + len(payload) for payload in self._recent.values()) != len(log)

    def _entry(self, key: bytes) -> tuple[int, int, int] | None:
        """Say where a payload lies; a few are looked for in the table as it is, before it is read as a whole."""
        if key in self._damaged:
            return None
        self._looked_up += 1
        if self._known is None and self._looked_up <= FEW:
            return find_entry(self._data or b"", key)
        return self._table.get(key)

    @property
    def _table(self) -> dict[bytes, tuple[int, int, int]]:
        """Where each payload lies, the damaged ones included."""
        if self._known is None:
            self._known = read_table(self._data or b"")
        return self._known

    def save(self, limit: int) -> None:
        """Write what was added: to the log, or, once that has grown, all into a new pack of at most `limit` bytes.

        Least lately used payloads go first. The caller holds the folder's lock. Raises `OSError`.
        """
        if not self._new:
            return
        log_size = self._log.lstat().st_size if self._log.exists() else 0
        added = sum(map(len, self._new.values()))
        pack_size = len(self._data or b"")
        if log_size + added <= max(LOG_LIMIT, pack_size // LOG_SHARE) and pack_size and not self._torn:
            handle = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
            with os.fdopen(handle, "ab") as file:
                file.write(b"".join(record(key, payload) for key, payload in self._new.items()))
        else:
            self._rewrite(limit)
        self._new = {}

    def _rewrite(self, limit: int) -> None:
        """Write one pack of everything, what this run used last, dropping from the front what is over the limit."""
        newest = dict(read_log(read_file(self._log)))
        self._recent = {**newest, **self._recent}
        keys = [key for key in (*self._table, *self._recent) if key not in self._used]
        chosen: list[tuple[bytes, bytes]] = []
        room = limit
        for key in (*sorted(self._used), *reversed(dict.fromkeys(keys))):
            payload = self._recent.get(key)
            if payload is None and key in self._table and key not in self._damaged:
                start, size, _ = self._table[key]
                payload = (self._data or b"")[start : start + size]
            if payload is not None and len(payload) <= room:
                chosen.append((key, payload))
                room -= len(payload)
        chosen.reverse()
        replace_file(self.path, packed(chosen))
        with suppress(FileNotFoundError):
            self._log.unlink()
        self._data = None


def packed(items: list[tuple[bytes, bytes]]) -> Iterator[bytes]:
    """Lay payloads out as a pack: magic, count, table, payloads."""
    yield MAGIC + COUNT.pack(len(items))
    offset = len(MAGIC) + COUNT.size + ENTRY.size * len(items)
    table = []
    for key, payload in items:
        table.append(ENTRY.pack(key, offset, len(payload), zlib.crc32(payload)))
        offset += len(payload)
    yield b"".join(table)
    for _, payload in items:
        yield payload


def find_entry(data: bytes, key: bytes) -> tuple[int, int, int] | None:
    """Look one payload up as `read_table` would give it."""
    head = len(MAGIC) + COUNT.size
    if len(data) < head or not data.startswith(MAGIC):
        return None
    end = head + COUNT.unpack_from(data, len(MAGIC))[0] * ENTRY.size
    if end > len(data):
        return None
    at = data.rfind(key, head, end)
    while at >= 0 and (at - head) % ENTRY.size:
        at = data.rfind(key, head, at + KEY_SIZE - 1)
    return None if at < 0 else ENTRY.unpack_from(data, at)[1:]


def read_table(data: bytes) -> dict[bytes, tuple[int, int, int]]:
    """Read where each payload lies; empty when the file is not a pack, or is cut inside its table."""
    head = len(MAGIC) + COUNT.size
    if len(data) < head or not data.startswith(MAGIC):
        return {}
    (count,) = COUNT.unpack_from(data, len(MAGIC))
    end = head + count * ENTRY.size
    if end > len(data):
        return {}
    return {key: (start, size, check) for key, start, size, check in ENTRY.iter_unpack(data[head:end])}


def record(key: bytes, payload: bytes) -> bytes:
    """Lay one payload out for the log."""
    return RECORD.pack(RECORD_MAGIC, key, len(payload), zlib.crc32(payload)) + payload


def read_log(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Read a log up to its end or to the first record that is torn."""
    at = 0
    while at + RECORD.size <= len(data):
        magic, key, size, check = RECORD.unpack_from(data, at)
        payload = data[at + RECORD.size : at + RECORD.size + size]
        if magic != RECORD_MAGIC or len(payload) != size or zlib.crc32(payload) != check:
            return
        yield key, payload
        at += RECORD.size + size


def newest_first(folder: Path) -> list[Path]:
    """List the plain files of a folder, newest first; none when it cannot be listed."""
    ages: Mapping[Path, int] = {}
    with suppress(OSError):
        ages = {Path(entry): entry.stat(follow_symlinks=False).st_mtime_ns for entry in os.scandir(folder)}
    return sorted(ages, key=lambda path: (-ages[path], path.name))
