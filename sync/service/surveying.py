"""What an architect asks of specs and code together: which specs are whose.

Knows no page and no wire.
"""

from uuid import UUID

from specs.access import Principal
from specs.errors import MissingError
from specs.parser import parse
from specs.service.library import Library
from specs.suggest import did_you_mean

NOBODY = "-"


class Survey:
    """Questions that need both what specs say and what is known of the code."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def owned(self, principal: Principal, project: UUID, owner: str) -> frozenset[UUID]:
        """Give the specs that somebody owns; `-` asks for those of nobody. Raises `MissingError`."""
        heads = await self._library.heads(principal, project)
        owners = {head.spec.id: parse(head.text).front_matter.owners for head in heads}
        found = frozenset(ref for ref, named in owners.items() if (owner in named if owner != NOBODY else not named))
        if not found and owner != NOBODY:
            known = {one for named in owners.values() for one in named}
            hint = did_you_mean(owner, known) or f"Owners are: {', '.join(sorted(known)[:12]) or 'none'}."
            raise MissingError(f"No spec is owned by {owner!r}.", hint)
        return found
