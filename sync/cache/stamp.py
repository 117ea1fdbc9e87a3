"""Which Holdfast this is, to the byte: a name that changes with any of its own source files. For cache keys."""

import hashlib
import os
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
PACKAGES = ("specs", "drift", "sync")
INSTALLED = frozenset({"site-packages", "dist-packages"})


@cache
def stamp() -> str:
    """Digest name, size and time of each source file that has a say in a verdict: a millisecond, no file is read.

    Where Holdfast is installed, its files are as released: times, which every installation sets anew, do not count.
    """
    installed = HOME.name in INSTALLED
    whole = hashlib.sha256()
    folders = [HOME / package for package in PACKAGES]
    while folders:
        folder = folders.pop()
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith(".py"):
                status = entry.stat()
                whole.update(
                    f"{folder.name}/{entry.name} {status.st_size} {0 if installed else status.st_mtime_ns}\n".encode()
                )
            elif entry.name != "__pycache__" and entry.is_dir(follow_symlinks=False):
                folders.append(Path(entry.path))
    return whole.hexdigest()[:16]
