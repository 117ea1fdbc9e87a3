"""The last bundles that a server gave, kept for when it is away: files in a folder that is the user's alone. A door.

What is kept may be old, cut or forged: then it counts as not kept. Nothing here asks a server, and nothing fails where
the folder cannot be written.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from specs.values import dataclass
from sync.cache.packs import newest_first, read_file, replace_file
from sync.contexts.wanted import Wanted

FORMAT = 1
MOST_BUNDLES = 64
MOST_BYTES = 8_000_000
LONGEST = 2_000_000
DAYS_KEPT = 30
SECONDS_AWAY = 30
SECONDS_KEPT = DAYS_KEPT * 86_400


@dataclass(frozen=True, slots=True)
class Source:
    """Where bundles come from and are for: a project on a server, as asked from one folder."""

    server: str
    project: str
    root: str

    @property
    def name(self) -> str:
        """Name it by digest, as its folder is called."""
        return digest_of([self.server.rstrip("/"), self.project, self.root])


@dataclass(frozen=True, slots=True)
class Kept:
    """A bundle as it was answered: `at` in seconds since 1970, what was asked, and the answer's JSON."""

    at: float
    wanted: Wanted
    answer: Mapping[str, Any]


def digest_of(value: object) -> str:
    """Name a value of JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def private(folder: Path) -> Path:
    """Make a folder that only its owner may enter, and give it. Raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise NotADirectoryError(folder)
    folder.chmod(0o700)
    return folder


class KeptBundles:
    """The bundles kept below a folder, at most some dozens for each source, none older than a month."""

    def __init__(self, home: Path, now: float) -> None:
        self._home = home / "bundles"
        self._now = now

    def keep(self, source: Source, wanted: Wanted, answer: Mapping[str, Any]) -> None:
        """Keep an answer under what was asked; the oldest go. Where that cannot be done, nothing happens."""
        value = {"format": FORMAT, "at": self._now, "asked": asked(wanted), "answer": answer}
        with suppress(OSError, ValueError):
            data = json.dumps(value, ensure_ascii=False).encode("utf-8")
            if len(data) > LONGEST:
                return
            private(self._home.parent)
            private(self._home)
            folder = private(self._home / source.name)
            replace_file(folder / self._file(wanted), [data], 0o600)
            held = 0
            for at, place in enumerate(newest_first(folder)):
                held += place.lstat().st_size
                if at >= MOST_BUNDLES or held > MOST_BYTES:
                    place.unlink(missing_ok=True)

    def same(self, source: Source, wanted: Wanted) -> Kept | None:
        """Give what was last answered to the very same question; None where that was never asked, or long ago."""
        return self._read(self._home / source.name / self._file(wanted))

    def every(self, source: Source) -> tuple[Kept, ...]:
        """Give all that is kept of a source, newest first."""
        found = (self._read(place) for place in newest_first(self._home / source.name))
        return tuple(one for one in found if one is not None)

    def away(self, source: Source) -> bool:
        """Say whether a server was noted to be away in the last half minute."""
        with suppress(OSError):
            return 0 <= self._now - (self._home / f"{source.name}.away").lstat().st_mtime + 1 <= SECONDS_AWAY
        return False

    def note_away(self, source: Source) -> None:
        """Note that a server is away."""
        with suppress(OSError):
            private(self._home.parent)
            place = private(self._home) / f"{source.name}.away"
            replace_file(place, [b""], 0o600)
            os.utime(place, (self._now, self._now))

    @staticmethod
    def _file(wanted: Wanted) -> str:
        return f"{digest_of(asked(wanted))}.json"

    def _read(self, place: Path) -> Kept | None:
        try:
            value = json.loads(read_file(place, LONGEST))
            if value["format"] != FORMAT or not isinstance(value["answer"], dict):
                return None
            task, paths, budget, symbols = (value["asked"][name] for name in ("task", "paths", "budget", "symbols"))
            kept = Kept(
                float(value["at"]), Wanted(str(task), tuple(paths), int(budget), tuple(symbols)), value["answer"]
            )
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return kept if 0 <= self._now - kept.at + 60 <= SECONDS_KEPT else None


def asked(wanted: Wanted) -> dict[str, object]:
    """Write what was asked as JSON has it."""
    return {
        "task": wanted.task.strip(),
        "paths": list(wanted.paths),
        "budget": wanted.budget,
        "symbols": list(wanted.symbols),
    }
