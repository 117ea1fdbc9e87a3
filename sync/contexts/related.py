"""What related code and sections are, as values: proposals with score and reasons, and confirmed ties. Pure."""

from uuid import UUID

from specs.values import dataclass
from sync.contexts.links import Link, Standing


@dataclass(frozen=True, slots=True)
class Code:
    """A definition, or a whole file (`symbol` is ""): where it stands and what it says."""

    repository_id: UUID
    repository: str
    path: str
    symbol: str
    line: int
    kind: str
    signature: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class RelatedCode:
    """Code that a section may speak about, with score and reasons; `link` where a person said that it does."""

    code: Code
    score: float
    why: tuple[str, ...]
    link: Link | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class RelatedSection:
    """A section that may speak about code; `link` where a person said that it does."""

    spec: str
    anchor: str
    heading: str
    score: float
    why: tuple[str, ...]
    link: Link | None = None

    @property
    def address(self) -> str:
        """Name the section."""
        return f"{self.spec}#{self.anchor}" if self.anchor else self.spec


@dataclass(frozen=True, slots=True)
class Related:
    """An answer: what was asked about, what is related, what could not be asked."""

    asked: str
    title: str = ""
    code: tuple[RelatedCode, ...] = ()
    sections: tuple[RelatedSection, ...] = ()
    degraded: tuple[str, ...] = ()
