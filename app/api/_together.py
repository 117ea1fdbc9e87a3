"""Does many changes in their order: specs that begin one after another in one transaction, every other one by itself.

What comes of each is what it would come to alone (`app.api._changes`), and nothing is told before it is durable.
"""

from collections.abc import Sequence
from http import HTTPStatus
from itertools import takewhile
from uuid import UUID

import msgspec

from app.api._changes import ChangedOut, ChangeIn, UnitOver, changed, digest_of, told_of
from app.sources import now
from app.store import AppStore
from app.unit import Joined, Unit
from specs.service.library.beginning import New
from specs.store.connection import Transactions

# Characters that land in one transaction.
MAX_TOGETHER = 2_000_000


async def changed_together(
    over: UnitOver, database: Transactions, project: UUID, changes: Sequence[ChangeIn]
) -> list[ChangedOut]:
    """Do changes in their order, each once for its key, and say what became of each."""
    told: list[ChangedOut] = []
    plain = True
    while len(told) < len(changes):
        left = changes[len(told) :]
        group = _beginnings(left) if plain else ()
        if len(group) > 1:
            told += await _begun(over, database, project, group)
        if len(told) < len(changes):
            alone = await changed(over, database, project, changes[len(told)])
            told.append(alone)
            # Where one waits for review, or is refused, the next often is, too.
            plain = alone.state in {"saved", "unchanged"}
    return told


def _beginnings(changes: Sequence[ChangeIn]) -> tuple[ChangeIn, ...]:
    """Give the changes at the front that start specs, each with a key of its own."""
    keys: set[str] = set()
    size = 0

    def fits(change: ChangeIn) -> bool:
        nonlocal size
        key, text = change.key, change.text
        if change.operation != "create" or key is None or key in keys or change.path is None or text is None:
            return False
        keys.add(key)
        size += len(text)
        return size <= MAX_TOGETHER

    return tuple(takewhile(fits, changes))


async def _begun(over: UnitOver, database: Transactions, project: UUID, group: Sequence[ChangeIn]) -> list[ChangedOut]:
    """Start specs in one transaction that holds their keys and answers, too; give what became of the first of them."""
    digests = {change.key or "": digest_of(project, change) for change in group}
    actor = over(database).principal.actor.id
    async with database.transaction() as connection:
        store = AppStore(connection)
        kept = await store.claim_keys(actor, digests, now())
        same = [key for key, answer in kept.items() if answer.request_digest == digests[key]]
        fit = [*takewhile(lambda change: change.key not in kept or change.key in same, group)]
        made = await _made(over(Joined(connection)), project, [change for change in fit if change.key not in kept])
        await store.keep_bodies(actor, {key: msgspec.json.encode(one) for key, one in made.items()}, HTTPStatus.OK)
        if rest := digests.keys() - made.keys() - kept.keys():
            await store.release_keys(actor, rest)
    before = {key: msgspec.json.decode(kept[key].body, type=ChangedOut) for key in same}
    told = before | made
    return [told[key] for key in takewhile(told.__contains__, (change.key or "" for change in fit))]


async def _made(unit: Unit, project: UUID, fresh: Sequence[ChangeIn]) -> dict[str, ChangedOut]:
    """Start specs, up to the first that is special; say what became of them by their keys."""
    news = [New(change.path or "", change.text or "", change.message) for change in fresh]
    saved = await unit.library.create_many(unit.principal, project, news)
    keys = [change.key or "" for change in fresh]
    return {key: told_of(one, HTTPStatus.CREATED) for key, one in zip(keys, saved, strict=False)}
