"""What tools and resources are answered from: a server's project or a repository. Types alone; knows no protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.mcp.asked import ChangesAsked, CheckAsked, ContextAsked, IntentAsked, ProposalAsked, RelatedAsked, SectionAsked


@dataclass(frozen=True, slots=True)
class Told:
    """An answer: the text a model reads, and facts beside it for the program that runs the model."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Listed:
    """A spec in a list of resources. `at` says when it was last saved, as ISO time, where that is known."""

    path: str
    title: str
    revision: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of specs; `after` asks for the next one, "" after the last."""

    items: tuple[Listed, ...]
    after: str = ""


class Source(Protocol):
    """Answers what was asked. Raises `HoldfastError` with a hint for what cannot be answered."""

    async def project(self) -> str:
        """Name the project, as it stands in the addresses of resources."""

    async def context(self, asked: ContextAsked) -> Told:
        """Give the intent that bears on a task, within its budget."""

    async def section(self, asked: SectionAsked) -> Told:
        """Give a section, or a whole spec."""

    async def changes(self, asked: ChangesAsked) -> Told:
        """Say which specs changed, and what may change them next."""

    async def propose(self, asked: ProposalAsked) -> Told:
        """Ask for a change of specs."""

    async def intent(self, asked: IntentAsked) -> Told:
        """Take on a task, keep it, or end it."""

    async def check(self, asked: CheckAsked) -> Told:
        """Say where code and specs disagree."""

    async def related(self, asked: RelatedAsked) -> Told:
        """Say which code a section may speak about, or which sections may speak about code."""

    async def specs(self, after: str) -> Listing:
        """List the specs, a page of them."""

    async def read(self, path: str) -> Told:
        """Give a spec whole, as a resource."""

    async def state(self, known: str) -> "State | None":
        """Give the heads of all specs; None where they are those of the state named `known`."""


@dataclass(frozen=True, slots=True)
class State:
    """All specs at one moment: `name` is of the whole, `heads` gives the revision of each path."""

    name: str
    heads: Mapping[str, str]
