"""The program of the child process that typesets: a request as JSON in, a PDF out. It reads no file and no address."""

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import typst

from app.printing.book import Chapter, book


def main() -> None:
    """Print what the request says. The same request gives the same bytes, with the same fonts."""
    request = json.load(sys.stdin)
    chapters = [Chapter(**chapter) for chapter in request["chapters"]]
    at = int(datetime.fromisoformat(request["at"]).astimezone(UTC).timestamp())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "book.typ"
        source.write_text(book(request["title"], request["about"], chapters), encoding="utf-8")
        # Whatever a text made the source ask for would be looked for in this folder, which holds nothing else.
        pdf = typst.compile(source, root=folder, package_path=folder, package_cache_path=folder, timestamp=at)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
