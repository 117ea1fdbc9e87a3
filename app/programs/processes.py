"""Looks at processes of this machine: whether one exists, whether it is a zombie, in which folder it works.

Where there is no /proc, a process that exists counts as the one that was meant.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def pid_in(file: Path) -> int | None:
    """Give the process id in a file's first line, or nothing."""
    try:
        first = file.read_text().split("\n", 1)[0].strip()
    except (OSError, UnicodeDecodeError):
        return None
    return int(first) if first.isascii() and first.isdigit() else None


def exists(pid: int) -> bool:
    """Say whether there is such a process, zombies included."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def works_in(pid: int, folder: Path) -> bool:
    """Say whether a living process works in a folder. A zombie works nowhere."""
    if not (PROC / "self").exists():
        return exists(pid)
    with suppress(OSError):
        return (PROC / str(pid) / "cwd").readlink() == folder.resolve()
    return False


def any_works_in(folder: Path) -> bool:
    """Say whether any process that we may look at works in a folder."""
    if not (PROC / "self").exists():
        return False
    return any(works_in(int(entry.name), folder) for entry in PROC.iterdir() if entry.name.isdigit())


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look again and again until a condition holds; say whether it came to hold in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
