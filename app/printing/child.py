"""The program of the child process that typesets: a request as JSON in, a PDF or pictures out. It reads no more."""

import base64
import json
import sys
import tempfile
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from app.printing.book import Chapter, book

# Twice as many dots as a screen of old has, so that letters stay sharp.
SHARP = 144


def main() -> None:
    """Print what the request says. The same request gives the same bytes, with the same fonts."""
    request = json.load(sys.stdin)
    at = int(datetime.fromisoformat(request["at"]).astimezone(UTC).timestamp())
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        # Whatever a text made the source ask for would be looked for in this folder, which holds nothing else.
        own: dict[str, Any] = {"root": folder, "package_path": folder, "package_cache_path": folder}
        source = folder / "source.typ"
        if "pictures" in request:
            pictures = {}
            for name, text in request["pictures"].items():
                source.write_text(text, encoding="utf-8")
                png = typst.compile(source, format="png", ppi=SHARP, **own)
                pictures[name] = base64.b64encode(png).decode()
            sys.stdout.write(json.dumps(pictures))
            return
        images = {name: base64.b64decode(body) for name, body in request.get("images", {}).items()}
        for name, body in images.items():
            (folder / name).write_bytes(body)
        source.write_text(request.get("source") or _book(request, images), encoding="utf-8")
        try:
            made = typst.compile(source, timestamp=at, **own)
        except RuntimeError:
            if not images:
                raise
            # A picture that cannot be drawn costs the pictures, and not the book.
            source.write_text(_book(request), encoding="utf-8")
            made = typst.compile(source, timestamp=at, **own)
        sys.stdout.buffer.write(made)


def _book(request: dict[str, Any], images: Collection[str] = ()) -> str:
    chapters = [Chapter(**chapter) for chapter in request["chapters"]]
    return book(request["title"], request["about"], chapters, images)


if __name__ == "__main__":
    main()
