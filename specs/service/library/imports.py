"""What git brings into the library: texts, removals and renames of files, under one rule.

Git moves a head only where git wrote it last, or had the same text. Otherwise its text is merged with the head; where
that cannot be done without asking, it waits in a conflict and the spec is marked as diverged. A removal that meets
words from here, and a new name that meets another one, wait as proposals. Whoever knows which spec a file became says
so by `spec`; else it is found by its path. Every call may be repeated: a commit counts once. Knows nothing of git's
storage.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from specs.access import Principal, Role, Scope
from specs.audit import Json
from specs.library import GitOrigin, Saved, Spec, SpecStatus
from specs.paths import check_path, path_key
from specs.proposals.delta import Operation, SpecDelta
from specs.revision import Actor, Revision, text_digest
from specs.service import writing
from specs.service.auditing import record
from specs.service.hygiene import mask_secrets
from specs.service.library.arriving import Beside, Brought, arrive
from specs.service.library.beginning import Writer
from specs.service.library.claimed import UNKNOWN, claimed_author, composed
from specs.service.library.merging import Ground, Merging
from specs.service.library.rewinding import taken_out, without_gits
from specs.service.proposals.admitting import Gate, admit_commit, gated, taken_back
from specs.service.proposals.proposing import Source
from specs.service.revisions.landing import Arrival, Landing
from specs.store.conflicts import ConflictStore
from specs.store.connection import Clock, Connection, IdSource, SpecHook, Transactions, no_hook
from specs.store.library import LibraryStore


class Imports:
    """Use cases of git's side. `on_change` is called as by the library."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, on_change: SpecHook = no_hook) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._on_change = on_change

    async def import_revision(  # noqa: PLR0913 (who brings what of which commit, where)
        self,
        principal: Principal,
        project: UUID,
        path: str,
        text: str,
        git: GitOrigin,
        *,
        spec: UUID | None = None,
        anew: bool = False,
    ) -> Saved:
        """Take in a text that a commit brings. The head moves if the spec is new or git wrote its head.

        Otherwise the text becomes a side revision that the head takes in, or that `spec.diverged` names while it waits
        in a conflict. A text that is or was the head already makes no revision. Raises `UserError` for a path or text
        that cannot be kept; `WaitsError` where policy wants it reviewed first: then the head stays where it is.

        What git has cannot be refused for what it hides: it is kept, told to readers and not served to agents. Secrets
        are masked, so that the rest of the text counts and they go no further. With `anew` a spec that was called so
        before is not meant.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.check_kept(path, text)
        text, names = await mask_secrets(self._database, project, text)
        git = replace(git, masked=names)
        title = writing.titled(await writing.title_of(text), path)
        async with gated(self._database) as connection:
            store = LibraryStore(connection, project)
            author = await self._author(connection, project, git)
            returns = spec is None
            found = await store.at_path(path_key(path), lock=True) if anew else await _meant(store, path, spec)
            if found is None:
                made = composed(self._new_id(), text, (), author, git)
                part = SpecDelta(made.spec_id, Operation.CREATE, None, path, path, "", text)
                await self._admit(connection, principal, project, part, git, author)
                if await self._landing(connection, project).begin(path, Arrival(made, text, title)):
                    return await self._tell(connection, principal, store, "spec.import", made, git)
                # Someone took the path in between: it is theirs, and this text goes beside it.
                found = await store.at_path(path_key(path), lock=True)
                if found is None:
                    raise writing.no_spec()
            new = _Arrival(text, title, author, git, returns=returns)
            return await self._onto(connection, principal, store, found, new)

    async def import_many(
        self, principal: Principal, project: UUID, brought: Sequence[Brought], beside: Beside
    ) -> tuple[Saved, ...]:
        """Take in the first of many texts, in one transaction; give those. The rest, if any, begins with a special one.

        What comes of each is what `import_revision` would make of it. `beside` is called in that transaction, to note
        what came of them.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writer = Writer(principal, project, self._clock(), self._new_id, self._on_change)
        return await arrive(self._database, writer, brought, beside)

    async def _onto(
        self, connection: Connection, principal: Principal, store: LibraryStore, spec: Spec, new: "_Arrival"
    ) -> Saved:
        known = await store.from_origin(spec.id, new.git.origin)
        if known is not None and (undone := await taken_out(store, spec.id, known.digest)) is not None:
            # A branch that was put back is where it was before: the commit counts once more, under a name of its own.
            new.git = replace(new.git, commit=f"{new.git.commit}+{undone.digest[:12]}")
            known = await store.from_origin(spec.id, new.git.origin)
        if known is not None:
            return Saved(spec, known, created=False)
        head = await writing.head_of(store, spec)
        digest = text_digest(new.text)
        if head.text_digest == digest:
            await self._agree(connection, principal, spec, head.digest)
            await taken_back(self._gate(connection, principal, spec.project, new.git, new.author), spec)
            await self._come_back(store, spec)
            if new.returns and spec.status is SpecStatus.RETIRED and spec.retired_origin is None:
                part = SpecDelta(spec.id, Operation.RESTORE, head.digest, spec.path, spec.path, new.text, new.text)
                await self._admit(connection, principal, spec.project, part, new.git, new.author, wait=True)
            return Saved(await writing.found(store, spec.id), head, created=False)
        if _gits(spec, head) and (spec.status is SpecStatus.ACTIVE or spec.retired_origin is not None):
            await self._ask(connection, principal, spec, head.digest, new)
            made = composed(spec.id, new.text, (head.digest,), new.author, new.git)
            await self._landing(connection, spec.project).advance(spec, Arrival(made, new.text, new.title))
            await self._come_back(store, spec)
            return await self._tell(connection, principal, store, "spec.import", made, new.git)
        base = spec.agreed
        caught_up = await self._caught_up(store, spec, digest, new.git)
        undone = await taken_out(store, spec.id, caught_up) if caught_up not in {None, base} else None
        if caught_up is not None and undone is None:
            # Git has by now what was written here a while ago: from there on is what git does not have.
            await self._agree(connection, principal, spec, caught_up)
            found = await store.revision(spec.id, caught_up) or head
            return Saved(await writing.found(store, spec.id), found, created=False)
        await self._ask(connection, principal, spec, base or head.digest, new)
        behind = undone.digest if undone is not None else base
        made = composed(spec.id, new.text, (behind,) if behind else (), new.author, new.git)
        action = await self._meet(connection, principal, spec, base, Arrival(made, new.text, new.title))
        return await self._tell(connection, principal, store, action, made, new.git)

    @staticmethod
    async def _caught_up(store: LibraryStore, spec: Spec, digest: str, git: GitOrigin) -> str | None:
        """Find the head from here whose text git has by now: the one it names, else a later one, else what it had."""
        if spec.status is SpecStatus.RETIRED:
            return None
        for named in git.revisions:
            found = await store.revision(spec.id, named)
            if found is not None and found.text_digest == digest and await store.was_head(spec.id, named):
                return named
        if spec.agreed is None:
            return None
        later = await store.former_head(spec.id, digest, spec.agreed)
        if later is not None:
            return later
        agreed = await store.revision(spec.id, spec.agreed)
        return agreed.digest if agreed is not None and agreed.text_digest == digest else None

    async def _ask(self, connection: Connection, principal: Principal, spec: Spec, base: str, new: "_Arrival") -> None:
        """Ask policy about a text that would change a spec, made from a revision of it."""
        before = await LibraryStore(connection, spec.project).text(spec.id, base) or ""
        part = SpecDelta(spec.id, Operation.EDIT, base, spec.path, spec.path, before, new.text)
        await self._admit(connection, principal, spec.project, part, new.git, new.author)

    async def _admit(  # noqa: PLR0913, PLR0917 (who brings what of whom, where)
        self,
        connection: Connection,
        principal: Principal,
        project: UUID,
        part: SpecDelta,
        git: GitOrigin,
        author: Actor,
        *,
        wait: bool = False,
    ) -> None:
        await admit_commit(self._gate(connection, principal, project, git, author), part, git.message, wait=wait)

    def _gate(self, connection: Connection, principal: Principal, project: UUID, git: GitOrigin, author: Actor) -> Gate:
        place = (git.repository or UNKNOWN, git.branch)
        source = Source(Principal(author), git.origin, *place, provenance=git.provenance)
        return Gate(connection, principal, project, self._clock(), self._new_id, self._on_change, source)

    async def _meet(
        self, connection: Connection, principal: Principal, spec: Spec, base: str | None, side: Arrival
    ) -> str:
        """Bring git's text to a head that was written here: merged, or beside it in a conflict. Say which."""
        store, digest = LibraryStore(connection, spec.project), side.revision.digest
        merging = Merging(connection, spec.project, self._clock(), self._new_id, self._on_change)
        # What git brought before and still waits is behind what it brings now.
        ground = Ground(base, (spec.diverged,) if spec.diverged else ())
        if spec.status is SpecStatus.RETIRED:
            await merging.dispute(spec, ground, side)
            await store.set_against_git(spec.id, diverged=digest, agreed=spec.agreed)
            return "spec.diverge"
        met = await merging.bring(principal, spec, ground, side, side.revision.message)
        if met.conflict is not None:
            await store.set_against_git(spec.id, diverged=digest, agreed=spec.agreed)
            return "spec.diverge"
        same = met.landed is not None and met.landed.text_digest == side.revision.text_digest
        agreed = met.landed.digest if same and met.landed is not None else digest
        await store.set_against_git(spec.id, diverged=None, agreed=agreed)
        return "spec.merge"

    async def _agree(self, connection: Connection, principal: Principal, spec: Spec, head: str) -> None:
        """Note that git has the text of a head: what it brought before and still waits is over."""
        if spec.diverged is not None:
            await ConflictStore(connection, spec.project).taken_in(
                spec.id, (spec.diverged,), head, principal.actor.id, self._clock()
            )
        await LibraryStore(connection, spec.project).set_against_git(spec.id, diverged=None, agreed=head)

    def _landing(self, connection: Connection, project: UUID) -> Landing:
        return Landing(connection, project, self._clock(), self._on_change)

    async def _come_back(self, store: LibraryStore, spec: Spec) -> None:
        """Restore a spec that git had removed; what a person retired stays retired."""
        if spec.status is SpecStatus.RETIRED and spec.retired_origin is not None:
            await store.set_status(spec.id, SpecStatus.ACTIVE, self._clock())

    async def import_removal(
        self, principal: Principal, project: UUID, path: str, git: GitOrigin, *, spec: UUID | None = None
    ) -> Spec | None:
        """Take in that a commit removed a file: the spec is retired where git has all that it says and calls it so.

        Else, if git ever had it, its retirement waits as a proposal, and `WaitsError` is raised.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        if check_path(path):
            return None
        async with gated(self._database) as connection:
            store = LibraryStore(connection, project)
            found = await _meant(store, path, spec)
            if found is None or found.status is SpecStatus.RETIRED or found.agreed is None:
                return found
            head = await writing.head_of(store, found)
            author = await self._author(connection, project, git)
            text = await store.text(found.id, head.digest) or ""
            part = SpecDelta(found.id, Operation.RETIRE, head.digest, found.path, found.path, text, text)
            meets = not _gits(found, head) or path_key(found.path) != path_key(path)
            await self._admit(connection, principal, project, part, git, author, wait=meets)
            await store.set_status(found.id, SpecStatus.RETIRED, self._clock(), git.origin)
            await self._on_change(connection, project, found.id)
            made = replace(head, actor=author)
            return (await self._tell(connection, principal, store, "spec.retire", made, git)).spec

    async def import_rename(  # noqa: PLR0913 (who brings which names of which commit, where)
        self,
        principal: Principal,
        project: UUID,
        old: str,
        new: str,
        git: GitOrigin,
        *,
        spec: UUID | None = None,
    ) -> Spec | None:
        """Take in that a commit renamed a file. Nothing if no spec has the old path or another has the new one.

        A spec that was renamed here, too, and otherwise, keeps its name: that of git waits as a proposal.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        writing.refuse(check_path(new))
        if check_path(old):
            return None
        async with gated(self._database) as connection:
            store = LibraryStore(connection, project)
            found = await _meant(store, old, spec)
            holder = await store.at_path(path_key(new))
            if found is None or (holder is not None and holder.id != found.id):
                return None
            if found.path == new:
                return found
            head = await writing.head_of(store, found)
            author = await self._author(connection, project, git)
            text = await store.text(found.id, head.digest) or ""
            part = SpecDelta(found.id, Operation.EDIT, head.digest, found.path, new, text, text)
            if found.status is SpecStatus.ACTIVE:
                meets = found.path != old
                await self._admit(connection, principal, project, part, git, author, wait=meets)
            if not await store.set_path(found, new, path_key(new), path_key(found.path), self._clock()):
                return None
            await self._on_change(connection, project, found.id)
            made = replace(head, actor=author)
            return (await self._tell(connection, principal, store, "spec.rename", made, git)).spec

    async def published(self, principal: Principal, project: UUID, spec: UUID, revision: str) -> None:
        """Note that git has a head that was made here, unless it is known to have a later one."""
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._database.transaction() as connection:
            store = LibraryStore(connection, project)
            found = await store.spec(spec, lock=True)
            if found is None or found.agreed == revision or not await store.was_head(spec, revision):
                return
            if found.agreed is None or revision in {
                one.revision.digest for one in await store.line(spec, found.agreed)
            }:
                await store.set_against_git(spec, diverged=found.diverged, agreed=revision)

    async def undone(self, principal: Principal, project: UUID, spec: UUID, revision: str) -> tuple[str, ...]:
        """Give the heads from the one on in which what a former head says was left out, as git had taken it back."""
        principal.require(project, Role.READER, Scope.READ)
        async with self._database.read() as connection:
            store = LibraryStore(connection, project)
            undone = await taken_out(store, spec, revision) if await store.was_head(spec, revision) else None
            later = await store.line(spec, undone.digest) if undone is not None else ()
        return () if undone is None else (undone.digest, *(entry.revision.digest for entry in later))

    async def rewound(self, principal: Principal, project: UUID, spec: UUID, text: str | None, fork: str = "") -> bool:
        """Take in that a branch was put back to where a file had a text (none: no such file), and went on from there.

        What was written here since is not git's to take back: then both agree no further than that text, and what git
        brought since goes out of the head where it can be told apart. False where all since was git's own. `fork` is
        the commit to which the branch was put back.
        """
        principal.require(project, Role.EDITOR, Scope.WRITE)
        async with self._database.transaction() as connection:
            store = LibraryStore(connection, project)
            found = await store.spec(spec, lock=True)
            if found is None:
                return False
            line = await store.line(spec, None)
            digest = None if text is None else text_digest(text)
            places = [place for place, one in enumerate(line) if one.revision.text_digest == digest]
            since = places[-1] if places else -1
            if all(one.revision.from_git for one in line[since + 1 :]):
                return False
            agreed, made = None, None
            if places:
                agreed = line[since].revision.digest
                landing = self._landing(connection, project)
                made = await without_gits(connection, principal, landing, found, line[since:])
            await store.set_against_git(spec, diverged=found.diverged, agreed=agreed)
            if made is not None:
                details: dict[str, Json] = {"path": found.path, "revision": made.digest, "commit": fork}
                at = self._clock()
                await record(connection, principal, project, at=at, action="spec.merge", subject=spec, details=details)
            return True

    async def _author(self, connection: Connection, project: UUID, git: GitOrigin) -> Actor:
        return git.author or await claimed_author(connection, project, git, self._new_id())

    async def _tell(  # noqa: PLR0913, PLR0917 (one place that ends every import)
        self,
        connection: Connection,
        principal: Principal,
        store: LibraryStore,
        action: str,
        made: Revision,
        git: GitOrigin,
    ) -> Saved:
        spec = await writing.found(store, made.spec_id)
        for_author = replace(principal, on_behalf_of=made.actor.id)
        details: dict[str, Json] = {"path": spec.path, "revision": made.digest, "commit": git.commit}
        if git.masked:
            details["masked"] = list(git.masked)
        await record(
            connection, for_author, spec.project, at=self._clock(), action=action, subject=spec.id, details=details
        )
        return Saved(spec, made, created=True)


class _Arrival:
    """A text on its way in, with its title and its claimed author; whether its file was not there before."""

    def __init__(self, text: str, title: str, author: Actor, git: GitOrigin, *, returns: bool) -> None:
        self.returns = returns
        self.text = text
        self.title = title
        self.author = author
        self.git = git


async def _meant(store: LibraryStore, path: str, known: UUID | None) -> Spec | None:
    """Give the spec that git means, locked: the one that is known, else the one at a path, or that was there."""
    if known is not None and (found := await store.spec(known, lock=True)) is not None:
        return found
    spec = await store.at_path(path_key(path), lock=True)
    if spec is not None:
        return spec
    former = await store.formerly_at(path_key(path))
    return None if former is None else await store.spec(former.id, lock=True)


def _gits(spec: Spec, head: Revision) -> bool:
    """Say whether git may move this head: it wrote it, or has the same text since."""
    return spec.agreed == head.digest
