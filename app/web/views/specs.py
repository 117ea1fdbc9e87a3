"""Views of specs: the list, the reading page, the editor."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from app.wording import counted
from drift.findings import Hop
from specs.readings import Unread
from specs.revision import Actor, Revision
from sync.contexts.related import RelatedCode
from sync.service.editing.presence import Present

NOTHING = Markup()


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in a few words, for margins and lists. `state` is open, resolved or waived."""

    fingerprint: str
    message: str
    severity: str
    state: str
    invariant: str
    kind: str
    path: str
    line: int
    spec_path: str = ""
    spec_title: str = ""
    spec_anchor: str = ""
    repository: str = ""
    branch: str = ""
    owner: str = ""
    since: datetime | None = None
    commit: str = ""
    author: str = ""
    by_agent: bool = False
    regressed: bool = False


@dataclass(frozen=True, slots=True)
class SpecRow:
    """A spec in a list. `verdict` is kept, broken, warning, told, unmatched or none (no invariants, or never checked).

    `broken` counts invariants whose findings break or warn; `errors` and `warnings` are open findings, those of the
    spec's own text too.
    """

    path: str
    title: str
    status: str
    owners: tuple[str, ...]
    verdict: str
    invariants: int
    broken: int
    warnings: int
    changed_at: datetime
    changed_by: Actor
    diverged: bool = False
    unread: Unread | None = None
    errors: int = 0
    unmatched: int = 0

    @property
    def said(self) -> str:
        """The verdict in words, where its own do not say it: how much is broken, or open."""
        if self.broken:
            return f"{self.broken} of {self.invariants} broken"
        if self.unmatched:
            return f"{self.unmatched} of {self.invariants} {'matches' if self.unmatched == 1 else 'match'} nothing"
        if self.errors or self.warnings:
            return counted(self.errors, "error") if self.errors else counted(self.warnings, "warning")
        return "" if self.invariants else "no invariants"

    @property
    def shown(self) -> str:
        """The verdict for its mark: of what promises nothing, none can be kept."""
        silent = not (self.invariants or self.broken or self.unmatched or self.errors or self.warnings)
        return "none" if silent else self.verdict


@dataclass(frozen=True, slots=True)
class SpecList:
    """The list of specs. `checked` says whether any repository was compared yet.

    `only_unread`: only those that changed since the reader read them are shown, `unread` of all.
    """

    rows: tuple[SpecRow, ...]
    retired: tuple[SpecRow, ...] = ()
    checked: bool = True
    unread: int = 0
    only_unread: bool = False


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A heading in the outline; `verdict` is broken where an invariant of the section is."""

    level: int
    title: str
    anchor: str
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class InvariantPanel:
    """An invariant as readers see it. `verdict` is kept, broken, unmatched, error or none (not checked yet).

    `rule` says it in words (HTML made here, of escaped parts); `layers` lists layers from the top where there are any.
    """

    id: str
    name: str
    kind: str
    verdict: str
    severity: str
    why: str
    owner: str
    yaml: str
    rule: Markup = NOTHING
    layers: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    checked_at: datetime | None = None
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Statements of one block that no person has said: their names, and who brought their words."""

    statements: tuple[str, ...]
    by: tuple[Actor, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceFact:
    """How a requirement stands, in a few words: `marks` are pairs of mark and words; what breaks it, and since when."""

    key: str
    marks: tuple[tuple[str, str], ...]
    broken: tuple[str, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class RelatedFact:
    """What is known of the code that a section speaks about: bindings with how they stand; `anchor` asks for more."""

    anchor: str
    title: str
    bound: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class RelatedPage:
    """Code that a section may speak about, for a reader who may decide on it, or not."""

    path: str
    anchor: str
    title: str
    code: tuple[RelatedCode, ...]
    degraded: tuple[str, ...] = ()
    may_decide: bool = False
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a rendered spec, and the facts that stand beside it. `level` is that of a heading, else 0."""

    html: Markup
    line: int
    level: int = 0
    panel: InvariantPanel | None = None
    findings: tuple[FindingLine, ...] = ()
    problems: tuple[str, ...] = ()
    inferred: bool = False
    unsaid: Unsaid | None = None
    traced: tuple[TraceFact, ...] = ()
    related: RelatedFact | None = None


@dataclass(frozen=True, slots=True)
class SideRevision:
    """What git brought while the head was edited here."""

    revision: Revision
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conflict of a spec that waits: its id, whose text waits, how many places differ and are decided."""

    id: str
    by: Actor
    at: datetime
    regions: int
    decided: int


@dataclass(frozen=True, slots=True)
class SpecPage:
    """A spec to read, at one revision. `merged` is the side revision that it was just put together with.

    `unsaid` counts the statements that no person has said; `may_confirm` says whether the reader may say them;
    `present` are those who write it just now.
    """

    path: str
    title: str
    status: str
    owners: tuple[str, ...]
    covers: tuple[str, ...]
    revision: Revision
    is_head: bool
    retired: bool
    verdict: str
    kept: int
    total: int
    pieces: tuple[Piece, ...]
    outline: tuple[OutlineItem, ...] = ()
    side: SideRevision | None = None
    problems: int = 0
    waiting: tuple[Waiting, ...] = ()
    merged: str = ""
    unsaid: int = 0
    may_confirm: bool = False
    unread: Unread | None = None
    present: tuple[Present, ...] = ()


@dataclass(frozen=True, slots=True)
class Editor:
    """The editor. An empty `base` starts a new spec, whose `path` may then be chosen.

    `unsaved` says why the text is nobody's head: it is an `earlier` one to be brought back, or one that was `refused`.
    """

    path: str
    title: str
    text: str
    base: str = ""
    spec_id: str = ""
    message: str = ""
    error: str = ""
    hint: str = ""
    unsaved: str = ""


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of code in an excerpt."""

    number: int
    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class FindingEvent:
    """Something that happened to a finding: opened, regressed, resolved, waived or lapsed."""

    what: str
    at: datetime
    commit: str = ""
    author: str = ""
    by_agent: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rung:
    """An import of a chain, with the line that makes it where that can be shown, and the places that repeat it."""

    hop: Hop
    text: str = ""
    also: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverForm:
    """What a person fills in to accept a finding until a day, and the `command` that does so once it makes sense.

    `may` says that the reader may waive it here, `standing` who did so and until when.
    """

    until: str = ""
    because: str = ""
    command: str = ""
    error: str = ""
    may: bool = False
    standing: str = ""


@dataclass(frozen=True, slots=True)
class FindingPage:
    """One finding with its evidence: a chain, and imports on `others` ways.

    `sentence` is the spec's prose around it, rendered and cleaned. `claims` is how many lines of the lock about its
    invariant wait for a person. `commit` is that whose code is shown.
    """

    line: FindingLine
    fix: str
    rule: InvariantPanel | None = None
    sentence: Markup = NOTHING
    code: tuple[CodeLine, ...] = ()
    evidence: tuple[Rung, ...] = ()
    others: tuple[Hop, ...] = ()
    events: tuple[FindingEvent, ...] = ()
    claims: int = 0
    waiver: WaiverForm = WaiverForm()
    commit: str = ""
