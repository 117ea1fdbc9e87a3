"""What each session of an agent has been told, so that it is told once. Files that are the user's alone. A door.

Hooks of one session may run at once: each holds the session's lock while it chooses, tells and notes. What is kept may
be damaged: then the session has been told nothing. Where nothing can be kept, everything is told again.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from specs.values import dataclass, field
from sync.cache.packs import newest_first, read_file, replace_file
from sync.contexts.kept import private

LIMIT = 1_000_000
MOST_SESSIONS = 300
MOST_TOLD = 3_000
MOST_TOUCHED = 500
SECONDS_KEPT = 14 * 86_400


@dataclass(slots=True)
class State:
    """What a session knows and did: digests of passages `told`, fingerprints of findings `reported`.

    `task` and `paths` are what it was asked last, `touched` the files it edited. `before` are the findings that stood
    when it began to edit (None: nobody knows).
    """

    told: list[str] = field(default_factory=list)
    reported: list[str] = field(default_factory=list)
    task: str = ""
    paths: list[str] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    before: list[str] | None = None

    def forget(self) -> None:
        """Forget what was told: it is no longer in the agent's sight."""
        self.told, self.reported = [], []


class Sessions:
    """The sessions that are kept below a folder. `now` is in seconds since 1970."""

    def __init__(self, home: Path, now: float) -> None:
        self._home = home / "sessions"
        self._now = now

    @contextmanager
    def of(self, *names: str) -> Iterator[State]:
        """Give the state of a session to be read and changed; it is kept when the block is left without an error.

        Without a session's name, as with no place to keep it, the state is empty and is not kept.
        """
        place = self._place(names)
        if place is None:
            yield State()
            return
        handle = os.open(place.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            state = _read(place)
            before = asdict(state)
            yield state
            if asdict(state) != before:
                with suppress(OSError):
                    replace_file(place, [_written(state)], 0o600)
        finally:
            os.close(handle)

    def tidy(self) -> None:
        """Let go of sessions that are over for long, and of the oldest where there are too many."""
        with suppress(OSError):
            for at, place in enumerate(newest_first(self._home)):
                if at >= 2 * MOST_SESSIONS or self._now - place.lstat().st_mtime > SECONDS_KEPT:
                    place.unlink(missing_ok=True)

    def _place(self, names: tuple[str, ...]) -> Path | None:
        if not names or not names[0]:
            return None
        try:
            private(self._home.parent)
            folder = private(self._home)
        except OSError:
            return None
        return folder / f"{hashlib.sha256(json.dumps(names).encode()).hexdigest()}.json"


def _written(state: State) -> bytes:
    state.told, state.touched = state.told[-MOST_TOLD:], state.touched[-MOST_TOUCHED:]
    return json.dumps(asdict(state), separators=(",", ":")).encode()


def _read(place: Path) -> State:
    try:
        value: Any = json.loads(read_file(place, LIMIT))
        lists = {name: [str(one) for one in value[name]] for name in ("told", "reported", "paths", "touched")}
        before = None if value["before"] is None else [str(one) for one in value["before"]]
        return State(**lists, task=str(value["task"]), before=before)
    except (ValueError, TypeError, KeyError, RecursionError):
        return State()
