"""The program of the child process that typesets: a request as JSON in, a PDF or pictures out. It reads no more."""

import base64
import json
import sys
import tempfile
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
        source.write_text(request.get("source") or _book(request), encoding="utf-8")
        sys.stdout.buffer.write(typst.compile(source, timestamp=at, **own))


def _book(request: dict[str, Any]) -> str:
    chapters = [Chapter(**chapter) for chapter in request["chapters"]]
    return book(request["title"], request["about"], chapters)


if __name__ == "__main__":
    main()
