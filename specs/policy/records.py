"""What is remembered of decisions and of how acts turned out, as values: made by the store, served by the services."""

from dataclasses import dataclass
from datetime import datetime

from specs.access import Role
from specs.policy.deciding import Decision
from specs.revision import Actor
from specs.rules.registry import Event


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it was recorded."""

    number: int
    subject: str
    event: Event
    actor: Actor
    at: datetime
    decision: Decision


@dataclass(frozen=True, slots=True)
class Freeze:
    """A time in which an actor may write nothing. `by` is who froze it, nobody where a policy did."""

    actor: Actor
    since: datetime
    until: datetime
    reason: str
    by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """How an actor's acts turned out lately: failures in a row, and within the last hour and day."""

    in_row: int = 0
    in_hour: int = 0
    in_day: int = 0


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a decision rests on besides the act: its author's standing in the project, and what policies there are.

    `behalf` names for whom the author acts, `frozen` until when and why it may write nothing. `sources` are the paths
    and heads of the specs that may hold policies, in their order.
    """

    role: Role | None
    behalf: str
    lately: Record
    frozen: tuple[datetime, str] | None
    sources: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a policy wants people to know. `whom` are roles and logins."""

    number: int
    at: datetime
    whom: tuple[str, ...]
    subject: str
    message: str
