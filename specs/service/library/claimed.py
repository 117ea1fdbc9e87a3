"""Whose a commit of git's is, and the revision that its text becomes: what its message, author and time say."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from specs.access import Principal
from specs.audit import storable
from specs.hygiene.secrets import masked
from specs.library import MAX_MESSAGE, GitOrigin
from specs.revision import Actor, ActorKind, Revision
from specs.service import writing
from specs.store.connection import Connection, IdSource, Transactions
from specs.store.people import ActorStore

UNKNOWN = "unknown"


async def claimed_author(connection: Connection, project: UUID, git: GitOrigin, new: UUID) -> Actor:
    """Give the actor whom a commit of a project claims: never one who can log in, whatever the address says.

    `new` is the id of one who is not known yet.
    """
    identity, kind, name = _claim(git)
    return await ActorStore(connection).claimed(Actor(new, name, kind), project, identity, git.at)


async def claimed_authors(
    database: Transactions, project: UUID, commits: Sequence[GitOrigin], new_id: IdSource
) -> tuple[Actor, ...]:
    """Give whose each of some commits is: as `claimed_author` for one after the other, or who signed it.

    Whoever is new, or has a new name, is kept before others are looked at: two who bring the same people in another
    order do not wait for each other.
    """
    wanted = {_claim(git)[0] for git in commits if git.author is None}
    async with database.read() as connection:
        known = await ActorStore(connection).claimants(project, wanted)
    found = []
    for git in commits:
        identity, kind, name = _claim(git)
        last = known.get((identity, kind))
        if git.author is None and (last is None or last.name != name):
            async with database.transaction() as connection:
                last = known[identity, kind] = await claimed_author(connection, project, git, new_id())
        found.append(git.author or known[identity, kind])
    return tuple(found)


def _claim(git: GitOrigin) -> tuple[str, ActorKind, str]:
    """Say who wrote a commit by its own words: by what they are known, of what kind, how called."""
    name = storable(git.author_name).strip() or UNKNOWN
    identity = storable(git.author_email).strip().casefold() or name.casefold()
    return identity, ActorKind.AGENT if git.agent else ActorKind.HUMAN, name


def composed(spec: UUID, text: str, parents: tuple[str, ...], author: Actor, git: GitOrigin) -> Revision:
    """Make the revision that a commit's text becomes."""
    message = storable(masked(git.message.strip())[0], MAX_MESSAGE)
    made = writing.compose(Principal(author), spec, text, parents, message=message, at=git.at)
    return replace(made, provenance=git.provenance, origin=git.origin)
