"""What changed in the specs of a project since an agent looked, and what may change them next."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from app.mcp.asked import ChangesAsked
from app.mcp.asking import Ask
from app.mcp.fence import listed, mark, plain
from app.mcp.source import Told
from specs.errors import UserError
from specs.service.paging import encode_cursor

BUDGET = 2000
DAYS = 7
MOST_TEXTS = 100
MOST_PENDING = 20
MOST_GONE = 20


async def changed(ask: Ask, asked: ChangesAsked) -> Told:
    """List the specs that changed since a bundle, a cursor or a time, the latest first, and the proposals that wait.

    What the bundle had told of is marked. Raises `UserError` for a `since` that is none of these.
    """
    cursor, known = await _since(ask, asked.since)
    told = (await ask("GET", f"/manifest?{urlencode({'since': cursor})}")).json()
    entries = [one for one in told["entries"] if one["path"].startswith(asked.prefix)]
    saved = await _saved(ask, entries)
    order = sorted(entries, key=lambda one: (saved.get(one["head"], {}).get("at", ""), one["path"]), reverse=True)
    lines = [_line(one, saved.get(one["head"]), known) for one in order if known.get(one["path"]) != {one["head"]}]
    gone = [(await ask("GET", f"/specs/{one}")).json() for one in told.get("gone", ())[:MOST_GONE]]
    lines += [f"- {plain(one['path'])} · {one['status']}" for one in gone if one["path"].startswith(asked.prefix)]
    changes = len(lines)
    pending = (await ask("GET", f"/proposals?{urlencode({'state': 'pending', 'limit': MOST_PENDING})}")).json()["items"]
    paths = {one["id"]: one["path"] for one in entries}
    lines += [_proposal(one, paths) for one in pending]
    after = told.get("cursor") or cursor
    head = f"{_many(changes, 'spec')} changed, {_many(len(pending), 'proposal')} pending · cursor {after}"
    facts = {"cursor": after, "changed": changes, "pending": len(pending)}
    return Told(listed(head, lines, BUDGET, mark()), facts)


async def _since(ask: Ask, since: str) -> tuple[str, dict[str, set[str]]]:
    """Give the cursor that a `since` means, and what a bundle had told: the revisions by path."""
    if not since:
        return _cursor(datetime.now(tz=UTC) - timedelta(days=DAYS)), {}
    try:
        bundle = UUID(since)
    except ValueError:
        return _time(since), {}
    receipt = (await ask("GET", f"/context/{bundle}")).json()
    known: dict[str, set[str]] = {}
    for one in receipt.get("items", ()):
        if one["kind"] != "finding":
            known.setdefault(one["spec"], set()).add(one["revision"])
    return _cursor(datetime.fromisoformat(receipt["at"])), known


def _time(since: str) -> str:
    """Give the cursor of a time; a cursor is one already, and the server says whether it is good."""
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        if any(not (one.isascii() and (one.isalnum() or one in "-_=")) for one in since):
            hint = "Give the id of a bundle, the cursor of an earlier answer, or a time such as 2026-03-02T09:00:00Z."
            raise UserError("`since` is no bundle, cursor or time.", hint) from None
        return since
    return _cursor(at if at.tzinfo else at.replace(tzinfo=UTC))


def _cursor(at: datetime) -> str:
    return encode_cursor(at.astimezone(UTC).isoformat())


async def _saved(ask: Ask, entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Say of each head who saved it, when and why. A text that the caller has is not sent: it names its own head."""
    if not entries:
        return {}
    wanted = [{"spec": one["id"], "revision": one["head"], "have": one["head"]} for one in entries[:MOST_TEXTS]]
    told = (await ask("POST", "/texts", {"texts": wanted})).json()["texts"]
    return {one["revision"]: one for one in told}


def _line(entry: Mapping[str, Any], saved: Mapping[str, Any] | None, known: Mapping[str, set[str]]) -> str:
    line = f"- {plain(entry['path'])} · revision {entry['head'][:12]}"
    if saved is not None:
        line += f" · {saved['at'][:19]} by {saved['actor']['kind']} {plain(saved['actor']['name'], 60)}"
        if saved.get("message"):
            line += f" · {plain(saved['message'], 120)}"
    return f"{line} · it was in your bundle" if entry["path"] in known else line


def _proposal(one: Mapping[str, Any], paths: Mapping[str, str]) -> str:
    touched = [plain(paths[spec]) for spec in one["specs"] if spec in paths]
    where = f" · on {', '.join(touched)}" if touched else ""
    who = f"{one['author']['kind']} {plain(one['author']['name'], 60)}"
    return f"- {one['state']} proposal {one['id']} · {plain(one['title'], 120)} · by {who}{where}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
