"""No migration breaks processes of the release before, or makes them wait; and migrations are found that would."""

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.migrating import problems

VERSIONS = Path(__file__).resolve().parent.parent / "migrations" / "versions"
# Written before there was a release whose processes could be running.
BEFORE_THE_FIRST = "0021"
# A step that takes away what the release before no longer uses names that here: `"0031": ("reports",)`.
CONTRACTED: dict[str, tuple[str, ...]] = {}


class Recorder:
    """Stands where alembic's operations do, and writes down what a migration would run."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.alone = False

    def execute(self, sql: str) -> None:
        concurrent = " concurrently" in sql.lower()
        assert concurrent == self.alone, "what is concurrent runs in an `autocommit_block`, and nothing else does"
        self.told.append(sql)

    def get_context(self) -> "Recorder":
        return self

    @contextmanager
    def autocommit_block(self) -> Iterator[None]:
        self.alone = True
        yield
        self.alone = False


def later() -> list[Path]:
    return [path for path in sorted(VERSIONS.glob("0*.py")) if path.stem[:4] > BEFORE_THE_FIRST]


@pytest.mark.house
@pytest.mark.parametrize("path", later(), ids=lambda path: path.stem)
def test_a_migration_lets_running_processes_go_on(path: Path) -> None:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.op = Recorder()  # type: ignore[attr-defined]
    module.upgrade()
    gone = CONTRACTED.get(module.revision, ())
    found = [problem for problem in problems(module.op.told) if not any(f" {name}" in problem for name in gone)]
    assert not found
    if gone:
        assert any("schema_floor" in text for text in module.op.told), "say which programs may still go on"


GOOD = [
    "create table a (id uuid not null); create index ix on a (id)",
    "create index concurrently ix on specs (path)",
    "alter table specs add column note text",
    "alter table specs add column note text not null default ''",
    "alter table specs add column at timestamptz not null default now()",
    "alter table specs add constraint c check (note <> '') not valid",
    "alter table specs validate constraint c",
    "alter table specs add constraint u unique using index ix",
    "alter table checks drop constraint fk_checks_report",
    "-- drop table specs;\ncreate table a (id uuid)",
    "create table a (id uuid); insert into a values ('x'); update a set id = null",
    "create function f() returns trigger language plpgsql as $$ begin delete from specs; end $$",
    "alter table specs alter column note drop not null",
]
BAD = [
    "drop table specs",
    "alter table specs drop column path",
    "alter table specs rename column path to place",
    "alter table specs rename to intents",
    "alter table specs alter column path type varchar(10)",
    "alter table specs alter column path set not null",
    "alter table specs add column note text not null",
    "alter table specs add column id2 uuid default gen_random_uuid()",
    "alter table specs add column note text unique",
    "alter table specs add constraint c check (note <> '')",
    "alter table specs add constraint f foreign key (a) references b (c)",
    "alter table specs add constraint u unique (path)",
    "alter table specs add column a text, drop column b",
    "create index ix on specs (path)",
    "create unique index ix on specs (path)",
    "drop index ix_specs",
    "update specs set path = ''",
    "delete from specs",
    "insert into a select * from specs",
    "truncate specs",
    "lock table specs",
    "Alter  Table\n specs\n DROP\n column path",
]


@pytest.mark.house
@pytest.mark.parametrize("sql", GOOD)
def test_what_harms_nobody_is_let_through(sql: str) -> None:
    assert problems([sql]) == []


@pytest.mark.house
@pytest.mark.parametrize("sql", BAD)
def test_what_breaks_or_stops_running_processes_is_found(sql: str) -> None:
    assert problems([sql])
