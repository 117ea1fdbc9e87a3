"""The filters of the list of findings: an address read, refused where it makes no sense, and written again.

What is chosen lives in the address alone, so that a view can be kept and sent. Knows no service.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

from app.web.views.drift import Chip, Choice, Filter
from drift.lives.life import LifeState
from drift.lives.wanted import CAME, WENT, Tally, Wanted
from specs.errors import UserError
from specs.suggest import did_you_mean

NOBODY = "-"
AGES = {
    "week": ("up to 7 days", None, timedelta(days=7)),
    "month": ("up to 30 days", None, timedelta(days=30)),
    "older": ("over 30 days", timedelta(days=30), None),
    "oldest": ("over 90 days", timedelta(days=90), None),
}
WHAT = {"new": CAME, "resolved": WENT, "open": frozenset()}
SAID = {"new": "came or came back", "resolved": "resolved", "open": "open at the end"}
AROUND = re.compile(r"^[\s/]+|[\s/]+$")
LONGEST, MOST_DAYS, LAST_YEAR = 500, 3660, 9000
DIGITS = len(str(MOST_DAYS))
FACETS = ("state", "severity", "spec", "owner", "kind", "invariant", "repository")
FREE = ("age", "what", "week", "days", "path", "q")


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to choose from: specs (path to id), their titles and owners, repositories by name, the time."""

    specs: Mapping[str, UUID]
    titles: Mapping[str, str]
    owners: Mapping[str, tuple[str, ...]]
    repositories: Mapping[str, UUID]
    now: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address chooses, by the names it uses; "" for what it leaves open."""

    values: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """Give what is chosen under a name."""
        return self.values.get(name, "")

    @property
    def state(self) -> str:
        """The state that counts: of what happened in a span of time any, else what is open."""
        return self.get("state") or ("all" if self.get("what") else "open")

    def without(self, *names: str) -> "Chosen":
        """Leave some choices out."""
        return replace(self, values={name: value for name, value in self.values.items() if name not in names})

    def query(self, **more: str) -> str:
        """Write the choices as a query string, in a fixed order, without what is not chosen."""
        given = {**self.values, **more}
        names = (*FACETS, *FREE, *sorted(more))
        return urlencode({name: given[name] for name in dict.fromkeys(names) if given.get(name)})


def chosen_of(query: Mapping[str, str], known: Known) -> Chosen:
    """Read an address. Raises `UserError` for a choice that there is not."""
    words = {
        "state": {*map(str, LifeState), "all"},
        "severity": {"error", "warning", "info"},
        "spec": set(known.specs),
        "owner": {NOBODY, *(owner for owners in known.owners.values() for owner in owners)},
        "repository": set(known.repositories),
        "age": set(AGES),
        "what": set(WHAT),
    }
    values = {name: query.get(name, "").strip() for name in (*FACETS, *FREE)}
    for name, allowed in words.items():
        if values[name] and values[name] not in allowed:
            hint = did_you_mean(values[name], allowed) or f"there are: {', '.join(sorted(allowed)[:12]) or 'none'}"
            raise UserError(
                f"There is no {name} {values[name][:80]!r} to choose here.", f"{hint[0].upper()}{hint[1:]}."
            )
    for name in ("path", "q", "kind", "invariant"):
        if len(values[name]) > LONGEST or "\0" in values[name]:
            raise UserError(f"`{name}` is not something to look for.", f"Give at most {LONGEST} characters of text.")
    values["path"] = AROUND.sub("", values["path"])
    check_span(values)
    if values["state"] == Chosen({"what": values["what"]}).state:
        values["state"] = ""
    return Chosen({name: value for name, value in values.items() if value})


def check_span(values: Mapping[str, str]) -> None:
    """Refuse a week or a number of days that is none. Raises `UserError`."""
    if values["what"] and not (values["week"] or values["days"]):
        raise UserError("`what` needs to know when.", "Add `week=` and its Monday, or `days=` and a number.")
    if (values["week"] or values["days"]) and not values["what"]:
        raise UserError("A span of time needs to know what.", f"Add `what=`: {', '.join(WHAT)}.")
    if values["week"]:
        day_of(values["week"])
    days = values["days"]
    if days and not (days.isascii() and days.isdigit() and len(days) <= DIGITS and 0 < int(days) <= MOST_DAYS):
        raise UserError("`days` is not a number of days.", f"Give a number from 1 to {MOST_DAYS}.")


def day_of(text: str) -> date:
    """Read a day. Raises `UserError`."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.max
    if day.year > LAST_YEAR:
        raise UserError("`week` is not a day.", "Write it as 2026-10-05: the Monday of the week.")
    return day


def span_of(chosen: Chosen, now: datetime) -> tuple[datetime, datetime]:
    """Give the span of time that is asked about."""
    if chosen.get("week"):
        begins = datetime.combine(day_of(chosen.get("week")), time(), now.tzinfo)
        return begins, begins + timedelta(days=7)
    return now - timedelta(days=int(chosen.get("days") or 0)), now


def free_of(chosen: Chosen, known: Known) -> Wanted:
    """Give what is wanted by words, path and time alone: what the counts beside the other choices are made of."""
    wanted = Wanted(path=chosen.get("path"), text=chosen.get("q"))
    if chosen.get("age"):
        _, over, within = AGES[chosen.get("age")]
        wanted = replace(
            wanted,
            opened_before=known.now - over if over else None,
            opened_since=known.now - within if within else None,
        )
    what = chosen.get("what")
    if not what:
        return wanted
    since, until = span_of(chosen, known.now)
    if what == "open":
        return replace(wanted, open_at=until)
    return replace(wanted, happened=WHAT[what], since=since, until=until)


def wanted_of(chosen: Chosen, known: Known) -> Wanted:
    """Give all that is wanted."""
    owner = chosen.get("owner")
    specs = None
    if owner:
        specs = frozenset(ref for path, ref in known.specs.items() if owner in owners_of(path, known))
    return replace(
        free_of(chosen, known),
        repository=known.repositories.get(chosen.get("repository")),
        state=LifeState(chosen.state) if chosen.state != "all" else None,
        severity=chosen.get("severity"),
        spec=known.specs.get(chosen.get("spec")),
        specs=specs,
        unbound=owner == NOBODY,
        kind=chosen.get("kind"),
        invariant=chosen.get("invariant"),
    )


def owners_of(path: str, known: Known) -> tuple[str, ...]:
    """Give the owners of a spec; nobody is one."""
    return known.owners.get(path) or (NOBODY,)


@dataclass(frozen=True, slots=True)
class Sorts:
    """The counts of findings, by all that can be chosen."""

    tallies: tuple[Tally, ...]
    known: Known

    def values(self, one: Tally, name: str) -> tuple[str, ...]:
        """Say which choices of a filter a sort of findings falls under."""
        paths = {ref: path for path, ref in self.known.specs.items()}
        path = paths.get(one.spec, "") if one.spec else ""
        if name == "owner":
            return owners_of(path, self.known)
        if name == "spec":
            return (path,)
        if name == "repository":
            names = {ref: named for named, ref in self.known.repositories.items()}
            return (names.get(one.repository, ""),)
        return (str(getattr(one, name)),)

    def fits(self, one: Tally, chosen: Chosen, but: str = "") -> bool:
        """Say whether a sort of findings is chosen, whatever one filter says."""
        for name in FACETS:
            value = chosen.state if name == "state" else chosen.get(name)
            if name == but or not value or (name == "state" and value == "all"):
                continue
            if value not in self.values(one, name):
                return False
        return True

    def total(self, chosen: Chosen) -> int:
        """Count what is chosen."""
        return sum(one.count for one in self.tallies if self.fits(one, chosen))

    def counts(self, name: str, chosen: Chosen) -> Counter[str]:
        """Count what each choice of a filter would show, with the other filters as they are."""
        found: Counter[str] = Counter()
        for one in self.tallies:
            if self.fits(one, chosen, name):
                found.update(dict.fromkeys(self.values(one, name), one.count))
                found[""] += one.count
        return found


def filters_of(chosen: Chosen, sorts: Sorts) -> tuple[Filter, ...]:
    """Give the selects above the list, each choice with its count; a choice of one is none."""
    known = sorts.known
    said = {**{path: title or path for path, title in known.titles.items()}}
    owners = sorted({owner for path in known.specs for owner in owners_of(path, known)} - {NOBODY})
    every: tuple[tuple[str, str, Iterable[str] | None, Mapping[str, str]], ...] = (
        ("state", "State", ("open", "resolved", "waived", "all"), {}),
        ("severity", "Severity", ("error", "warning", "info"), {}),
        ("spec", "Spec", sorted(known.specs, key=lambda path: (said.get(path, path), path)), said),
        ("owner", "Owner", (*owners, NOBODY), {NOBODY: "no owner"}),
        ("kind", "Kind", None, {}),
        ("invariant", "Invariant", None, {}),
        ("repository", "Repository", sorted(known.repositories), {}),
    )
    found = []
    for name, label, given, words in every:
        counts = sorts.counts(name, chosen)
        value = chosen.state if name == "state" else chosen.get(name)
        there = {one for tally in sorts.tallies for one in sorts.values(tally, name)}
        names: Iterable[str] = sorted({*there, value} - {""}) if given is None else given
        choices = [Choice(one, words.get(one, one), counts[""] if one == "all" else counts[one]) for one in names]
        whole = [] if name == "state" else [Choice("", "any", counts[""])]
        if len(choices) > 1 or value:
            found.append(Filter(name, label, (*whole, *choices), value))
    ages = (Choice("", "any"), *(Choice(name, words) for name, (words, *_) in AGES.items()))
    return (*found, Filter("age", "Age", ages, chosen.get("age")))


def chips_of(chosen: Chosen) -> tuple[Chip, ...]:
    """Give what is chosen beyond the selects, each with the query that takes it back."""
    found = []
    if what := chosen.get("what"):
        day = day_of(chosen.get("week")) if chosen.get("week") else None
        when = f"the week of {day.day} {day:%b %Y}" if day else f"the last {chosen.get('days')} days"
        found.append(Chip(f"{SAID[what]} {'of' if what == 'open' else 'in'} {when}", without(chosen, "what")))
    if path := chosen.get("path"):
        found.append(Chip(f"in {path}", without(chosen, "path")))
    return tuple(found)


def without(chosen: Chosen, name: str) -> str:
    """Give the query without one choice."""
    return chosen.without("what", "week", "days").query() if name == "what" else chosen.without(name).query()


def kept(chosen: Chosen) -> tuple[tuple[str, str], ...]:
    """Give what the form sends along unseen."""
    return tuple((name, chosen.get(name)) for name in ("what", "week", "days", "path") if chosen.get(name))
