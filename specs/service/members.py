"""Members of a project and their roles."""

from uuid import UUID

from specs.access import Member, Principal, Role
from specs.store.connection import Clock, IdSource, Transactions


class Members:
    """Use cases of membership."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id

    async def list(self, principal: Principal, project: UUID) -> tuple[Member, ...]:
        """Give the members by name. Any member may look."""
        raise NotImplementedError

    async def set_role(self, principal: Principal, project: UUID, login: str, role: Role) -> Member:
        """Make a person a member, or change the role. The last admin stays. Needs an admin."""
        raise NotImplementedError

    async def remove(self, principal: Principal, project: UUID, actor: UUID) -> None:
        """End a membership, and with it the actor's tokens for the project. The last admin stays. Needs an admin."""
        raise NotImplementedError
