"""The weekly letter as parts that every form can show: figures, lists, tables, pictures. Here stands what it says.

Forms turn an outline into their markup; none of them counts anything, chooses words or knows a letter. Texts from code
and from people stand in spans as they are; each form escapes them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from app.letters import words
from app.letters.links import Links
from app.wording import clean, counted
from sync.weekly.letter import Decision, Item, Letter, Waiver
from sync.weekly.tally import NO_OWNER, NO_SPEC, Count, Row

CODE = re.compile(r"`([^`\n]+)`")
COUNTS = (Count.NEW, Count.RESOLVED, Count.REGRESSED, Count.WORSENED, Count.ONGOING, Count.OPEN)
TABLED = 25


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text: a link, or code, or soft where it matters less."""

    text: str
    link: str = ""
    code: bool = False
    soft: bool = False
    strong: bool = False


Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, how it moved, and where the list behind it is."""

    value: int
    name: str
    note: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers that stand together."""

    rows: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a list: what it says, and lines under it."""

    line: Line
    under: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Entries:
    """A list."""

    rows: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose first column are names and whose others are numbers; `name` names the picture of it, if any."""

    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    picture: str = ""
    alt: str = ""


Block: TypeAlias = Figures | Entries | Grid


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the letter under a title; the first has none."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole letter, ready for any form."""

    subject: str
    title: str
    verdict: str
    about: str
    sections: tuple[Section, ...] = ()
    foot: tuple[Line, ...] = field(default_factory=tuple)


def outline(letter: Letter, links: Links) -> Outline:
    """Lay a letter out."""
    sections = (*_first(letter, links), *_detail(letter, links), *_beside(letter, links), *_closing(letter, links))
    told = [section for section in sections if section.blocks]
    if letter.quiet:
        told = [_quiet(letter)]
    reports = links.place("reports")
    foot: tuple[Line, ...] = ((Span("All reports, and which of them you get", reports),),) if reports else ()
    return Outline(
        words.subject(letter),
        words.title(letter),
        letter.verdict,
        words.span(letter),
        tuple(told),
        () if letter.quiet else foot,
    )


def _quiet(letter: Letter) -> Section:
    compared = "; ".join(f"{scope.repository}: {words.freshness(scope)}" for scope in letter.scopes)
    rows = [Entry(_plain("Nothing new, nothing resolved, nothing open. All quiet."))]
    if compared:
        rows.append(Entry(_plain(compared)))
    return Section("", (Entries(tuple(rows)),))


def _first(letter: Letter, links: Links) -> Iterable[Section]:
    """Give what fits on the first screen: what to decide, and the numbers."""
    figures = tuple(
        Figure(value, name, note, links.number(letter, count)) for count, value, name, note in words.numbers(letter)
    )
    yield Section("", (Figures(figures),))
    yield Section("Decisions wanted", _entries(_decision(one, links) for one in letter.decisions))


def _decision(one: Decision, links: Links) -> Entry:
    owner = ", ".join(one.owners) or NO_OWNER
    waits = f"{owner} · since {words.day(one.since.date())}"
    return Entry(told(one.question, links.decision(one)), ((*told(one.why),), (Span(clean(waits), soft=True),)))


def _detail(letter: Letter, links: Links) -> Iterable[Section]:
    """Give what moved, by finding, by spec, by owner and by file."""
    yield Section("For its size", _rates(letter, links))
    yield Section("Most and longest", _entries(_foremost(letter, links)))
    yield Section(words.NAMES[Count.NEW], _items(letter.new, letter.counts.new, links, fix=True))
    yield Section(words.NAMES[Count.REGRESSED], _items(letter.regressed, letter.counts.regressed, links, fix=True))
    yield Section(words.NAMES[Count.WORSENED], _items(letter.worsened, letter.counts.worsened, links))
    yield Section("Hot spots", _entries(_spot(letter, links)))
    yield Section("By owner", _table("owner", letter.by_owner, letter, links))
    yield Section("By spec", _table("spec", letter.by_spec, letter, links))
    yield Section("Resolved, with thanks", _items(letter.resolved, letter.counts.resolved, links, thanks=True))
    yield Section("Twelve weeks", (_trend(letter, links),))
    if letter.edges:
        alt = "; ".join(f"{one.source} imports {one.target} ({one.findings})" for one in letter.edges)
        rows = tuple(
            ((*_code(one.source), Span(" → "), *_code(one.target)), _plain(str(one.findings))) for one in letter.edges
        )
        yield Section("Imports that break something", (Grid(("from and to", "open"), rows, "edges", clean(alt)),))


def _rates(letter: Letter, links: Links) -> tuple[Block, ...]:
    rows = [
        (
            _plain(words.rate(rate)),
            *(
                (Span(f"{value:g}", links.number(letter, count) if value else ""),)
                for count in COUNTS
                for value in (getattr(rate, count.value),)
            ),
        )
        for rate in letter.rates
    ]
    return (Grid(("findings", *(words.SHORT[count] for count in COUNTS)), tuple(rows)),) if rows else ()


def _foremost(letter: Letter, links: Links) -> Iterable[Entry]:
    if (row := letter.drifting) is not None:
        line = [Span("The spec that drifts most: "), Span(clean(row.name), links.spec(row.name), code=True)]
        for count in (Count.NEW, Count.REGRESSED, Count.OPEN):
            value = getattr(row.counts, count.value)
            line += [Span(", "), Span(f"{value} {words.SHORT[count]}", links.number(letter, count, spec=row.name))]
        yield Entry(tuple(line))
    if (item := letter.oldest) is not None:
        where = (Span(clean(words.place(item)), code=True), Span(clean(f", {words.cause(item)}."), soft=True))
        yield Entry((Span("Open longest: "), *told(item.message, links.item(item))), (where,))


def _spot(letter: Letter, links: Links) -> Iterable[Entry]:
    for spot in letter.hot_spots:
        first = spot.first
        link = links.number(letter, Count.OPEN, path=spot.path)
        tail = f" {counted(spot.open, 'open finding')}, {counted(spot.moves, 'event')} this week"
        under: list[Line] = []
        if spot.sentence:
            under.append((Span("The spec: "), *told(spot.sentence)))
        if spot.code:
            under.append((Span("The code: "), Span(clean(spot.code), code=True)))
        under.append((Span(clean(f"First {words.cause(first)}"), soft=True),))
        yield Entry((Span(clean(spot.path), link, code=True), Span(clean(tail))), tuple(under))


def _items(
    items: Sequence[Item], whole: int, links: Links, *, fix: bool = False, thanks: bool = False
) -> tuple[Block, ...]:
    rows = []
    for item in items:
        under: list[Line] = [told(item.fix)] if fix and item.fix else []
        by = f" Thanks to {item.by}." if thanks and item.by else ""
        where = (Span(clean(words.place(item)), code=True), Span(clean(f", {words.cause(item)}.{by}"), soft=True))
        rows.append(Entry(told(item.message, links.item(item)), (*under, where)))
    if whole > len(items) and rows:
        rows.append(Entry((Span(f"and {whole - len(items)} more", soft=True),)))
    return _entries(rows)


def _table(what: str, rows: Sequence[Row], letter: Letter, links: Links) -> tuple[Block, ...]:
    if not rows:
        return ()
    lines = []
    for row in rows[:TABLED]:
        owner, spec = (row.name, "") if what == "owner" else ("", row.name)
        numbers = [
            (Span(str(value), links.number(letter, count, owner=owner, spec=spec) if value else ""),)
            for count in COUNTS
            for value in (getattr(row.counts, count.value),)
        ]
        link = links.spec(row.name) if what == "spec" and row.name != NO_SPEC else ""
        bars = (Span(f" {words.sparkline(row.open)}", soft=True),) if row.open else ()
        lines.append(((Span(clean(row.name), link), *bars), *numbers))
    return (Grid((what, *(words.SHORT[count] for count in COUNTS)), tuple(lines)),)


def _trend(letter: Letter, links: Links) -> Grid:
    last, grown = len(letter.trend) - 1, any(point.lines for point in letter.trend)
    rows = []
    for at, point in enumerate(letter.trend):
        counts = point.counts
        numbers = [
            (Span(str(value), links.number(letter, count, weeks=last - at) if value else ""),)
            for count in COUNTS
            for value in (getattr(counts, count.value),)
        ]
        sized = [_plain(words.density(point))] if grown else []
        rows.append((_plain(words.day(point.begins)), *numbers, *sized))
    alt = "Open findings at the end of each week: " + ", ".join(str(point.counts.open) for point in letter.trend)
    head = ("week of", *(words.SHORT[count] for count in COUNTS), *((words.DENSITY,) if grown else ()))
    return Grid(head, tuple(rows), "trend", alt)


def _beside(letter: Letter, links: Links) -> Iterable[Section]:
    """Give what a project's letter tells besides findings."""
    if (gates := letter.gates) is not None and gates.checked:
        line = words.gates(gates)
        over = (
            Entry(
                (Span(clean(f"{one.commit[:12]} of {one.repository}"), links.place(f"gates/{one.id}")),),
                (_plain(f"let pass by {one.by}{': ' + one.why if one.why else ''}"),),
            )
            for one in gates.overridden
        )
        yield Section("Before merging", _entries([Entry((Span(line, links.place("gates")),)), *over]))
    if (waivers := letter.waivers) is not None and (waivers.standing or waivers.expired or waivers.added):
        rows = [Entry((Span(words.waivers(waivers), links.place("claims")),))]
        rows += [_waiver(one) for one in waivers.expiring]
        if waivers.oldest is not None:
            rows.append(Entry((Span("Oldest: "), *_waiver(waivers.oldest).line), _waiver(waivers.oldest).under))
        yield Section("Waivers", _entries(rows))
    if letter.ages:
        ages = ", ".join(f"{one.count} {one.name}" for one in letter.ages if one.count)
        rows = [Entry((Span(f"Waiting: {ages}.", links.place("inbox")),))]
        rows += [_decision(one, links) for one in letter.waiting]
        yield Section("Decisions waiting", _entries(rows))
    if letter.health is not None:
        yield Section(
            "The specs", _entries(Entry((Span(line, links.place("specs")),)) for line in words.health(letter.health))
        )
    if letter.agents is not None and (lines := words.agents(letter.agents)):
        yield Section("Agents", _entries(_said(line, letter, links) for line in lines))


def _waiver(one: Waiver) -> Entry:
    because = f": {one.because}" if one.because else ""
    return Entry(
        (Span(clean(one.what), code=True), Span(clean(f" in {one.invariant} until {one.until}"))),
        (_plain(f"{one.by}{because}"),),
    )


def _closing(letter: Letter, links: Links) -> Iterable[Section]:
    """Give what the numbers rest on, and what they do not know."""
    rows = [Entry((Span(clean(scope.repository)), *_plain(f": {words.freshness(scope)}"))) for scope in letter.scopes]
    yield Section("What was compared", _entries(rows))
    if letter.honesty is not None and (lines := words.honesty(letter.honesty)):
        yield Section("What is not known", _entries(_said(line, letter, links) for line in lines))


def _said(line: words.Told, letter: Letter, links: Links) -> Entry:
    link = links.number(letter, line.count) if line.count is not None else links.place(line.page)
    return Entry((Span(line.text, link),))


def _entries(rows: Iterable[Entry]) -> tuple[Block, ...]:
    found = tuple(rows)
    return (Entries(found),) if found else ()


def _plain(text: str) -> Line:
    return (Span(clean(text)),)


def _code(text: str) -> Line:
    return (Span(clean(text), code=True),)


def told(message: str, link: str = "") -> Line:
    """Split a message, in which names stand between backticks, into words and code; a link covers all of it."""
    spans: list[Span] = []
    reached = 0
    folded = " ".join(message.split())
    for found in CODE.finditer(folded):
        if found.start() > reached:
            spans.append(Span(clean(folded[reached : found.start()]), link))
        spans.append(Span(clean(found[1]), link, code=True))
        reached = found.end()
    if reached < len(folded):
        spans.append(Span(clean(folded[reached:]), link))
    return tuple(spans)


def text_of(line: Line) -> str:
    """Give the bare text of a line."""
    return "".join(span.text for span in line)
