"""Keeps a repository compared: fetch, import its specs, evaluate what is new, record how findings live.

Everything is a step that leaves the database whole, and every step asks the database where it stands: a killed run is
taken up by the next where it was left, and a run with nothing to do does nothing. Each new commit of the branch's first
parents is evaluated in turn, so that a finding is put down to the commit that brought it; before new commits, changed
specs are evaluated on the old head, so that theirs are put down to whoever changed them. Knows nothing of queues.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias
from uuid import UUID

from drift.lives.evaluated import Evaluated, storable
from drift.lives.life import CauseKind
from drift.lives.records import CauseRecord, CheckVerdict, CommitRecord, Repository
from drift.service.recording import Finished, record
from drift.store.checks import CheckStore
from drift.store.repositories import RepositoryStore
from specs.access import Principal
from specs.errors import Family, HoldfastError, UserError
from specs.library import SpecText
from specs.revision import Actor, Provenance
from specs.service.library.claimed import claimed_author
from specs.service.library.library import Library
from specs.service.revisions.authorship import Authorship
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, Connection, IdSource, Transactions
from sync.binding.bindings import Binding, Trust
from sync.binding.plan import WINDOW, SpecHead, changed_specs, cut, governing, specs_digest
from sync.gitrepo.folders import Authored, Folders
from sync.gitrepo.objects import Objects
from sync.inbox.claims import standing_of
from sync.service.failing import count
from sync.service.feeds.announcing import announce
from sync.service.repositories.bulk import BulkImport
from sync.service.repositories.claiming import Said, decision_cause, is_of_person, said_of, see_claims
from sync.service.repositories.evaluations import request_for
from sync.service.repositories.fetching import Fetched, Mirrors
from sync.service.repositories.importing import Source, origin_of
from sync.service.repositories.looking import find_folders, with_submodules
from sync.service.repositories.speaking import called, heads_of
from sync.service.signals import see_places
from sync.store.bindings import BindingStore

BATCH = 200
Evaluator: TypeAlias = Callable[[Mapping[str, Any]], Awaitable[Evaluated]]
"""Evaluates one commit in a process of its own. Never raises for what the code or the specs hold."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What a synchronisation needs of the world besides the database."""

    mirrors: Mirrors
    evaluator: Evaluator
    clock: Clock
    new_id: IdSource
    principal: Principal
    vault: Vault = CLEAR


@dataclass(frozen=True, slots=True)
class Synced:
    """What a run did, for the log."""

    fetched: bool = False
    imported: int = 0
    evaluated: int = 0
    problem: str = ""


class Synchroniser:
    """Synchronises one repository at a time. The caller sees to it that no two run for the same one at once."""

    def __init__(self, database: Transactions, library: Library, imports: BulkImport, outside: Outside) -> None:
        self._database = database
        self._library = library
        self._authorship = Authorship(database, outside.clock, outside.new_id)
        self._imports = imports
        self._outside = outside

    async def sync(self, ref: UUID, *, fetch: bool = True, again: bool = False) -> Synced:
        """Bring a repository up to date. `fetch` False looks at the specs only; `again` retries a failed check.

        Raises only what is worth another try later: a database that is away.
        """
        repository, binding = await self._load(ref)
        if repository is None or binding is None:
            return Synced()
        done = Synced()
        if repository.head and await self._specs_changed(repository, again=again):
            done = replace(done, evaluated=1)
        if not fetch:
            return done
        try:
            fetched = await self._outside.mirrors.fetch(repository)
        except HoldfastError as error:
            await self._failed(repository, error)
            return replace(done, problem=error.message)
        try:
            return await self._catch_up(repository, binding, fetched, done)
        except UserError as error:  # a repository that is there, and that nobody can go through
            await self._failed(repository, error)
            return replace(done, problem=error.message)

    async def _load(self, ref: UUID) -> tuple[Repository | None, Binding | None]:
        async with self._database.read() as connection:
            return await RepositoryStore(connection).get(ref), await BindingStore(connection).get(ref)

    async def _failed(self, repository: Repository, error: HoldfastError) -> None:
        problem, hint = storable(error.message)[:1000], storable(error.hint)[:1000]
        async with self._database.transaction() as connection:
            store = RepositoryStore(connection)
            await store.failed(repository.id, problem=problem, hint=hint, at=self._outside.clock())

    async def _catch_up(self, repository: Repository, binding: Binding, fetched: Fetched, done: Synced) -> Synced:
        """Work through what a fetch brought."""
        done = replace(done, fetched=True)
        if not fetched.commit:
            await self._fetched(repository, fetched, "The repository has no commits yet.")
            return done
        mirror, commit = fetched.mirror, fetched.commit
        folders, note = await asyncio.to_thread(find_folders, mirror, commit, binding.folders, binding.root)
        source = Source(repository, binding, fetched.mirror, folders or (), fetched.commit)
        note = await asyncio.to_thread(with_submodules, fetched.mirror, fetched.commit, folders or (), note)
        history = Folders(Objects(fetched.mirror), source.folders)
        ids, straight = await asyncio.to_thread(history.line, fetched.commit, binding.imported)
        # While there is nothing to hold them against, commits that are past would all be kept: the last one says so.
        bare = not repository.head and folders is None and not (await self._governing(repository))[0]
        line = cut(ids, 1 if bare else WINDOW)
        notes = [note] if note else []
        if not straight:
            notes.append("The branch was rewritten: its history was read again from where the two part.")
        older = _older(tuple(notes), len(line.older))
        if line.older:
            notes.append(older(0))
        await self._fetched(repository, fetched, " ".join(notes) if notes or ids else repository.note)
        if not straight and folders is not None:
            await self._imports.rewind(source, await asyncio.to_thread(history.fork, binding.imported, fetched.commit))
        imported = await self._import_older(source, history, line.older, older)
        todo = list(line.recent)
        if not ids and repository.head != fetched.commit:  # the branch went back to a commit that was there before
            todo = [fetched.commit]
        replaced = ""
        if folders is not None and not (straight and await self._agrees(source)):
            replaced = binding.imported
        for place, commit in enumerate(todo):
            brought = await self._step(source, history, commit, replaced="" if place else replaced, known=not ids)
            if brought is None:
                return replace(done, problem="Another run went on meanwhile.")
            source = replace(source, repository=replace(source.repository, head=commit))
            imported += brought
        if folders:
            await self._imports.retry(source, fetched.commit)
        return replace(done, imported=imported, evaluated=done.evaluated + len(todo))

    async def _agrees(self, source: Source) -> bool:
        """Say whether the specs are what the folders held when they were last imported."""
        imported = source.binding.imported
        return not imported or await self._imports.agrees(source, imported)

    async def _fetched(self, repository: Repository, fetched: Fetched, note: str) -> None:
        async with self._database.transaction() as connection:
            await RepositoryStore(connection).fetched(
                repository.id,
                branch=fetched.branch,
                commit=fetched.commit,
                at=self._outside.clock(),
                note=storable(note)[:1000],
            )

    async def _import_older(
        self, source: Source, history: Folders, ids: Sequence[str], told: Callable[[int], str]
    ) -> int:
        """Import from commits too many to evaluate; remember after each batch how far it came, and say so."""
        imported = 0
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            commits = await asyncio.to_thread(list, history.commits(batch))
            await self._imports.take_all(source, commits)
            imported += sum(len(commit.changes) for commit in commits)
            async with self._database.transaction() as connection:
                await BindingStore(connection).set_imported(source.repository.id, batch[-1])
                note = told(start + len(batch))
                await RepositoryStore(connection).skip(source.repository.id, len(batch), note)
        return imported

    async def _step(
        self, source: Source, history: Folders, commit: str, *, replaced: str, known: bool = False
    ) -> int | None:
        """Import one commit's specs, evaluate it and record both; None when another run was faster.

        A `known` commit counted before: it brings nothing, but what differs from its files now is made what they are.
        """
        told: list[Authored] = await asyncio.to_thread(list, history.commits([commit]))
        for one in () if known else told:
            await self._imports.take(source, one)
        if replaced:
            await self._imports.reconcile(source, told[-1], replaced)
        record_of = commit_record(told[-1])
        cause = CauseRecord(CauseKind.COMMIT, commit, record_of.author, min(record_of.at, self._outside.clock()))
        heads, texts = await self._governing(source.repository)
        trusted = origin_of(told[-1], source.binding.trust).provenance is Provenance.EXPLICIT
        said = await self._said(source.repository)
        evaluation = await self._evaluate(source.repository, commit, heads, texts, said, trusted=trusted)
        done = self._finished(source.repository, record_of, heads, cause, evaluation)
        done = replace(done, specs_digest=specs_digest(heads, said.names(self._today)))
        async with self._database.transaction() as connection:
            check = await record(connection, done, self._outside.vault)
            await count(connection, source.repository.project, check, await self._agent(connection, source, told[-1]))
            if check is not None:
                await see_claims(connection, done, source.repository.project, trusted=trusted)
                await see_places(connection, done)
                await BindingStore(connection).set_imported(source.repository.id, commit)
                await announce(connection, source.repository, check)
        return None if check is None else sum(len(one.changes) for one in told)

    async def _agent(self, connection: Connection, source: Source, commit: Authored) -> Actor | None:
        """Give the agent that a commit speaks of, if it does."""
        origin = origin_of(commit, source.binding.trust)
        if not origin.agent:
            return None
        return await claimed_author(connection, source.repository.project, origin, self._outside.new_id())

    async def _specs_changed(self, repository: Repository, *, again: bool) -> bool:
        """Evaluate the old head again where the specs are others than it was evaluated with."""
        heads, texts = await self._governing(repository)
        async with self._database.read() as connection:
            store = RepositoryStore(connection)
            before, commit = await store.specs_read(repository.id), await store.commit(repository.id, repository.head)
            last = await CheckStore(connection).last_of(repository.id)
            binding = await BindingStore(connection).get(repository.id)
        said = await self._said(repository)
        name = specs_digest(heads, said.names(self._today))
        moved, gone = changed_specs(before, heads)
        unfinished = again and last is not None and last.verdict is CheckVerdict.ERROR
        renamed = not moved and last is not None and last.specs_digest != name
        # What git brought is evaluated on the commit that brought it, though a killed run may not have come to that;
        # what it brought to another repository is evaluated here as what is written on the server is.
        guests = {head.id for head in heads if head.guest}
        ours = any(ref in guests or not texts[ref].revision.origin.startswith("git:") for ref in moved)
        if commit is None or not (ours or gone or unfinished or renamed):
            return False
        causes = await self._causes(repository, before, texts, moved, gone)
        new = [*causes.values(), *decision_cause(said, last)]
        by_cause = max(new, key=lambda cause: cause.at, default=last.cause if last else None)
        if by_cause is None:
            return False
        trusted = binding is not None and binding.trust is Trust.BRANCH and is_of_person(commit)
        evaluation = await self._evaluate(repository, commit.id, heads, texts, said, trusted=trusted)
        done = self._finished(repository, commit, heads, by_cause, evaluation)
        done = replace(done, specs_digest=name)
        by = texts.get(by_cause.spec) if by_cause.spec is not None else None
        async with self._database.transaction() as connection:
            check = await record(connection, replace(done, causes=causes), self._outside.vault)
            author = by.revision.actor if by is not None and by_cause.reference == by.revision.digest else None
            await count(connection, repository.project, check, author)
            if check is not None:
                await see_claims(connection, done, repository.project, trusted=trusted)
                await see_places(connection, done)
                await announce(connection, repository, check)
        return check is not None

    @property
    def _today(self) -> date:
        return self._outside.clock().date()

    async def _said(self, repository: Repository) -> Said:
        async with self._database.read() as connection:
            return await said_of(connection, repository.id)

    async def _causes(
        self,
        repository: Repository,
        before: Mapping[str, str],
        texts: Mapping[UUID, SpecText],
        moved: frozenset[UUID],
        gone: frozenset[UUID],
    ) -> dict[UUID, CauseRecord]:
        """Say for each changed spec whose revision it was; a spec that is gone answers with when it went."""
        now = self._outside.clock()
        causes: dict[UUID, CauseRecord] = {}
        for ref in moved:
            spec, revision = texts[ref].spec, texts[ref].revision
            at = min(max(revision.at, spec.updated_at), now)
            causes[ref] = CauseRecord(CauseKind.SPEC, revision.digest, revision.actor.name, at, ref, spec.path)
        for ref in gone:
            try:
                spec = (await self._library.read(self._outside.principal, repository.project, ref)).spec
            except HoldfastError as error:
                if error.family is not Family.MISSING:
                    raise
                continue
            at = min(spec.updated_at, now)
            causes[ref] = CauseRecord(CauseKind.SPEC, before[str(ref)], "", at, ref, spec.path)
        return causes

    async def _governing(self, repository: Repository) -> tuple[tuple[SpecHead, ...], dict[UUID, SpecText]]:
        """Give the specs that speak about a repository, with their texts."""
        texts = {one.spec.id: one for one in await self._library.heads(self._outside.principal, repository.project)}
        async with self._database.read() as connection:
            bindings = BindingStore(connection)
            owners = await bindings.owners(repository.project)
            prefixes = await bindings.prefixes(repository.project)
        revisions = {ref: one.revision.digest for ref, one in texts.items()}
        waiting = await self._authorship.unconfirmed(self._outside.principal, repository.project, revisions)
        lines = {ref: tuple(one.line for one in statements) for ref, statements in waiting.items()}
        return governing(heads_of(texts, lines), owners, prefixes, repository.id, called(repository)), texts

    async def _evaluate(  # noqa: PLR0913 (what is held against what, and whose word counts)
        self,
        repository: Repository,
        commit: str,
        heads: Sequence[SpecHead],
        texts: Mapping[UUID, SpecText],
        said: Said,
        *,
        trusted: bool,
    ) -> tuple[Evaluated, int]:
        """Have a commit evaluated, and say how many milliseconds that took."""
        standing = standing_of(said.claims, trusted=trusted)
        async with self._database.read() as connection:
            files = {file.spec: file.path for file in await BindingStore(connection).files(repository.id)}
            binding = await BindingStore(connection).get(repository.id)
            others = await RepositoryStore(connection).of_project(repository.project)
        mirror: Path = self._outside.mirrors.place(repository.id)
        begun = self._outside.clock()
        request = request_for(
            mirror,
            repository,
            commit,
            today=begun.date(),
            specs=[
                [head.path, files.get(head.id, ""), texts[head.id].text, list(head.unconfirmed), head.guest]
                for head in heads
            ],
            root=binding.root if binding is not None else "",
            others=others,
            standing=standing,
            waivers=said.rows,
        )
        evaluated = await self._outside.evaluator(request)
        return evaluated, int((self._outside.clock() - begun).total_seconds() * 1000)

    def _finished(
        self,
        repository: Repository,
        commit: CommitRecord,
        heads: Sequence[SpecHead],
        cause: CauseRecord,
        evaluation: tuple[Evaluated, int],
    ) -> Finished:
        evaluated, duration = evaluation
        return Finished(
            id=self._outside.new_id(),
            repository=repository.id,
            commit=commit,
            specs_digest=specs_digest(heads),
            specs={storable(head.path): head.id for head in heads},
            heads={head.id: head.revision for head in heads},
            cause=cause,
            evaluated=evaluated,
            at=self._outside.clock(),
            duration_ms=duration,
            expected=repository.head,
        )


def _older(notes: Sequence[str], count: int) -> Callable[[int], str]:
    """Tell, beside other notes, how many of the commits are imported that are too many to evaluate."""

    def told(done: int) -> str:
        so_far = f"{done:,} of {count:,} older commits are imported."
        all_of_them = f"{count:,} older commits were imported but not evaluated."
        return storable(" ".join([*notes, all_of_them if done == count else so_far]))[:1000]

    return told


def commit_record(commit: Authored) -> CommitRecord:
    """Keep of a commit what people want to know of it; the time is the committer's: when it came to be."""
    return CommitRecord(
        id=commit.id,
        parents=commit.parents,
        author=storable(commit.author),
        email=storable(commit.email),
        at=commit.committed,
        message=storable(commit.message)[:10_000],
    )
