"""The folder of a checkout: lists its Markdown files by the digests of their texts, and writes, moves and removes them.

A door to the file system. Links are never followed, nothing is written through one, and a file is there whole or not at
all: it is written aside, flushed to the disk, and renamed into place only where what stands there is what was expected.
"""

import errno
import os
import stat
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from specs.errors import UserError
from specs.library import MAX_TEXT_BYTES, check_text
from specs.paths import SUFFIX, check_path, path_key
from specs.revision import text_digest
from sync.checkout.values import Stamp, Step

# A file that changed this lately may change again without looking any different.
SETTLED = 2_000_000_000
FEW = 32
LINK = "It is a symbolic link: links are not followed. Put the file itself there."


@dataclass(frozen=True, slots=True)
class Trouble:
    """A file that is left alone, why, and what to do."""

    path: str
    message: str
    hint: str = ""


@dataclass
class Scan:
    """What a folder holds: digests of texts by path, how files looked, what is wrong.

    `held` are paths (or folders, ending in a slash) of which it cannot be said what they hold; `odd` are digests of
    texts under names that no spec can have.
    """

    files: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, Stamp] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    odd: set[str] = field(default_factory=set)

    def holds(self, path: str) -> bool:
        """Say whether nothing can be said of a path."""
        return path in self.held or any(path.startswith(one) for one in self.held if one.endswith("/"))


class Folder:
    """The files below one folder. `aside` is where files are written before they are put in place."""

    def __init__(self, root: Path, aside: Path) -> None:
        self.root = root
        self._aside = aside
        self._numbers = count(1)

    def scan(self, stamps: Mapping[str, Stamp]) -> Scan:
        """List the Markdown files; those that look as they did are not read again. Raises `UserError` for no folder."""
        if not self.root.is_dir():
            raise UserError(f"{self.root} is not there.", "Make the folder, or name another with `holdfast link`.")
        found = Scan()
        now = time.time_ns()
        for path, entry in self._entries("", found):
            try:
                self._look(path, entry, stamps, now, found)
            except OSError as error:
                found.held.add(path)
                found.troubles.append(Trouble(path, f"It cannot be read: {error.strerror}.", "Check who may read it."))
        _without_twins(found)
        return found

    def _entries(self, folder: str, found: Scan) -> "Iterator[tuple[str, os.DirEntry[str]]]":
        """Walk what is not hidden, by name; a folder that is a link is told and not entered."""
        try:
            with os.scandir(self.root / folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            found.held.add(f"{folder}/")
            found.troubles.append(Trouble(f"{folder}/", f"It cannot be listed: {error.strerror}.", "Check who may."))
            return
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._entries(path, found)
            elif entry.is_symlink() and entry.is_dir():
                found.held.add(f"{path}/")
                found.troubles.append(Trouble(f"{path}/", *LINK.split(": ", 1)))
            elif entry.name.lower().endswith(SUFFIX):
                yield path, entry

    def _look(self, path: str, entry: "os.DirEntry[str]", stamps: Mapping[str, Stamp], now: int, found: Scan) -> None:
        if entry.is_symlink():
            found.held.add(path)
            found.troubles.append(Trouble(path, *LINK.split(": ", 1)))
            return
        status = entry.stat(follow_symlinks=False)
        known = stamps.get(path)
        if known is not None and (known.size, known.changed, known.entered) == _looks(status):
            found.files[path], found.stamps[path] = known.text, known
            return
        text, trouble = self._text(path, status.st_size)
        bad = check_path(path)
        if bad is not None:
            found.troubles.append(Trouble(_shown(path), bad.message, bad.hint))
            found.odd.add("" if text is None else text_digest(text))
        elif text is None:
            found.held.add(path)
            found.troubles.append(trouble or Trouble(path, "It cannot be read."))
        else:
            found.files[path] = text_digest(text)
            if max(status.st_mtime_ns, status.st_ctime_ns) + SETTLED < now:
                found.stamps[path] = Stamp(*_looks(status), found.files[path])

    def _text(self, path: str, size: int) -> tuple[str | None, Trouble | None]:
        if size > MAX_TEXT_BYTES:
            message = f"It has {size:,} bytes; a spec may have {MAX_TEXT_BYTES:,}."
            return None, Trouble(path, message, "Split it into several specs that link to each other.")
        try:
            text = self._bytes(path).decode("utf-8")
        except UnicodeDecodeError as error:
            return None, Trouble(path, f"It is not UTF-8 (byte {error.start}).", "Save it as UTF-8.")
        problem = check_text(text)
        return (text, None) if problem is None else (None, Trouble(path, problem.message, problem.hint))

    def _bytes(self, path: str) -> bytes:
        """Give the bytes of a plain file. Raises `OSError` for anything else."""
        handle = os.open(self.root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, "it is no plain file")
            return file.read(MAX_TEXT_BYTES + 1)

    def read(self, path: str) -> str | None:
        """Give the text of a file; None where it has none that could be a spec's."""
        try:
            return self._text(path, (self.root / path).lstat().st_size)[0]
        except OSError:
            return None

    def apply(self, steps: Sequence[Step], texts: Mapping[str, str]) -> tuple[set[str], list[Trouble]]:
        """Do steps, or do them again; give the ids of those that are done, and why others are not.

        `texts` are by digest. A file that holds anything but what a step expects is left as it is.
        """
        expected = {step.before for step in steps if step.before}
        troubles: list[Trouble] = []
        ready: list[tuple[Step, Path]] = []
        done: set[str] = set()
        for step in steps:
            if not step.target:
                continue
            try:
                written = self._prepare(step, texts, expected)
            except OSError as error:
                why = error.strerror or str(error)
                troubles.append(Trouble(step.target, f"It cannot be written: {why}.", "Check who may write there."))
                continue
            if written is None:
                troubles.append(Trouble(step.target, "It changed meanwhile.", "The next run looks at it again."))
            elif written == self.root / step.target:
                done.add(step.id)
            else:
                ready.append((step, written))
        self._flush([written for _, written in ready])
        for step, written in ready:
            with _told(troubles, step.target):
                self._place(written, step.target)
                done.add(step.id)
        kept = {step.target for step in steps if step.target}
        for step in steps:
            if step.source and step.source not in kept and (not step.target or step.id in done):
                with _told(troubles, step.source):
                    if self._remove(step):
                        done.add(step.id)
                    elif not step.target:
                        troubles.append(Trouble(step.source, "It changed meanwhile.", "The next run looks again."))
        return done, troubles

    def _prepare(self, step: Step, texts: Mapping[str, str], expected: Collection[str]) -> Path | None:
        """Write a step's text aside; its own path where that holds it already, None where something else does."""
        place = self.root / step.target
        self._check_parents(step.target)
        mode = 0o666
        if os.path.lexists(place):
            there = self._digest(step.target)
            if there == step.text and not self._same(step):
                return place
            if there not in expected:
                return None
            mode = stat.S_IMODE(place.lstat().st_mode)
        self._aside.mkdir(parents=True, exist_ok=True)
        written = self._aside / f"{os.getpid()}-{next(self._numbers)}"
        _write(written, texts[step.text], mode)
        return written

    def _same(self, step: Step) -> bool:
        """Say whether source and target are two spellings of one file, on a system that takes them for one."""
        source, target = self.root / step.source, self.root / step.target
        if not step.source or step.source == step.target or path_key(step.source) != path_key(step.target):
            return False
        return source.exists() and target.exists() and source.samefile(target)

    def _digest(self, path: str) -> str:
        """Give the digest of a file's text; "" for what has none."""
        text = self.read(path)
        return "" if text is None else text_digest(text)

    def _check_parents(self, path: str) -> None:
        """Make the folders above a path. Raises `OSError` where one is a link or a file."""
        place = self.root
        for name in path.split("/")[:-1]:
            place /= name
            with suppress(FileExistsError):
                place.mkdir()
            if place.is_symlink() or not place.is_dir():
                raise OSError(errno.ENOTDIR, f"{name} is no folder")

    @staticmethod
    def _flush(written: Sequence[Path]) -> None:
        """Have the disk hold what was written before it gets its name."""
        if len(written) > FEW:
            os.sync()
            return
        for path in written:
            handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def _place(self, written: Path, target: str) -> None:
        place = self.root / target
        if not os.access(place.parent, os.W_OK):
            raise PermissionError(errno.EACCES, "the folder is read-only")
        try:
            written.replace(place)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            near = place.with_name(f".{written.name}.{place.name}")
            _write(near, written.read_text("utf-8"), stat.S_IMODE(written.stat().st_mode))
            self._flush([near])
            near.replace(place)
            written.unlink()

    def _remove(self, step: Step) -> bool:
        """Remove a file that holds what is expected, and folders that are empty then; True also where none is there."""
        place = self.root / step.source
        if not os.path.lexists(place):
            return True
        if step.target and self._same(step):
            place.rename(self.root / step.target)
            return True
        if self._digest(step.source) != step.before:
            return False
        place.unlink()
        for parent in place.parents:
            if parent == self.root:
                break
            try:
                parent.rmdir()
            except OSError:
                break
        return True

    def clear(self) -> None:
        """Remove what a run that was killed left aside."""
        with suppress(OSError):
            for entry in os.scandir(self._aside):
                Path(entry.path).unlink(missing_ok=True)


@contextmanager
def _told(troubles: list[Trouble], path: str) -> Iterator[None]:
    """Turn an `OSError` of one file into a trouble."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        troubles.append(Trouble(path, f"It cannot be written: {why}.", "Check who may write there."))


def _write(place: Path, text: str, mode: int) -> None:
    """Write a new file."""
    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode())


def _looks(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _shown(path: str) -> str:
    """Give a path as text that can be written anywhere."""
    return path.encode("utf-8", "backslashreplace").decode()


def _without_twins(found: Scan) -> None:
    """Leave out files whose names some systems take for one: neither is the other's change."""
    first: dict[str, str] = {}
    for path in sorted(found.files):
        twin = first.setdefault(path_key(path), path)
        if twin != path:
            found.troubles.append(
                Trouble(path, f"Some systems take it for {twin}.", "Rename it: names differ in more than case.")
            )
            del found.files[path]
            found.stamps.pop(path, None)
            found.held.add(path)
