"""`holdfast openspec`: validates changes, tells which of them meet, and applies one so that nothing is lost."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from app.cli._openspec import applied_json, applied_text, overlap_json, overlap_text, validation_json, validation_text
from app.cli._openspec_remote import asking, heading_of, specs_on
from app.cli._proposals import standing
from app.cli._remote import remote, server_options
from app.errors import EXIT_DRIFT, EXIT_OK
from app.settings import Settings
from app.shell.checking import write
from app.wording import clean, counted
from specs.errors import UserError
from specs.openspec.change import section_of
from specs.openspec.overlaps import overlaps as meet
from specs.suggest import did_you_mean
from sync.specfiles.openspec import FileChange, apply_change, find_change, validated, workspaces
from sync.trees.sides import Side, find_side

PATH = click.option(
    "--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project."
)
FORMAT = click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")


@click.group()
def openspec() -> None:
    """Work with OpenSpec's specs and changes (openspec/)."""


@openspec.command()
@click.argument("names", nargs=-1)
@click.option("--strict", is_flag=True, help="Warnings count, too.")
@FORMAT
@PATH
@click.pass_obj
def validate(settings: Settings, /, names: tuple[str, ...], *, strict: bool, format_: str, path: Path) -> None:
    """Check the changes and specs NAMES, or all, by OpenSpec's rules. Leaves with 1 where one is not valid.

    The JSON has the shape of `openspec validate --json`.
    """
    del settings
    items = validated(workspaces(find_side(path)))
    for name in names:
        if not any(item.id == name for item in items):
            hint = did_you_mean(name, [item.id for item in items]) or "`holdfast openspec validate` lists all"
            raise UserError(f"there is no change or spec {name!r}", hint)
    chosen = [item for item in items if not names or item.id in names]
    write(validation_json(chosen, strict=strict) if format_ == "json" else validation_text(chosen, strict=strict))
    raise click.exceptions.Exit(EXIT_OK if all(item.valid(strict=strict) for item in chosen) else EXIT_DRIFT)


@openspec.command()
@FORMAT
@PATH
@click.pass_obj
def overlaps(settings: Settings, /, *, format_: str, path: Path) -> None:
    """List the requirements that two or more open changes touch. Leaves with 1 where there is one.

    Those that cannot both land, and those that change one scenario, are marked.
    """
    del settings
    found = [one for space in workspaces(find_side(path)) for one in meet(tuple(space.changes.values()), space.specs)]
    if format_ == "json":
        write(json.dumps({"schema": 1, "overlaps": [overlap_json(one) for one in found]}, indent=2) + "\n")
    else:
        write(overlap_text(found))
    raise click.exceptions.Exit(EXIT_DRIFT if found else EXIT_OK)


@openspec.command()
@click.argument("change")
@click.option("--write", "writing", is_flag=True, help="Write the specs; else only show what would change.")
@click.option("--base", default="", metavar="REV", help="The commit it was written against; else the history tells.")
@click.option("--blind", is_flag=True, help="Let the change win over what came since, as OpenSpec does.")
@FORMAT
@PATH
@click.pass_obj
def apply(settings: Settings, /, change: str, *, writing: bool, path: Path, format_: str, **asked: Any) -> None:
    """Apply the deltas of CHANGE to the current specs, three ways, so that nothing written since is lost.

    Shows the difference and writes nothing; --write writes. What changed since in another way is a conflict: then
    nothing is written, and the command leaves with 1. `--base HEAD` says that the change was written in view of the
    specs as they are. The change folder stays where it is.
    """
    del settings
    if asked["base"] and asked["blind"]:
        raise click.UsageError("--base and --blind exclude each other")
    side = find_side(path)
    space, found = find_change(workspaces(side), change)
    done = apply_change(side, space, found, asked["base"], blind=asked["blind"])
    if writing and done.clean:
        for one in done.files:
            save(side, one)
    written = writing and done.clean
    write(applied_json(done, written=written) if format_ == "json" else applied_text(done, written=written))
    raise click.exceptions.Exit(EXIT_OK if done.clean else EXIT_DRIFT)


@openspec.command()
@click.argument("change")
@click.option("--write", "writing", is_flag=True, help="Write the specs and move the folder; else only show it.")
@click.option("--unfinished", is_flag=True, help="Archive it though some of its tasks are not done.")
@click.option("--base", default="", metavar="REV", help="The commit it was written against; else the history tells.")
@click.option("--blind", is_flag=True, help="Let the change win over what came since, as OpenSpec does.")
@PATH
@click.pass_obj
def archive(settings: Settings, /, change: str, *, writing: bool, unfinished: bool, path: Path, **asked: Any) -> None:
    """Apply the deltas of CHANGE as `apply` does, and move its folder to the archive under today's date.

    All or nothing: where the deltas do not apply, or tasks are left, nothing moves. Without --write it only shows what
    it would do.
    """
    del settings
    if asked["base"] and asked["blind"]:
        raise click.UsageError("--base and --blind exclude each other")
    side = find_side(path)
    space, found = find_change(workspaces(side), change)
    left = [task for task in found.tasks if not task.done]
    if left and not unfinished:
        told = f"{len(left)} of {counted(len(found.tasks), 'task')} of {change} are not done"
        raise UserError(f"{told}, the first: {clean(left[0].text)}", "finish them, or say --unfinished")
    old = f"{space.layout.root}/changes/{change}"
    new = f"{space.layout.root}/changes/archive/{datetime.now(UTC).date().isoformat()}-{change}"
    if side.root is not None and (side.root / new).exists():
        raise UserError(f"{new} is there already", "move it out of the way")
    if found.deltas or not found.skip_specs:
        done = apply_change(side, space, found, asked["base"], blind=asked["blind"])
        write(applied_text(done, written=writing and done.clean))
        if not done.clean:
            raise click.exceptions.Exit(EXIT_DRIFT)
        for one in done.files if writing else ():
            save(side, one)
    if writing and side.root is not None:
        move(side.root / old, side.root / new)
    write(f"{'moved' if writing else 'would move'} {clean(old)} to {clean(new)}\n")


@openspec.command()
@click.argument("change")
@click.option("--base", default="", metavar="REV", help="The commit it was written against; else the history tells.")
@click.option("--wait", is_flag=True, help="Wait for a person even where policy would let it through.")
@FORMAT
@PATH
@server_options
@click.pass_obj
def propose(settings: Settings, /, change: str, *, server: str, project: str, path: Path, **asked: Any) -> None:
    """Propose what CHANGE does to the specs on a server; policy and people decide there.

    The deltas are applied to the specs as the server has them, three ways as `apply` does; a conflict leaves with 1 and
    proposes nothing.
    """
    side = find_side(path)
    space, found = find_change(workspaces(side), change)
    at = remote(settings, server, project)
    known = specs_on(at, tuple(found.deltas))
    texts = {capability: one.text for capability, one in known.items()}
    done = apply_change(side, replace(space, specs=texts), found, asked["base"])
    if not done.clean:
        write(applied_text(done, written=False))
        raise click.exceptions.Exit(EXIT_DRIFT)
    changes = [asking(one, known.get(one.capability)) for one in done.files if one.after != one.before]
    if not changes:
        write("the specs on the server say all of this already\n")
        raise click.exceptions.Exit(EXIT_OK)
    title = heading_of(found.proposal or "") or f"OpenSpec change {found.id}"
    body = {"title": title, "rationale": section_of(found.proposal or "", "Why"), "changes": changes}
    made = at.ask("POST", "/proposals", {**body, "wait": asked["wait"]}).json()
    told = json.dumps(made, ensure_ascii=True, indent=2) if asked["format_"] == "json" else standing(made)
    write(told + "\n")
    raise click.exceptions.Exit(EXIT_OK)


def move(old: Path, new: Path) -> None:
    """Move a change to the archive. Raises `UserError`: the specs are written by then, and a second try is safe."""
    try:
        if any(place.is_symlink() for place in (old, old.parent, new.parent)):
            raise UserError(f"{old.name} is reached through a link", "archive it where it is")
        new.parent.mkdir(exist_ok=True)
        old.rename(new)
    except OSError as error:
        hint = "the specs are written; mend what forbids it, and repeat"
        raise UserError(f"{old} cannot be moved: {error.strerror}", hint) from error


def save(side: Side, one: FileChange) -> None:
    """Write one spec, or take it away. Raises `UserError`."""
    if side.root is None or one.after == one.before:
        return
    place = side.root / one.path
    try:
        if place.is_symlink() or any(parent.is_symlink() for parent in place.parents if side.root in parent.parents):
            raise UserError(f"{one.path} is reached through a link", "write it where it is")
        if one.after is None:
            place.unlink()
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(one.after.encode("utf-8"))
    except OSError as error:
        raise UserError(
            f"{one.path} cannot be written: {error.strerror}", "mend what forbids it, and repeat"
        ) from error
