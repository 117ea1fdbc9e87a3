"""The facts that policies speak of: each with its type, its meaning and the events for which it is known.

The one list of them: checking, evaluation, examples and the documentation are made from it. To add a fact, add it here
and fill it where the events are asked.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from specs.expressions.types import BOOL, DOUBLE, DURATION, INT, TEXT, Base, Type, list_of, one_of, record_of
from specs.values import dataclass

Record: TypeAlias = Mapping[str, str | int | bool | tuple[str, ...]]
Value: TypeAlias = str | int | float | bool | timedelta | tuple[str, ...] | tuple[Record, ...]

NEVER = timedelta(days=36_500)


class Event(StrEnum):
    """What a policy is asked about."""

    PROPOSAL = "proposal"
    CHECK = "check"
    TASK = "task"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact. For an event that does not know it, it has its `default`."""

    name: str
    type: Type
    meaning: str
    events: tuple[Event, ...]
    default: Value


_ALL = tuple(Event)
_CHANGE = (Event.PROPOSAL,)
_WORK = _ALL

MAX_OWNERS = 20
SPEC = record_of(
    {
        "path": TEXT,
        "former_path": TEXT,
        "status": one_of("draft", "active", "retired"),
        "owners": list_of(TEXT, MAX_OWNERS),
        "change": one_of("new", "edited", "renamed", "retired", "restored"),
        "words": INT,
        "normative": INT,
        "invariants": INT,
        "policies": INT,
    }
)


def _count(name: str, meaning: str, events: tuple[Event, ...] = _CHANGE) -> Fact:
    return Fact(name, INT, meaning, events, 0)


def _text(name: str, meaning: str, events: tuple[Event, ...], *values: str) -> Fact:
    return Fact(name, one_of(*values) if values else TEXT, meaning, events, values[0] if values else "")


FACTS: tuple[Fact, ...] = (
    Fact(
        "author_kind", one_of("human", "agent", "system"), "What acts, as its credential says.", _ALL, default="agent"
    ),
    Fact(
        "author_role",
        one_of("", "reader", "editor", "reviewer", "admin"),
        "Its role in the project; empty for one that is no member, such as the author of a commit.",
        _ALL,
        "",
    ),
    _text("author_name", "Its name.", _ALL),
    _text("on_behalf_of", "The name of the person on whose behalf it acts, if its credential says so.", _ALL),
    _text("repository", "The name of the repository that a commit came from; empty for a write here.", _ALL),
    _text("branch", "The branch of that commit.", _ALL),
    _count("words_added", "Words that the change adds."),
    _count("words_removed", "Words that it takes away."),
    _count("lines_added", "Lines that it adds."),
    _count("lines_removed", "Lines that it takes away."),
    _count("statements_added", "Paragraphs, list items, table rows, headings and fenced blocks that are new."),
    _count("statements_removed", "Those that are gone."),
    _count("statements_changed", "Those that read otherwise than before."),
    _count("normative_added", "Normative words (MUST, SHALL, SHOULD, ...) that it adds."),
    _count("normative_removed", "Normative words that it takes away."),
    _count("normative_statements", "Statements with a normative word, before or after, that it changes or moves."),
    _count("invariants_added", "Invariants that are new."),
    _count("invariants_removed", "Invariants that no longer count: deleted, broken, or their spec retired or draft."),
    _count("invariants_changed", "Invariants of which any key reads otherwise."),
    _count("invariants_weakened", "Those of the removed and changed that are certain to ask less than before."),
    Fact("invariants", list_of(TEXT), "The ids of all invariants that it touches.", _CHANGE, ()),
    _count("policies_touched", "Policies added, removed or changed, also by retiring their spec."),
    _count("header_changes", "Specs of which the front matter changes: status, owners, covers, inferred."),
    _count("specs_touched", "How many specs it touches."),
    _count("specs_new", "How many of them are new."),
    _count("specs_renamed", "How many get another path."),
    _count("specs_retired", "How many are retired."),
    _count("specs_restored", "How many retired ones count again."),
    Fact("paths", list_of(TEXT), "The paths of the specs it touches, former ones included.", _CHANGE, ()),
    Fact("owners", list_of(TEXT), "The owners these specs name, before or after.", _CHANGE, ()),
    Fact(
        "statuses",
        list_of(one_of("draft", "active", "retired")),
        "Their statuses (draft, active, retired), before or after.",
        _CHANGE,
        (),
    ),
    Fact("specs", list_of(SPEC), "Each spec with its own numbers: " + ", ".join(SPEC.fields) + ".", _CHANGE, ()),
    _text("task_step", "What is done with the task.", (Event.TASK,), "", "begin", "claim", "pass", "spend"),
    _text("task_phase", "The phase of the task.", _WORK, "", "research", "plan", "implement", "free"),
    _text("task_size", "The size of the task.", _WORK, "", "xs", "s", "m", "l", "xl"),
    Fact(
        "task_artifacts",
        BOOL,
        "Whether the change touches nothing but drafts in the folder of its own task.",
        _CHANGE,
        default=False,
    ),
    Fact("context_served", BOOL, "Whether context was served for the task.", _WORK, default=False),
    Fact("context_age", DURATION, "How long ago; a hundred years where none was served.", _WORK, NEVER),
    _count("task_claims", "How often the task was claimed so far.", (Event.TASK,)),
    Fact("cost", DOUBLE, "What the task cost so far, in the currency it reports.", _WORK, 0.0),
    _count("tokens", "The tokens the task took so far.", _WORK),
    _text(
        "checks",
        "How the last check ended that was told for the task since it was claimed; empty where none was.",
        (Event.TASK,),
        "",
        "passed",
        "failed",
    ),
    _text("verdict", "How the check ended.", (Event.CHECK,), "", "kept", "broken"),
    _count("findings_opened", "Findings that the check opened.", (Event.CHECK,)),
    _count("findings_resolved", "Findings that it saw resolved.", (Event.CHECK,)),
    _count("findings_waived", "Findings that holdfast.lock or a person on the server accepts.", (Event.CHECK,)),
    _count("weakenings", "Places where the change makes the specs in its repository ask less.", (Event.CHECK,)),
    _count("invariants_broken", "Invariants that are broken after it, and not only in what is waived.", (Event.CHECK,)),
    _count("not_analysed", "Files and questions that it left out.", (Event.CHECK,)),
    _text("tag", "The tag whose specs were checked against; empty for the specs as they are.", (Event.CHECK,)),
    Fact(
        "commits_by_agent",
        BOOL,
        "Whether the commits speak of an agent, by author or trailer; they need not say so.",
        (Event.CHECK,),
        default=False,
    ),
    _count("consecutive_failures", "Failed checks and rejected proposals of the author since its last success.", _ALL),
    _count("failures_in_hour", "Its failed checks and rejected proposals within the last hour.", _ALL),
    _count("failures_in_day", "The same within the last day.", _ALL),
)
BY_NAME: Mapping[str, Fact] = {fact.name: fact for fact in FACTS}
TYPES: Mapping[str, Type] = {fact.name: fact.type for fact in FACTS}


def blank(type_: Type) -> Value:
    """Give the value that stands for nothing."""
    match type_.base:
        case Base.TEXT:
            return type_.values[0] if type_.values else ""
        case Base.LIST:
            return ()
        case Base.DURATION:
            return timedelta()
        case Base.BOOL:
            return False
        case _:
            return 0
