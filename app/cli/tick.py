"""`holdfast tick`: marks tasks in the lists of spec-kit and Kiro, one character each."""

from pathlib import Path

import click

from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import write
from app.wording import clean
from specs.dialects import MARKS, read_requirements
from specs.errors import UserError
from specs.parser import parse
from specs.requirements.editing import find_task
from specs.requirements.tasks import tick as ticked
from specs.requirements.values import TaskState
from sync.connecting.files import read_texts, write_changes
from sync.connecting.plan import Change
from sync.trees.sides import find_side, under_root


@click.command()
@click.argument("addresses", nargs=-1, required=True, metavar="PATH#KEY...")
@click.option("--as", "state", default="done", type=click.Choice(["open", "doing", "done"]), help="What the box says.")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.pass_obj
def tick(settings: Settings, /, addresses: tuple[str, ...], *, state: TaskState, path: Path) -> None:
    """Mark the tasks PATH#KEY done (or `--as` says what else) in the files they stand in.

    Keys are those that `holdfast requirements PATH` lists: `specs/001-albums/tasks.md#T012`. Only the character in the
    box changes. Either all are marked or none.
    """
    del settings
    side = find_side(path)
    if side.root is None:
        raise UserError("there is no folder to write to", "run it in a working tree")
    texts: dict[str, tuple[str, str]] = {}
    lines: list[str] = []
    for address in addresses:
        file, _, key = address.partition("#")
        place = under_root(side, Path(file)) if file and key else None
        if place is None:
            hint = "write PATH#KEY, as in specs/001-albums/tasks.md#T012"
            raise UserError(f"{clean(address)} is no address of a task in this project", hint)
        if place not in texts:
            text = read_texts(side.root, [place])[place]
            if text is None:
                raise UserError(f"there is no file {clean(place)}", "name a list of tasks of this project")
            texts[place] = (text, text)
        before, now = texts[place]
        texts[place] = (before, marked(place, now, key, state))
        lines.append(f"{clean(place)}#{clean(key)}: {state}{'' if texts[place][1] != now else ' already'}\n")
    write_changes(side.root, [Change(place, before, now) for place, (before, now) in texts.items() if before != now])
    write("".join(lines))
    raise click.exceptions.Exit(EXIT_OK)


def marked(path: str, text: str, key: str, state: TaskState) -> str:
    """Give a list of tasks with one of them marked. Raises `UserError` where there is no such task or mark."""
    reading = read_requirements(path, parse(text))
    task = find_task(reading.tasks, key)
    if task is None:
        raise UserError(
            f"{clean(path)} has no task {clean(key)}", f"holdfast requirements {clean(path)} lists its tasks"
        )
    return ticked(text, task, state, MARKS[reading.dialect])
