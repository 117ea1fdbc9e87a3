"""How each requirement stands: specified, implemented, tested, deployed, broken since. Values in, values out.

Everything that names no requirement there is is kept beside it: a name that is wrong must not look like a name less.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from drift.lives.records import WAIVED
from sync.traces.items import Catalogue, Item
from sync.traces.junit import Case, Result
from sync.traces.tags import Tag, TagKind

MOST_SHOWN = 50
# Verdicts of an invariant that the code is against; what breaks it may be waived.
AGAINST = frozenset({"broken", "error", WAIVED})


class Implemented(StrEnum):
    """Whether code is known to follow: its invariants hold or are broken, or code says that it implements it."""

    BROKEN = "broken"
    KEPT = "kept"
    NAMED = "named"
    NONE = "none"


class Tested(StrEnum):
    """How its tests ended; `named`: there are some, and nobody told how they ended."""

    FAILED = "failed"
    PASSED = "passed"
    SKIPPED = "skipped"
    NAMED = "named"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in code that names a requirement. `since` is where in the order of commits it was first seen."""

    path: str
    tag: Tag
    repository: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """A test as it ended last. `since` is when it began to end so."""

    case: Case
    repository: str = ""
    commit: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deployed:
    """What runs in an environment: a commit, and where that stands in the order of its repository's commits."""

    environment: str
    commit: str
    at: datetime
    repository: str = ""
    order: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a requirement is broken, since when: an invariant, a test or an incident."""

    kind: str
    what: str
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident that is open, and what it names."""

    name: str
    opened: datetime
    requirements: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that no requirement has, where it stands, and why it means nothing."""

    target: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How one requirement stands, and what says so."""

    item: Item
    implemented: Implemented = Implemented.NONE
    tested: Tested = Tested.NONE
    code: tuple[Place, ...] = ()
    tests: tuple[Place, ...] = ()
    results: tuple[Ended, ...] = ()
    deployed: tuple[Deployed, ...] = ()
    broken: tuple[Trouble, ...] = ()

    @property
    def broken_since(self) -> datetime | None:
        """When the first of what breaks it began; None where nothing does, or nobody knows."""
        return min((one.since for one in self.broken if one.since), default=None)


@dataclass(frozen=True, slots=True)
class Signals:
    """All that is known besides the specs. `verdicts` by invariant id, with since when it is broken."""

    places: Sequence[Place] = ()
    ended: Sequence[Ended] = ()
    verdicts: Mapping[str, tuple[str, datetime | None]] = field(default_factory=dict)
    deployments: Sequence[Deployed] = ()
    incidents: Sequence[Incident] = ()


@dataclass(frozen=True, slots=True)
class Traceability:
    """How every requirement stands, by spec and line, and the names that mean none."""

    standings: tuple[Standing, ...]
    unknown: tuple[Unknown, ...] = ()


def traceability(catalogue: Catalogue, signals: Signals) -> Traceability:
    """Bring together what was specified with all that says something of it."""
    named: dict[str, list[Place]] = {}
    ended: dict[str, list[Ended]] = {}
    troubled: dict[str, list[Trouble]] = {}
    unknown: list[Unknown] = []

    def meant(target: str, where: str) -> str:
        found = catalogue.find(target)
        if found.item is None:
            unknown.append(Unknown(target, where, found.problem))
        return found.item.address if found.item else ""

    for place in signals.places:
        where = f"{place.path}:{place.tag.line}"
        if address := meant(place.tag.target, where):
            named.setdefault(address, []).append(place)
    for one in signals.ended:
        for target in one.case.targets:
            if address := meant(target, f"test {one.case.name}"):
                ended.setdefault(address, []).append(one)
    for incident in signals.incidents:
        trouble = Trouble("incident", incident.name, incident.opened)
        found = {meant(target, f"incident {incident.name}") for target in incident.requirements}
        found |= {address for address, places in named.items() if any(_hit(place, incident) for place in places)}
        for address in found - {""}:
            troubled.setdefault(address, []).append(trouble)
    index = _by_name(signals.ended)
    rows = [
        _standing(item, named.get(address, []), ended.get(address, []), troubled.get(address, []), signals, index)
        for address, item in catalogue.items.items()
    ]
    rows.sort(key=lambda row: (row.item.spec, row.item.line, row.item.key))
    return Traceability(tuple(rows), tuple(sorted(set(unknown), key=lambda one: (one.where, one.target))))


def _standing(  # noqa: PLR0913, PLR0917 (each a source of what is known)
    item: Item,
    places: Sequence[Place],
    told: Sequence[Ended],
    troubles: Sequence[Trouble],
    signals: Signals,
    index: Mapping[str, Sequence[Ended]],
) -> Standing:
    code = [place for place in places if place.tag.kind is TagKind.IMPLEMENTATION]
    tests = [place for place in places if place.tag.kind is TagKind.TEST]
    results = list(told) + [one for place in tests for one in index.get(place.tag.symbol, ()) if _same(place, one)]
    results = list({(one.repository, one.case.classname, one.case.name): one for one in results}.values())
    verdicts = {id_: signals.verdicts[id_] for id_ in item.invariants if id_ in signals.verdicts}
    broken = [Trouble("invariant", id_, since) for id_, (word, since) in verdicts.items() if word in AGAINST - {WAIVED}]
    failed = [one for one in results if one.case.result is Result.FAILED]
    broken += [Trouble("test", one.case.name, one.since) for one in failed]
    implemented = Implemented.NAMED if code else Implemented.NONE
    if any(word in AGAINST for word, _ in verdicts.values()):
        implemented = Implemented.BROKEN
    elif any(word == "kept" for word, _ in verdicts.values()):
        implemented = Implemented.KEPT
    ran = {one.case.result for one in results}
    words = ((Result.FAILED, Tested.FAILED), (Result.PASSED, Tested.PASSED), (Result.SKIPPED, Tested.SKIPPED))
    tested = next((word for result, word in words if result in ran), Tested.NAMED if tests else Tested.NONE)
    return Standing(
        item,
        implemented,
        tested,
        tuple(code[:MOST_SHOWN]),
        tuple(tests[:MOST_SHOWN]),
        tuple(results[:MOST_SHOWN]),
        tuple(_running(code or tests, signals.deployments)),
        (*broken, *troubles),
    )


def _running(places: Sequence[Place], deployments: Iterable[Deployed]) -> Iterable[Deployed]:
    """Give the environments whose commit is not older than the first place that names the requirement."""
    first: dict[str, int] = {}
    for place in places:
        first[place.repository] = min(first.get(place.repository, place.since), place.since)
    for one in deployments:
        if one.repository in first and one.order >= first[one.repository]:
            yield one


def _hit(place: Place, incident: Incident) -> bool:
    return any(place.path == path or place.path.startswith(path.rstrip("/") + "/") for path in incident.paths)


def _by_name(ended: Iterable[Ended]) -> dict[str, list[Ended]]:
    """Give results by the name of the function, without the parameters of one run."""
    found: dict[str, list[Ended]] = {}
    for one in ended:
        bare = re.split(r"[\[({]", one.case.name, maxsplit=1)[0].strip()
        for name in {one.case.name, bare, re.split(r"[.:/ ]", bare)[-1], one.case.name.rpartition(" > ")[2]} - {""}:
            found.setdefault(name, []).append(one)
    return found


def _same(place: Place, one: Ended) -> bool:
    """Say whether a result is of the file in which a test stands, as far as the report tells the file."""
    if place.repository and one.repository and place.repository != one.repository:
        return False
    if one.case.file:
        mine, theirs = place.path.split("/"), one.case.file.strip("./").split("/")
        size = min(len(mine), len(theirs))
        return mine[-size:] == theirs[-size:]
    stem = place.path.rpartition("/")[2].partition(".")[0]
    words = re.split(r"[./\\:$ ]", one.case.classname)
    return not one.case.classname or stem in words or place.path.rpartition("/")[2] in one.case.classname
