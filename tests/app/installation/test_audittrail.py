"""Checkpoints outside the database: written whole, by one process, signed; and nothing done to them goes unseen."""

from pathlib import Path

import psycopg
import pytest

from app.installation.audittrail import KEY, AuditFolder, begin_anew, hand_on, keep, read_keys
from app.sources import new_id
from specs.access import SERVER
from specs.checkpoints import NAME, next_link, read_series, write_note
from specs.errors import UnavailableError, UserError
from specs.service.audit import Audit, Kept
from specs.signing import Signer
from tests.factories import World
from tests.specs.tampered import fill
from tests.specs.tampering import WAYS, faults_in, run


@pytest.fixture
def folder(tmp_path: Path) -> AuditFolder:
    return AuditFolder(tmp_path / "audit")


async def write(world: World, folder: AuditFolder, path: str) -> int:
    await world.library.create(world.eve, world.project.id, path, f"# {path}\n")
    kept = await keep(folder, Audit(world.database), world.clock, new_id)
    assert not kept.faults
    return len(kept.notes)


async def test_each_chain_that_grew_gets_a_checkpoint(world: World, folder: AuditFolder) -> None:
    assert await write(world, folder, "a.md") == 2  # the installation's chain, and the project's
    assert await write(world, folder, "b.md") == 1
    assert (await keep(folder, Audit(world.database), world.clock, new_id)).notes == ()
    series = folder.read()
    assert series is not None
    assert (len(series.links), series.faults) == (3, ())
    assert await faults_in(world.database, folder) == 0
    assert (folder.folder / KEY).stat().st_mode & 0o077 == 0


async def test_all_ways_of_tampering_are_found(database, folder: AuditFolder) -> None:
    await fill(database, folder, 60, rounds=3)
    done, missed = await run(database, folder, 2 * len(WAYS), seed=5)
    assert missed == []
    assert len(done) == len(WAYS)


async def test_what_is_torn_is_cut_off_and_written_again(world: World, folder: AuditFolder) -> None:
    await write(world, folder, "a.md")
    whole = folder.file.read_text()
    with folder.file.open("a") as file:
        file.write(whole[: len(whole) // 2 - 7])
    assert await faults_in(world.database, folder)
    assert await write(world, folder, "b.md") == 1
    assert await faults_in(world.database, folder) == 0
    assert folder.file.read_text().startswith(whole)


async def test_what_was_on_disk_but_not_remembered_is_remembered_next(world: World, folder: AuditFolder) -> None:
    await write(world, folder, "a.md")
    series = folder.read()
    assert series is not None
    note, _ = write_note(next_link(series.links[-1], series.links[-1].checkpoint, world.clock()), folder.signer())
    folder.append(note)
    assert await faults_in(world.database, folder) == 0
    await write(world, folder, "b.md")
    assert await Audit(world.database).remembered(SERVER, series.links[0].series) == 4


async def test_nothing_broken_is_signed(world: World, folder: AuditFolder, log) -> None:
    await write(world, folder, "a.md")
    await world.library.create(world.eve, world.project.id, "b.md", "# B\n")
    with psycopg.connect(world.database.conninfo) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("update audit set subject = 'x' where details ->> 'path' = 'b.md'")
    kept = await keep(folder, Audit(world.database), world.clock, new_id)
    assert kept.faults
    assert not kept.notes
    assert "audit.broken" in log.getvalue()


@pytest.mark.parametrize("cut", [0, 10, 700])
async def test_a_file_that_lost_notes_gets_no_more(world: World, folder: AuditFolder, cut: int) -> None:
    await write(world, folder, "a.md")
    await write(world, folder, "b.md")
    left = folder.file.read_text()[:cut]
    folder.file.write_text(left)
    await world.library.create(world.eve, world.project.id, "c.md", "# C\n")
    assert (await keep(folder, Audit(world.database), world.clock, new_id)).faults
    assert folder.file.read_text() == left


async def test_a_new_key_is_handed_on_to(world: World, folder: AuditFolder) -> None:
    await write(world, folder, "a.md")
    first = folder.trusted()
    await hand_on(folder, Audit(world.database), world.clock, new_id)
    await write(world, folder, "b.md")
    old, new = folder.trusted()
    assert (old,) == first
    content = folder.file.read_text()
    for trusted in ((old,), (new,), (old, new)):
        assert read_series(content, trusted).faults == ()
    assert read_series(content, [Signer(NAME, b"f" * 32).verifier]).faults
    assert read_keys([str(old), "", str(new)]) == (old, new)
    assert await faults_in(world.database, folder) == 0


async def test_after_a_restored_backup_a_new_file_begins_and_the_log_says_why(
    world: World, folder: AuditFolder
) -> None:
    await write(world, folder, "a.md")
    with psycopg.connect(world.database.conninfo) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from audit where chain = %s", (world.project.id,))
        connection.execute("delete from audit_ends where chain = %s", (world.project.id,))
        connection.execute("delete from audit_checkpoints where chain = %s", (world.project.id,))
    assert await faults_in(world.database, folder)
    aside = await begin_anew(folder, Audit(world.database), world.clock, new_id, "The disk broke.")
    assert aside is not None
    assert aside.exists()
    assert await faults_in(world.database, folder) == 0
    series = folder.read()
    assert series is not None
    assert series.links[0].restarts is not None


async def test_one_process_writes_at_a_time(world: World, folder: AuditFolder) -> None:
    with folder.alone(), pytest.raises(UnavailableError):
        await keep(folder, Audit(world.database), world.clock, new_id)


async def test_a_file_kept_elsewhere_may_be_older(world: World, folder: AuditFolder) -> None:
    await write(world, folder, "a.md")
    old = folder.read()
    await write(world, folder, "b.md")
    assert old is not None
    audit = Audit(world.database)
    assert (await audit.verify(SERVER, [Kept(old, whole=False)])).faults == ()
    assert (await audit.verify(SERVER, [Kept(old)])).faults


async def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for use in (AuditFolder(tmp_path / "file").signer, AuditFolder(tmp_path / "file" / "x").signer):
        with pytest.raises(UserError) as told:
            use()
        assert "HOLDFAST_AUDIT_DIR" in told.value.hint
    folder = AuditFolder(tmp_path / "audit")
    folder.signer()
    (folder.folder / KEY).write_text("no key")
    with pytest.raises(UserError):
        folder.signer()
    with pytest.raises(UserError):
        read_keys(["holdfast-audit+00000000+AAAA"])
