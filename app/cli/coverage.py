"""`holdfast coverage`: which code no spec governs, and which specs no code follows, with no server."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import options, write
from app.shell.progress import Progress
from app.wording import clean, counted

if TYPE_CHECKING:
    from drift.picture.coverage import Coverage, Extent

FEW = 12


@click.command()
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--at", default="", metavar="FOLDER", help="Look into this folder of the code.")
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@click.option("--all", "everything", is_flag=True, help="List every part, and every spec.")
@click.option("--rev", default="", metavar="REV", help="Look at a commit.")
@click.option("--specs", type=click.Path(path_type=Path), metavar="DIR", help="Read the specs of this folder.")
@click.pass_obj
def coverage(settings: Settings, /, path: Path, at: str, format_: str, **asked: Any) -> None:
    """Say which code of the project at PATH no spec governs, and which specs no code follows.

    Governed is code that an invariant looks at, covered what a spec speaks for (covers) and no invariant looks at.
    """
    from sync.checking.covering import read_coverage

    everything = asked.pop("everything")
    with Progress(quiet=settings.no_color) as progress:
        made = read_coverage(path, options(settings, progress, **asked), at)
    write(as_json(made) if format_ == "json" else as_text(made, everything=everything))
    raise click.exceptions.Exit(EXIT_OK)


def as_text(found: "Coverage", *, everything: bool) -> str:
    """Write the share of code under specs, the parts with most bare code, then specs that no code follows."""
    whole = found.whole
    if not whole.files:
        return "There is no code here.\n"
    place = f" in {clean(found.at)}" if found.at else ""
    shares = [share(lines, whole) for lines in (whole.governed_lines, whole.covered_lines, whole.bare_lines)]
    size = f"{counted(whole.lines, 'line')} in {counted(whole.files, 'file')}{place}"
    lines = [f"{shares[0]} governed, {shares[1]} only covered, {shares[2]} under no spec: {size}", ""]
    plots = found.plots if everything else found.plots[:FEW]
    width = max((len(clean(one.name)) + one.folder for one in plots), default=0)
    for one in plots:
        name = clean(one.name) + ("/" if one.folder else "")
        said = ", ".join(clean(spec) for spec in one.specs) or "no spec"
        lines.append(f"  {name:<{width}}  {share(one.extent.bare_lines, one.extent):>4} bare  {said}")
    if found.plots[len(plots) :]:
        lines.append(f"  … and {len(found.plots) - len(plots):,} more (--all lists them)")
    idle = [one for one in found.specs if not one.files or one.unmatched or one.empty]
    if idle:
        lines += ["", "specs to look at"]
    for spec in idle if everything else idle[:FEW]:
        words = [] if spec.files else ["no code follows it"]
        words += [f"{clean(name)} matches nothing" for name in spec.unmatched]
        words += [f"covers {clean(glob)}, where nothing is" for glob in spec.empty]
        lines.append(f"  {clean(spec.path)}: {'; '.join(words)}")
    if not everything and idle[FEW:]:
        lines.append(f"  … and {len(idle) - FEW:,} more (--all lists them)")
    return "\n".join(lines) + "\n"


def share(part: int, whole: "Extent") -> str:
    """Write a part of the lines as a percentage; less than half of one is not called nothing."""
    if not whole.lines:
        return "0%"
    percent = 100 * part / whole.lines
    return "<1%" if 0 < percent < 1 else f"{percent:.0f}%"


def as_json(found: "Coverage") -> str:
    """Write it as `GET /projects/{project}/coverage` answers, without what a server alone knows."""

    def extent(one: "Extent") -> dict[str, int]:
        return {
            "files": one.files,
            "lines": one.lines,
            "governed_files": one.governed,
            "governed_lines": one.governed_lines,
            "covered_files": one.covered,
            "covered_lines": one.covered_lines,
            "bare_files": one.bare,
            "bare_lines": one.bare_lines,
        }

    parts = [
        {"path": one.path or one.name, "folder": one.folder, "extent": extent(one.extent), "specs": one.specs}
        for one in found.plots
    ]
    specs = [
        {
            "path": one.path,
            "invariants": one.invariants,
            "files": one.files,
            "lines": one.lines,
            "unmatched": one.unmatched,
            "empty": one.empty,
        }
        for one in found.specs
    ]
    value = {"at": found.at, "whole": extent(found.whole), "parts": parts, "specs": specs}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
