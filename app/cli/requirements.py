"""`holdfast requirements`: lists the requirements in specs of any dialect, with keys, places and what is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from app.errors import EXIT_OK
from app.settings import Settings
from app.shell.checking import write
from app.wording import clean, counted
from specs.errors import UserError
from specs.problem import Problem
from specs.requirements.values import Reading, Requirement, TaskItem
from sync.cache.factcache import FactCache
from sync.specfiles.requirements import Requirements, find_requirements
from sync.trees.sides import Side, find_side, under_root

BOXES = {"open": " ", "doing": "-", "done": "x"}
SIGNS = {"error": "◆", "warning": "▲", "info": "○"}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "format_", default="text", type=click.Choice(["text", "json"]), help="How to write.")
@click.option("--rev", default="", metavar="REV", help="Read a commit, not the files here.")
@click.option("--base", default="", metavar="REV", help="Keep the keys that moved requirements had there (Kiro).")
@click.option("--path", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path), help="The project.")
@click.pass_obj
def requirements(
    settings: Settings, /, paths: tuple[Path, ...], *, format_: str, rev: str, base: str, path: Path
) -> None:
    """List the requirements in PATHS, or in the specs that a check reads, and the tasks of features.

    Files of OpenSpec, spec-kit, Kiro, decision records and plain Markdown are read as they are. `PATH#KEY` is the
    address of a requirement.
    """
    del settings
    side = find_side(path, rev)
    found = find_requirements(side, [inside(side, one) for one in paths], FactCache(), base)
    write(as_json(found) if format_ == "json" else as_text(found))
    raise click.exceptions.Exit(EXIT_OK)


def inside(side: Side, path: Path) -> str:
    """Name a file or folder as the tree does. Raises `UserError` for one elsewhere."""
    place = under_root(side, path)
    if place is None:
        raise UserError(f"{path} lies outside the project", "name files and folders of this project, or say --path")
    return place


def as_text(found: Requirements) -> str:
    """Write the requirements file by file, each with its problems, and how many there are."""
    lines: list[str] = []
    for path, reading in found.readings.items():
        if reading.requirements or reading.tasks or reading.problems:
            status = f"  [{clean(reading.status)}]" if reading.status else ""
            lines.append(f"{clean(path)}  {reading.dialect}{status}")
            width = max((len(one.key) for one in reading.requirements), default=0)
            lines += [_line(one, min(width, 40)) for one in reading.requirements]
            lines += _tasks(reading.tasks)
            lines += [_problem(problem) for problem in reading.problems]
            lines.append("")
    lines += [f"not read: {clean(path)}: {clean(reason)}" for path, reason in found.left_out.items()]
    count = sum(len(reading.requirements) for reading in found.readings.values())
    tasks = [task for reading in found.readings.values() for task in reading.tasks]
    done = sum(task.state == "done" for task in tasks)
    told = f", {counted(len(tasks), 'task')} ({done} done)" if tasks else ""
    lines.append(f"{counted(count, 'requirement')}{told} in {counted(len(found.readings), 'file')}")
    return "\n".join(lines) + "\n"


def as_json(found: Requirements) -> str:
    """Write the requirements as JSON, version 1: fields are added, never changed in meaning."""
    files = [file_json(path, reading) for path, reading in found.readings.items()]
    left = [{"path": path, "reason": reason} for path, reason in found.left_out.items()]
    return json.dumps({"schema": 1, "files": files, "not_read": left}, ensure_ascii=True, indent=2) + "\n"


def file_json(path: str, reading: Reading) -> dict[str, Any]:
    """Give one file as JSON has it."""
    return {
        "path": path,
        "dialect": reading.dialect,
        "scope": reading.scope,
        "status": reading.status,
        "requirements": [requirement_json(path, one) for one in reading.requirements],
        "tasks": [task_json(path, one) for one in reading.tasks],
        "problems": [problem_json(problem) for problem in reading.problems],
    }


def requirement_json(path: str, one: Requirement) -> dict[str, Any]:
    """Give one requirement as JSON has it."""
    parts = [
        {"key": part.key, "address": f"{path}#{part.key}", "kind": part.kind, "name": part.name, "line": part.line}
        for part in one.parts
    ]
    return {
        "key": one.key,
        "address": f"{path}#{one.key}",
        "name": one.name,
        "label": one.label,
        "anchor": one.anchor,
        "line": one.line,
        "end_line": one.end_line,
        "statement": one.statement,
        "normative": list(one.normative),
        "metadata": dict(one.metadata),
        "parts": parts,
    }


def task_json(path: str, one: TaskItem) -> dict[str, Any]:
    """Give one task as JSON has it."""
    names = ("key", "name", "label", "state", "parent", "anchor", "line", "end_line", "parallel", "optional")
    told = {name: getattr(one, name) for name in names}
    lists = {"requirements": list(one.requirements), "paths": list(one.paths)}
    return {"address": f"{path}#{one.key}", "done": one.state == "done", **told, **lists}


def problem_json(problem: Problem) -> dict[str, Any]:
    """Give one problem as JSON has it."""
    names = ("code", "severity", "line", "column", "message", "hint")
    return {name: getattr(problem, name) for name in names}


def _line(one: Requirement, width: int) -> str:
    parts = f"  ({counted(len(one.parts), one.parts[0].kind).replace('criterions', 'criteria')})" if one.parts else ""
    return f"  {clean(one.key):{width}}  :{one.line:<4} {clean(one.name)}{parts}".rstrip()


def _tasks(tasks: Sequence[TaskItem]) -> list[str]:
    width = min(max((len(one.key) for one in tasks), default=0), 40)
    lines = []
    for one in tasks:
        marks = (*(("optional",) if one.optional else ()), *(("parallel",) if one.parallel else ()), *one.requirements)
        told = f"  ({', '.join(marks)})" if marks else ""
        lines.append(f"  {clean(one.key):{width}}  :{one.line:<4} [{BOXES[one.state]}] {clean(one.name)}{clean(told)}")
    return lines


def _problem(problem: Problem) -> str:
    return f"  {SIGNS[problem.severity]} line {problem.line}: {clean(problem.message)} {clean(problem.hint)}"
