"""`holdfast adr new`: writes the next decision record as the others are written, and what it supersedes."""

from datetime import UTC, datetime
from pathlib import Path

import click

from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import write
from specs.dialects import dialect_of
from specs.errors import UserError
from specs.places import ADR_DIR, is_decision, is_template
from specs.requirements.recording import FOLDERS, Record, house_of, named, superseded, written
from sync.connecting.files import read_texts, write_changes
from sync.connecting.plan import Change
from sync.trees.sides import Side, find_side

LONGEST = 200
TEXT_LIMIT = 1_000_000


@click.group()
def adr() -> None:
    """Write decision records: MADR, adr-tools (Nygard), log4brains."""


@adr.command()
@click.argument("title", nargs=-1, required=True)
@click.option("--supersedes", multiple=True, metavar="N", help="A record's number (or file name) that this replaces.")
@click.option("--status", default="proposed", show_default=True, help="What the record says of its standing.")
@click.option("--folder", default="", metavar="DIR", help="Where records are; else where most of them are.")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.pass_obj
def new(
    settings: Settings, /, title: tuple[str, ...], *, supersedes: tuple[str, ...], status: str, folder: str, path: Path
) -> None:
    """Write a new record TITLE with the next number, in the form of the records that are there (MADR where none is).

    `--supersedes` changes the status line of the old record, and nothing else in it.
    """
    del settings
    side = find_side(path)
    if side.root is None:
        raise UserError("there is no folder to write to", "run it in a working tree")
    words = " ".join(" ".join(title).split())
    if not words or len(words) > LONGEST or not status.strip() or not (words + status).isprintable():
        raise UserError("the title or the status cannot be written", f"one line of 1 to {LONGEST} characters")
    records = records_of(side)
    house = house_of(records, folder.strip("/") or _agreed(side))
    if ".." in house.folder.split("/"):
        raise UserError(f"{house.folder} lies outside the project", "name a folder of this project")
    date = f"{datetime.now(UTC):%Y-%m-%d}"
    old = [_found(records, one, house.folder) for one in dict.fromkeys(supersedes)]
    made = Record(named(house, words, date), written(house, words, date, status.strip(), old), house.dialect)
    before = read_texts(side.root, [made.path])[made.path]
    if before is not None:
        raise UserError(f"{made.path} is there already", "choose another title")
    changes = [Change(one.path, one.text, superseded(one, made)) for one in old]
    write_changes(side.root, [Change(made.path, None, made.text), *changes])
    write("".join([f"wrote {made.path}\n", *(f"{one.path}: superseded\n" for one in old)]))
    raise click.exceptions.Exit(EXIT_OK)


def records_of(side: Side) -> list[Record]:
    """Give the decision records of a tree, by path."""
    found = []
    for path in sorted(side.tree.files):
        if not path.endswith(".md") or is_template(path):
            continue
        text = side.tree.read(path, TEXT_LIMIT).decode("utf-8", "replace") if is_decision(path, "# Decision") else ""
        if text and (dialect := dialect_of(path, text).name) in FOLDERS:
            found.append(Record(path, text, dialect))
    return found


def _agreed(side: Side) -> str:
    """Give the folder that `.adr-dir` names, or ""."""
    if ADR_DIR not in side.tree.files:
        return ""
    return side.tree.read(ADR_DIR, TEXT_LIMIT).decode("utf-8", "replace").strip().strip("/").removeprefix("./")


def _found(records: list[Record], wanted: str, folder: str) -> Record:
    """Find a record by its number or its file's name. Raises `UserError`."""
    mine = [one for one in records if one.path.rpartition("/")[0] == folder]
    for one in mine:
        if wanted in {one.name, one.name.removesuffix(".md"), one.path}:
            return one
        if wanted.isdecimal() and one.number == int(wanted):
            return one
    known = ", ".join(one.name for one in mine[-5:]) or "none"
    raise UserError(f"there is no record {wanted!r} in {folder}", f"the last ones are: {known}")
