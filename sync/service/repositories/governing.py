"""Which specs speak about a repository, at which revisions: as they are now, or as a tag holds them.

The one answer for whoever checks code elsewhere and for what is decided on it afterwards.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from drift.lives.records import Repository
from drift.store.repositories import RepositoryStore
from specs.access import Principal, Role, Scope
from specs.errors import UserError
from specs.library import SpecText
from specs.service.library.library import Library
from specs.service.library.tags import Tags
from specs.service.revisions.authorship import Authorship
from specs.store.connection import Transactions
from sync.binding.plan import SpecHead, governing, specs_digest
from sync.binding.remotes import remote_key
from sync.inbox.decisions import FindingDecision
from sync.service.repositories.speaking import called, heads_of
from sync.specfiles.served import ServedSpec, ServedWaiver, name_of
from sync.store.bindings import BindingStore
from sync.store.decisions import waivers_of

# A repository that the project does not know, and the one that each spec out of a known one belongs to.
HERE, NOBODY = UUID(int=1), UUID(int=2)
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/~+-]{0,198}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Governed:
    """The specs that speak about a repository. `repository` is its name here, or the one it was called by.

    `registered` is set where the project knows it. `inside` are the paths in the repository of specs that came out of
    it. `waivers` are those that people gave here, also such whose day is over. `digest` names the revisions and what in
    them awaits a person.
    """

    repository: str
    registered: Repository | None
    heads: tuple[SpecHead, ...]
    texts: Mapping[UUID, SpecText]
    inside: Mapping[UUID, str]
    tag: str = ""
    waivers: tuple[ServedWaiver, ...] = ()

    @property
    def digest(self) -> str:
        """Name the revisions."""
        return specs_digest(self.heads)

    @property
    def etag(self) -> str:
        """Name all that is served: revisions, texts, where their files are in the repository, waivers."""
        return name_of(self.repository, self.tag, self.digest, (*self.served, *self.waivers))

    @property
    def served(self) -> tuple[ServedSpec, ...]:
        """Give them as they are served, without their texts."""
        return tuple(
            ServedSpec(
                id=str(head.id),
                path=head.path,
                file=self.inside.get(head.id, ""),
                revision=head.revision,
                unconfirmed=head.unconfirmed,
                text_digest=self.texts[head.id].revision.text_digest,
                guest=head.guest,
            )
            for head in self.heads
        )


class Governing:
    """Use cases of reading what governs a repository."""

    def __init__(self, database: Transactions, library: Library, tags: Tags, authorship: Authorship) -> None:
        self._database = database
        self._library = library
        self._tags = tags
        self._authorship = authorship

    async def read(self, principal: Principal, project: UUID, repository: str, tag: str = "") -> Governed:
        """Give the specs that speak about a repository, by its name here, or by `host/path` of its address.

        One that the project does not know is spoken about by all specs that came out of no other. Raises `UserError`
        for what is no name, `MissingError` for a tag that is not there.
        """
        principal.require(project, Role.READER, Scope.READ)
        if not NAME.fullmatch(repository) or ".." in repository or "//" in repository:
            raise UserError("This is no name of a repository.", "Name it as registered, or as host/owner/name.")
        found = await (self._tags.texts(principal, project, tag) if tag else self._library.heads(principal, project))
        texts = {one.spec.id: one for one in found}
        async with self._database.read() as connection:
            known = await RepositoryStore(connection).of_project(project)
            registered = named(repository, known)
            bindings = BindingStore(connection)
            owners, prefixes = await bindings.owners(project), await bindings.prefixes(project)
            files = await bindings.files(registered.id) if registered is not None else ()
            said = await waivers_of(connection, registered.id) if registered is not None else ()
        waiting = await self._authorship.unconfirmed(
            principal, project, {ref: one.revision.digest for ref, one in texts.items()}
        )
        lines = {ref: tuple(one.line for one in statements) for ref, statements in waiting.items()}
        heads = heads_of(texts, lines)
        if registered is not None:
            chosen = governing(heads, owners, prefixes, registered.id, called(registered))
        else:
            named_by = {ref for ref, own in owners.items() if own}
            chosen = governing(heads, {ref: {NOBODY} for ref in named_by}, {HERE: ""}, HERE, {repository})
        name = registered.name if registered is not None else repository
        inside = {file.spec: file.path for file in files if file.spec is not None}
        waivers = tuple(map(served_waiver, said))
        return Governed(name, registered, chosen, texts, inside, tag, waivers)


def served_waiver(one: FindingDecision) -> ServedWaiver:
    """Give a waiver as checks take it, here and elsewhere."""
    return ServedWaiver(one.fingerprint, str(one.until), one.actor.name, one.because)


def named(name: str, known: tuple[Repository, ...]) -> Repository | None:
    """Find a repository by its name, or by the host and path of its address."""
    same = [one for one in known if one.name == name] or [one for one in known if remote_key(one.url) == name]
    return same[0] if same else None
