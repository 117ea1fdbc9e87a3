"""A filled audit log with its checkpoints, and the hands of someone who can write to both."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.db.database import Database
from app.installation.audittrail import AuditFolder, keep
from app.sources import new_id, now
from specs.audit import INSTALLATION, Act, entry_digest
from specs.service.audit import Audit
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
