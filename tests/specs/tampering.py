"""Ways to tamper with the audit log and with the file of checkpoints beside it, each of which must be found."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.audittrail import AuditFolder, keep
from app.db import Database
from app.sources import new_id, now
from specs.access import SERVER
from specs.audit import INSTALLATION, Act, entry_digest
from specs.checkpoints import NAME, Link, read_series, write_note
from specs.service.audit import Audit, Kept
from specs.signing import Signer
from specs.store.audit import AuditStore

CHAINS = (INSTALLATION, *(UUID(int=n) for n in (11, 12, 13)))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COLUMNS = "chain, n, at, actor_id, actor_kind, credential_id, on_behalf_of, task_id, action, subject, details, policy,"
COLUMNS += " previous, digest"
TEXTS = ("actor_kind", "action", "subject", "policy", "previous", "digest")
IDS = ("actor_id", "credential_id", "on_behalf_of", "task_id", "chain")


async def fill(database: Database, folder: AuditFolder, entries: int, rounds: int = 5) -> None:
    """Write a log with some chains, and a few rounds of checkpoints beside it, the last at its end."""
    chance = random.Random(1)
    at = START
    for _ in range(rounds):
        for _ in range(entries // rounds):
            at += timedelta(seconds=chance.randrange(1, 100))
            act = Act(
                at,
                UUID(int=chance.randrange(1, 9)),
                chance.choice(["human", "agent", "system"]),
                chance.choice(["spec.save", "spec.create", "member.role", "secret.allow"]),
                str(UUID(int=chance.randrange(1, 50))),
                {"path": f"specs/{chance.randrange(30)}.md", "Größe": chance.randrange(9), "list": [None, True, "x"]},
                UUID(int=chance.randrange(1, 9)) if chance.random() < 0.5 else None,
                UUID(int=chance.randrange(1, 9)) if chance.random() < 0.3 else None,
                UUID(int=chance.randrange(1, 9)) if chance.random() < 0.3 else None,
                f"policies@{chance.randrange(9)}" if chance.random() < 0.3 else None,
            )
            async with database.transaction() as connection:
                await AuditStore(connection).append(chance.choice(CHAINS), act)
        kept = await keep(folder, Audit(database), now, new_id)
        assert kept.notes
        assert not kept.faults


@dataclass
class Tamperer:
    """Tampers with one log and its file, in ways drawn by chance. Every way leaves something that was not so before."""

    connection: psycopg.Connection[Any]
    file: Path
    chance: random.Random

    def __post_init__(self) -> None:
        self.content = self.file.read_text(encoding="utf-8")
        self.rows = self._read("audit", COLUMNS, "chain, n")
        self.ends = self._read("audit_ends", "chain, n, digest, previous", "chain")
        self.recorded = self._read("audit_checkpoints", "series, number, chain, n, digest", "series, number")

    def _read(self, table: str, columns: str, order: str) -> list[dict[str, Any]]:
        cursor = self.connection.execute(f"select {columns} from {table} order by {order}".encode())
        names = [name.strip() for name in columns.split(",")]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def write(self, rows: list[dict[str, Any]] | None = None, ends: Any = None, recorded: Any = None) -> None:
        """Put a database's log in the place of the one there."""
        self.connection.execute("set session_replication_role = replica")
        for table, content in (("audit", rows), ("audit_ends", ends), ("audit_checkpoints", recorded)):
            if content is None:
                continue
            self.connection.execute(f"delete from {table}".encode())
            for row in content:
                names = ", ".join(row)
                values = [Jsonb(value) if isinstance(value, dict) else value for value in row.values()]
                marks = ", ".join(["%s"] * len(values))
                self.connection.execute(f"insert into {table} ({names}) values ({marks})".encode(), values)
        self.connection.commit()

    def restore(self) -> None:
        """Make all as it was."""
        self.write(self.rows, self.ends, self.recorded)
        self.file.write_text(self.content, encoding="utf-8")

    def tamper(self, number: int) -> str:
        """Do something, each way in its turn, and say what."""
        way = WAYS[number % len(WAYS)]
        way(self)
        return way.__name__

    def flipped(self, value: str) -> str:
        """Change one bit of a text, to another that PostgreSQL can keep."""
        while True:
            at = self.chance.randrange(len(value))
            other = value[:at] + chr(ord(value[at]) ^ (1 << self.chance.randrange(7))) + value[at + 1 :]
            if "\0" not in other:
                return other

    def copies(self) -> list[dict[str, Any]]:
        return [dict(row) for row in self.rows]

    def of_chain(self) -> tuple[UUID, list[dict[str, Any]], list[dict[str, Any]]]:
        """Give a chain, copies of its rows, and those of all others."""
        chain = self.chance.choice(CHAINS)
        rows = self.copies()
        return chain, [row for row in rows if row["chain"] == chain], [row for row in rows if row["chain"] != chain]


def rechained(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number rows and compute their hashes anew, as whoever knows how would."""
    previous = "0" * 64
    for n, row in enumerate(rows, 1):
        row |= {"n": n, "previous": previous}
        row["digest"] = previous = entry_digest(row["chain"], n, act_of(row), previous)
    return rows


def act_of(row: dict[str, Any]) -> Act:
    return Act(
        row["at"],
        row["actor_id"],
        row["actor_kind"],
        row["action"],
        row["subject"],
        row["details"],
        row["credential_id"],
        row["on_behalf_of"],
        row["task_id"],
        row["policy"],
    )


def with_end(ends: list[dict[str, Any]], rows: list[dict[str, Any]], chain: UUID) -> list[dict[str, Any]]:
    """Have the recorded end of a chain say what its last row says; a chain without rows has none."""
    others = [dict(end) for end in ends if end["chain"] != chain]
    last = [{name: rows[-1][name] for name in ("chain", "n", "digest", "previous")}] if rows else []
    return others + last


def edit_text(it: Tamperer) -> None:
    rows = it.copies()
    row = it.chance.choice([row for row in rows if row["policy"] is not None])
    column = it.chance.choice(TEXTS)
    row[column] = it.flipped(row[column])
    it.write(rows)


def edit_id(it: Tamperer) -> None:
    rows = it.copies()
    row, column = it.chance.choice(rows), it.chance.choice(IDS)
    value = row[column]
    row[column] = UUID(int=(value.int if value else 0) ^ (1 << it.chance.randrange(100, 128)))
    it.write(rows)


def edit_time(it: Tamperer) -> None:
    rows = it.copies()
    it.chance.choice(rows)["at"] += timedelta(microseconds=it.chance.choice([-1, 1, 1000]))
    it.write(rows)


def edit_details(it: Tamperer) -> None:
    rows = it.copies()
    row = it.chance.choice(rows)
    changes = ({"path": "other"}, {"Größe": 99}, {"more": None}, {"list": [True, None, "x"]})
    row["details"] = row["details"] | it.chance.choice(changes)
    it.write(rows)


def forget_a_field(it: Tamperer) -> None:
    rows = it.copies()
    column = it.chance.choice(("credential_id", "on_behalf_of", "task_id", "policy"))
    it.chance.choice([row for row in rows if row[column] is not None])[column] = None
    it.write(rows)


def edit_number(it: Tamperer) -> None:
    rows = it.copies()
    it.chance.choice(rows)["n"] += it.chance.choice([-1000, 1000, 1 << 40])
    it.write(rows)


def delete_one(it: Tamperer) -> None:
    rows = it.copies()
    del rows[it.chance.randrange(len(rows))]
    it.write(rows)


def delete_some(it: Tamperer) -> None:
    rows = it.copies()
    at = it.chance.randrange(len(rows))
    it.write(rows[:at] + rows[at + it.chance.randrange(1, 20) :])


def swap(it: Tamperer) -> None:
    _, rows, others = it.of_chain()
    one, two = it.chance.sample(rows, 2)
    one["n"], two["n"] = two["n"], one["n"]
    it.write(rows + others)


def swap_two_rehashed(it: Tamperer) -> None:
    _, rows, others = it.of_chain()
    one, two = it.chance.sample(rows, 2)
    for name in ("n", "previous"):
        one[name], two[name] = two[name], one[name]
    for row in (one, two):
        row["digest"] = entry_digest(row["chain"], row["n"], act_of(row), row["previous"])
    it.write(rows + others)


def edit_one_rehashed(it: Tamperer) -> None:
    rows = it.copies()
    row = it.chance.choice(rows)
    row["subject"] = it.flipped(row["subject"])
    row["digest"] = entry_digest(row["chain"], row["n"], act_of(row), row["previous"])
    it.write(rows)


def insert_copy(it: Tamperer) -> None:
    rows = it.copies()
    row = it.chance.choice(rows)
    last = max(other["n"] for other in rows if other["chain"] == row["chain"])
    it.write([*rows, row | {"n": last + it.chance.choice([1, 2, 1000])}])


def cut_tail(it: Tamperer) -> None:
    _, rows, others = it.of_chain()
    it.write(rows[: -it.chance.randrange(1, len(rows))] + others)


def cut_tail_and_end(it: Tamperer) -> None:
    chain, rows, others = it.of_chain()
    rows = rows[: it.chance.randrange(len(rows))]
    it.write(rows + others, with_end(it.ends, rows, chain))


def cut_tail_and_end_and_memory(it: Tamperer) -> None:
    chain, rows, others = it.of_chain()
    rows = rows[: it.chance.randrange(len(rows))]
    left = next((at for at, row in enumerate(it.recorded) if row["chain"] == chain and row["n"] > len(rows)), None)
    it.write(rows + others, with_end(it.ends, rows, chain), it.recorded[:left])


def lose_a_chain(it: Tamperer) -> None:
    chain, _, others = it.of_chain()
    it.write(others, with_end(it.ends, [], chain))


def rewrite_edited(it: Tamperer) -> None:
    chain, rows, others = it.of_chain()
    row = it.chance.choice(rows)
    row["subject"] = it.flipped(row["subject"])
    it.write(rechained(rows) + others, with_end(it.ends, rows, chain))


def rewrite_shortened(it: Tamperer) -> None:
    chain, rows, others = it.of_chain()
    del rows[it.chance.randrange(len(rows))]
    it.write(rechained(rows) + others, with_end(it.ends, rows, chain))


def rewrite_swapped(it: Tamperer) -> None:
    chain, rows, others = it.of_chain()
    one, two = it.chance.sample(range(len(rows)), 2)
    rows[one], rows[two] = rows[two], rows[one]
    it.write(rechained(rows) + others, with_end(it.ends, rows, chain))


def rewrite_with_one_more(it: Tamperer) -> None:
    chain, rows, others = it.of_chain()
    at = it.chance.randrange(len(rows))
    rows.insert(at, dict(rows[at]))
    it.write(rechained(rows) + others, with_end(it.ends, rows, chain))


def edit_end(it: Tamperer) -> None:
    ends = [dict(end) for end in it.ends]
    end = it.chance.choice(ends)
    change = it.chance.choice(("n", "digest", "previous"))
    end[change] = end["n"] + it.chance.choice([-1, 1]) if change == "n" else it.flipped(end[change])
    it.write(ends=ends)


def lose_end(it: Tamperer) -> None:
    ends = list(it.ends)
    del ends[it.chance.randrange(len(ends))]
    it.write(ends=ends)


def edit_memory(it: Tamperer) -> None:
    recorded = [dict(row) for row in it.recorded]
    row = it.chance.choice(recorded)
    change = it.chance.choice(("number", "chain", "n", "digest", "series"))
    value = row[change]
    if isinstance(value, str):
        row[change] = it.flipped(value)
    else:
        row[change] = UUID(int=value.int ^ 1) if isinstance(value, UUID) else value + it.chance.choice([-1000, 1000])
    it.write(recorded=recorded)


def lose_memory(it: Tamperer) -> None:
    recorded = list(it.recorded)
    del recorded[it.chance.randrange(len(recorded) - 1)]
    it.write(recorded=recorded)


def notes_of(content: str) -> list[str]:
    parts = content.split("\n\n")  # text, signatures, text, signatures, ..., ""
    return [f"{parts[at]}\n\n{parts[at + 1]}\n\n" for at in range(0, len(parts) - 1, 2)]


def flip_in_file(it: Tamperer) -> None:
    it.file.write_text(it.flipped(it.content), encoding="utf-8")


def truncate_file(it: Tamperer) -> None:
    it.file.write_bytes(it.content.encode()[: it.chance.randrange(len(it.content.encode()))])


def lose_last_notes(it: Tamperer) -> None:
    notes = notes_of(it.content)
    it.file.write_text("".join(notes[: it.chance.randrange(len(notes))]), encoding="utf-8")


def lose_a_note(it: Tamperer) -> None:
    notes = notes_of(it.content)
    del notes[it.chance.randrange(len(notes))]
    it.file.write_text("".join(notes), encoding="utf-8")


def swap_notes(it: Tamperer) -> None:
    notes = notes_of(it.content)
    one, two = it.chance.sample(range(len(notes)), 2)
    notes[one], notes[two] = notes[two], notes[one]
    it.file.write_text("".join(notes), encoding="utf-8")


def replay_a_note(it: Tamperer) -> None:
    notes = notes_of(it.content)
    it.file.write_text("".join([*notes, it.chance.choice(notes)]), encoding="utf-8")


def lose_the_file(it: Tamperer) -> None:
    it.file.write_text("", encoding="utf-8")


def sign_with_another_key(it: Tamperer) -> None:
    forger = Signer(NAME, it.chance.randbytes(32))
    links: list[Link] = []
    text = ""
    for link in read_series(it.content, []).links:
        previous = links[-1].digest if links else link.previous
        note, made = write_note(replace(link, previous=previous), forger)
        links.append(made)
        text += note
    it.file.write_text(text, encoding="utf-8")


def cut_all_to_an_older_moment(it: Tamperer) -> None:
    """Put back an older file with the older log, and leave only what the database remembers."""
    chain, rows, others = it.of_chain()
    mine = [row for row in it.recorded if row["chain"] == chain]
    row = it.chance.choice(mine[:-1])
    kept = rows[: row["n"]]
    it.file.write_text("".join(notes_of(it.content)[: row["number"]]), encoding="utf-8")
    it.write(kept + others, with_end(it.ends, kept, chain))


WAYS: tuple[Callable[[Tamperer], None], ...] = (
    edit_text,
    edit_id,
    edit_time,
    edit_details,
    forget_a_field,
    edit_number,
    delete_one,
    delete_some,
    swap,
    swap_two_rehashed,
    edit_one_rehashed,
    insert_copy,
    cut_tail,
    cut_tail_and_end,
    cut_tail_and_end_and_memory,
    lose_a_chain,
    rewrite_edited,
    rewrite_shortened,
    rewrite_swapped,
    rewrite_with_one_more,
    edit_end,
    lose_end,
    edit_memory,
    lose_memory,
    flip_in_file,
    truncate_file,
    lose_last_notes,
    lose_a_note,
    swap_notes,
    replay_a_note,
    lose_the_file,
    sign_with_another_key,
    cut_all_to_an_older_moment,
)


async def faults_in(database: Database, folder: AuditFolder) -> int:
    """Verify as `holdfast audit verify` does, and count what it finds."""
    series = folder.read()
    kept = [] if series is None else [Kept(series)]
    return len((await Audit(database).verify(SERVER, kept, missed=True)).faults)


async def run(database: Database, folder: AuditFolder, count: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Tamper so many times; give how often in which way, and which were missed. Afterwards all is as it was."""
    done: Counter[str] = Counter()
    missed = []
    with psycopg.connect(database.conninfo) as connection:
        tamperer = Tamperer(connection, folder.file, random.Random(seed))
        assert await faults_in(database, folder) == 0
        for number in range(count):
            way = tamperer.tamper(number)
            done[way] += 1
            if not await faults_in(database, folder):
                missed.append(f"{way} (number {number})")
            tamperer.restore()
        assert await faults_in(database, folder) == 0
    return done, missed
