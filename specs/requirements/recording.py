"""Writes a new decision record as those beside it are written, and the status of one that it supersedes. Pure.

Only the line that says the status changes in a record that is superseded; every other byte stays.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from specs.anchors import slug
from specs.errors import UserError

MADR, NYGARD, LOG4BRAINS = "madr", "adr", "log4brains"
FOLDERS = {MADR: "docs/decisions", NYGARD: "doc/adr", LOG4BRAINS: "docs/adr"}
NUMBER = re.compile(r"(?:adr[-_ ]?)?(?P<number>\d{3,6})[-_. ]", re.IGNORECASE)
DAY = re.compile(r"\d{8}-")
TITLE = re.compile(r"^# +(?:\d+[.:] +)?(?P<title>.+?)\s*$", re.MULTILINE)
WIDTH = 4

_MADR = """---
status: {status}
date: {date}
---
# {title}

## Context and Problem Statement

What is to be decided, and why now?

## Considered Options

* The first option
* The second option

## Decision Outcome

Chosen option: "The first option", because ...

### Consequences

* Good, because ...
* Bad, because ...

### Confirmation

How it is checked that this is kept.
{links}"""
_NYGARD = """# {number}. {title}

Date: {date}

## Status

{status}
{links}
## Context

What is to be decided, and why now?

## Decision

What is done about it.

## Consequences

What becomes easier, and what harder.
"""
_LOG4BRAINS = """# {title}

- Status: {status}
- Date: {date}

## Context and Problem Statement

What is to be decided, and why now?

## Considered Options

- The first option
- The second option

## Decision Outcome

Chosen option: "The first option", because ...
{links}"""


@dataclass(frozen=True, slots=True)
class Record:
    """A decision record that is there: its path, its text, its dialect."""

    path: str
    text: str
    dialect: str

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.path.rpartition("/")[2]

    @property
    def number(self) -> int | None:
        """The number that its name begins with."""
        found = NUMBER.match(self.name)
        return int(found["number"]) if found else None

    @property
    def title(self) -> str:
        """Its heading without the number, else its name."""
        found = TITLE.search(self.text)
        return found["title"] if found else self.name


@dataclass(frozen=True, slots=True)
class House:
    """How records are written: folder, dialect, whether names begin with the day, the next number, its width."""

    folder: str
    dialect: str
    dated: bool
    number: int
    width: int


def house_of(records: Sequence[Record], folder: str = "") -> House:
    """Say how the newest records of a folder are written (else: of the folder that holds the most)."""
    folders = [record.path.rpartition("/")[0] for record in records]
    chosen = folder or (max(sorted(set(folders)), key=folders.count) if folders else FOLDERS[MADR])
    mine = sorted((one for one in records if one.path.rpartition("/")[0] == chosen), key=lambda one: one.name)
    if not mine:
        dialect = NYGARD if "doc/adr" in chosen else MADR
        return House(chosen, dialect, dated=False, number=1, width=WIDTH)
    numbered = [(one.number, one) for one in mine if one.number is not None]
    dated = sum(bool(DAY.match(one.name)) for one in mine) > len(mine) / 2
    newest = max(numbered, key=lambda one: one[0])[1] if numbered and not dated else mine[-1]
    found = NUMBER.match(newest.name)
    highest = max((number for number, _ in numbered), default=0)
    return House(chosen, newest.dialect, dated, highest + 1, len(found["number"]) if found else WIDTH)


def named(house: House, title: str, date: str) -> str:
    """Give the path of a new record."""
    words = slug(title).strip("-") or "decision"
    begin = date.replace("-", "") if house.dated else f"{house.number:0{house.width}d}"
    return f"{house.folder}/{begin}-{words[:80].rstrip('-')}.md"


def written(house: House, title: str, date: str, status: str, old: Sequence[Record]) -> str:
    """Give the text of a new record, which says what it supersedes."""
    links = [f"[{one.title}]({one.name})" for one in old]
    if house.dialect == NYGARD:
        told = "".join(f"\nSupercedes {link}\n" for link in links)
        return _NYGARD.format(number=house.number, title=title, date=date, status=status.capitalize(), links=told)
    listed = "".join(f"\n- Supersedes {link}" for link in links)
    if house.dialect == LOG4BRAINS:
        told = f"\n## Links\n{listed}\n" if links else ""
        return _LOG4BRAINS.format(title=title, date=date, status=status, links=told)
    told = f"\n## More Information\n{listed}\n" if links else ""
    return _MADR.format(title=title, date=date, status=status, links=told)


def superseded(old: Record, new: Record) -> str:
    """Give the text of a record whose status says what supersedes it. Raises `UserError` where it says no status."""
    link = f"[{new.title}]({new.name})"
    number = f"ADR-{new.number:04d}" if new.number is not None else link
    told: Mapping[str, tuple[str, str]] = {
        MADR: (r"(?m)\A(---\r?\n(?:(?!---).*\n)*?status:[ \t]*)[^\r\n]*", rf"superseded by {number}"),
        NYGARD: (r"(?m)(^## +Status[ \t]*\r?\n(?:[ \t]*\r?\n)*)[^\r\n#][^\r\n]*", f"Superceded by {link}"),
        LOG4BRAINS: (r"(?mi)(^[-*] +status:[ \t]*)[^\r\n]*", f"superseded by {link}"),
    }
    for dialect in (old.dialect, *told):
        pattern, words = told.get(dialect, ("", ""))
        if pattern and (found := re.search(pattern, old.text)):
            return old.text[: found.start()] + found[1] + words + old.text[found.end() :]
    raise UserError(f"{old.path} says no status.", "Give it one, then supersede it.")
