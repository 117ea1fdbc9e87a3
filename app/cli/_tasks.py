"""How tasks are named and written in a terminal, the texts of others made harmless first."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from app.cli._remote import Remote
from app.wording import amount, clean
from specs.errors import MissingError


def place_of(at: Remote, task: str) -> str:
    """Give the address of a task named by its number or its id. Raises `MissingError`."""
    number = task.removeprefix("#")
    if not number.isdecimal():
        return f"/tasks/{at.quoted(task)}"
    items = at.get("/tasks", {"number": int(number)}).json()["items"]
    if not items:
        raise MissingError(f"There is no task {number}.", "`holdfast task list` shows them.")
    return f"/tasks/{items[0]['id']}"


def show(found: Mapping[str, Any], form: str) -> None:
    """Print a task, whole or as JSON."""
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for line in page(found):
        click.echo(line)


def row(task: Mapping[str, Any]) -> str:
    """Write a task in a line."""
    phase = "" if task["phase"] == "free" else f" {task['phase']}"
    waits = f", waits for {' and '.join(task['wanted'])}" if task.get("waits") else ""
    return f"#{task['number']}  {task['state']}{held(task)}{waits}{phase}  {clean(task['title'])}"


def board_lines(board: Mapping[str, Any]) -> Iterator[str]:
    """Write the board: phase by phase, with what each task spent and whom it meets."""
    for column in board["columns"]:
        yield f"{column['name'].upper()} ({column['total']})"
        for card in column.get("cards", ()):
            yield f"  {row(card)}"
            budget = card["budget"]
            if budget.get("tokens") or budget.get("cost"):
                tokens = f" of {amount(int(budget['most_tokens']))}" if "most_tokens" in budget else ""
                cost = f" of {budget['most_cost']:.2f}" if "most_cost" in budget else ""
                used = f"{amount(budget.get('tokens', 0))}{tokens} tokens, {budget.get('cost', 0):.2f}{cost} spent"
                yield f"      {used}"
            for other in card.get("overlaps", ()):
                shared = [*other.get("paths", ()), *other.get("symbols", ()), *other.get("sections", ())]
                name = clean(other["holder"]["name"]) if "holder" in other else "someone"
                yield f"      meets {name} in {', '.join(map(clean, shared))}"


def held(task: Mapping[str, Any]) -> str:
    """Say who holds a task, and for how long yet."""
    if "holder" not in task:
        return ""
    return f" by {clean(task['holder']['name'])} for {span(task.get('lease_left', 0))}"


def span(seconds: int) -> str:
    """Write seconds for a person."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def page(task: Mapping[str, Any]) -> Iterator[str]:
    """Write a task whole."""
    yield row(task)
    if task.get("fencing"):
        yield f"  fencing token {task['fencing']}, id {task['id']}"
    for name in ("paths", "symbols", "sections"):
        if task.get(name):
            yield f"  {name}: {', '.join(map(clean, task[name]))}"
    if task.get("reason"):
        yield f"  {clean(task['reason'])}"
    yield from (f"  {clean(reason)}" for reason in task.get("reasons", ()))
    for other in task.get("overlaps", ()):
        shared = [*other.get("paths", ()), *other.get("symbols", ()), *other.get("sections", ())]
        name = clean(other["holder"]["name"]) if "holder" in other else "someone"
        yield f"  overlaps: {name} is at work on {', '.join(map(clean, shared))} ({clean(other['title'])})"
    for news in task.get("news", ()):
        yield f"  news: {told(news)}"
    if task.get("tokens") or task.get("cost"):
        yield f"  cost {task.get('cost', 0):.2f}, {task.get('tokens', 0)} tokens"
    for bundle in task.get("context", ()):
        yield f"  context {bundle['bundle']} at {bundle['at'][:16]}, {bundle['tokens']} tokens"
    for spec in task.get("artifacts", ()):
        yield f"  written {spec.get('phase', '')}: {clean(spec['path'])}"
    for note in task.get("notes", ()):
        said = f" {note['answer']}" if note.get("answer") else ""
        yield f"  {note['at'][:16]} {clean(note['actor']['name'])}{said}: {clean(note.get('body', ''))}"
    if task["intent"].strip() != task["title"]:
        yield ""
        yield from map(clean, task["intent"].splitlines())


def told(news: Mapping[str, Any]) -> str:
    """Say what is new to whoever holds a task."""
    if news["kind"] == "overlap":
        shared = ", ".join(map(clean, news["shared"]))
        return f"{clean(news['holder'])} began to work on {shared} ({clean(news['title'])})"
    sections = ", ".join(
        clean(f"{news['path']}#{anchor}") if anchor else clean(news["path"]) for anchor in news["sections"]
    )
    return f"{sections} reads otherwise than when you began"
