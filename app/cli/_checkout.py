"""What the commands of a checkout share: which one it is, its run, and how what differs is told."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from app.cli import _pages
from app.cli._remote import Remote, remote
from app.cli._server import RemoteServer
from app.settings import Settings
from app.wording import clean, counted
from specs.errors import UserError
from sync.checkout.folder import Folder, Trouble
from sync.checkout.keeping import Keeper
from sync.checkout.linking import HINT, HOME, Link, branch_of, find_link, find_root, usual_folder, write_link
from sync.checkout.planning import Item, Take, unsent, value_of
from sync.checkout.running import Run
from sync.checkout.values import Operation, Reason, Sent, Wait

KEY_BYTES = 16
FEW_REMOVED = 10
WHY: Mapping[Reason, str] = {
    Reason.EDITED: "Both sides changed the same words.",
    Reason.BOTH_NEW: "A file here and a spec there came to this path, with other texts.",
    Reason.REMOVED_HERE: "Removed here, and changed there.",
    Reason.REMOVED_THERE: "Changed here, and retired there.",
    Reason.RENAMED: "Renamed on both sides, differently.",
    Reason.TAKEN: "Its path is another's on the other side.",
}


@dataclass(frozen=True)
class Opened:
    """A checkout: its root, what it is linked to, and the run."""

    root: Path
    link: Link
    remote: Remote
    server: RemoteServer
    run: Run
    keeper: Keeper
    folder: Folder

    @property
    def name(self) -> str:
        """The folder, and what it is kept the same with."""
        return f"{self.link.folder} and {self.link.project} at {self.link.server}"

    def page(self, address: str) -> str:
        """Give a page's whole address."""
        return self.link.server.rstrip("/") + address


@contextmanager
def opened(settings: Settings, server: str, project: str, *, message: str = "", lock: bool = True) -> Iterator[Opened]:
    """Open the checkout that the current folder is in; with its lock, nobody else runs. Raises `UserError`."""
    root, link = _link(settings, server, project)
    at = remote(settings, link.server, link.project)
    talking = RemoteServer(at, f"{link.prefix}/" if link.prefix else "")
    keeper = Keeper(root / HOME)
    folder = Folder(root / link.folder, keeper.aside)

    def made() -> Opened:
        run = Run(folder, keeper, talking, lambda: secrets.token_hex(KEY_BYTES), message)
        return Opened(root, link, at, talking, run, keeper, folder)

    if not lock:
        yield made()
        return
    with keeper.locked():
        folder.root.mkdir(parents=True, exist_ok=True) if not keeper.load().records else None
        yield made()


def _link(settings: Settings, server: str, project: str) -> tuple[Path, Link]:
    """Find the link, or make one where the server and the project are named outright."""
    wanted = server or settings.server, project or settings.project
    found = find_link(Path())
    if found is not None:
        root, link = found
        for asked, linked in zip(wanted, (link.server, link.project), strict=True):
            if asked and asked.rstrip("/") != linked.rstrip("/"):
                hint = (
                    "Leave --server, --project, HOLDFAST_SERVER and HOLDFAST_PROJECT out here, or link another folder."
                )
                raise UserError(f"This checkout is linked to {linked}, not to {asked}.", hint)
        return root, link
    root, config = find_root(Path())
    if not all(wanted):
        known = config.sync
        if known.server and known.project:
            message = f"{config.source} names {known.project} at {known.server}, and nobody here agreed to that yet."
            raise UserError(message, "If you trust it with your token: holdfast link.")
        raise UserError("This folder is linked to no project.", HINT)
    link = Link(wanted[0], wanted[1], usual_folder(root, config), config.sync.prefix)
    Keeper(root / HOME).prepare()
    write_link(root, link)
    return root, link


@dataclass(frozen=True)
class Line:
    """An item as it is told: `state` is push, pull, merge, paused, conflict, waiting, declined or refused."""

    item: Item
    state: str
    why: str = ""
    hint: str = ""
    url: str = ""


def lines(at: Opened, items: Sequence[Item]) -> list[Line]:
    """Say of each item where it stands; what only has to be noted is not told."""
    found = []
    for item in items:
        record = at.run.state.records.get(item.id)
        draft = at.run.state.drafts.get(item.at)
        waits = [sent for operation in Operation if (sent := _waits(at, item, operation, draft)) is not None]
        if waits:
            found.append(_waiting(at, item, waits[0]))
        elif item.pause is not None:
            found.append(Line(item, "paused", WHY[item.pause], _advice(item), _page(at, item)))
        elif item.take is Take.MERGE:
            found.append(Line(item, "merge"))
        elif unsent(item, record, draft, again=True):
            found.append(Line(item, "push"))
        elif item.take in {Take.WRITE, Take.MOVE, Take.REMOVE}:
            found.append(Line(item, "pull"))
        elif item.here == ("unreadable",):
            found.append(Line(item, "paused", "Its file here cannot be read.", "It goes on once it can be."))
    return found


def _waits(at: Opened, item: Item, operation: Operation, draft: Sent | None) -> Sent | None:
    record = at.run.state.records.get(item.id)
    sent = draft if record is None else record.waits(operation)
    return (
        sent if sent is not None and sent.operation is operation and sent.value == value_of(item, operation) else None
    )


def _waiting(at: Opened, item: Item, sent: Sent) -> Line:
    project = at.link.project
    if sent.wait is Wait.CONFLICT:
        why = f"{WHY[item.pause or Reason.EDITED]} Your text is kept there."
        return Line(item, "conflict", why, _advice(item), at.page(_pages.conflict(project, sent.ident)))
    if sent.wait is Wait.REFUSED:
        return Line(item, "refused", sent.detail, sent.hint)
    url = at.page(_pages.proposal(project, sent.ident)) if sent.ident else ""
    if sent.wait is Wait.DECLINED:
        return Line(item, "declined", "It was declined or withdrawn.", "Change the file, or take theirs.", url)
    return Line(item, "waiting", sent.detail, sent.hint, url)


def _advice(item: Item) -> str:
    if item.pause is Reason.TAKEN:
        return "Rename one of them."
    name = item.path
    return f"holdfast pull --theirs {name}, or mend the file and holdfast push --mine {name}"


def _page(at: Opened, item: Item) -> str:
    record = at.run.state.records.get(item.id)
    there = None if record is None else record.there or record.base
    if there is None:
        return ""
    prefix = f"{at.link.prefix}/" if at.link.prefix else ""
    return at.page(_pages.history(at.link.project, prefix + there.path))


def needs(told: Sequence[Line], troubles: Sequence[Trouble]) -> bool:
    """Say whether somebody has to look at something."""
    return bool(troubles) or any(line.state in {"paused", "conflict", "declined", "refused"} for line in told)


TITLES: Mapping[str, str] = {
    "pull": "Changed there; `holdfast pull` brings it:",
    "merge": "Changed on both sides; `holdfast pull` puts it together:",
    "push": "Changed here; `holdfast push` sends it:",
    "waiting": "Waits for review:",
    "paused": "Paused, until you decide:",
    "conflict": "In conflict, until someone decides:",
    "declined": "Declined:",
    "refused": "Refused:",
}


def show(at: Opened, told: Sequence[Line], troubles: Sequence[Trouble]) -> None:
    """Write what differs, for a person."""
    for state, title in TITLES.items():
        chosen = [line for line in told if line.state == state]
        if chosen:
            click.echo(title)
        for line in chosen:
            click.echo(f"  {_words(line):<18} {clean(line.item.path)}{_by(at, line)}")
            for more in (line.why, line.url, line.hint):
                if more and state not in {"pull", "merge", "push"}:
                    click.echo(f"  {'':<18}   {clean(more)}")
    if troubles:
        click.echo("Left alone:")
    for trouble in troubles:
        click.echo(
            f"  {'':<18} {clean(trouble.path)}\n  {'':<18}   {clean(trouble.message)} {clean(trouble.hint)}".rstrip()
        )


def _words(line: Line) -> str:
    item = line.item
    words = item.there if line.state == "pull" else item.here or item.there
    return " and ".join(words) or "same"


def _by(at: Opened, line: Line) -> str:
    """Say who changed it there, and why, where the text came with that."""
    record = at.run.state.records.get(line.item.id)
    told = None if record is None or record.there is None else at.server.told.get((record.id, record.there.head))
    if told is None or not line.item.there:
        return ""
    why = f": {told.message.splitlines()[0]}" if told.message else ""
    return clean(f"  (there by {told.actor}, {told.at[:10]}{why})")


def as_json(at: Opened, told: Sequence[Line], troubles: Sequence[Trouble], **more: Any) -> str:
    """Write the same for machines."""
    rows = []
    for line in told:
        record = at.run.state.records.get(line.item.id)
        there = None if record is None else record.there
        text = None if there is None or record is None else at.server.told.get((record.id, there.head))
        by = None if text is None else {"name": text.actor, "kind": text.kind, "at": text.at, "message": text.message}
        item = line.item
        row = {
            "path": item.path,
            "spec": item.id,
            "state": line.state,
            "here": item.here,
            "there": item.there,
            "by": by,
        }
        extra = {"why": line.why, "hint": line.hint, "url": line.url, "head": there.head if there else ""}
        rows.append({name: value for name, value in (row | extra).items() if value})
    answer = {
        "server": at.link.server,
        "project": at.link.project,
        "folder": at.link.folder,
        "specs": len(at.run.state.entries()),
        **more,
        "items": rows,
        "left_alone": [{"path": one.path, "message": one.message, "hint": one.hint} for one in troubles],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def note_branch(at: Opened) -> None:
    """Remember where git stands, once nothing here waits to be sent."""
    if not at.run.state.branch or not any(item.gives for item in at.run.items(settle=False)):
        at.run.state = replace(at.run.state, branch=branch_of(at.root))


def finish(at: Opened, format_: str, *, quiet: bool = False) -> int:
    """Write what a run did and what is left, and give the exit code: 1 where somebody has to look at something."""
    run = at.run
    items = run.items()
    told = lines(at, items)
    run.ask_who(line.item for line in told if line.state in {"paused", "conflict"})
    troubles = [*run.scan.troubles, *run.log.troubles]
    if format_ == "json":
        did = [
            {"path": one.path, "did": one.word} | ({"detail": one.detail} if one.detail else {}) for one in run.log.did
        ]
        click.echo(as_json(at, told, troubles, did=did))
    else:
        for one in run.log.did:
            if one.word not in {"refused", "waits", "conflict"}:
                click.echo(f"  {one.word:<18} {clean(one.path)}{f', {clean(one.detail)}' if one.detail else ''}")
        show(at, told, troubles)
        if not told and not troubles and not quiet:
            click.echo(f"{counted(len(run.state.entries()), 'spec')}: {at.name} are the same.")
    return 1 if needs(told, troubles) else 0


def check_branch(at: Opened, *, allowed: bool) -> None:
    """Raise `UserError` where git stands elsewhere than when the folder was in step, and the files differ for that.

    Who looks at an old branch does not mean to send what stands there. Remembers where git stands otherwise.
    """
    run, now = at.run, branch_of(at.root)
    before = run.state.branch
    if not allowed and before not in {"", now} and any(item.gives for item in run.items(settle=False)):
        message = f"Git is on {now or 'no branch'}, and this folder was last in step on {before}. Nothing was sent."
        raise UserError(message, "If what stands here is meant: holdfast push --this-branch.")
    run.state = replace(run.state, branch=now)


def check_removals(run: Run, *, allowed: bool) -> None:
    """Raise `UserError` where so much is gone here that it is more likely a mistake than meant."""
    gone = [item for item in run.items(settle=False) if Operation.RETIRE in item.gives]
    if not allowed and len(gone) > FEW_REMOVED and len(gone) * 3 > len(run.state.records):
        message = f"{counted(len(gone), 'file')} of {len(run.state.records):,} are gone here. Nothing was sent."
        raise UserError(message, "If they are to be retired there: holdfast push --removals. Else bring them back.")
