"""Views of gates: rows of the list, and one with its findings and the forms with which people decide."""

from dataclasses import dataclass

from app.web.views.drift import Filter
from specs.policy.explaining import Explained
from sync.gates.gate import Gate


@dataclass(frozen=True, slots=True)
class GateList:
    """The list. `next_page` is an encoded query, empty at the end."""

    rows: tuple[Gate, ...]
    filters: tuple[Filter, ...]
    next_page: str = ""


@dataclass(frozen=True, slots=True)
class GateFinding:
    """A finding as the check told it. `chain` are the modules that an import goes through."""

    severity: str
    state: str
    invariant: str
    message: str
    place: str
    fix: str
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GatePage:
    """One gate. `may_decide`: the reader may approve or refuse it; `more` counts findings that are not listed."""

    gate: Gate
    wanted: str
    findings: tuple[GateFinding, ...]
    more: int
    may_decide: bool
    explained: Explained | None = None
    body: str = ""
    error: str = ""
    hint: str = ""
