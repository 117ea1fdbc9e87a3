"""The sentences that all forms of the weekly letter share. Knows no markup."""

from datetime import date, timedelta

from sync.weekly import Item, Letter, Scope

SHORT = 12


def subject(letter: Letter) -> str:
    """Give the subject line of a mail, on one line whatever the project's title holds."""
    title = " ".join(letter.title.split()) or letter.project
    return f"Holdfast, {title}, week of {day(letter.begins)}: {letter.verdict}"


def day(value: date) -> str:
    """Write a date without doubt about which part is which."""
    return f"{value.day} {value:%B} {value.year}"


def span(letter: Letter) -> str:
    """Name the week by its first and last day."""
    return f"{day(letter.begins)} to {day(letter.ends - timedelta(days=1))}"


def change(now: int, before: int) -> str:
    """Say how a number moved since the week before, in words, never by colour alone."""
    if now == before:
        return "as the week before"
    return f"{abs(now - before)} {'more' if now > before else 'fewer'} than the week before"


def numbers(letter: Letter) -> tuple[tuple[str, int, str], ...]:
    """Give the four numbers of the letter, each with its name and how it moved."""
    return tuple(
        (name, getattr(letter.counts, name), change(getattr(letter.counts, name), getattr(letter.before, name)))
        for name in ("new", "resolved", "regressed", "open")
    )


def place(item: Item) -> str:
    """Say where in the code a finding stands."""
    return f"{item.path}:{item.line}" if item.path else item.spec


def cause(item: Item) -> str:
    """Say since when and through whom a finding stands as it does."""
    by = f" by {item.by}" if item.by else ""
    reference = f" in {item.reference[:SHORT]}" if item.reference else ""
    return f"{day(item.since.date())}{by}{reference}"


def freshness(scope: Scope) -> str:
    """Say how a repository was compared, and how long ago."""
    if scope.problem:
        return f"not analysed: {scope.problem}"
    if scope.checked_at is None:
        return "not compared yet"
    held = f"{scope.invariants - scope.broken} of {scope.invariants} invariants hold"
    return f"{scope.branch} at {scope.commit[:SHORT]}, {held}, compared on {day(scope.checked_at.date())}"
