"""The library against a model, in random walks: what was written is there, paths lead right, nothing is lost."""

import asyncio
from collections.abc import Iterator
from itertools import count, pairwise

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.db.database import Database
from specs.access import SERVER
from specs.conflicts import UnmergedError
from specs.errors import ConflictError, MissingError
from specs.library import SpecStatus
from specs.paths import path_key
from specs.service.library.conflicts import Pick
from specs.service.proposals.admitting import WaitsError
from tests.factories import Clock, World, commit, make_services, together

PATHS = st.sampled_from(["a.md", "A.md", "b.md", "dir/a.md", "ä.md", "a\u0308.md"])
TEXTS = st.sampled_from(["", "one\n", "two\n", "three\n", "# Title\n\nfour\n"])
_projects = count(1)


class LibraryMachine(RuleBasedStateMachine):
    """Holds beside the library what it should hold: per spec its path, its head's text, its status, every text ever."""

    runner: asyncio.Runner
    world: World

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, dict] = {}
        self.commits = count(1)

    ids = Bundle("ids")

    def run(self, awaitable):
        return self.runner.run(awaitable)

    @initialize()
    def start(self) -> None:
        async def make():
            return await self.world.projects.create(SERVER, f"p{next(_projects)}")

        self.project = self.run(make()).id

    def holder(self, path: str) -> str | None:
        return next((key for key, it in self.model.items() if path_key(it["path"]) == path_key(path)), None)

    @rule(target=ids, path=PATHS, text=TEXTS)
    def create(self, path: str, text: str):
        holder = self.holder(path)
        if holder is None:
            saved = self.run(self.world.library.create(SERVER, self.project, path, text))
            key = str(saved.spec.id)
            self.model[key] = {"spec": saved.spec, "path": path, "text": text, "texts": [text]}
            self.model[key] |= {"retired": False, "asked": False}
            return key
        with pytest.raises(ConflictError) as caught:
            self.run(self.world.library.create(SERVER, self.project, path, text))
        assert caught.value.details["side_revision"]
        self.model[holder]["texts"].append(text)
        return holder

    @rule(key=ids, text=TEXTS, stale=st.booleans())
    def save(self, key: str, text: str, *, stale: bool) -> None:
        it = self.model[key]
        now = self.run(self.world.library.read(SERVER, self.project, it["spec"].id))
        base = "0" * 64 if stale else now.spec.head
        write = self.world.library.save(SERVER, self.project, it["spec"].id, base=base, text=text)
        if text == it["text"]:
            assert not self.run(write).created
        elif stale or it["retired"]:
            with pytest.raises(ConflictError):
                self.run(write)
            it["texts"].append(text)
        else:
            assert self.run(write).created
            it["text"] = text
            it["texts"].append(text)

    @rule(key=ids, text=TEXTS, past=st.integers(0, 3))
    def save_on_an_earlier_head(self, key: str, text: str, past: int) -> None:
        """Merged, or in one conflict: and then the head is as it was."""
        it, spec = self.model[key], self.model[key]["spec"].id
        history = self.run(self.world.library.history(SERVER, self.project, spec, limit=200)).items
        base = history[min(past, len(history) - 1)].revision.digest
        waiting = self.run(self.world.conflicts.list(SERVER, self.project, spec=spec, limit=200)).items
        outcome = self.run(together(self.world.library.save(SERVER, self.project, spec, base=base, text=text)))[0]
        it["texts"].append(text)
        if isinstance(outcome, UnmergedError):
            after = self.run(self.world.conflicts.list(SERVER, self.project, spec=spec, limit=200)).items
            assert outcome.standing.record.id in {one.id for one in after}
            assert len(after) - len(waiting) in {0, 1}
        elif isinstance(outcome, ConflictError):
            assert it["retired"]
        else:
            found = self.run(self.world.library.read(SERVER, self.project, spec))
            assert found.revision == outcome.revision
            it["text"] = found.text

    @rule(key=ids, side=st.sampled_from(["ours", "theirs", "base"]))
    def resolve_one(self, key: str, side: str) -> None:
        it, spec = self.model[key], self.model[key]["spec"].id
        waiting = self.run(self.world.conflicts.list(SERVER, self.project, spec=spec)).items
        if not waiting or it["retired"]:
            return
        standing = self.run(self.world.conflicts.read(SERVER, self.project, waiting[0].id))
        picks = [Pick(region.key, side) for region in standing.regions]
        saved = self.run(self.world.conflicts.resolve(SERVER, self.project, waiting[0].id, picks))
        assert saved.revision.parents[1] == waiting[0].theirs
        it["text"] = self.run(self.world.library.read(SERVER, self.project, spec)).text
        it["texts"].append(it["text"])
        left = self.run(self.world.conflicts.list(SERVER, self.project, spec=spec, limit=200)).items
        assert waiting[0].id not in {one.id for one in left}

    @rule(key=ids, path=PATHS)
    def rename(self, key: str, path: str) -> None:
        it = self.model[key]
        call = self.world.library.rename(SERVER, self.project, it["spec"].id, path)
        if self.holder(path) not in {None, key}:
            with pytest.raises(ConflictError):
                self.run(call)
        else:
            assert self.run(call).path == path
            it["path"] = path

    @rule(key=ids)
    def retire(self, key: str) -> None:
        self.run(self.world.library.retire(SERVER, self.project, self.model[key]["spec"].id))
        self.model[key]["retired"] = True

    @rule(key=consumes(ids))
    def restore(self, key: str) -> None:
        self.run(self.world.library.restore(SERVER, self.project, self.model[key]["spec"].id))
        self.model[key] |= {"retired": False, "asked": False}

    @rule(key=ids, text=TEXTS)
    def git_brings(self, key: str, text: str) -> None:
        it = self.model[key]
        before = self.run(self.world.library.read(SERVER, self.project, it["spec"].id))
        bringing = self.world.imports.import_revision(
            SERVER, self.project, it["path"], text, commit(next(self.commits))
        )
        try:
            saved = self.run(bringing)
        except WaitsError:  # a file that comes back as it was asks people to restore what one of them retired
            assert it["retired"]
            assert text == it["text"] or it["asked"]
            it["asked"] = True
            assert before.spec.status is SpecStatus.RETIRED
            return
        assert saved.spec.id == it["spec"].id
        if text == it["text"]:
            assert saved.spec.diverged is None
            return
        gits = before.revision.origin != "" or before.spec.agreed == before.spec.head
        if gits:
            it["text"] = text
            it["texts"].append(text)
            assert saved.spec.head == saved.revision.digest
        elif not saved.created:
            assert text in it["texts"], "git caught up with an earlier head"
        elif saved.spec.diverged == saved.revision.digest:
            it["texts"].append(text)
            assert saved.spec.head == before.spec.head
        else:
            it["texts"].append(text)
            assert saved.spec.diverged is None
            it["text"] = self.run(self.world.library.read(SERVER, self.project, it["spec"].id)).text

    @invariant()
    def everything_is_there(self) -> None:
        if not hasattr(self, "project"):
            return
        listed = self.run(self.world.library.list(SERVER, self.project, retired=True)).items
        assert {str(spec.id) for spec in listed} == set(self.model)
        for key, it in self.model.items():
            found = self.run(self.world.library.read(SERVER, self.project, it["path"]))
            assert str(found.spec.id) == key
            assert found.text == it["text"]
            assert (found.spec.status is SpecStatus.RETIRED) == it["retired"]
            history = self.run(self.world.library.history(SERVER, self.project, found.spec.id, limit=200)).items
            texts = {
                self.run(self.world.library.read(SERVER, self.project, found.spec.id, entry.revision.digest)).text
                for entry in history
            }
            assert texts >= set(it["texts"])

    def teardown(self) -> None:
        if hasattr(self, "project"):
            for it in self.model.values():
                self.run(self.first_parents_form_one_chain(it["spec"].id))
            assert self.run(self.world.verify_audit()) == {}

    async def first_parents_form_one_chain(self, spec) -> None:
        history = (await self.world.library.history(SERVER, self.project, spec, limit=200)).items
        heads = [entry.revision for entry in reversed(history) if not entry.side]
        for before, after in pairwise(heads):
            assert after.parents[0] == before.digest
        assert heads[0].parents == ()
        with pytest.raises(MissingError):
            await self.world.library.read(SERVER, self.project, spec, "0" * 64)


@pytest.fixture
def machine(url: str) -> Iterator[type[LibraryMachine]]:
    with asyncio.Runner() as runner:

        async def begin() -> World:
            return make_services(Database(url), Clock())

        LibraryMachine.runner = runner
        LibraryMachine.world = runner.run(begin())
        yield LibraryMachine
        runner.run(LibraryMachine.world.database.close())


def test_random_walks(machine: type[LibraryMachine]) -> None:
    few = settings(max_examples=8, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=few)
