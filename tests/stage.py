"""A project whose repository is compared commit by commit: what tests of the whole loop stand on."""

import asyncio
import json
from dataclasses import dataclass

from app import sources
from app.programs.evaluating import answer
from drift.lives.evaluated import Evaluated, read_evaluated
from drift.service import Drift
from specs.access import SERVER
from specs.service.library.imports import Imports
from specs.service.library.library import Library
from sync.service.repositories.bulk import BulkImport
from sync.service.repositories.fetching import Borders, Mirrors
from sync.service.repositories.publishing import Outcome, Published, Publisher
from sync.service.repositories.pulling import Asked, body_of
from sync.service.repositories.repositories import Ground, Repositories
from sync.service.repositories.syncing import Outside, Synchroniser
from tests.gitmaker import Made

LAYERS = """# Layering

```yaml invariant
id: layering
kind: layers
layers: [shop.web, shop.domain]
why: The domain runs in batch jobs.
```
"""
FREE = "# Layering\n\nNo rule any more.\n"
CODE = {
    "shop/__init__.py": "",
    "shop/web.py": "import shop.domain\n",
    "shop/domain.py": "",
    "docs/specs/layers.md": LAYERS,
}
BAD = {"shop/domain.py": "import shop.web\n"}
GOOD = {"shop/domain.py": "# nothing\n"}


class Asking:
    """A code host that opens whatever is asked for."""

    def __init__(self):
        self.asked = []

    async def ask(self, repository, branch, steps):
        self.asked.append((branch, body_of(steps)))
        return Asked(f"https://host.example/pulls/{branch}")


@dataclass
class Stage:
    world: object
    made: Made
    repositories: Repositories
    drift: Drift
    synchroniser: Synchroniser
    mirrors: Mirrors
    publisher: Publisher
    pulls: Asking
    reference: object = None

    async def register(self, name="shop", **options):
        url = options.pop("url", str(self.made.root))
        done = await self.repositories.register(self.world.ada, self.project, name=name, url=url, **options)
        self.reference = done.repository.id
        return done

    @property
    def project(self):
        return self.world.project.id

    async def sync(self, **options):
        return await self.synchroniser.sync(self.reference, **options)

    async def round(self, most=6):
        """Read, publish, and read again what was pushed, until nothing moves; give how the last try ended."""
        for _ in range(most):
            if (done := await self.sync()).problem:
                return Published(problem=done.problem)
            told = await self.publisher.publish(self.reference)
            if told.outcome not in {Outcome.PUSHED, Outcome.REJECTED}:
                return told
        raise AssertionError("it never comes to rest")

    async def detail(self):
        return await self.repositories.get(self.world.ada, self.project, self.reference)

    async def findings(self, **options):
        return (await self.drift.findings(self.world.ada, self.project, **options)).items

    async def events(self, fingerprint):
        detail = await self.drift.finding(self.world.ada, self.project, fingerprint)
        return [(e.kind, e.cause.reference, e.cause.actor) for e in detail.events]

    async def spec(self, path, revision=None):
        return await self.world.library.read(self.world.ada, self.project, path, revision)

    async def checks(self):
        return (await self.drift.checks(self.world.ada, self.project)).items


async def evaluate_here(request) -> Evaluated:
    """Evaluate without the second that a process of its own takes."""
    return read_evaluated(json.dumps(await asyncio.to_thread(answer, request)).encode())


def make_stage(world, made, tmp_path, evaluator=evaluate_here):
    database, clock = world.database, world.clock
    mirrors = Mirrors(
        tmp_path / "mirrors",
        Borders(roots=(tmp_path,), environment=(("PATH", "/usr/bin:/bin"), ("HOME", str(tmp_path)))),
    )
    imports = BulkImport(database, Imports(database, clock, sources.new_id), SERVER)
    outside = Outside(mirrors, evaluator, clock, sources.new_id, SERVER)
    library = Library(database, clock, sources.new_id)
    pulls = Asking()
    publisher = Publisher(database, mirrors, clock, SERVER, domain="example.org", pulls=pulls)
    repositories = Repositories(
        database, clock, sources.new_id, sources.random_bytes, ground=Ground((tmp_path,), b"k" * 32)
    )
    synchroniser = Synchroniser(database, library, imports, outside)
    drift = Drift(database, clock)
    return Stage(world, made, repositories, drift, synchroniser, mirrors, publisher, pulls)
