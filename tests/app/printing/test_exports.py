"""What an export is written as: files in a zip, a PDF; the same specs give the same bytes, hostile texts included."""

import io
import zipfile
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.printing import exports
from app.printing.exports import printed, zipped
from app.programs.children import Limits
from specs.access import Project
from specs.errors import UnavailableError
from specs.library import Spec, SpecStatus, SpecText
from specs.revision import Actor, ActorKind, Provenance, Revision
from specs.service.library.exporting import Export

AT = datetime(2026, 3, 2, tzinfo=UTC)
PROJECT = Project(UUID(int=1), "pay", 'Pay #sys "x"', AT)
HOSTILE = (
    '# A\n\n#read("/etc/passwd") $x$ @a <l>\n\n支払い עברית\n\n'
    + "> " * 40
    + "q\n\n"
    + "| a " * 60
    + "|\n"
    + "|-" * 60
    + "|\n"
)


def export(*texts: str) -> Export:
    found = []
    for number, text in enumerate(texts):
        revision = Revision(
            f"{number:064}",
            UUID(int=number),
            (),
            "t",
            len(text),
            Actor(UUID(int=9), "Eve", ActorKind.HUMAN),
            Provenance.EXPLICIT,
            "",
            AT,
        )
        spec = Spec(UUID(int=number), PROJECT.id, f"a/{number}.md", f"Spec {number}", SpecStatus.ACTIVE, "", AT, AT)
        found.append(SpecText(spec, revision, text))
    return Export(AT, tuple(found))


def test_a_zip_holds_each_text_at_its_path() -> None:
    made = zipped(export("# A\r\n", "ü\n"))
    assert made == zipped(export("# A\r\n", "ü\n"))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            "a/0.md": "# A\r\n",
            "a/1.md": "ü\n",
        }


async def test_a_pdf_is_the_same_each_time() -> None:
    made = await printed(export("# A\n\nOne.\n", HOSTILE), PROJECT)
    assert made.startswith(b"%PDF")
    assert made == await printed(export("# A\n\nOne.\n", HOSTILE), PROJECT)


async def test_no_specs_make_a_pdf_too() -> None:
    assert (await printed(export(), PROJECT)).startswith(b"%PDF")


async def test_typesetting_that_takes_too_long_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "PRINTING", Limits(wall=0.01, cpu=1))
    with pytest.raises(UnavailableError):
        await printed(export("# A\n"), PROJECT)
