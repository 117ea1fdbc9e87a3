"""Code and sections that speak of the same: proposals with scores and reasons, and what people decided of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta

from app.api._wire import NO_NUL, ActorOut, In, Items, Message, Out
from app.unit import Unit
from specs.access import Scope
from specs.errors import UserError
from sync.contexts.links import Link, LinkState, Standing
from sync.contexts.related import Related, RelatedCode, RelatedSection
from sync.contexts.relations import LONGEST
from sync.service.contexts.relating import MOST

READ: dict[str, object] = {"scope": Scope.READ, "statuses": (404,)}
Text = Annotated[str, Meta(max_length=LONGEST, pattern=NO_NUL)]
OneSection = Annotated[
    Text, QueryParameter(name="section", description="A section, `path.md#anchor`: which code it may speak about.")
]
OnePath = Annotated[Text, QueryParameter(name="path", description="A file of code: which sections may speak about it.")]
OneSymbol = Annotated[
    Text, QueryParameter(name="symbol", description="A definition, `path/file.py#Name` or `Name`: the same of it.")
]
Most = Annotated[int, QueryParameter(ge=1, le=MOST, description="How many at most.")]
State = Annotated[LinkState | None, QueryParameter(name="state", description="Only ties of this state.")]
ANSWERS = {"confirm": LinkState.CONFIRMED, "reject": LinkState.REJECTED, "withdraw": None}


class LinkOut(Out):
    """What a person said of a section and of code: that the one speaks about the other, or that it does not."""

    section: str
    spec: UUID
    repository: UUID
    repository_name: str
    code: str
    state: LinkState
    by: ActorOut
    at: datetime
    because: str = ""
    standing: Standing | None = None

    @classmethod
    def of(cls, link: Link, standing: Standing | None = None) -> "LinkOut":
        """Make it from the core's value."""
        return cls(
            section=link.address,
            spec=link.spec_id,
            repository=link.repository_id,
            repository_name=link.repository,
            code=link.code,
            state=link.state,
            by=ActorOut.of(link.by),
            at=link.at,
            because=link.because,
            standing=standing if link.state is LinkState.CONFIRMED else None,
        )


class CodeOut(Out):
    """Code that a section may speak about. `link` is there where a person confirmed it: it is a binding then.

    A binding's `standing` says whether the code is as it was then (`kept`), `changed` since, or `gone`.
    """

    code: str
    path: str
    symbol: str
    line: int
    kind: str
    repository: UUID
    repository_name: str
    score: float
    why: tuple[str, ...]
    signature: str = ""
    said: str = ""
    link: LinkOut | None = None

    @classmethod
    def of(cls, found: RelatedCode) -> "CodeOut":
        """Make it from the core's value."""
        code = found.code
        return cls(
            code=f"{code.path}#{code.symbol}" if code.symbol else code.path,
            path=code.path,
            symbol=code.symbol,
            line=code.line,
            kind=code.kind,
            repository=code.repository_id,
            repository_name=code.repository,
            score=found.score,
            why=found.why,
            signature=code.signature,
            said=code.said,
            link=LinkOut.of(found.link, found.standing) if found.link is not None else None,
        )


class SectionOut(Out):
    """A section that may speak about code."""

    section: str
    heading: str
    score: float
    why: tuple[str, ...]
    link: LinkOut | None = None

    @classmethod
    def of(cls, found: RelatedSection) -> "SectionOut":
        """Make it from the core's value."""
        link = LinkOut.of(found.link) if found.link is not None else None
        return cls(section=found.address, heading=found.heading, score=found.score, why=found.why, link=link)


class RelatedOut(Out):
    """What is related to what was asked about, bindings first, then proposals by score.

    `degraded` names what could not be asked: `embeddings`, or `embeddings-pending` where some vectors are yet to come.
    """

    asked: str
    code: tuple[CodeOut, ...] = ()
    sections: tuple[SectionOut, ...] = ()
    degraded: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Related) -> "RelatedOut":
        """Make it from the core's value."""
        code, sections = tuple(map(CodeOut.of, found.code)), tuple(map(SectionOut.of, found.sections))
        return cls(asked=found.asked, code=code, sections=sections, degraded=found.degraded)


class LinkIn(In):
    """What a person says of a section and of code (`path/file.py#Name`, or a whole file)."""

    section: Annotated[str, Meta(min_length=1, max_length=LONGEST, pattern=NO_NUL)]
    code: Annotated[str, Meta(min_length=1, max_length=LONGEST, pattern=NO_NUL)]
    decision: Literal["confirm", "reject", "withdraw"]
    repository: Annotated[str, Meta(max_length=200, pattern=NO_NUL)] = ""
    because: Message = ""


@get("/projects/{project:str}/related", opt=READ, summary="Find related code or sections")
async def related(
    unit: NamedDependency[Unit],
    project: FromPath[str],
    *,
    asked_section: OneSection = "",
    asked_path: OnePath = "",
    asked_symbol: OneSymbol = "",
    limit: Most = 10,
) -> RelatedOut:
    """Give the code that a section may speak about, or the sections that may speak about code, with score and why."""
    found = await unit.projects.find(unit.principal, project)
    if bool(asked_section) == bool(asked_path or asked_symbol):
        raise UserError("What is asked about?", "Name a `section`, or code by `path` or `symbol`.")
    if asked_section:
        return RelatedOut.of(await unit.relating.of_section(unit.principal, found.id, asked_section, limit))
    return RelatedOut.of(await unit.relating.of_code(unit.principal, found.id, asked_path, asked_symbol, limit))


@get("/projects/{project:str}/links", opt=READ, summary="List bindings and rejected proposals")
async def list_links(unit: NamedDependency[Unit], project: FromPath[str], *, wanted: State = None) -> Items[LinkOut]:
    """List what people decided of sections and code, in the order of specs; bindings say how they stand."""
    found = await unit.projects.find(unit.principal, project)
    rows = await unit.relating.links(unit.principal, found.id, wanted)
    return Items(tuple(LinkOut.of(one.link, one.standing) for one in rows if one.link is not None))


@post(
    "/projects/{project:str}/links",
    opt={"scope": Scope.WRITE, "statuses": (404,)},
    summary="Decide on a proposed binding",
    status_code=200,
)
async def decide_link(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[LinkIn]) -> LinkOut:
    """Confirm, as a person and reviewer, that a section speaks about code; reject that; or take back what was said.

    What is confirmed is a binding: context and traceability go by it. What is rejected is not proposed again.
    """
    found = await unit.projects.find(unit.principal, project)
    link = await unit.relating.decide(
        unit.principal,
        found.id,
        data.section,
        data.code,
        ANSWERS[data.decision],
        repository=data.repository,
        because=data.because,
    )
    return LinkOut.of(link)


ROUTES = (related, list_links, decide_link)
