"""Reads the values of `--output FORMAT=FILE`, which may be given often."""

from pathlib import Path

import click

from app.renderers import RENDERERS
from app.shell.outputs import Output


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
