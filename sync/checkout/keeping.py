"""What a checkout keeps on disk beside the folder: its state, the texts it was made from, a lock. A door to files.

The state is replaced whole and flushed; texts are kept by their digests, and can all be asked for again.
"""

import os
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from specs.errors import UnavailableError, UserError
from specs.revision import text_digest
from sync.cache.packs import Pack, only_writer, read_file, replace_file
from sync.checkout.codec import decode, encode
from sync.checkout.values import State

PACK_LIMIT = 256 * 1024 * 1024
STATE, TEXTS, KEPT = "state.json", "texts.pack", "kept"


class Keeper:
    """The folder `.holdfast/checkout` of one checkout."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._pack = Pack(home / TEXTS)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others out. Raises `UnavailableError` at once where another run is under way."""
        self.prepare()
        with only_writer(self.home) as ours:
            if not ours:
                raise UnavailableError("Another run is under way in this checkout.", "Wait for it, or end it.")
            yield

    def prepare(self) -> None:
        """Make the folder, which git ignores. Raises `UserError` where that cannot be done."""
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            ignore = self.home / ".gitignore"
            if not ignore.exists():
                replace_file(ignore, [b"*\n"])
        except OSError as error:
            raise UserError(f"{self.home} cannot be written: {error.strerror}", "Check who may write there.") from error

    @property
    def aside(self) -> Path:
        """Where files of the folder are written before they get their names."""
        return self.home / "aside"

    def load(self) -> State:
        """Give the state; an empty one where there is none. Raises `UserError` for one that cannot be read."""
        data = read_file(self.home / STATE)
        try:
            return decode(data.decode("utf-8")) if data else State()
        except UserError as error:
            raise UserError(error.message, f"{self.home / STATE}: {error.hint}") from error
        except UnicodeDecodeError as error:
            raise UserError(f"{self.home / STATE} is not UTF-8.", "Remove it; the next pull finds out.") from error

    def save(self, state: State) -> None:
        """Replace the state; when this returns it is on the disk. Raises `UserError` where that cannot be done."""
        new = self.home / f".{STATE}.{os.getpid()}"
        try:
            with new.open("wb") as file:
                file.write(encode(state).encode())
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.home / STATE)
            handle = os.open(self.home, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            raise UserError(f"{self.home} cannot be written: {error.strerror}", "Make room, then run again.") from error

    def text(self, digest: str) -> str | None:
        """Give a text that is kept."""
        packed = self._pack.get(digest)
        try:
            text = None if packed is None else zlib.decompress(packed).decode("utf-8")
        except (zlib.error, UnicodeDecodeError):
            return None
        return text if text is not None and text_digest(text) == digest else None

    def keep(self, texts: Mapping[str, str]) -> None:
        """Keep texts by digest. What cannot be kept is asked for again."""
        new = {digest: text for digest, text in texts.items() if not self._pack.has(digest)}
        for digest, text in new.items():
            self._pack.add(digest, zlib.compress(text.encode(), 6))
        if new:
            with suppress(OSError):
                self._pack.save(PACK_LIMIT)

    def set_aside(self, path: str, text: str) -> Path:
        """Keep a text that somebody gives up, under a name that tells which; give where it is."""
        name = f"{path.replace('/', '__').removesuffix('.md')}.{text_digest(text)[:8]}.md"
        folder = self.home / KEPT
        try:
            folder.mkdir(exist_ok=True)
            replace_file(folder / name, [text.encode()])
        except OSError as error:
            raise UserError(f"{folder} cannot be written: {error.strerror}", "Nothing was changed.") from error
        return folder / name
