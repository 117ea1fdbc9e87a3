"""Who the caller is, as its credential presents it."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency

from app.api._wire import ActorOut, Out, ProjectOut
from app.unit import Unit
from specs.access import Scope


class MeOut(Out):
    """The caller: what the credential may do, and where."""

    actor: ActorOut
    scopes: tuple[Scope, ...]
    projects: tuple[ProjectOut, ...]
    credential: UUID | None = None
    site_admin: bool = False


@get("/me", opt={"scope": Scope.READ}, summary="Who am I")
async def me(unit: NamedDependency[Unit]) -> MeOut:
    """Say who the credential belongs to, its scopes, and the projects it reaches with its role in each."""
    who = unit.principal
    projects = await unit.projects.list(who)
    return MeOut(
        actor=ActorOut.of(who.actor),
        scopes=tuple(sorted(who.scopes)),
        projects=tuple(ProjectOut.of(project, who) for project in projects),
        credential=who.credential,
        site_admin=who.site_admin,
    )


ROUTES = (me,)
