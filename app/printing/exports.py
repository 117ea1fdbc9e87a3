"""An export written out: a zip of Markdown files, or a PDF. The same specs give the same bytes."""

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from app.printing.book import Chapter
from app.programs.children import Limits, run_module
from specs.access import Project
from specs.errors import UnavailableError
from specs.library import SpecText
from specs.service.library.exporting import Export

PRINTER = "app.printing.child"
PRINTING = Limits(wall=60, cpu=60, memory=4 * 1024**3)
_REGULAR = 0o100644 << 16
NO_IMAGES: Mapping[str, bytes] = MappingProxyType({})


def zipped(export: Export, images: Mapping[str, bytes] = NO_IMAGES) -> bytes:
    """Give a zip with a file for each spec at its path, and the images that stand beside them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        files = [(found.spec.path, found.text.encode()) for found in export.specs]
        taken = {path for path, _ in files}
        for path, body in (*files, *((path, body) for path, body in images.items() if path not in taken)):
            # A fixed time: no clock, no zone, and zip knows none before 1980.
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = _REGULAR, zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return buffer.getvalue()


async def printed(export: Export, project: Project, images: Mapping[str, bytes] = NO_IMAGES) -> bytes:
    """Give a PDF with its images. Raises `UnavailableError` where typesetting takes too long or fails."""
    chapters = [asdict(_chapter(found)) for found in export.specs]
    about = f"{export.tag.name}, {export.at:%Y-%m-%d}" if export.tag else f"as of {export.at:%Y-%m-%d %H:%M} UTC"
    request: dict[str, Any] = {"title": project.name, "about": about, "at": export.at.isoformat(), "chapters": chapters}
    request |= {"images": {path.rpartition("/")[2]: base64.b64encode(body).decode() for path, body in images.items()}}
    outcome = await run_module(PRINTER, stdin=json.dumps(request).encode(), limits=PRINTING)
    if outcome.ok and outcome.output.startswith(b"%PDF"):
        return outcome.output
    why = "took too long" if outcome.timed_out else "failed"
    raise UnavailableError(f"Typesetting the PDF {why}.", "Export fewer specs with a prefix, or take the Markdown.")


def _chapter(found: SpecText) -> Chapter:
    revision = found.revision
    about = f"revision {revision.digest[:12]} · {revision.at:%Y-%m-%d} · {revision.actor.name}"
    return Chapter(found.spec.path, found.spec.title, about, found.text)
