"""Files that a check is written to, beside what it prints: `--output FORMAT=FILE`, as often as wanted."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.renderers import RENDERERS, renderer
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


def outputs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> tuple[Output, ...]:
    """Read the values of `--output`. Raises a usage error for a format that does not exist, or a file named twice."""
    found = tuple(output(value) for value in given)
    files = [one.file.absolute() for one in found]
    for one in found:
        if files.count(one.file.absolute()) > 1:
            raise click.BadParameter(f"{one.file} is named twice\nhint: give each format a file of its own")
    return found


def output(value: str) -> Output:
    """Read one value."""
    name, given, file = value.partition("=")
    if not given or "/" in name or "." in name:
        name, file = "", value
    names = [item.name for item in RENDERERS]
    if name and name not in names:
        raise click.BadParameter(
            f"there is no format {name!r}\nhint: known are {', '.join(names)}; ./{value} is a file"
        )
    if not file:
        raise click.BadParameter(f"{value!r} names no file\nhint: write it as sarif=holdfast.sarif")
    return Output(name, Path(file))


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
