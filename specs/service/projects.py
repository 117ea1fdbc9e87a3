"""Projects: start one, list those of an actor, find one by its slug. Whose it is not learns nothing of it."""

import re
from uuid import UUID

from specs.access import Principal, Project, Role, Scope
from specs.audit import INSTALLATION
from specs.errors import ConflictError, MissingError, UserError
from specs.library import check_text
from specs.revision import ActorKind
from specs.service import writing
from specs.service.auditing import record
from specs.store.connection import Clock, IdSource, Transactions
from specs.store.people import ActorStore, ProjectStore

MAX_SLUG = 60
MAX_NAME = 200
MAKE = "Check the name, or begin it: `holdfast admin project NAME`."
ASK = "Check the name, or ask an admin to make you a member."
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# They would hide pages of the server itself.
RESERVED = frozenset({"api", "static", "login", "logout", "welcome", "health", "ready", "metrics", "new", "settings"})


class Projects:
    """Use cases of projects. `known` keeps those that were found, by slug: none ever changes or goes."""

    def __init__(
        self, database: Transactions, clock: Clock, new_id: IdSource, known: dict[str, Project] | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._known = {} if known is None else known

    async def create(self, principal: Principal, slug: str, name: str = "") -> Project:
        """Start a project with the principal as its admin. Needs an administrator of the installation."""
        principal.require_site_admin()
        check_slug(slug)
        check_name(name)
        at = self._clock()
        project = Project(self._new_id(), slug, name.strip() or slug, at)
        async with self._database.transaction() as connection:
            if not await ProjectStore(connection).add(project):
                raise ConflictError(f"There is a project {slug} already.", "Choose another name for the new one.")
            if principal.actor.kind is ActorKind.HUMAN:
                await ActorStore(connection).set_member(project.id, principal.actor.id, Role.ADMIN, at)
            details = {"slug": slug}
            await record(
                connection, principal, INSTALLATION, at=at, action="project.create", subject=project.id, details=details
            )
        return project

    async def list(self, principal: Principal) -> tuple[Project, ...]:
        """Give the projects the principal is a member of, by slug; all of them to the server itself."""
        async with self._database.read() as connection:
            return await ProjectStore(connection).all(None if principal.everywhere else tuple(principal.roles))

    async def find(self, principal: Principal, slug: str) -> Project:
        """Give a project by its slug. Not there and not yours are the same `MissingError`."""
        found = self._known.get(slug)
        if found is None and _SLUG.fullmatch(slug):
            async with self._database.read() as connection:
                found = await ProjectStore(connection).find(slug=slug)
            if found is not None:
                self._known[slug] = found
        return _visible(principal, found)

    async def get(self, principal: Principal, project: UUID) -> Project:
        """Give a project by its id, under the same rule."""
        async with self._database.read() as connection:
            found = await ProjectStore(connection).find(id_=project)
        return _visible(principal, found)


def _visible(principal: Principal, found: Project | None) -> Project:
    if found is None or principal.role_in(found.id) is None:
        raise MissingError("There is no such project.", MAKE if principal.everywhere else ASK)
    principal.require(found.id, Role.READER, Scope.READ)
    return found


def check_slug(slug: str) -> None:
    """Refuse what cannot stand in an address as a project's name."""
    if _SLUG.fullmatch(slug) is None or len(slug) > MAX_SLUG:
        raise UserError(
            "A project's short name is lower-case letters, digits and single hyphens.",
            f"For example payments-api, at most {MAX_SLUG} characters.",
        )
    if slug in RESERVED:
        raise UserError(f"The name {slug} is an address of the server itself.", "Choose another, such as my-" + slug)


def check_name(name: str) -> None:
    """Refuse a display name that cannot be kept or shown in a line."""
    writing.refuse(check_text(name))
    if len(name) > MAX_NAME or any(not char.isprintable() for char in name):
        raise UserError("The name is too long or has unprintable characters.", f"At most {MAX_NAME} in one line.")
