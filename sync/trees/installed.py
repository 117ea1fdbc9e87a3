"""What lies on disk beside a tree: packages that are installed and ignored by git. A door: it reads the disk."""

import os
from pathlib import Path

from specs.values import dataclass

MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Beside:
    """The disk below the root of a tree. See `drift.cruise.files.Disk`."""

    root: Path

    def is_file(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return (self.root / path).is_file()

    def is_folder(self, path: str) -> bool:
        """Tell whether there is such a folder."""
        return (self.root / path).is_dir()

    def text(self, path: str) -> str | None:
        """Give the text of a file; None when there is none, or it is too large for a manifest."""
        place = self.root / path
        try:
            if not place.is_file() or place.stat().st_size > MOST_BYTES:
                return None
            return place.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None

    def real(self, path: str) -> str:
        """Give the path that a link leads to; the same path when it is no link, or leads out of the tree."""
        whole, top = os.path.realpath(self.root / path), os.path.realpath(self.root)
        return os.path.relpath(whole, top) if whole.startswith(top + os.sep) else path
