"""What comes in from outside about code that runs and is tested, as values: names, results, deployments, incidents."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A place at a repository's head that names a requirement. `since` numbers the commit that first did so there."""

    path: str
    line: int
    target: str
    kind: str
    symbol: str = ""
    repository: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True)
class ResultRow:
    """How a test ended last, at which commit; `since` is when it began to end so."""

    repository: str
    classname: str
    name: str
    file: str
    result: str
    message: str
    targets: tuple[str, ...]
    commit: str
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """What was put into an environment last. `order` numbers the commit among those evaluated; 0: not known."""

    repository: str
    environment: str
    commit: str
    actor: str
    at: datetime
    order: int = 0


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An incident: what it names, when it was opened, and when closed."""

    name: str
    requirements: tuple[str, ...]
    paths: tuple[str, ...]
    actor: str
    opened_at: datetime
    closed_at: datetime | None = None
