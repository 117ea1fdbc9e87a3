"""Ways to tamper with the audit log and with the file of checkpoints beside it, each of which must be found."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg

from app.db.database import Database
from app.installation.audittrail import AuditFolder
from specs.access import SERVER
from specs.audit import entry_digest
from specs.checkpoints import NAME, Link, read_series, write_note
from specs.service.audit import Audit, Kept
from specs.signing import Signer
from tests.specs.tampered import IDS, TEXTS, Tamperer, act_of, rechained, with_end


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
            act = WAYS[number % len(WAYS)]
            act(tamperer)
            way = act.__name__
            done[way] += 1
            if not await faults_in(database, folder):
                missed.append(f"{way} (number {number})")
            tamperer.restore()
        assert await faults_in(database, folder) == 0
    return done, missed
