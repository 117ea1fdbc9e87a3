"""Reads migrations as SQL statements, and says what in them would break processes of the release before, or stop them.

Such processes go on reading and writing while a migration runs and after it: they know the columns and tables that they
knew. The rules are those that linters of PostgreSQL migrations agree on.
"""

import re
from collections.abc import Iterator

# What was made in the very migration holds nothing yet and is known to nobody.
_MADE = re.compile(r"create table (?:if not exists )?(\w+)", re.IGNORECASE)
_ALTERED = re.compile(r"^alter table (?:if exists )?(?:only )?(\w+) (.*)$", re.IGNORECASE | re.DOTALL)
_INDEXED = re.compile(
    r"^create (?:unique )?index (concurrently )?(?:if not exists )?\w+ on (?:only )?(\w+)", re.IGNORECASE
)
_DOLLARS = re.compile(r"\$(\w*)\$.*?\$\1\$", re.DOTALL)
_COMMENT = re.compile(r"--[^\n]*")

FORBIDDEN: tuple[tuple[str, str], ...] = (
    (r"drop column\b", "running processes still read the column: stop using it now, drop it a release later"),
    (
        r"rename (?:column |to |\w+ to )",
        "running processes know the old name: add the new one, and drop the old one later",
    ),
    (
        r"alter (?:column )?\w+ (?:set data )?type\b",
        "the table is rewritten under a lock: add a column, fill it, switch",
    ),
    (r"alter (?:column )?\w+ set not null", "all rows are read under a lock: add a check `not valid`, validate it"),
    (r"alter (?:column )?\w+ drop default", "running processes may rely on the default"),
)
NOT_NULL = "running processes insert rows without it: give the column a default, or let it be null"
VOLATILE = "the table is rewritten under a lock: only constants are defaults of a new column"
VALIDATED = "all rows are read under a lock: add the constraint `not valid`, and validate it in a step of its own"
UNIQUE = "an index is built under a lock: build it concurrently, then `add constraint ... using index`"
CONCURRENT = "writers wait until the index is built: build it concurrently, in an `autocommit_block`"
DROPPED = "running processes still use it: stop using it now, drop it a release later"
LONG = "every row is written in one transaction: fill in a job, some rows at a time"


def statements(sql: str) -> Iterator[str]:
    """Give the statements of a script on one line each, without comments and bodies of functions."""
    for statement in _DOLLARS.sub("''", _COMMENT.sub("", sql)).split(";"):
        if plain := " ".join(statement.split()):
            yield plain


def problems(sql: list[str]) -> list[str]:
    """Say what is wrong with a migration that runs these texts, each a statement or more."""
    found, made = [], set[str]()
    for statement in (one for text in sql for one in statements(text)):
        if table := _MADE.match(statement):
            made.add(table[1].lower())
        found += [f"{why} [{statement[:90]}]" for why in _wrong(statement, made)]
    return found


def _wrong(statement: str, made: set[str]) -> Iterator[str]:
    lower = statement.lower()
    if indexed := _INDEXED.match(statement):
        if not indexed[1] and indexed[2].lower() not in made:
            yield CONCURRENT
    elif altered := _ALTERED.match(statement):
        if altered[1].lower() not in made:
            for part in _parts(altered[2]):
                yield from _altering(part.lower())
    elif lower.startswith(("drop table", "drop view", "truncate", "drop function", "drop type")):
        yield DROPPED
    elif re.match(r"drop index (?!concurrently)", lower):
        yield CONCURRENT
    elif re.match(r"(update|delete from|insert into) (\w+)", lower) and " select " in f" {lower} ".replace("(", " "):
        yield LONG
    elif updated := re.match(r"(?:update|delete from) (\w+)", lower):
        if updated[1] not in made:
            yield LONG
    elif re.match(r"(lock|cluster|vacuum full|reindex (?!.*concurrently))", lower):
        yield "it locks out everyone else"


def _altering(part: str) -> Iterator[str]:
    yield from (why for pattern, why in FORBIDDEN if re.match(pattern, part))
    if part.startswith("add column") or re.match(r"add (?!constraint|column|check|foreign|unique|primary)", part):
        if "not null" in part and "default" not in part and "generated" not in part:
            yield NOT_NULL
        if re.search(r"default (?!now\(\)|current_)\w+\(", part) or "generated always as (" in part:
            yield VOLATILE
        if re.search(r"\b(unique|primary key)\b", part):
            yield UNIQUE
    elif re.match(r"add (constraint|check|foreign|unique|primary)", part):
        if re.search(r"\b(unique|primary key)\b", part) and "using index" not in part:
            yield UNIQUE
        elif re.search(r"\b(check|foreign key|references|exclude)\b", part) and "not valid" not in part:
            yield VALIDATED


def _parts(actions: str) -> list[str]:
    """Divide the actions of an `alter table` at commas outside of parentheses."""
    parts, depth, current = [], 0, ""
    for character in actions:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(current.strip())
            current = ""
        else:
            current += character
    return [*parts, current.strip()]
