"""A history that is taken in many commits at once leaves the rows that it leaves commit by commit."""

import asyncio
import subprocess
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import sources
from app.db.database import Database
from specs.access import SERVER
from specs.service.library.imports import Imports
from sync.gitrepo.folders import Folders
from sync.gitrepo.objects import Objects
from sync.service.repositories.bulk import BulkImport
from sync.service.repositories.importing import Source
from tests.alike import TOLD, told_of
from tests.factories import make_world, open_world
from tests.gitmaker import Made
from tests.specs.hygiene.samples import SECRETS
from tests.stage import make_stage

RULES = '# Rules\n\n```yaml policy\nid: agents-ask\nwhen: author_kind == "agent"\nthen: review\n```\n'
FILES = {"files": "select path, problem, blob, spec_id from spec_files where project_id = :project order by path"}
NAMES = ("a.md", "b.md", "A.md", "c/d.md", "c/e.md", "con.md")
WRITERS = ("Ada <ada@example.com>", "Bob <bob@example.com>", "Bobby <bob@example.com>", "claude <c@example.com>", " <>")
SPECIAL = (RULES, f"# Keys\n\nUse {SECRETS['aws key']}\n", "caf\udce9\n", "# Same\n", "", "# Nul \0\n")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "put", "put", "put", "say", "move", "remove", "twice"]),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(WRITERS),
        st.integers(0, 11),
    ),
    min_size=3,
    max_size=24,
)
numbers = count(1)
EXAMPLES = 6


def written(number: int, drawn: int, before: str) -> str:
    """Give what a commit writes: seldom something special, else a word more."""
    if drawn < len(SPECIAL) and number % 3 == 0:
        return SPECIAL[drawn]
    return f"{before or '# Spec'}\n\nWord {number} MUST be there.\n"


def repository(root, steps) -> Made:
    """Make a repository with a history."""
    made = Made(root)
    there: dict[str, str] = {}
    stream = []
    for number, (kind, name, other, who, drawn) in enumerate(steps):
        stamp = f"{who} {1_700_000_000 + number * 60} +0100"
        message = SECRETS["aws key"] if kind == "say" else f"Change {number}"
        lines = [f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\ndata {len(message)}\n{message}\n"]
        path = f"docs/specs/{name}"
        if kind == "move" and path in there and f"docs/specs/{other}" not in there:
            there[f"docs/specs/{other}"] = there.pop(path)
            lines.append(f"R {path} docs/specs/{other}\n")
        elif kind == "remove" and path in there:
            del there[path]
            lines.append(f"D {path}\n")
        else:
            for each in {path, f"docs/specs/{other}"} if kind == "twice" else {path}:
                there[each] = written(number, drawn, there.get(each, ""))
                data = there[each].encode("utf-8", "surrogateescape")
                lines.append(f"M 644 inline {each}\ndata {len(data)}\n{there[each]}\n")
        stream += [*lines, "\n"]
    data = "".join(stream).encode("utf-8", "surrogateescape")
    subprocess.run(["git", "fast-import", "--quiet"], cwd=root, input=data, check=True)
    return made


class Lab:
    """A database in which one history is taken in twice, in two ways."""

    def __init__(self, world, folder) -> None:
        self.world = world
        self.folder = folder

    async def taken_in(self, made: Made, cut: int, *, at_once: bool, taken: bool) -> dict[str, list[str]]:
        """Take a history in, with an edit here after `cut` commits; give what the database says of it then."""
        project = await self.world.projects.create(SERVER, f"p{next(numbers)}")
        who = replace(self.world.eve, everywhere=True)
        if taken:
            await self.world.library.create(who, project.id, "b.md", "# Mine\n")
        stage = make_stage(replace(self.world), made, self.folder)
        stage.world.project, stage.world.ada = project, who
        detail = await stage.register()
        source = Source(detail.repository, detail.binding, made.root / ".git", ("docs/specs",))
        folders = Folders(Objects(source.mirror), source.folders)
        commits = list(folders.commits(folders.line(made.git("rev-parse", "main"))[0]))
        imports = BulkImport(
            stage.world.database, Imports(stage.world.database, stage.world.clock, sources.new_id), SERVER
        )
        for part in (commits[:cut], commits[cut:]):
            if at_once:
                await imports.take_all(source, part)
            else:
                for commit in part:
                    await imports.take(source, commit)
            if part is not commits[cut:] and (specs := (await self.world.library.list(who, project.id)).items):
                found = await self.world.library.read(who, project.id, specs[0].id)
                await self.world.library.save(
                    who, project.id, specs[0].id, base=found.spec.head, text=f"{found.text}\nFrom here.\n"
                )
        assert not await self.world.verify_audit()
        return await told_of(self.world.database, project.id, FILES)


@pytest.fixture
def lab(url, tmp_path):
    with asyncio.Runner() as runner:

        async def begin():
            return await open_world(Database(url), await make_world(Database(url)))

        world = runner.run(begin())
        yield runner, Lab(world, tmp_path)
        runner.run(world.database.close())


def test_the_same_rows_as_commit_by_commit(lab, tmp_path):
    runner, there = lab

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(steps=STEPS, cut=st.integers(0, 24), taken=st.booleans(), first=st.booleans())
    def same(steps, cut, taken, first):
        made = repository(tmp_path / f"r{next(numbers)}", steps)
        seen = [runner.run(there.taken_in(made, cut, at_once=way, taken=taken)) for way in (first, not first)]
        for name in [*TOLD, *FILES]:
            assert seen[0][name] == seen[1][name], name

    same()


async def test_it_says_how_far_it_came_and_goes_on_after_a_kill(stage, monkeypatch):
    monkeypatch.setattr("sync.service.repositories.syncing.BATCH", 4)
    monkeypatch.setattr("sync.service.repositories.syncing.WINDOW", 1)
    for number in range(12):
        stage.made.commit(f"spec {number}", {"docs/specs/one.md": f"# One\n\nWord {number}.\n"})
    await stage.register()
    whole, taken = BulkImport.take_all, []

    async def dies(self, source, commits):
        taken.append((await stage.detail()).repository.note)
        if len(taken) == 3:
            raise KeyboardInterrupt
        await whole(self, source, commits)

    monkeypatch.setattr(BulkImport, "take_all", dies)
    with pytest.raises(KeyboardInterrupt):
        await stage.sync()
    assert [note.partition(" older")[0] for note in taken] == ["0 of 11", "4 of 11", "8 of 11"]
    await stage.sync()
    detail = await stage.detail()
    assert (detail.repository.skipped, detail.repository.note) == (
        11,
        "3 older commits were imported but not evaluated.",
    )
    spec = await stage.spec("one.md")
    history = await stage.world.library.history(stage.world.ada, stage.project, spec.spec.id)
    assert len(history.items) == 12
