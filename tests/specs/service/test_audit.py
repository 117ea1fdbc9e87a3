"""The audit log of a running installation verifies, and tampering shows."""

from dataclasses import replace

import psycopg
import pytest

from specs.access import SERVER
from specs.audit import INSTALLATION, Checkpoint
from specs.errors import DeniedError
from specs.service.audit import Audit
from tests.factories import World, together


async def test_what_services_write_verifies(world: World) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "a\n", "Über\u2028")
    await world.library.rename(world.eve, world.project.id, saved.spec.id, "ü \U0001f9ea.md")
    verified = await Audit(world.database).verify(SERVER)
    assert verified.faults == ()
    assert {end.chain for end in verified.ends} == {INSTALLATION, world.project.id}


async def test_concurrent_writes_form_one_chain(world: World) -> None:
    await together(*(world.library.create(world.eve, world.project.id, f"{n}.md", f"{n}\n") for n in range(20)))
    verified = await Audit(world.database).verify(SERVER)
    assert verified.faults == ()
    assert (await world.actions()).count("spec.create") == 20


TAMPER = {
    "edit": "update audit set subject = 'other' where n = 3 and chain = %(chain)s",
    "author": "update audit set actor_id = gen_random_uuid() where n = 3 and chain = %(chain)s",
    "time": "update audit set at = at + interval '1 microsecond' where n = 3 and chain = %(chain)s",
    "details": "update audit set details = details || '{\"x\": 1}' where n = 3 and chain = %(chain)s",
    "deletion": "delete from audit where n = 3 and chain = %(chain)s",
    "first": "delete from audit where n = 1 and chain = %(chain)s",
    "last": "delete from audit where n = (select max(n) from audit where chain = %(chain)s) and chain = %(chain)s",
    "all": "delete from audit where chain = %(chain)s",
    "insertion": "insert into audit select chain, n + 1000, at, actor_id, actor_kind, credential_id, on_behalf_of,"
    " task_id, action, subject, details, previous, digest from audit where n = 3 and chain = %(chain)s",
    "end": "update audit_ends set n = n - 1 where chain = %(chain)s",
    "no end": "delete from audit_ends where chain = %(chain)s",
}


@pytest.mark.parametrize("how", TAMPER)
async def test_tampering_shows(world: World, how: str) -> None:
    await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    with psycopg.connect(world.database.conninfo) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(TAMPER[how].encode(), {"chain": world.project.id})
    verified = await Audit(world.database).verify(SERVER)
    assert {fault.chain for fault in verified.faults} == {world.project.id}


async def test_a_log_rewritten_whole_shows_against_a_checkpoint(world: World) -> None:
    audit = Audit(world.database)
    before = (await audit.verify(SERVER)).ends
    await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    assert (await audit.verify(SERVER, before)).faults == ()
    with psycopg.connect(world.database.conninfo) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from audit")
        connection.execute("delete from audit_ends")
    assert (await audit.verify(SERVER)).faults == ()
    assert {fault.chain for fault in (await audit.verify(SERVER, before)).faults} == {end.chain for end in before}
    newer = [replace(before[0], n=1), Checkpoint(before[0].chain, before[0].n, before[0].digest)]
    assert len((await audit.verify(SERVER, newer)).faults) == 2


async def test_only_who_runs_the_installation_verifies(world: World) -> None:
    with pytest.raises(DeniedError):
        await Audit(world.database).verify(world.ada)
