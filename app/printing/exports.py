"""An export written out: a zip of Markdown files, or a PDF. The same specs give the same bytes."""

import io
import json
import zipfile
from dataclasses import asdict

from app.printing.book import Chapter
from app.programs.children import Limits, run_module
from specs.access import Project
from specs.errors import UnavailableError
from specs.library import SpecText
from specs.service.library.exporting import Export

PRINTER = "app.printing.child"
PRINTING = Limits(wall=60, cpu=60, memory=4 * 1024**3)
_REGULAR = 0o100644 << 16


def zipped(export: Export) -> bytes:
    """Give a zip with a file for each spec at its path."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for found in export.specs:
            # A fixed time: no clock, no zone, and zip knows none before 1980.
            entry = zipfile.ZipInfo(found.spec.path, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = _REGULAR, zipfile.ZIP_DEFLATED
            archive.writestr(entry, found.text.encode())
    return buffer.getvalue()


async def printed(export: Export, project: Project) -> bytes:
    """Give a PDF. Raises `UnavailableError` where typesetting takes too long or fails."""
    chapters = [asdict(_chapter(found)) for found in export.specs]
    about = f"{export.tag.name}, {export.at:%Y-%m-%d}" if export.tag else f"as of {export.at:%Y-%m-%d %H:%M} UTC"
    request = {"title": project.name, "about": about, "at": export.at.isoformat(), "chapters": chapters}
    outcome = await run_module(PRINTER, stdin=json.dumps(request).encode(), limits=PRINTING)
    if outcome.ok and outcome.output.startswith(b"%PDF"):
        return outcome.output
    why = "took too long" if outcome.timed_out else "failed"
    raise UnavailableError(f"Typesetting the PDF {why}.", "Export fewer specs with a prefix, or take the Markdown.")


def _chapter(found: SpecText) -> Chapter:
    revision = found.revision
    about = f"revision {revision.digest[:12]} · {revision.at:%Y-%m-%d} · {revision.actor.name}"
    return Chapter(found.spec.path, found.spec.title, about, found.text)
