"""The view of the first steps: a repository, a learned draft, the first verdict, a connected agent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.web.views.administration import RunView
from app.web.views.drift import RepositoryRow
from specs.access import IssuedToken, Token

STEPS = ("repository", "learn", "verdict", "agent")


@dataclass(frozen=True, slots=True)
class StartPage:
    """One step of four. `reached` is how far the project is; `poll` says that the page looks again by itself.

    `repository` is the first one, with what its last reading came to; `run` how learning goes; `checked` how the first
    check ended, `comparing` that newer commits than its are being compared; `waits` the proposal that the draft
    became, where policy wants a person.
    """

    step: str
    reached: str
    poll: bool = False
    repository: RepositoryRow | None = None
    fetched: bool = False
    run: RunView | None = None
    lesson: Mapping[str, Any] = field(default_factory=dict)
    specs: tuple[tuple[str, str], ...] = ()
    verdict: str = ""
    comparing: bool = False
    kept: int = 0
    total: int = 0
    checked_at: datetime | None = None
    problem: str = ""
    token: Token | None = None
    issued: IssuedToken | None = None
    server: str = ""
    client: str = "claude-code"
    given: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    hint: str = ""

    @property
    def number(self) -> int:
        """Which step this is, from 1."""
        return STEPS.index(self.step) + 1

    def done(self, step: str) -> bool:
        """Say whether a step lies behind."""
        return STEPS.index(step) < STEPS.index(self.reached) if self.reached in STEPS else True
