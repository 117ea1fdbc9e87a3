"""Laws of checkouts: after edits, renames and removals on all sides, outages and kills, all come to the same."""

import itertools
import os
import re
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specs.errors import UnavailableError
from specs.paths import path_key
from sync.checkout.codec import decode, encode
from sync.checkout.values import Operation
from tests.sync.checkout.pretending import Checkout, PretendedServer, Spec, quiet

PATHS = ("a.md", "b.md", "deep/c.md", "deep/d.md", "A.md")
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
TOKEN = re.compile(r"tok\d+x")
SIDES = st.sampled_from(["one", "two", "server"])
ACTS = st.one_of(
    st.tuples(st.just("insert"), SIDES, st.sampled_from(PATHS), st.integers(0, 5)),
    st.tuples(st.just("insert"), SIDES, st.sampled_from(PATHS), st.integers(0, 5)),
    st.tuples(st.just("rewrite"), SIDES, st.sampled_from(PATHS), st.integers(0, 5)),
    st.tuples(st.just("create"), SIDES, st.sampled_from(PATHS), st.just(0)),
    st.tuples(st.just("rename"), SIDES, st.sampled_from(PATHS), st.integers(0, len(PATHS) - 1)),
    st.tuples(st.just("remove"), SIDES, st.sampled_from(PATHS), st.just(0)),
    st.tuples(st.sampled_from(["pull", "push", "both"]), SIDES, st.just(""), st.integers(0, 12)),
    st.tuples(st.sampled_from(["pull", "push", "both"]), SIDES, st.just(""), st.just(0)),
    st.tuples(st.just("away"), SIDES, st.just(""), st.just(0)),
    st.tuples(st.sampled_from(["hold", "accept"]), SIDES, st.just(""), st.just(0)),
    st.tuples(st.just("resolve"), SIDES, st.just(""), st.just(0)),
)


class Town:
    """Two checkouts and a server, and the words that were written and nobody took away."""

    def __init__(self, folder: Path) -> None:
        self.server = PretendedServer()
        self.checkouts = {name: Checkout(folder / name, self.server) for name in ("one", "two")}
        self.words: set[str] = set()
        self.numbers = itertools.count()
        for path in PATHS[:3]:
            self.server.create(path, self.text(path))

    def text(self, path: str) -> str:
        parts = "\n".join(f"## Part {number}\n\nWhat part {number} of {path} keeps to.\n" for number in range(6))
        return f"# {path} {self.word()}\n\n{parts}"

    def word(self) -> str:
        made = f"tok{next(self.numbers)}x"
        self.words.add(made)
        return made

    def forget(self, text: str) -> None:
        self.words -= set(TOKEN.findall(text))

    def edited(self, act: str, text: str, number: int) -> str:
        if act == "rewrite":
            return re.sub(rf"What part {number} of.*", f"What part {number} of all is {next(self.numbers)}.", text)
        return text.replace(f"## Part {number}\n\n", f"## Part {number}\n\nIt holds {self.word()}.\n\n")

    def act(self, act: str, side: str, path: str, number: int) -> None:
        if act in {"pull", "push", "both"}:
            self.run(act, side, number)
        elif act == "away":
            self.server.away = not self.server.away
        elif act == "hold":
            self.server.waits = frozenset() if self.server.waits else frozenset(Operation)
        elif act == "accept":
            self.accept()
        elif act == "resolve":
            for ident, (spec, side_, state) in list(self.server.conflicts.items()):
                found = self.server.specs[spec]
                if state == "open" and not found.retired:
                    self.server.resolve(ident, f"{found.text}\n{found.texts[side_]}")
        elif side == "server":
            self.there(act, path, number)
        else:
            self.here(self.checkouts[side], act, path, number)

    def accept(self) -> None:
        for ident, (state, change) in list(self.server.proposals.items()):
            if state == "open" and change.operation is Operation.RETIRE:
                self.forget(self.server.specs[change.id].text)
            if state == "open":
                self.server.accept(ident)

    def run(self, act: str, side: str, kill: int) -> None:
        checkout = self.checkouts["one" if side == "server" else side]
        try:
            checkout.killed(*(("pull", "push") if act == "both" else (act,)), kill=kill)
        except UnavailableError:
            assert self.server.away

    def there(self, act: str, path: str, number: int) -> None:
        spec = self.server.at(path)
        if spec is None:
            if act == "create":
                self.server.create(path, self.text(path))
            return
        if spec.retired:
            return
        if act in {"insert", "rewrite"}:
            self.server.edit(spec, self.edited(act, spec.text, number))
        elif act == "rename" and self.server.at(PATHS[number]) is None:
            spec.path = PATHS[number]
        elif act == "remove":
            self.forget(spec.text)
            spec.retired = True

    def here(self, checkout: Checkout, act: str, path: str, number: int) -> None:
        files = checkout.files()
        if act == "create" and path_key(path) not in map(path_key, files):
            checkout.write(path, self.text(path))
        elif path not in files:
            return
        elif act in {"insert", "rewrite"}:
            checkout.write(path, self.edited(act, files[path], number))
        elif act == "rename" and path_key(PATHS[number]) not in map(path_key, files):
            (checkout.root / PATHS[number]).parent.mkdir(parents=True, exist_ok=True)
            (checkout.root / path).rename(checkout.root / PATHS[number])
        elif act == "remove":
            self.forget(files[path])
            (checkout.root / path).unlink()

    def listed(self) -> dict[str, Spec]:
        return {one.id: one for one in self.server.specs.values() if not one.retired}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTS, max_size=24))
def test_all_come_to_the_same_and_nothing_is_lost(acts: list[tuple[str, str, str, int]]) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        town = Town(Path(folder))
        quiet(town.checkouts.values())
        for act in acts:
            town.act(*act)
        town.server.away, town.server.waits = False, frozenset()
        quiet(town.checkouts.values())
        town.accept()
        quiet(town.checkouts.values())
        everything = [one.text for one in town.listed().values()]
        everything += [
            town.server.specs[of].texts[side] for of, side, state in town.server.conflicts.values() if state == "open"
        ]
        everything += [change.text for state, change in town.server.proposals.values() if state == "declined"]
        for checkout in town.checkouts.values():
            run = checkout.run("pull", "push")
            assert decode(encode(run.state)) == run.state
            paused = {item.id: item for item in run.items()}
            files = checkout.files()
            everything += files.values()
            places = {record.id: record.at for record in run.state.records.values()}
            for spec in town.listed().values():
                if spec.id not in paused:
                    assert files[places[spec.id]] == spec.text, spec.path
                    assert places[spec.id] == spec.path
            known = {item.at for item in paused.values()} | set(places.values())
            assert set(files) <= known | set(run.state.drafts) | run.scan.held
        for one in town.listed().values():
            assert all(count == 1 for count in Counter(TOKEN.findall(one.text)).values()) or "resolve" in str(acts)
        assert town.words <= {word for text in everything for word in TOKEN.findall(text)}
