"""Views of administration: the audit log, who is frozen, the reader's own account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from app.identity.sessions import Person, Seat
from app.store import Run
from specs.access import MIN_PASSWORD, IssuedToken, Member, Token
from specs.policy.records import Freeze
from specs.revision import Actor
from specs.store.commitkeys import CommitKey


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as its page shows it. `poll` is the address that tells how it goes on, "" once it is over."""

    state: str
    stage: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""
    hint: str = ""
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    silent: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)
    poll: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in {"done", "failed"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification of the log found: faults of this project's chain, and how many elsewhere."""

    entries: int
    chains: int
    checkpoints: int
    up_to: int
    faults: tuple[tuple[int, str], ...] = ()
    elsewhere: int = 0
    checkpoint_at: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An entry of the audit log in words. `label` is what its subject is called; `by_*` find its like."""

    n: int
    at: datetime
    actor: Actor | None
    action: str
    subject: str
    label: str
    details: tuple[tuple[str, str], ...]
    digest: str
    behalf: Actor | None = None
    task: str = ""
    policy: str = ""
    by_actor: str = ""
    by_subject: str = ""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """The audit log of a project, searched. `wanted` is what was asked, as it was typed."""

    rows: tuple[LedgerRow, ...]
    wanted: Mapping[str, str]
    people: tuple[Member, ...]
    actions: tuple[str, ...]
    next_page: str = ""
    run: RunView | None = None
    verdict: Verdict | None = None
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FrozenPage:
    """Who is frozen, and which agents could be. `given` is what was typed and refused."""

    frozen: tuple[Freeze, ...]
    agents: tuple[Member, ...]
    may_decide: bool = False
    given: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class InstallationPage:
    """What is set (variable, value, source), whether mail is sent and an identity provider used."""

    settings: tuple[tuple[str, str, str], ...]
    mail: bool = False
    provider: bool = False


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Everyone who can log in, or could; `me` is the reader, `done` what was just done."""

    rows: tuple[Person, ...]
    me: UUID
    done: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The reader's own: how they log in, where they are logged in, their tokens, the keys that sign their commits.

    `claim` is the line that a key signs to be theirs; `typed` what was typed to register one, and refused.
    """

    name: str
    login: str
    seats: tuple[Seat, ...]
    tokens: tuple[Token, ...]
    now: datetime
    projects: tuple[tuple[str, str], ...] = ()
    issued: IssuedToken | None = None
    identities: tuple[Any, ...] = ()
    provider: str = ""
    passwords: bool = True
    has_password: bool = True
    shortest: int = MIN_PASSWORD
    keys: tuple[CommitKey, ...] = ()
    claim: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    error: str = ""
    hint: str = ""


def run_view(run: Run, poll: str, now: datetime) -> RunView:
    """Show a run. One whose worker has said nothing for half a minute is silent."""
    seen = run.seen_at or run.asked_at
    return RunView(
        run.state,
        run.stage,
        run.done,
        run.total,
        run.problem,
        run.hint,
        run.asked_at,
        run.ended_at,
        silent=not run.over and (now - seen).total_seconds() > QUIET,
        result=run.result or {},
        poll="" if run.over else poll,
    )


QUIET = 30
