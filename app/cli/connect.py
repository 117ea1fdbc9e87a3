"""`holdfast connect`: tells a coding agent's client of Holdfast in its own files, shows what changes, and undoes it."""

import difflib
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import click

from app.settings import Settings
from app.wording import clean
from specs.errors import UserError
from sync.agents.answers import CLIENTS

if TYPE_CHECKING:
    from sync.connecting.clients import Wish
    from sync.connecting.plan import Change

    Planned: TypeAlias = tuple[tuple[Change, ...], Callable[[], None]]

PROJECT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@click.command()
@click.argument("client", type=click.Choice(list(CLIENTS)))
@click.option("--server", default="", metavar="URL", help="Have it ask this server; without, the repository alone.")
@click.option("--project", default="", metavar="NAME", help="The project on it.")
@click.option("--only", type=click.Choice(["hooks", "mcp"]), help="One of the two alone.")
@click.option("--program", default="holdfast", show_default=True, metavar="WORDS", help="What runs Holdfast there.")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.option("--undo", is_flag=True, help="Take out what was put in.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@click.pass_obj
def connect(settings: Settings, /, client: str, path: Path, *, undo: bool, yes: bool, **wanted: str) -> None:
    """Have CLIENT call Holdfast's hooks in this repository, and know its MCP server.

    Shows the difference and asks before anything is written; what else stands in the files is left as it is. No token
    is written: clients take it from HOLDFAST_TOKEN. --undo takes out what was put in, and nothing else.
    """
    from app.cli._bundles import top_of
    from sync.connecting.clients import NOTES, Wish
    from sync.connecting.files import write_changes

    wish = _checked(Wish(client, **wanted))
    root = top_of(path)
    changes, settled = _undoing(settings, root, wish) if undo else _connecting(settings, root, wish)
    if not changes:
        click.echo("nothing to undo" if undo else f"{client} is connected already")
        return
    click.echo(_difference(changes), nl=False)
    if not yes and not _agreed(len(changes)):
        raise UserError("Nothing was written.", "Say y to the question, or give --yes.")
    write_changes(root, changes)
    settled()
    for change in changes:
        verb = "removed" if change.after is None else "changed" if change.before is not None else "wrote"
        click.echo(f"{verb} {change.file}")
    if not undo:
        click.echo(NOTES[client])
        if shutil.which(wish.program.split()[0]) is None:
            click.echo(
                f"warning: {wish.program.split()[0]} is not on the PATH here; --program names what runs it", err=True
            )


def _checked(wish: "Wish") -> "Wish":
    if bool(wish.server) != bool(wish.project):
        raise UserError("A server wants a project, and a project a server.", "Give both --server and --project.")
    parts = urlsplit(wish.server)
    if wish.server and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.username):
        raise UserError(f"{wish.server!r} is not the address of a server.", "Write it as https://holdfast.example.org.")
    if wish.project and not PROJECT.fullmatch(wish.project):
        raise UserError(f"{wish.project!r} is not the name of a project.", "Use the name in the project's address.")
    if not wish.program.strip() or any(letter in wish.program for letter in "\"'\\;|&<>$`\n"):
        raise UserError("The program cannot be written so.", "Name it as `holdfast`, or `uv run holdfast`.")
    return wish


def _connecting(settings: Settings, root: Path, wish: "Wish") -> "Planned":
    from sync.connecting.clients import parts
    from sync.connecting.files import Memories, Memory, read_texts
    from sync.connecting.plan import connecting

    wanted = parts(wish)
    memories = Memories(settings.private_dir, root, wish.client)
    texts = read_texts(root, [part.file for part in wanted])
    changes = connecting(texts, wanted)

    def settled() -> None:
        known = memories.recall()
        before = {change.file: change.before for change in changes}
        after = {change.file: change.after for change in changes}
        for file, text in known.before.items() if known is not None else ():
            if known is not None and texts.get(file) == known.after.get(file):
                before[file], after[file] = text, after.get(file, texts.get(file))
        memories.keep(Memory(wanted, before, after))

    return changes, settled


def _undoing(settings: Settings, root: Path, wish: "Wish") -> "Planned":
    from sync.connecting.clients import parts
    from sync.connecting.files import Memories, Memory, read_texts
    from sync.connecting.plan import undoing

    memories = Memories(settings.private_dir, root, wish.client)
    memory = memories.recall() or Memory(parts(wish), {}, {})
    texts = read_texts(root, [part.file for part in memory.parts])
    return undoing(texts, memory.parts, memory.before, memory.after), memories.forget


def _difference(changes: "Sequence[Change]") -> str:
    lines: list[str] = []
    for change in changes:
        old, new = ((text or "").splitlines(keepends=True) for text in (change.before, change.after))
        was = "/dev/null" if change.before is None else f"a/{change.file}"
        lines += difflib.unified_diff(old, new, was, "/dev/null" if change.after is None else f"b/{change.file}")
    return "".join(f"{clean(line.rstrip())}\n" for line in lines)


def _agreed(files: int) -> bool:
    if not sys.stdin.isatty():
        raise UserError("There is nobody to ask.", "Look at the difference above, and give --yes.")
    return click.confirm(f"Write {'this file' if files == 1 else f'these {files} files'}?")
