"""Limits of a project: what it may use and does use, and how long its things are kept."""

from typing import Annotated

from litestar import get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from msgspec import Meta, field

from app.api._wire import In, Items, Out
from app.unit import Unit
from specs.access import Scope
from specs.limits import LimitKind, Setting

Name = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z-]+$")]
Value = Annotated[int, Meta(ge=0, le=2**40)]


class LimitsIn(In):
    """New limits by name; null takes one back, and what is not named stays as it is."""

    quotas: dict[Name, Value | None] = field(default_factory=dict)
    retention: dict[Name, Value | None] = field(default_factory=dict)


class LimitOut(Out):
    """What holds for one name: a quota, or for how many days something is kept (0: for good)."""

    kind: LimitKind
    name: str
    means: str
    value: int
    said_by: str
    used: int | None = None

    @classmethod
    def of(cls, setting: Setting) -> "LimitOut":
        """Make it from the core's value."""
        return cls(
            kind=setting.kind,
            name=setting.name,
            means=setting.means,
            value=setting.value,
            said_by=setting.said_by,
            used=setting.used,
        )


@get("/projects/{project:str}/limits", opt={"scope": Scope.READ, "statuses": (404,)}, summary="List limits")
async def list_limits(unit: NamedDependency[Unit], project: FromPath[str]) -> Items[LimitOut]:
    """List what a project may use and does use, and how long its things are kept."""
    found = await unit.projects.find(unit.principal, project)
    return Items(tuple(LimitOut.of(one) for one in await unit.limits.show(unit.principal, found.id)))


@put("/projects/{project:str}/limits", opt={"scope": Scope.ADMIN, "statuses": (404,)}, summary="Set limits")
async def set_limits(unit: NamedDependency[Unit], project: FromPath[str], data: JSONBody[LimitsIn]) -> Items[LimitOut]:
    """Set limits. An admin of the project says how long things are kept, an administrator of the server the rest."""
    found = await unit.projects.find(unit.principal, project)
    await unit.limits.set(unit.principal, found.id, data.quotas, data.retention)
    return Items(tuple(LimitOut.of(one) for one in await unit.limits.show(unit.principal, found.id)))


ROUTES = (list_limits, set_limits)
