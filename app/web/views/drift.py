"""Views of drift: the overview, lists of findings, reports."""

from dataclasses import dataclass
from datetime import datetime

from app.web.views.chart import Chart
from app.web.views.specs import FindingLine, SpecRow
from specs.revision import Revision
from sync.inbox.claims import LockClaim


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, with how many findings have it."""

    value: str
    label: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of the list, as a select: its query name, its label, what may be chosen and what is."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that is chosen, in words, and the query string without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class FindingList:
    """The findings of a project, as filtered: `total` of them, of which `rows` are on this page.

    `next_page` is an encoded query string, empty at the end; `first` is that of the first page, where this is a later
    one. `chips` and `kept` (names and values) are what is chosen beyond the selects, `text` the words looked for.
    `claims` is how many lines of locks wait for a person.
    """

    rows: tuple[FindingLine, ...]
    filters: tuple[Filter, ...]
    total: int
    next_page: str = ""
    checked: bool = True
    repositories: int = 1
    claims: int = 0
    chips: tuple[Chip, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    text: str = ""
    first: str = ""

    @property
    def plain(self) -> bool:
        """Whether nothing narrows what is open."""
        return not (self.text or self.chips) and all(one.chosen in {"", "open"} for one in self.filters)


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim with the name of its repository."""

    claim: LockClaim
    repository: str


@dataclass(frozen=True, slots=True)
class ClaimsPage:
    """The claims of a project; `may_decide` where the reader is a person who reviews."""

    rows: tuple[ClaimRow, ...]
    may_decide: bool
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RepositoryRow:
    """A repository and how its last comparison went. `state` is fresh, working, waiting or failed.

    `verdict` is how it stands, with `broken` of `invariants`.
    """

    name: str
    url: str
    branch: str
    state: str
    commit: str = ""
    checked_at: datetime | None = None
    words: str = ""
    ident: str = ""
    verdict: str = ""
    broken: int = 0
    invariants: int = 0


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of intent: a revision of a spec."""

    path: str
    title: str
    revision: Revision


@dataclass(frozen=True, slots=True)
class ActRow:
    """Something to act on: the open findings of one invariant, `fresh` of them from the last days.

    `title` is the invariant's name or id, `returned` how many of them were resolved before, `files` where they stand.
    """

    title: str
    invariant: str
    kind: str
    severity: str
    count: int
    fresh: int
    returned: int
    files: int
    since: datetime
    sample: str
    message: str
    owner: str = ""
    spec_path: str = ""
    spec_title: str = ""
    repository: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """The project at a glance. `broken` of `total` invariants are, `unmatched` match nothing.

    `waived` are broken only in what is waived, `errors` and `warnings` are open findings.
    `checked` says whether any check finished; `failed` why the last one of some repository did not; `warned` that what
    is open only warns. Of several repositories, `broken_in` are those that are broken, `unknown_in` those of which
    nothing recent is known. `opened` and `resolved` are of the last `days`; `newly` counts the invariants
    of which all that is open is as fresh. `acts` is where to act first, of `clusters` such places.
    """

    total: int
    broken: int
    unmatched: int
    opened: int
    resolved: int
    open: int
    checked: bool = True
    failed: str = ""
    since: datetime | None = None
    specs: tuple[SpecRow, ...] = ()
    changes: tuple[ChangeRow, ...] = ()
    newest: tuple[FindingLine, ...] = ()
    repositories: tuple[RepositoryRow, ...] = ()
    chart: Chart | None = None
    warned: bool = False
    broken_in: tuple[str, ...] = ()
    unknown_in: tuple[str, ...] = ()
    days: int = 7
    newly: int = 0
    acts: tuple[ActRow, ...] = ()
    clusters: int = 0
    waived: int = 0
    warnings: int = 0
    errors: int = 0
