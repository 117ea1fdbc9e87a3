"""The weekly letter as values: what every format is rendered from. Knows how nothing is counted and how nothing looks.

Parts that a letter of one owner does not have are None.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sync.weekly.tally import Counts, Row


@dataclass(frozen=True, slots=True)
class Item:
    """One finding in a list of the letter. `since`, `by` and `reference` tell of the event that put it there."""

    fingerprint: str
    repository: str
    invariant: str
    severity: str
    message: str
    fix: str
    spec: str
    anchor: str
    path: str
    line: int
    since: datetime
    by: str
    reference: str
    owners: tuple[str, ...] = ()
    by_agent: bool = False


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A file where drift gathers: open findings weighed by severity, times how often they moved in the week.

    `first` is its oldest open finding; `sentence` is what the spec says there, and `code` the line that is against it.
    """

    repository: str
    path: str
    open: int
    moves: int
    score: int
    first: Item
    sentence: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A repository that the letter speaks of, and how fresh its last check is.

    `checks` were made of commits of the week, from `first` to `last`; `failed` of them came to nothing. `waived` are
    the invariants of which all that is found is; they are neither broken nor unmatched. `lines` of code were read, and
    `specs` names the revisions of the specs that they were held against.
    """

    repository: str
    branch: str
    commit: str
    checked_at: datetime | None
    invariants: int
    broken: int
    unmatched: int
    problem: str
    checks: int = 0
    failed: int = 0
    first: str = ""
    last: str = ""
    waived: int = 0
    lines: int = 0
    specs: str = ""


@dataclass(frozen=True, slots=True)
class Rate:
    """The counts of the week for each `each` of what there is `size` of: lines of code, or invariants."""

    unit: str
    size: int
    each: int
    new: float
    resolved: float
    regressed: float
    worsened: float
    ongoing: float
    open: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that waits for a person. `kind` and `subject` say what it is about, as in a person's inbox."""

    kind: str
    subject: str
    question: str
    why: str
    since: datetime
    owners: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Override:
    """A commit that was let pass by a person: whose word, and why."""

    id: str
    repository: str
    commit: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Gated:
    """The commits that were held against the specs before they were merged, by how it ended.

    `let_pass` were passed by people; `overridden` are the first of them.
    """

    checked: int
    passed: int
    blocked: int
    waiting: int
    overridden: tuple[Override, ...] = ()
    let_pass: int = 0


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that is accepted until a date."""

    invariant: str
    what: str
    until: str
    by: str
    because: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers that stand: how many, how many ended or were added; `ending` end within two weeks.

    `expiring` are the first of those.
    """

    standing: int
    expired: int
    added: int
    expiring: tuple[Waiver, ...] = ()
    oldest: Waiver | None = None
    ending: int = 0


@dataclass(frozen=True, slots=True)
class Age:
    """How many decisions wait so long."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the specs themselves are: of `requirements`, how many have a check and how many are named in code.

    `inferred` statements were said by no person; `stale` specs did not change for ninety days; `orphans` are names in
    prose that left the code.
    """

    specs: int
    changed: int
    revisions: int
    revisions_by_agents: int
    requirements: int
    with_check: int
    with_code: int
    inferred: int
    stale: int
    orphans: int


@dataclass(frozen=True, slots=True)
class Agents:
    """What agents did: tasks that ended and those of them that had fetched context; bundles that were served.

    Of the week's new findings, `told` came where somebody had been told what the specs say in the day before.
    """

    tasks: int
    tasks_served: int
    bundles: int
    new: int
    told: int
    by_agents: int


@dataclass(frozen=True, slots=True)
class Honesty:
    """What the tool does not know, or was told not to say.

    `muted` are invariants of which all that is found is waived. On `decided` findings people decided in the week;
    `dismissed` of them were waived instead of given to be mended.
    """

    failed_checks: int
    unmatched: int
    unparsed: int
    waived: int
    refused: int
    muted: int = 0
    decided: int = 0
    dismissed: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """Modules that import what they must not: from where to where, in how many findings."""

    source: str
    target: str
    findings: int


@dataclass(frozen=True, slots=True)
class Point:
    """One week of the trend; `lines` of code there were when it ended, 0 where that is not known."""

    begins: date
    counts: Counts
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """The whole letter. `before` are the counts of the week before, `baseline` is what was open twelve weeks ago.

    `owner` is whose it is, "" for the whole project's. Lists are cut, the counts are whole. `since` and `until` are the
    moments between which the week lies. `drifting` is the spec with most new and returned findings, `oldest` the
    finding that has been open longest.
    """

    project: str
    title: str
    begins: date
    ends: date
    since: datetime
    until: datetime
    zone: str
    made_at: datetime
    verdict: str
    counts: Counts
    before: Counts
    baseline: int
    owner: str = ""
    decisions: tuple[Decision, ...] = ()
    scopes: tuple[Scope, ...] = ()
    by_spec: tuple[Row, ...] = ()
    by_owner: tuple[Row, ...] = ()
    new: tuple[Item, ...] = ()
    regressed: tuple[Item, ...] = ()
    worsened: tuple[Item, ...] = ()
    resolved: tuple[Item, ...] = ()
    hot_spots: tuple[HotSpot, ...] = ()
    trend: tuple[Point, ...] = ()
    edges: tuple[Edge, ...] = ()
    gates: Gated | None = None
    waivers: Waivers | None = None
    ages: tuple[Age, ...] = ()
    waiting: tuple[Decision, ...] = ()
    health: Health | None = None
    agents: Agents | None = None
    honesty: Honesty | None = None
    rates: tuple[Rate, ...] = ()
    drifting: Row | None = None
    oldest: Item | None = None

    @property
    def quiet(self) -> bool:
        """Nothing moved, nothing is open and nothing waits: the letter may be five lines."""
        return self.counts == Counts() and not self.decisions
