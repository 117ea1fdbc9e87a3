"""What an examination finds, as values, and what it may look at."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from app.db.database import Database
from app.settings import Settings
from specs.errors import HoldfastError


class State(StrEnum):
    """How a part is: in order, worth a look, or broken."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found of one part, and what to do about it."""

    part: str
    state: State
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Patient:
    """An installation: its settings, a pool over its database (None: `away` says why there is none), and the time."""

    settings: Settings
    database: Database | None
    away: HoldfastError | None
    now: datetime


Examination: TypeAlias = Callable[[Patient], Awaitable[list[Diagnosis]]]


def well(part: str, message: str) -> list[Diagnosis]:
    """Say that a part is in order."""
    return [Diagnosis(part, State.OK, message)]


def note(part: str, message: str, hint: str) -> list[Diagnosis]:
    """Say what is worth a look."""
    return [Diagnosis(part, State.NOTE, message, hint)]


def fault(part: str, message: str, hint: str) -> list[Diagnosis]:
    """Say what is broken."""
    return [Diagnosis(part, State.FAULT, message, hint)]
