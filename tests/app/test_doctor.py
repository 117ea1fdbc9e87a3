"""The doctor names what is broken, and nothing that is not; each part is made ill in turn."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from app import sources
from app.db.database import Database
from app.doctor import database as ours
from app.doctor import examine, machine, service
from app.doctor.diagnosis import Diagnosis, Patient, State
from app.installation.serverkey import vault
from app.settings import Settings
from specs.store.artifacts import ArtifactStore
from tests.factories import World, make_repositories


@pytest.fixture
def patient(database: Database, url: str, tmp_path: Path) -> Patient:
    return Patient(Settings(database_url=url, data_dir=tmp_path), database, None, sources.now())


def tell(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement.encode())


def only(found: list[Diagnosis]) -> Diagnosis:
    (one,) = found
    assert one.state is State.OK or one.hint
    return one


async def test_every_part_is_looked_at(patient: Patient) -> None:
    found = await examine(patient)
    assert {one.part for one in found} >= {"data folder", "git", "database", "schema", "clock", "jobs", "audit log"}
    # The database of tests is made to forget; all else is in order.
    assert [one.part for one in found if one.state is State.FAULT] == ["durability"]
    assert "fsync" in only(await ours.durability(patient)).message


async def test_a_folder_that_is_not_ours_alone_is_noted(patient: Patient, tmp_path: Path) -> None:
    await asyncio.to_thread(tmp_path.chmod, 0o777)
    assert "chmod" in only(await machine.folder(patient)).hint
    gone = replace(patient, settings=replace(patient.settings, data_dir=Path("/proc/nothing")))
    assert only(await machine.folder(gone)).state is State.FAULT


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("", State.OK),
        ("https://specs.example.com", State.OK),
        ("http://[::1]:8000", State.OK),
        ("http://specs.example.com", State.NOTE),
    ],
)
async def test_an_open_address_is_noted(patient: Patient, address: str, state: State) -> None:
    told = replace(patient, settings=replace(patient.settings, public_url=address))
    assert only(await machine.address(told)).state is state


async def test_a_short_key_and_a_dead_mail_server_are_faults(patient: Patient) -> None:
    told = replace(patient, settings=replace(patient.settings, secret_key="short", smtp_host="127.0.0.1", smtp_port=1))
    assert only(await machine.key(told)).state is State.FAULT
    assert "does not answer" in only(await machine.mail(told)).message


async def test_a_key_that_others_read_or_that_is_gone_is_a_fault(
    patient: Patient, world: World, tmp_path: Path
) -> None:
    patient = replace(patient, database=world.database)
    assert only(await machine.key(patient)).state is State.OK
    vault(patient.settings)
    assert only(await machine.key(patient)).state is State.OK
    await asyncio.to_thread((tmp_path / "secret.key").chmod, 0o644)
    assert "chmod o-rwx" in only(await machine.key(patient)).hint
    await make_repositories(world).register(world.ada, world.project.id, name="shop", url="https://example.org/shop")
    await asyncio.to_thread((tmp_path / "secret.key").unlink)
    gone = only(await machine.key(patient))
    assert (gone.state, "is gone" in gone.message) == (State.FAULT, True)


async def test_a_schema_of_another_time_is_named(patient: Patient, url: str) -> None:
    assert only(await ours.schema(patient)).state is State.OK
    tell(url, "update alembic_version set version_num = '0003'")
    assert "holdfast migrate" in only(await ours.schema(patient)).hint
    tell(url, "update alembic_version set version_num = '9999'")
    assert "newer" in only(await ours.schema(patient)).message
    assert await service.queue(patient) == []


async def test_a_missing_key_of_artifacts_is_a_fault(patient: Patient, database: Database) -> None:
    assert "0 kept" in only(await ours.artifacts(patient)).message
    async with database.transaction() as connection:
        await ArtifactStore(connection, vault(patient.settings)).keep(b"a report", sources.now())
    assert only(await ours.artifacts(patient)).state is State.OK
    former = (patient.settings.data_dir / "secret.key").read_bytes().strip()
    changed = replace(patient.settings, secret_key="quite another key than before")
    found = only(await ours.artifacts(replace(patient, settings=changed)))
    assert found.state is State.FAULT
    assert "(1 artifacts)" in found.message
    both = replace(changed, former_secret_keys=(former,))
    assert only(await ours.artifacts(replace(patient, settings=both))).state is State.OK


async def test_a_clock_that_runs_away_is_named(patient: Patient) -> None:
    assert only(await ours.clock(patient)).state is State.OK
    late = replace(patient, now=patient.now - timedelta(seconds=30))
    assert only(await ours.clock(late)).state is State.NOTE
    wrong = replace(patient, now=patient.now + timedelta(hours=2))
    assert only(await ours.clock(wrong)).state is State.FAULT


async def test_jobs_that_wait_and_fail_are_counted(patient: Patient, url: str) -> None:
    assert "No worker" in only(await service.queue(patient)).message
    tell(url, "insert into procrastinate_workers default values")
    assert only(await service.queue(patient)).state is State.OK
    tell(url, "insert into procrastinate_jobs (queue_name, task_name, status) values ('work', 'x', 'failed')")
    assert "1 jobs failed" in only(await service.queue(patient)).message
    tell(url, "insert into procrastinate_jobs (queue_name, task_name) values ('work', 'y')")
    late = replace(patient, now=patient.now + timedelta(minutes=20))
    tell(url, "update procrastinate_workers set last_heartbeat = now() + interval '20 minutes'")
    assert "1 jobs wait" in only(await service.queue(late)).message


async def test_a_broken_file_of_checkpoints_is_a_fault(patient: Patient, tmp_path: Path) -> None:
    folder = tmp_path / "audit"
    folder.mkdir()
    (folder / "checkpoints").write_text("nonsense\n\n— x y\n\n")
    assert only(await service.checkpoints(patient)).state is State.FAULT


async def test_without_a_database_the_rest_is_still_looked_at(patient: Patient) -> None:
    gone = replace(patient, settings=replace(patient.settings, database_url="postgresql://u:secret@127.0.0.1:1/x"))
    pool = Database(gone.settings.database_url)
    found = await examine(replace(gone, database=pool))
    await pool.close()
    assert [one.part for one in found if one.state is State.FAULT] == ["database"]
    assert "secret" not in repr([(one.message, one.hint) for one in found])
