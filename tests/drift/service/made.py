"""Records checks by hand: what an evaluation would have handed over, without the evaluation."""

import hashlib
from datetime import timedelta

from app import sources
from drift.lives.evaluated import Evaluated, PathRow, failed
from drift.lives.life import CauseKind
from drift.lives.records import CauseRecord, CheckVerdict, CommitRecord
from drift.service import Drift
from drift.service.recording import Finished, record
from drift.store.repositories import RepositoryStore
from tests.factories import World, make_repositories


def finding(name, invariant="layering", path="shop/domain.py", severity="error", spec="layers.md"):
    return {
        "fingerprint": hashlib.sha256(f"{invariant}{name}".encode()).hexdigest()[:16],
        "invariant": invariant,
        "kind": "layers",
        "severity": severity,
        "state": "introduced",
        "message": f"{name} is wrong",
        "fix": "mend it",
        "spec": {"path": spec, "anchor": "layering", "line": 3},
        "code": {"path": path, "line": 7, "column": 1} if path else None,
        "evidence": [],
    }


def invariant(name="layering", spec="layers.md", verdict=None, found=()):
    mine = [row["fingerprint"] for row in found if row["invariant"] == name]
    verdict = verdict or ("broken" if mine else "kept")
    place = {"path": spec, "anchor": "layering", "line": 3}
    return {"id": name, "name": "", "kind": "layers", "spec": place, "verdict": verdict, "findings": mine}


class Recorder:
    """A project with a repository, and checks of it that come in."""

    def __init__(self, world: World):
        self.world = world
        self.drift = Drift(world.database, world.clock)
        self.number = 0
        self.head = ""
        self.repository = None
        self.spec = None

    async def prepare(self, name="shop", spec=None):
        """Register a repository; the spec of another recorder is shared."""
        world = self.world
        made = await make_repositories(world).register(
            world.ada, world.project.id, name=name, url=f"https://example.com/{name}"
        )
        self.repository = made.repository.id
        async with world.database.transaction() as connection:
            await RepositoryStore(connection).change(self.repository, branch="main")
        self.spec = spec or (await world.library.create(world.ada, world.project.id, "layers.md", "# Layers\n")).spec.id
        return self

    async def check(self, *found, invariants=None, paths=(), problem="", causes=None, spec_cause=None):
        """Record a check of the next commit, a day later."""
        self.number += 1
        self.world.clock.forward(days=1)
        now = self.world.clock()
        commit = CommitRecord(f"{self.number:040x}", (), f"author {self.number}", "a@example.com", now, "message")
        rows = list(invariants) if invariants is not None else [invariant(found=found)]
        broken = any(row["severity"] == "error" and row["state"] != "fixed" for row in found)
        report = {"schema": 1, "verdict": "broken" if broken else "kept", "invariants": rows, "findings": list(found)}
        evaluated = Evaluated(CheckVerdict(report["verdict"]), report, {"files": 2}, tuple(paths))
        done = Finished(
            id=sources.new_id(),
            repository=self.repository,
            commit=commit,
            specs_digest=f"{self.number}",
            specs={"layers.md": self.spec},
            heads={self.spec: "r1"},
            cause=spec_cause or CauseRecord(CauseKind.COMMIT, commit.id, commit.author, now),
            evaluated=failed(problem) if problem else evaluated,
            at=now + timedelta(minutes=1),
            duration_ms=5,
            expected=self.head,
            causes=causes or {},
        )
        async with self.world.database.transaction() as connection:
            check = await record(connection, done)
        if check is not None:
            self.head = commit.id
        return check


def path_row(path, *invariants, module="", imports=(), lines=0, at=()):
    return PathRow(path, module, tuple(imports), tuple(invariants), (), lines, tuple(at))
