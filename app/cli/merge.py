"""`holdfast merge`: merges three versions of a Markdown file as a merge driver of git does.

Git takes an exit code up to 128 for that many conflicts, and more for a failure: then it keeps our version and says so.
"""

from pathlib import Path
from typing import Any, NoReturn

import click

from app.errors import EXIT_OK
from app.settings import Settings
from app.wording import clean, counted
from specs.merging.values import MARKER_SIZE

MOST_CONFLICTS = 127
EXIT_UNMERGED = 129
LARGEST_MARKS = 1_000
VERSION = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("base", type=VERSION)
@click.argument("ours", type=VERSION)
@click.argument("theirs", type=VERSION)
@click.option("--stdout", "printed", is_flag=True, help="Print the result and leave OURS alone.")
@click.option("--marker-size", type=click.IntRange(1, LARGEST_MARKS), default=MARKER_SIZE, help="Length of the marks.")
@click.option(
    "--style", type=click.Choice(["diff3", "merge"]), default="diff3", help="With the base in conflicts, or not."
)
@click.option("--path", "shown", default="", metavar="PATH", help="What to call the file in messages.")
@click.option("--base-label", default="base", metavar="TEXT", help="What to call the base in marks.")
@click.option("--ours-label", default="ours", metavar="TEXT", help="What to call our version in marks.")
@click.option("--theirs-label", default="theirs", metavar="TEXT", help="What to call their version in marks.")
@click.pass_obj
def merge(settings: Settings, /, base: Path, ours: Path, theirs: Path, **asked: Any) -> None:
    """Merge the changes from BASE to OURS and from BASE to THEIRS, and write the result into OURS.

    Leaves with 0 when that needed no decision, else with the number of conflicts (127 at most), which are marked as git
    marks them. Leaves with 129 and writes nothing when a file cannot be read or written.
    """
    del settings
    from specs.merging import merge as merge_texts

    name = clean(asked["shown"] or str(ours))
    texts = [_read(place) for place in (base, ours, theirs)]
    if any("\0" in text for text in texts):
        click.echo(f"{name}: not a text, left as it is", err=True)
        raise click.exceptions.Exit(1)
    found = merge_texts(*texts)
    text = found.text
    if text is None:
        labels = [_label(asked, side) for side in ("ours", "theirs", "base")]
        text = found.marked(labels[0], labels[1], base_label=labels[2], size=asked["marker_size"], style=asked["style"])
    data = text.encode("utf-8", "surrogateescape")
    if asked["printed"]:
        click.echo(data, nl=False)
    else:
        _write(ours, data)
    if found.conflicts:
        click.echo(f"{name}: {counted(len(found.conflicts), 'conflict')}", err=True)
        for note in dict.fromkeys(conflict.note for conflict in found.conflicts if conflict.note):
            click.echo(f"{name}: both together would be wrong. {clean(note)}", err=True)
    raise click.exceptions.Exit(min(len(found.conflicts), MOST_CONFLICTS) or EXIT_OK)


def _label(asked: dict[str, Any], side: str) -> str:
    """Give a label on one line; where git is too old to know the placeholder, the side's name."""
    label = " ".join(str(asked[f"{side}_label"]).split())
    return side if label.startswith("%") else label


def _read(place: Path) -> str:
    """Read a version; bytes that are no UTF-8 are kept as they are."""
    try:
        return place.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        _give_up(f"{place} cannot be read: {error.strerror}")


def _write(place: Path, data: bytes) -> None:
    try:
        place.write_bytes(data)
    except OSError as error:
        _give_up(f"{place} cannot be written: {error.strerror}")


def _give_up(message: str) -> NoReturn:
    from app.shell.leaving import tell

    tell(message, "nothing was merged; git keeps our version")
    raise click.exceptions.Exit(EXIT_UNMERGED)
