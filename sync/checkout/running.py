"""One run of a checkout: looks at both sides, takes what is new there, gives what is new here.

Whatever is done is noted only when it is done, and doing it again changes nothing: a run that is killed anywhere is
carried on by the next one. Files and server are reached through `Folder`, `Keeper` and `Server`.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from specs.lineruns import runs
from specs.paths import check_path, path_key
from specs.revision import text_digest
from sync.checkout.exchange import Change, Server, Text, Want
from sync.checkout.folder import Folder, Scan, Trouble
from sync.checkout.keeping import Keeper
from sync.checkout.moves import renamed
from sync.checkout.noting import ground, noted, settled, word
from sync.checkout.planning import Item, Take, plan, unsent
from sync.checkout.values import Operation, Reason, Record, Sent, Step, Version, Wait

BATCH = 500
MOST_SENT = 100
MOST_BYTES = 500_000
ORDER = (Operation.RESTORE, Operation.RETIRE, Operation.RENAME, Operation.SAVE, Operation.CREATE)


@dataclass(frozen=True, slots=True)
class Did:
    """Something a run did to a spec or file, in one word, and what more there is to say."""

    path: str
    word: str
    detail: str = ""


@dataclass
class Log:
    """What a run did, and what it could not do."""

    did: list[Did] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


class Run:
    """One run. `new_key` makes names for changes, each once; `message` is why, for the revisions that are made."""

    def __init__(
        self, folder: Folder, keeper: Keeper, server: Server, new_key: Callable[[], str], message: str = ""
    ) -> None:
        self._folder = folder
        self._keeper = keeper
        self._server = server
        self._new_key = new_key
        self._message = message
        self._merged: dict[str, str] = {}
        self.state = self._kept = keeper.load()
        self._paths: dict[str, str] = {}
        self.scan = Scan()
        self.log = Log()
        self.written: set[str] = set()

    def begin(self) -> None:
        """Finish what a run that was killed had begun, and look at the folder. Needs the lock."""
        self._folder.clear()
        if self.state.steps:
            self._do(self.state.steps, again=True)
        self.look_here()

    def look_here(self) -> None:
        """Look at the folder."""
        self.scan = self._folder.scan(self.state.stamps)
        self._paths = {text: path for path, text in self.scan.files.items()}
        self.state = replace(self.state, stamps=self.scan.stamps)

    def look_there(self) -> None:
        """Ask the server how what was sent stands, and what it has now. Raises `UnavailableError`."""
        asked = [one for one in self.state.records.values() if one.sent]
        self.state = self.state.put(*map(self._as_it_stands, asked))
        drafts = {
            path: replace(sent, wait=self._server.fate(sent)) if sent.wait is Wait.PROPOSAL else sent
            for path, sent in self.state.drafts.items()
            if path in self.scan.files or sent.wait is Wait.ACCEPTED
        }
        self.state = replace(self.state, drafts=drafts)
        found = self._server.listing(self.state.entries(), self.state.cursor)
        if found is None:
            return
        known = self.state.records
        made = []
        for ident in {*known, *found.versions}:
            record, there = known.get(ident) or Record(ident), found.versions.get(ident)
            if record.there != there:
                record = replace(record, there=there)
                draft = drafts.get(there.path) if there is not None and record.base is None else None
                if there is not None and draft is not None and draft.wait is Wait.ACCEPTED:
                    record = replace(record, base=Version(there.path, "", draft.value), at=there.path)
                    del drafts[there.path]
                made.append(record)
        self.state = replace(self.state.put(*made), cursor=found.cursor, drafts=drafts)

    def _as_it_stands(self, record: Record) -> Record:
        """Note how what was sent of a spec stands now."""
        now = record
        for sent in record.sent:
            if sent.wait in {Wait.CONFLICT, Wait.PROPOSAL}:
                now = settled(now, sent, self._server.fate(sent))
        return now

    def save(self) -> None:
        """Have the disk hold what is known, if that is not what it holds."""
        if self.state != self._kept:
            self._keeper.save(self.state)
            self._kept = self.state

    def items(self, *, settle: bool = True) -> tuple[Item, ...]:
        """Say what differs and what to do; `settle` tries the merges, so that what cannot be merged is paused."""
        records, files = self.state.records, self.scan.files
        tracked = {record.at for record in records.values()}
        wanted = {path_key(one.there.path) for one in records.values() if one.there is not None and not one.at}
        fresh = {path: text for path, text in files.items() if path not in tracked and path_key(path) not in wanted}
        gone = {
            ident: record.base.text
            for ident, record in records.items()
            if record.base is not None and record.at not in files
        }
        held = {records[ident].at for ident, text in gone.items() if text in self.scan.odd}
        if self.scan.held:
            held |= {record.at for record in records.values() if record.at and self.scan.holds(record.at)}
        missing = {ident: text for ident, text in gone.items() if records[ident].at not in held}
        moved = renamed(missing, fresh, self.text) if missing and fresh else {}
        found = plan(self.state, files, held, moved)
        return self._with_merges(found) if settle else found

    def text(self, digest: str) -> str | None:
        """Give a text that is kept or stands in the folder."""
        text = self._keeper.text(digest)
        if text is not None:
            return text
        path = self._paths.get(digest)
        text = None if path is None else self._folder.read(path)
        return text if text is not None and text_digest(text) == digest else None

    def _with_merges(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """Try each merge; what cannot be put together without asking is paused."""
        asked = [item for item in items if item.take is Take.MERGE]
        if not asked:
            return tuple(items)
        self.fetch(asked)
        return tuple(self._try(item) if item.take is Take.MERGE else item for item in items)

    def _try(self, item: Item) -> Item:
        from specs.merging import merge  # noqa: PLC0415 (half of what a run has to load, and most merge nothing)

        record = self.state.records[item.id]
        base = self.text(record.base.text) if record.base else None
        here = self.text(item.text)
        there = self.text(record.there.text) if record.there else None
        text = None if base is None or here is None or there is None else merge(base, here, there).text
        if text is None:
            return replace(item, take=None, gives=(), pause=Reason.EDITED)
        self._merged[item.id] = text
        return item

    def fetch(self, items: Iterable[Item]) -> dict[str, Text]:
        """Have the texts that items need, from the server where they are not kept; give those that came, by spec."""
        wants: dict[tuple[str, str], Want] = {}
        for item in items:
            record = self.state.records[item.id]
            base, there = record.base, record.there
            base_text = self.text(base.text) if base is not None else None
            if base is not None and base_text is None and base.head and item.take is Take.MERGE:
                wants[item.id, base.head] = Want(item.id, base.head)
            if there is not None and self.text(there.text) is None:
                have = base.head if base is not None and base_text is not None else ""
                wants[item.id, there.head] = Want(item.id, there.head, have, base_text or "")
        found = self._server.texts(list(wants.values())) if wants else {}
        self._keeper.keep({text_digest(one.text): one.text for one in found.values()})
        return {ident: one for (ident, _), one in found.items()}

    def ask_who(self, items: Iterable[Item]) -> None:
        """Have the server say who wrote what it has of items that differ there, and why."""
        wants = []
        for item in items:
            record = self.state.records.get(item.id)
            there = None if record is None else record.there
            if there is not None and item.there:
                text = self.text(there.text)
                wants.append(Want(item.id, there.head, "" if text is None else there.head, text or ""))
        found = self._server.texts(wants) if wants else {}
        self._keeper.keep({text_digest(one.text): one.text for one in found.values()})

    def pull(self, only: Collection[str] | None = None) -> None:
        """Take what the server has; of these specs alone, if they are named."""
        items = [item for item in self.items() if only is None or item.id in only]
        records = self.state.records
        noted = [
            Record(item.id)
            if item.take is Take.FORGET
            else replace(records[item.id], base=records[item.id].there, at=item.target)
            for item in items
            if item.take in {Take.FORGET, Take.ADOPT}
        ]
        self.state = self.state.put(*noted)
        todo = [item for item in items if item.take in {Take.WRITE, Take.MOVE, Take.MERGE, Take.REMOVE}]
        todo = [item for item in todo if self._may_stand(item)]
        # What moves may stand in each other's way: that is done at once.
        todo.sort(key=lambda item: not (item.take is not Take.REMOVE and item.at and item.at != item.target))
        moving = sum(bool(item.at and item.target and item.at != item.target) for item in todo)
        size = max(BATCH, moving)
        for start in range(0, len(todo), size):
            batch = todo[start : start + size]
            self.fetch([item for item in batch if item.take in {Take.WRITE, Take.MERGE}])
            self._do([step for item in batch if (step := self._step(item)) is not None])
            for item in batch:
                self._note(item)

    def _may_stand(self, item: Item) -> bool:
        problem = check_path(item.target) if item.target else None
        if problem is not None:
            self.log.troubles.append(Trouble(item.path, f"The server names a path: {problem.message}", problem.hint))
        return problem is None

    def _step(self, item: Item) -> Step | None:
        record = self.state.records[item.id]
        if item.take is Take.REMOVE:
            return Step(item.id, item.at, item.text, "", "", None)
        there = record.there
        if there is None:
            return None
        text = item.text if item.take is Take.MOVE else there.text
        if item.take is Take.MERGE:
            merged = self._merged[item.id]
            text = text_digest(merged)
            self._keeper.keep({text: merged})
        elif item.take is Take.WRITE and self.text(text) is None:
            self.log.troubles.append(Trouble(item.path, "Its text did not come.", "It is asked for again next time."))
            return None
        else:
            self._keeper.keep({text: self.text(text) or ""})
        return Step(item.id, item.at, item.text, item.target, text, there)

    def _do(self, steps: Sequence[Step], *, again: bool = False) -> None:
        """Do steps that are noted before they are done, and note what came of them."""
        if not steps:
            return
        if not again:
            self.state = replace(self.state, steps=tuple(steps))
            self.save()
        texts = {
            step.text: text for step in steps if step.target and (text := self._keeper.text(step.text)) is not None
        }
        able = [step for step in steps if not step.target or step.text in texts]
        done, troubles = self._folder.apply(able, texts)
        self.log.troubles += troubles
        records, files = self.state.records, dict(self.scan.files)
        made = []
        for step in able:
            if step.id in done:
                made.append(replace(records.get(step.id) or Record(step.id), base=step.after, at=step.target))
                files.pop(step.source, None)
        files |= {step.target: step.text for step in able if step.id in done and step.target}
        self.written |= {step.target for step in able if step.id in done and step.target}
        self.scan.files = files
        self.state = replace(self.state.put(*made), steps=())
        self.save()

    def _note(self, item: Item) -> None:
        record = self.state.records.get(item.id)
        if record is not None and record.base != record.there:
            return
        words = {Take.REMOVE: "removed", Take.MERGE: "merged", Take.MOVE: "renamed"}
        done = words.get(item.take or Take.WRITE, "updated" if item.at else "new")
        moved = item.target and item.at and item.at != item.target
        self.log.did.append(Did(item.at or item.target, done, f"now {item.target}" if moved else ""))

    def push(self, *, again: bool = True, only: Collection[str] | None = None) -> None:
        """Give the server what is new here (at `only` these paths, if they are named); `again` also what it refused.

        Where the server has more, it merges; that is then taken.
        """
        late = {ident for ident, one in self.state.records.items() if one.base is not None and not one.base.head}
        if late:
            self.pull(late)
        merged: set[str] = set()
        todo: list[tuple[Operation, Item]] = []
        for item in self.items(settle=False):
            if only is not None and item.path not in only:
                continue
            record = self.state.records.get(item.id)
            gives = unsent(item, record, self.state.drafts.get(item.at), again=again)
            todo += [(operation, item) for operation in gives]
        todo.sort(key=lambda pair: ORDER.index(pair[0]))
        keys = dict(self.state.keys)
        changes = [(self._change(operation, item, keys), item) for operation, item in todo]
        self.state = replace(self.state, keys=keys)
        for batch in _batches(changes):
            merged |= self._send(batch)
        if only is None:  # what is left was for changes that nobody wants any more
            self.state = replace(self.state, keys={})
        if merged:
            self.pull(merged)

    def _change(self, operation: Operation, item: Item, keys: dict[str, str]) -> Change:
        """Make what is sent for an item, with the key that it had if it was sent before and not answered."""
        record = self.state.records.get(item.id) or Record(item.id)
        text = ""
        if operation in {Operation.SAVE, Operation.CREATE}:
            text = self._folder.read(item.at) or ""
        base, base_text, takes_in = "", "", ""
        if operation is Operation.SAVE:
            base, takes_in = ground(record)
            if record.base is not None and base == record.base.head:
                base_text = self.text(record.base.text) or ""
        shape = "\n".join((operation, item.id, item.at, base, text_digest(text), takes_in, self._message))
        name = hashlib.sha256(shape.encode()).hexdigest()
        key = keys.setdefault(name, "") or self._new_key()
        keys[name] = key
        return Change(operation, key, item.id, item.at, base, base_text, text, takes_in, self._message)

    def _send(self, batch: Sequence[tuple[Change, Item]]) -> set[str]:
        """Send some changes, note what became of them, and give the specs where the server merged."""
        self._keeper.keep({text_digest(one.text): one.text for one, _ in batch if one.text})
        self.save()
        fresh = [(one, item) for one, item in batch if self._proposal(one) is None]
        outcomes = list(self._server.send([one for one, _ in fresh])) if fresh else []
        pairs = [(one, item, outcome) for (one, item), outcome in zip(fresh, outcomes, strict=True)]
        for one, item in batch:
            waiting = self._proposal(one)
            if waiting is not None:
                pairs.append((one, item, self._server.revise(waiting, one)))
        merged = set()
        for one, item, outcome in pairs:
            if outcome.result == "merged":
                self._keeper.keep({outcome.text: outcome.merged})
                merged.add(outcome.id)
            self.state = noted(self.state, one, outcome)
            self.log.did.append(Did(item.path, word(one, outcome), outcome.detail))
        answered = {one.key for one, _ in batch}
        keys = {name: key for name, key in self.state.keys.items() if key not in answered}
        self.state = replace(self.state, keys=keys)
        self.save()
        return merged

    def _proposal(self, change: Change) -> Sent | None:
        """Give the proposal in which an earlier text of the same change waits."""
        record = self.state.records.get(change.id)
        sent = self.state.drafts.get(change.path) if record is None else record.waits(change.operation)
        return sent if sent is not None and sent.wait is Wait.PROPOSAL else None


def _batches(pairs: Sequence[tuple[Change, Item]]) -> Iterable[list[tuple[Change, Item]]]:
    """Cut changes into what one request may hold. Renames come before the texts of the same specs."""
    batch: list[tuple[Change, Item]] = []
    size = 0
    for pair in pairs:
        weight = _weight(pair[0])
        if batch and (len(batch) >= MOST_SENT or size + weight > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(pair)
        size += weight
    if batch:
        yield batch


def _weight(change: Change) -> int:
    """Guess how much of a request a change takes."""
    if change.base_text and runs(change.base_text, change.text) is not None:
        return min(len(change.text), abs(len(change.text) - len(change.base_text)) + 2_000)
    return 2 * len(change.text) + 500
