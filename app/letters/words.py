"""The sentences that all forms of the weekly letter share. Knows no markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.wording import clean, counted
from sync.weekly.letter import Agents, Gated, Health, Honesty, Item, Letter, Point, Rate, Scope, Waivers
from sync.weekly.tally import Count

COMMIT = 12
THOUSAND = 1000
DENSITY = "open in 1,000 lines"
LONGEST_SUBJECT = 200
BARS = "▁▂▃▄▅▆▇█"
NAMES = {
    Count.NEW: "New",
    Count.RESOLVED: "Resolved",
    Count.REGRESSED: "Came back",
    Count.WORSENED: "Worsened invariants",
    Count.ONGOING: "Ongoing",
    Count.OPEN: "Open",
}
FORM_NAMES = {
    "markdown": "Markdown",
    "html": "mail HTML",
    "json": "JSON",
    "slack": "Slack blocks",
    "pdf": "PDF",
    "png": "picture",
}
SHORT = {
    Count.NEW: "new",
    Count.RESOLVED: "resolved",
    Count.REGRESSED: "regressed",
    Count.WORSENED: "worsened",
    Count.ONGOING: "ongoing",
    Count.OPEN: "open",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and what is behind it: a page of the project, or the list of one of the letter's numbers."""

    text: str
    page: str = ""
    count: Count | None = None


def subject(letter: Letter) -> str:
    """Give the subject line of a mail, on one line whatever the project's title holds."""
    whose = f", {letter.owner}" if letter.owner else ""
    said = f"Holdfast, {_line(letter.title)}{whose}, week of {day(letter.begins)}: {letter.verdict}"
    folded = _line(clean(said))
    return folded if len(folded) <= LONGEST_SUBJECT else f"{folded[: LONGEST_SUBJECT - 1]}…"


def title(letter: Letter) -> str:
    """Give the headline."""
    whose = f", {letter.owner}" if letter.owner else ""
    return clean(f"{_line(letter.title)}{whose}, week of {day(letter.begins)}")


def _line(text: str) -> str:
    return " ".join(text.split())


def day(value: date) -> str:
    """Write a date without doubt about which part is which."""
    return f"{value.day} {value:%B} {value.year}"


def span(letter: Letter) -> str:
    """Name the week by its first and last day, and the zone they are days of."""
    zone = "" if letter.zone == "UTC" else f" ({letter.zone})"
    return f"{day(letter.begins)} to {day(letter.ends - timedelta(days=1))}{zone}"


def change(now: int, before: int) -> str:
    """Say how a number moved since the week before, in words, never by colour alone."""
    if now == before:
        return "as the week before"
    part = f" ({abs(now - before) * 100 // before}%)" if before else ""
    return f"{abs(now - before)}{part} {'more' if now > before else 'fewer'} than the week before"


def numbers(letter: Letter) -> tuple[tuple[Count, int, str, str], ...]:
    """Give the numbers of the letter, each with its name and how it moved."""
    found = []
    for count in (Count.NEW, Count.RESOLVED, Count.REGRESSED, Count.WORSENED, Count.ONGOING, Count.OPEN):
        value, before = getattr(letter.counts, count.value), getattr(letter.before, count.value)
        note = change(value, before)
        if count is Count.OPEN:
            note += f"; {_since_baseline(letter)}{_rate(letter)}"
        found.append((count, value, SHORT[count], note))
    return tuple(found)


def _since_baseline(letter: Letter) -> str:
    """Say how what is open moved in twelve weeks."""
    now, before = letter.counts.open, letter.baseline
    if now == before:
        return "as twelve weeks ago"
    part = f" ({abs(now - before) * 100 // before}%)" if before else ""
    return f"{abs(now - before)}{part} {'more' if now > before else 'fewer'} than the {before} of twelve weeks ago"


def _rate(letter: Letter) -> str:
    """Set what is open against how much is checked, so that growth does not read as decay."""
    checked = sum(scope.invariants for scope in letter.scopes)
    return f"; {letter.counts.open / checked:.1f} for each of {checked} invariants" if checked else ""


def rate(found: Rate) -> str:
    """Name what a rate is of."""
    return f"for each {f'{found.each:,} of ' if found.each > 1 else 'of '}{found.size:,} {found.unit}"


def density(point: Point) -> str:
    """Set what was open at the end of a week against the code there was then; "" where nobody knows how much."""
    return f"{point.counts.open * THOUSAND / point.lines:.2f}" if point.lines else ""


def place(item: Item) -> str:
    """Say where in the code a finding stands."""
    return f"{item.path}:{item.line}" if item.path else item.spec or item.invariant


def cause(item: Item) -> str:
    """Say since when and through whom a finding stands as it does."""
    by = f" by {item.by}{' (agent)' if item.by_agent else ''}" if item.by else ""
    reference = f" in {item.reference[:COMMIT]}" if item.reference else ""
    return f"{day(item.since.date())}{by}{reference}"


def freshness(scope: Scope) -> str:
    """Say how a repository was compared, how far, and how long ago."""
    if scope.problem:
        return f"not analysed: {scope.problem}"
    if scope.checked_at is None:
        return "not compared yet"
    held = f"{scope.invariants - scope.broken - scope.waived - scope.unmatched} of {scope.invariants} invariants hold"
    held += f", {scope.waived} broken only in what is waived" if scope.waived else ""
    ran = f", {counted(scope.checks, 'check')} this week" if scope.checks else ", no commit this week"
    if scope.checks:
        ran += f" from {scope.first[:COMMIT]} to {scope.last[:COMMIT]}"
    failed = f", {scope.failed} came to nothing" if scope.failed else ""
    held += f", {scope.unmatched} match nothing" if scope.unmatched else ""
    held += f", specs as of {scope.specs[:COMMIT]}" if scope.specs else ""
    held += f", {counted(scope.lines, 'line')} of code" if scope.lines else ""
    return f"{scope.branch} at {scope.commit[:COMMIT]}, {held}{ran}{failed}, read {day(scope.checked_at.date())}"


def gates(found: Gated) -> str:
    """Say how commits fared before they were merged."""
    return (
        f"{counted(found.checked, 'commit')} checked: {found.passed} passed, {found.blocked} blocked, "
        f"{found.waiting} waiting, {max(found.let_pass, len(found.overridden))} let pass by a person."
    )


def waivers(found: Waivers) -> str:
    """Say how waivers stand."""
    return (
        f"{found.standing} stand, {max(found.ending, len(found.expiring))} end within two weeks, "
        f"{found.expired} have ended, {found.added} added this week."
    )


def health(found: Health) -> tuple[str, ...]:
    """Say how the specs are."""
    written = f"{counted(found.revisions, 'revision')} ({found.revisions_by_agents} by agents)"
    lines = [f"{counted(found.specs, 'spec')}, {found.changed} changed this week in {written}."]
    if found.requirements:
        lines.append(
            f"{counted(found.requirements, 'requirement')}: {found.with_check} with a check, "
            f"{found.with_code} named in code."
        )
    parts = (
        (found.inferred, "statement", "that no person has confirmed"),
        (found.stale, "spec", "unchanged for ninety days"),
        (found.orphans, "name", "in prose that left the code"),
    )
    lines += [f"{counted(number, word)} {tail}." for number, word, tail in parts if number]
    return tuple(lines)


def agents(found: Agents) -> tuple[Told, ...]:
    """Say what agents fetched and what came of it; nothing where there were none."""
    lines: list[Told] = []
    if found.tasks:
        lines.append(
            Told(
                f"{counted(found.tasks, 'task')} ended, {found.tasks_served} of them had fetched context.",
                "context#tasks",
            )
        )
    if found.bundles:
        lines.append(Told(f"{counted(found.bundles, 'context bundle')} served.", "context"))
    if lines and found.new:
        untold = found.new - found.told
        said = f"Of {counted(found.new, 'new finding')}, {untold} ({untold * 100 // found.new}%) came where nobody had "
        lines.append(Told(said + "been told what the specs say.", count=Count.NEW))
    if found.by_agents:
        lines.append(Told(f"{counted(found.by_agents, 'new finding')} came with commits of agents.", count=Count.NEW))
    return tuple(lines)


def honesty(found: Honesty) -> tuple[Told, ...]:
    """Say what is not known."""
    parts = (
        (found.failed_checks, "check", "of this week came to nothing", "drift"),
        (found.unmatched, "invariant", "whose selectors match nothing", "coverage"),
        (found.unparsed, "file", "not analysed", "coverage"),
        (found.waived, "finding", "waived, and so not counted as open", "drift?state=waived"),
        (found.muted, "invariant", "broken only in what is waived", "drift?state=waived"),
        (found.refused, "claim", "of locks that a person refused", "claims"),
    )
    lines = [Told(f"{counted(number, word)} {tail}.", page) for number, word, tail, page in parts if number]
    if found.decided:
        said = f"Of {counted(found.decided, 'finding')} that people decided on, {found.dismissed} "
        said += f"({found.dismissed * 100 // found.decided}%) were waived instead of mended."
        lines.append(Told(said, "drift?state=waived"))
    return tuple(lines)


def sparkline(values: Sequence[int]) -> str:
    """Draw numbers as a line of blocks; nothing where all are 0."""
    top = max(values, default=0)
    return "".join(BARS[round((len(BARS) - 1) * value / top)] for value in values) if top else ""
