"""Projects: start one, list those of an actor, find one by its slug. Whose it is not learns nothing of it."""

from uuid import UUID

from specs.access import Principal, Project
from specs.store.connection import Clock, IdSource, Transactions


class Projects:
    """Use cases of projects."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def create(self, principal: Principal, slug: str, name: str = "") -> Project:
        """Start a project with the principal as its admin. Needs an administrator of the installation."""
        raise NotImplementedError

    async def list(self, principal: Principal) -> tuple[Project, ...]:
        """Give the projects the principal is a member of, by slug."""
        raise NotImplementedError

    async def find(self, principal: Principal, slug: str) -> Project:
        """Give a project by its slug. Not there and not yours are the same `MissingError`."""
        raise NotImplementedError

    async def get(self, principal: Principal, project: UUID) -> Project:
        """Give a project by its id, under the same rule."""
        raise NotImplementedError
