"""Which Holdfast this is, to the byte: a name that changes with any of its own source files. For cache keys."""

import hashlib
import os
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
PACKAGES = ("specs", "drift", "sync")
AFTER_HOME = len(f"{HOME}/")
INSTALLED = frozenset({"site-packages", "dist-packages"})


@cache
def stamp() -> str:
    """Digest name, size and time of each source file that has a say in a verdict: a millisecond, no file is read.

    Where Holdfast is installed, its files are as released: times, which every installation sets anew, do not count.
    """
    installed = HOME.name in INSTALLED
    told: list[str] = []
    folders = [f"{HOME}/{package}" for package in PACKAGES]
    while folders:
        folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.endswith(".py"):
                    status = entry.stat()
                    changed = 0 if installed else status.st_mtime_ns
                    told.append(f"{folder[AFTER_HOME:]}/{name} {status.st_size} {changed}")
                elif "." not in name and name != "__pycache__" and entry.is_dir(follow_symlinks=False):
                    folders.append(f"{folder}/{name}")
    told.sort()
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()[:16]
