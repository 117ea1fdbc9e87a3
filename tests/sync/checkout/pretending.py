"""A server in memory that merges, keeps conflicts and answers a change with a key once; and runs that are killed."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs.errors import UnavailableError
from specs.lineruns import join, runs
from specs.manifest import Entry, manifest_digest
from specs.merging import merge
from specs.paths import path_key
from specs.revision import text_digest
from sync.checkout.exchange import Change, Listing, Outcome, Text, Want
from sync.checkout.folder import Folder
from sync.checkout.keeping import Keeper
from sync.checkout.running import Run
from sync.checkout.values import Operation, Sent, Version, Wait


class Killed(BaseException):
    """The run is gone in the middle of what it did."""


@dataclass
class Spec:
    id: str
    path: str
    head: str
    texts: dict[str, str]
    grounds: dict[str, str] = field(default_factory=dict)
    retired: bool = False

    @property
    def text(self) -> str:
        return self.texts[self.head]


@dataclass
class PretendedServer:
    """What the real one does, without HTTP. `waits` names operations that policy holds back."""

    specs: dict[str, Spec] = field(default_factory=dict)
    answers: dict[str, Outcome] = field(default_factory=dict)
    conflicts: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    proposals: dict[str, tuple[str, Change]] = field(default_factory=dict)
    waits: frozenset[Operation] = frozenset()
    away: bool = False
    requests: list[str] = field(default_factory=list)
    come_by: Callable[[str], None] = lambda _point: None
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def name(self, kind: str) -> str:
        return f"{kind}{next(self.numbers):04d}"

    def at(self, path: str) -> Spec | None:
        return next((one for one in self.specs.values() if path_key(one.path) == path_key(path)), None)

    def create(self, path: str, text: str) -> Spec:
        made = Spec(self.name("s"), path, self.name("r"), {})
        made.texts[made.head] = text
        self.specs[made.id] = made
        return made

    def edit(self, spec: Spec, text: str) -> None:
        if text != spec.text:
            spec.head = self.name("r")
            spec.texts[spec.head] = text

    def resolve(self, ident: str, text: str) -> None:
        spec, _, _ = self.conflicts[ident]
        self.edit(self.specs[spec], text)
        self.conflicts[ident] = (spec, self.conflicts[ident][1], "resolved")

    def accept(self, ident: str) -> None:
        """Do what a proposal asks for; one that can no longer be done is declined."""
        _, change = self.proposals[ident]
        done = self._do(change)
        fine = done.result in {"saved", "unchanged", "merged"}
        self.proposals[ident] = ("accepted" if fine else "declined", change)

    def _answer(self, kind: str) -> None:
        self.requests.append(kind)
        if self.away:
            raise UnavailableError("The server does not answer.", "Is it running?")

    def listing(self, known: Sequence[Entry], cursor: str | None) -> Listing | None:
        self._answer("listing")
        now = {
            one.id: Version(one.path, one.head, text_digest(one.text)) for one in self.specs.values() if not one.retired
        }
        entries = [Entry(ident, one.path, one.head, one.text) for ident, one in now.items()]
        return None if manifest_digest(entries) == manifest_digest(known) else Listing(now, "c")

    def texts(self, wanted: Sequence[Want]) -> dict[tuple[str, str], Text]:
        self._answer("texts")
        found = {}
        for one in wanted:
            text = self.specs[one.id].texts[one.head]
            if one.have:
                assert self.specs[one.id].texts[one.have] == one.have_text
                shorter = runs(one.have_text, text)
                assert shorter is None or join(one.have_text, shorter, 10**9) == text
            found[one.id, one.head] = Text(text, "Ann", "human", "2026-01-01")
        return found

    def send(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        self._answer("send")
        made = []
        for change in changes:
            if change.key not in self.answers:
                self.come_by("before a change")
                self.answers[change.key] = self._held(change) or self._do(change)
                self.come_by("after a change")
            made.append(self.answers[change.key])
        return made

    def _held(self, change: Change) -> Outcome | None:
        if change.operation not in self.waits:
            return None
        ident = self.name("p")
        self.proposals[ident] = ("open", change)
        return Outcome("waits", change.id, ident=ident, detail="It waits for review.")

    def revise(self, sent: Sent, change: Change) -> Outcome:
        self._answer("revise")
        self.proposals[sent.ident] = ("open", change)
        return Outcome("waits", change.id, ident=sent.ident)

    def fate(self, sent: Sent) -> Wait:
        self._answer("fate")
        if sent.wait is Wait.CONFLICT:
            return Wait.ACCEPTED if self.conflicts[sent.ident][2] == "resolved" else Wait.CONFLICT
        state = self.proposals[sent.ident][0]
        return {"open": Wait.PROPOSAL, "accepted": Wait.ACCEPTED, "declined": Wait.DECLINED}[state]

    def _do(self, change: Change) -> Outcome:
        if change.operation is Operation.CREATE:
            there = self.at(change.path)
            if there is not None and not there.retired:
                return Outcome("refused", detail="There is a spec at this path already.")
            if there is not None:
                there.retired = False
                self.edit(there, change.text)
                return self._stands(there)
            return self._stands(self.create(change.path, change.text))
        spec = self.specs[change.id]
        if change.operation is Operation.SAVE:
            return self._save(spec, change)
        if change.operation is Operation.RENAME:
            other = self.at(change.path)
            if other is not None and other is not spec:
                return Outcome("refused", spec.id, detail="There is a spec at this path already.")
            spec.path = change.path
        else:
            spec.retired = change.operation is Operation.RETIRE
        return self._stands(spec)

    @staticmethod
    def _stands(spec: Spec, result: Any = "saved", **more: str) -> Outcome:
        return Outcome(result, spec.id, spec.path, spec.head, text_digest(spec.text), **more)

    def _save(self, spec: Spec, change: Change) -> Outcome:
        if change.base_text:
            assert spec.texts[change.base] == change.base_text
        if spec.retired:
            return Outcome("refused", spec.id, detail="The spec is retired.")
        if change.takes_in:
            for ident, (of, side, _) in self.conflicts.items():
                if (of, side) == (spec.id, change.takes_in):
                    self.conflicts[ident] = (of, side, "resolved")
        if change.text == spec.text:
            return self._stands(spec, "unchanged")
        if change.base == spec.head:
            self.edit(spec, change.text)
            return self._stands(spec)
        side = self.name("r")
        spec.texts[side] = change.text
        ground = change.base
        while ground in spec.grounds:
            ground = spec.grounds[ground]
        spec.grounds[side] = ground
        base = spec.texts.get(ground)
        made = None if base is None else merge(base, spec.text, change.text).text
        if made is None:
            before = next((i for i, one in self.conflicts.items() if one == (spec.id, change.base, "open")), None)
            ident = before or self.name("c")
            self.conflicts[ident] = (spec.id, side, "open")
            return self._stands(spec, "conflict", ident=ident, side=side)
        self.edit(spec, made)
        if made == change.text:
            return self._stands(spec)
        return self._stands(spec, "merged", merged=made, side=side)


class Checkout:
    """A folder and what is kept beside it; each run may be killed at the nth point it comes by."""

    def __init__(self, place: Path, server: PretendedServer) -> None:
        self.root, self.home, self.server = place / "docs", place / ".holdfast" / "checkout", server
        self.root.mkdir(parents=True)
        self._keys = (f"k{place.name}{number}" for number in itertools.count())

    def files(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.root)): path.read_bytes().decode()
            for path in sorted(self.root.rglob("*.md"))
            if path.is_file() and not path.is_symlink()
        }

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text.encode())

    def run(self, *acts: str, kill: int = 0) -> Run:
        """Do `pull` and `push` in one run. `kill` says after how many points it dies."""
        keeper = Keeper(self.home)
        with keeper.locked():
            folder = Folder(self.root, keeper.aside)
            if kill:
                self._arm(folder, keeper, kill)
            made = Run(folder, keeper, self.server, lambda: next(self._keys))
            made.begin()
            made.look_there()
            for act in acts:
                made.pull() if act == "pull" else made.push(again=False)
            made.save()
        return made

    def _arm(self, folder: Any, keeper: Any, kill: int) -> None:
        left = itertools.count(kill, -1)

        def come_by(_point: str) -> None:
            if next(left) == 0:
                raise Killed

        for owner, name in (
            (keeper, "save"), (keeper, "keep"), (folder, "_place"), (folder, "_remove"), (folder, "_flush"),
        ):  # fmt: skip
            inner = getattr(owner, name)

            def wrapped(*args: Any, inner: Any = inner, **kwargs: Any) -> Any:
                come_by("")
                return inner(*args, **kwargs)

            setattr(owner, name, wrapped)
        self.server.come_by = come_by

    def killed(self, *acts: str, kill: int) -> bool:
        """Run, and say whether it was killed."""
        try:
            self.run(*acts, kill=kill)
        except Killed:
            return True
        finally:
            self.server.come_by = lambda _point: None
        return False


def words(run: Run) -> list[tuple[str, str]]:
    return [(one.path, one.word) for one in run.log.did]


def quiet(checkouts: Iterable[Checkout], rounds: int = 12) -> None:
    """Run all until nobody has anything to do; they must come to that."""
    for _ in range(rounds):
        did = [words(one.run("pull", "push")) for one in checkouts]
        if not any(did):
            return
    raise AssertionError(f"it never ends: {did}")
