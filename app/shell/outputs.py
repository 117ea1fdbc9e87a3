"""Files that a check is written to, beside what it prints."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from app.renderers import renderer
from specs.errors import UserError
from specs.values import dataclass

if TYPE_CHECKING:
    from drift.excerpts import Excerpts
    from drift.report import CheckReport


@dataclass(frozen=True, slots=True)
class Output:
    """A file to write and the format for it; "" means the one that `--format` names."""

    format: str
    file: Path


def save(wanted: Iterable[Output], default: str, report: "CheckReport", excerpts: "Excerpts") -> None:
    """Write the files, folders made as needed. Raises `UserError` for a file that cannot be written."""
    for one in wanted:
        text = renderer(one.format or default).render(report, excerpts)
        try:
            one.file.parent.mkdir(parents=True, exist_ok=True)
            one.file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UserError(
                f"{one.file} cannot be written: {error.strerror}", "name a file in a folder of yours"
            ) from error
