"""The audit log of a running installation verifies, and tampering shows."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from specs.access import SERVER, Role
from specs.audit import INSTALLATION, Checkpoint, Wanted
from specs.auditlines import verify_lines
from specs.checkpoints import NAME, Link, first_link, next_link, read_series, write_note
from specs.errors import DeniedError, UserError
from specs.service.audit import Audit, Kept, Verified
from specs.signing import Signer
from tests.factories import START, World, together


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


def kept(ends: Iterable[Checkpoint]) -> Kept:
    """A file of checkpoints as someone kept it elsewhere."""
    signer = Signer(NAME, b"k" * 32)
    links: list[Link] = []
    text = ""
    for end in ends:
        link = next_link(links[-1], end, START) if links else first_link(UUID(int=9), end, START)
        note, made = write_note(link, signer)
        links.append(made)
        text += note
    return Kept(read_series(text, [signer.verifier]), whole=False)


async def test_a_log_rewritten_whole_shows_against_a_checkpoint(world: World) -> None:
    audit = Audit(world.database)
    before = (await audit.verify(SERVER)).ends
    await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    assert (await audit.verify(SERVER, [kept(before)])).faults == ()
    with psycopg.connect(world.database.conninfo) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from audit")
        connection.execute("delete from audit_ends")
    assert (await audit.verify(SERVER)).faults == ()
    assert {fault.chain for fault in (await audit.verify(SERVER, [kept(before)])).faults} == {
        end.chain for end in before
    }


async def test_what_is_added_is_verified_from_the_last_checkpoint_on(world: World) -> None:
    audit = Audit(world.database)
    ends = {end.chain: end for end in (await audit.verify(SERVER)).ends}
    assert await audit.advance(SERVER, ends) == Verified((), ())
    await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    grown = await audit.advance(SERVER, ends)
    assert [end.chain for end in grown.ends] == [world.project.id]
    assert grown.faults == ()
    wrong = {**ends, world.project.id: replace(ends[world.project.id], digest="0" * 64)}
    assert (await audit.advance(SERVER, wrong)).faults
    ahead = {**ends, world.project.id: replace(ends[world.project.id], n=99)}
    assert (await audit.advance(SERVER, ahead)).faults


async def test_entries_are_found_by_what_they_say(world: World) -> None:
    audit, project = Audit(world.database), world.project.id
    saved = await world.library.create(world.eve, project, "a.md", "a\n")
    await world.library.create(world.claude, project, "b_.md", "b\n")
    reviewer = await world.person("rita", Role.REVIEWER)

    async def found(**wanted: object) -> list[str]:
        page = await audit.find(reviewer, project, Wanted(**wanted))  # type: ignore[arg-type]
        return [entry.act.action for entry in page.items]

    assert (await found(actor=world.eve.actor.id)) == ["spec.create"]
    assert (await found(subject=str(saved.spec.id))) == ["spec.create"]
    assert (await found(action="spec.create")) == ["spec.create", "spec.create"]
    assert (await found(action="spec.*")) == ["spec.create", "spec.create"]
    assert (await found(action="spec_*")) == []
    assert (await found(since=START + timedelta(days=1))) == []
    assert len(await found(until=START + timedelta(days=1))) == len(await found())
    first = await audit.find(reviewer, project, Wanted(), limit=1)
    rest = await audit.find(reviewer, project, Wanted(), cursor=first.next)
    assert first.items[0].n == rest.items[0].n + 1
    for nobody in (world.rob, world.eve, world.claude):
        with pytest.raises(DeniedError):
            await audit.find(nobody, project, Wanted())
    with pytest.raises(UserError):
        await audit.find(reviewer, project, Wanted(), cursor="x")


async def test_an_export_verifies_by_itself_and_tampering_with_it_shows(world: World) -> None:
    await world.library.create(world.eve, world.project.id, "a.md", "a\n", "Über\u2028")
    audit = Audit(world.database)
    lines = [line async for line in audit.export(SERVER)]
    whole = verify_lines(lines)
    assert (whole.faults, whole.problem) == ((), None)
    assert whole.count == sum(end.n for end in whole.ends)
    one = [line async for line in audit.export(SERVER, world.project.id)]
    assert len(verify_lines(one).ends) == 1
    assert verify_lines([line for line in one if "spec.create" in line], part=True).faults == ()
    with pytest.raises(DeniedError):
        _ = [line async for line in audit.export(world.ada)]


async def test_only_who_runs_the_installation_verifies(world: World) -> None:
    with pytest.raises(DeniedError):
        await Audit(world.database).verify(world.ada)


VERSIONS = {
    "a text": "update texts set body = body || ' '",
    "a time": "update revisions set at = at + interval '1 microsecond'",
    "an author": "update revisions set actor_id = (select id from actors where name = 'Rob')",
    "a parent": "update revisions set parents = '{}' where parents <> '{}'",
    "a deletion": "delete from revisions where seq = (select max(seq) from revisions)",
    "another text": "update revisions set text_digest = (select min(digest) from texts)",
}


@pytest.mark.parametrize("how", VERSIONS)
async def test_tampering_with_versions_shows(world: World, how: str) -> None:
    saved = await world.library.create(world.eve, world.project.id, "a.md", "a\n")
    await world.library.save(world.eve, world.project.id, saved.spec.id, base=saved.revision.digest, text="b\n")
    assert (await Audit(world.database).verify(SERVER)).faults == ()
    with psycopg.connect(world.database.conninfo) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(VERSIONS[how].encode())
    faults = (await Audit(world.database).verify(SERVER)).faults
    assert {fault.chain for fault in faults} == {world.project.id}
