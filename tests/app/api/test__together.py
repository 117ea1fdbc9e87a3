"""Many changes at once leave what the same changes leave one by one: rows, log, answers; and happen once."""

import asyncio
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app import main
from app.api._changes import ChangedOut, ChangeIn, changed
from app.api._together import changed_together
from app.db.database import Database
from app.settings import Settings
from app.unit import Parts, Unit
from specs.access import SERVER, Principal, Project, Role, Scope
from specs.service.audit import whole_chain
from tests.alike import TOLD, told_of
from tests.app.conftest import Town
from tests.factories import World, make_services
from tests.specs.hygiene.samples import SECRETS

RULES = '# Rules\n\n```yaml policy\nid: no-tables\nwhen: author_kind == "human" and words_added > 9\nthen: deny\n```\n'
PATHS = st.sampled_from(["a.md", "A.md", "b.md", "web/c.md", "d.md", "e.md", "f.md", "no such path", "ä.md"])
TEXTS = st.sampled_from(
    [
        "",
        "# One\n\nAll of it.\n",
        "# Two\n\nIt MUST hold.\n",
        "one\n",
        "---\nstatus: draft\nowners: [pay]\n---\n# Three\n",
        "# Hidden\n\nA \u202eb\n",
        f"# Keys\n\nUse {SECRETS['aws key']}\n",
        "# Long\n\n" + "One word more. " * 20,
        RULES,
    ]
)
MESSAGES = st.sampled_from(["", "Why not", "Bad \u202e"])
CHANGES = st.lists(
    st.one_of(
        st.builds(lambda path, body, why: ("create", path, body, why), PATHS, TEXTS, MESSAGES),
        st.builds(lambda path, body: ("create", path, body, ""), PATHS, TEXTS),
        st.builds(lambda path, body: ("save", path, body, ""), PATHS, TEXTS),
        st.builds(lambda path: ("retire", path, "", ""), PATHS),
    ),
    min_size=2,
    max_size=9,
)
_numbers = count(1)
EXAMPLES = 8
BOTH = (Scope.READ, Scope.WRITE)
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)


class Lab:
    """A database in which the same is done in two projects, in two ways."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database = Database(url)
        self.parts: Parts = main.make_parts(self.database, Settings(database_url=url, data_dir=folder))
        self.world: World = make_services(self.database)

    async def project(self) -> tuple[Project, Principal, Principal]:
        """Make a project with an editor and an agent in it."""
        number = next(_numbers)
        project = await self.world.projects.create(SERVER, f"p{number}")
        if number == 1:
            await self.world.person("eve")
        await self.world.members.set_role(SERVER, project.id, "eve", Role.EDITOR)
        member = next(one for one in await self.world.members.list(SERVER, project.id) if one.login == "eve")
        person = await self.world.access.principal_of(member.actor.id)
        agent = await self.world.tokens.issue_for_agent(SERVER, project.id, "claude", role=Role.EDITOR, scopes=BOTH)
        return project, person, await self.world.access.authenticate_token(agent.secret)

    async def send(self, who: Principal, project: UUID, changes: list[ChangeIn], *, one_by_one: bool) -> list[Any]:
        """Ask for changes."""

        def over(transactions: Any) -> Unit:
            return Unit(transactions, self.parts, who)

        if one_by_one:
            return [await changed(over, self.database, project, one) for one in changes]
        return await changed_together(over, self.database, project, changes)


def answers(results: list[ChangedOut]) -> list[tuple[object, ...]]:
    return [(one.state, one.status, one.path, one.text_digest, one.detail, one.hint) for one in results]


@pytest.fixture
def lab(url: str, tmp_path: Path) -> Iterator[tuple[asyncio.Runner, Lab]]:
    with asyncio.Runner() as runner:

        async def begin() -> Lab:
            return Lab(url, tmp_path)

        made = runner.run(begin())
        yield runner, made
        runner.run(made.database.close())


def test_the_same_rows_as_one_by_one(lab: tuple[asyncio.Runner, Lab]) -> None:
    runner, there = lab

    async def tried(rows: list[tuple[str, str, str, str]], *, agent: bool, first: bool) -> None:
        seen = []
        for one_by_one in (first, not first):
            project, person, robot = await there.project()
            who = robot if agent else person
            old = await there.world.library.create(person, project.id, "old.md", "# Old\n")
            changes = []
            for kind, path, body, why in rows:
                key = str(uuid4())
                change = ChangeIn(operation=kind, key=key, message=why)  # type: ignore[arg-type]
                if kind == "create":
                    change.path, change.text = path, body
                else:
                    change.spec, change.base, change.text = old.spec.id, old.revision.digest, body
                changes.append(change)
            told = await there.send(who, project.id, changes, one_by_one=one_by_one)
            again = await there.send(who, project.id, changes, one_by_one=False)
            assert again == told
            seen.append((answers(told), await told_of(there.database, project.id)))
        assert seen[0][0] == seen[1][0]
        for name in TOLD:
            assert seen[0][1][name] == seen[1][1][name], name
        assert not await there.world.verify_audit()

    @settings(max_examples=EXAMPLES, deadline=None, phases=UNSHRUNK, suppress_health_check=list(HealthCheck))
    @given(rows=CHANGES, agent=st.booleans(), first=st.booleans())
    def same(rows: list[tuple[str, str, str, str]], agent: bool, first: bool) -> None:  # noqa: FBT001 (drawn)
        runner.run(tried(rows, agent=agent, first=first))

    same()


async def test_what_was_cut_off_before_it_was_durable_is_sent_again(ask: Any, town: Town, database: Database) -> None:
    changes = [
        {"operation": "create", "key": f"k{n}", "path": f"{n}.md", "text": f"# {n}\n\nWords of {n}.\n"}
        for n in range(30)
    ]
    kill = text(
        "create function cut() returns trigger language plpgsql as $$ begin "
        "perform pg_terminate_backend(pg_backend_pid()); return null; end $$"
    )
    async with database.transaction() as connection:
        await connection.execute(kill)
        await connection.execute(
            text(
                "create constraint trigger cut after insert on audit deferrable initially deferred for each row "
                "when (new.action = 'spec.create') execute function cut()"
            )
        )
    assert (await ask("POST", "/changes", Role.EDITOR, json={"changes": changes})).status_code == 503
    async with database.transaction() as connection:
        await connection.execute(text("drop trigger cut on audit"))
    assert (await ask("GET", "/specs")).json()["items"] == []
    sent = [await ask("POST", "/changes", Role.EDITOR, json={"changes": changes}) for _ in range(2)]
    assert [one["state"] for one in sent[0].json()["results"]] == ["saved"] * 30
    assert sent[0].json() == sent[1].json()
    specs = (await ask("GET", "/specs?limit=100")).json()["items"]
    assert sorted(one["path"] for one in specs) == sorted(f"{n}.md" for n in range(30))
    async with database.read() as connection:
        acts = [entry.act.action for entry in await whole_chain(connection, town.project.id)]
    assert acts.count("spec.create") == 30
    assert not await town.world.verify_audit()


async def test_twins_and_neighbours_at_one_time_have_one_effect(ask: Any, town: Town) -> None:
    def batch(*numbers: int) -> dict[str, Any]:
        rows = [{"operation": "create", "key": f"k{n}", "path": f"{n}.md", "text": "# Same\n"} for n in numbers]
        return {"changes": rows}

    sent = [batch(*range(12)), batch(*range(12)), batch(*range(20, 4, -1))]
    done = await asyncio.gather(*(ask("POST", "/changes", Role.EDITOR, json=one) for one in sent))
    assert {one.status_code for one in done} == {200}
    assert done[0].json() == done[1].json()
    assert {row["state"] for one in done for row in one.json()["results"]} == {"saved"}
    heads = {row["path"]: row["spec"] for one in done for row in one.json()["results"]}
    assert len(heads) == 21
    assert len((await ask("GET", "/specs?limit=100")).json()["items"]) == 21
    assert not await town.world.verify_audit()
