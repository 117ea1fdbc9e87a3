"""Writes to repositories what was written here: plans, makes commits in the mirror, pushes, and remembers.

Runs right after a repository was read, so that it stands on what git has. Everything may be repeated: commits are made
of what they say alone, each is noted before it is pushed, and what became of it is learned from the next reading.
Pushes go forward only, but on a branch that is ours.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from drift.lives.evaluated import storable
from drift.lives.records import Repository, RepositoryState
from drift.store.repositories import RepositoryStore
from specs.access import Principal
from specs.audit import Json
from specs.errors import HoldfastError
from specs.images import names_in
from specs.library import SpecStatus
from specs.service.auditing import record
from specs.store.artifacts import CLEAR, Vault
from specs.store.connection import Clock, Connection, Transactions
from specs.store.images import ImageStore
from specs.store.library import LibraryStore
from specs.store.proposals import ProposalStore
from sync.binding.bindings import Binding, Held, Publish, Pushed
from sync.binding.commits import Step, steps, together
from sync.binding.plan import packages_of
from sync.binding.publishing import Layout, Plan, Standing, belonging, plan, plan_name
from sync.gitrepo.folders import Folders
from sync.gitrepo.objects import Objects
from sync.gitrepo.writing import RejectedError
from sync.service.repositories.chains import Chains
from sync.service.repositories.committing import Made, beginnings, foreign_commits, make
from sync.service.repositories.fetching import Mirrors
from sync.service.repositories.looking import find_folders
from sync.service.repositories.pulling import Asked, Pulls
from sync.service.repositories.repositories import check_publishing
from sync.store.bindings import BindingStore
from sync.store.publications import PublicationStore

MOST_TOLD = 100
CONFLICT = "A change from git waits in a conflict."
PROPOSAL = "A change from git waits for a decision."


class Outcome(StrEnum):
    """What a try came to: nothing was to be done, commits are on the other side, or it moved and has to be read."""

    NOTHING = "nothing"
    PUSHED = "pushed"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Published:
    """What a try to publish did, for the log."""

    outcome: Outcome = Outcome.NOTHING
    commits: int = 0
    held: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a publication stands on: the repository with its binding, the branch as it is, and the plan for it."""

    repository: Repository
    binding: Binding
    mirror: Path
    tip: str
    plan: Plan
    steps: tuple[Step, ...] = ()
    blobs: Mapping[str, str] = field(default_factory=dict)
    bases: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def branch(self) -> str:
        """The branch that is pushed to."""
        return self.repository.branch if self.binding.publish is Publish.DIRECT else self.binding.branch

    @property
    def name(self) -> str:
        """Name what is to be pushed, and on what it stands."""
        lines = [f"{self.branch}"]
        for step in self.steps:
            lines += [f"move {spec} {old} {new} {self.blobs.get(old, '')}" for spec, old, new in step.moves]
            words = ",".join(word.revision for word in step.words)
            lines += [f"text {spec} {path} {words} {self.blobs.get(path, '')}" for spec, path, _ in step.texts]
        return plan_name(lines)


class Publisher:
    """Publishes to one repository at a time. The caller sees to it that nothing else runs for the same one."""

    def __init__(  # noqa: PLR0913 (each source of the outside world is its own argument)
        self,
        database: Transactions,
        mirrors: Mirrors,
        clock: Clock,
        principal: Principal,
        *,
        domain: str,
        pulls: Pulls,
        vault: Vault = CLEAR,
    ) -> None:
        self._database = database
        self._mirrors = mirrors
        self._clock = clock
        self._principal = principal
        self._domain = domain
        self._pulls = pulls
        self._vault = vault

    async def publish(self, ref: UUID) -> Published:
        """Bring what git lacks to git. Raises only what is worth another try later: a database that is away."""
        ground = await self._ground(ref)
        if ground is None:
            return Published()
        told = Published(held=len(ground.plan.held))
        try:
            # Which branch is the default one was not known when ours was named.
            check_publishing(ground.binding.publish, ground.binding.branch, ground.repository.branch)
            if ground.binding.publish is Publish.DIRECT:
                return await self._direct(ground, told)
            return await self._own(ground, told)
        except RejectedError as error:
            await self._failed(ground, error)
            return replace(told, outcome=Outcome.REJECTED, problem=error.message)
        except HoldfastError as error:
            if error.family is error.family.INTERNAL:
                raise
            await self._failed(ground, error)
            return replace(told, outcome=Outcome.FAILED, problem=error.message)

    async def _ground(self, ref: UUID) -> Ground | None:
        """Plan; None where there is nothing to publish to, or git is not taken in as far as it is here."""
        async with self._database.read() as connection:
            repository, binding = await RepositoryStore(connection).get(ref), await BindingStore(connection).get(ref)
        if repository is None or binding is None or binding.publish is Publish.NONE or not repository.branch:
            return None
        if repository.state is not RepositoryState.READY or binding.imported != repository.fetched:
            return None
        mirror, tip = self._mirrors.place(ref), repository.fetched
        folders, _ = await asyncio.to_thread(find_folders, mirror, tip, binding.folders, binding.root)
        if not folders:
            return None
        layout = Layout(folders, binding.prefix, packages_of(folders, binding.root) if binding.folders is None else {})
        occupied = await asyncio.to_thread(Folders(Objects(mirror), folders).occupied, tip)
        async with self._database.read() as connection:
            files = await BindingStore(connection).files(ref)
            made = plan(layout, files, await self._standings(connection, repository), occupied)
            chains = Chains(connection, repository.project, self._domain)
            ordered, bases = await self._steps(chains, made)
        blobs = {file.path: file.blob for file in files}
        return Ground(repository, binding, mirror, tip, made, ordered, blobs, bases)

    @staticmethod
    async def _standings(connection: Connection, repository: Repository) -> tuple[Standing, ...]:
        """Give the specs that belong to a repository, as they stand."""
        bindings = BindingStore(connection)
        waiting = await ProposalStore(connection, repository.project).awaited_by_git()
        found = [
            Standing(
                spec.id,
                spec.path,
                spec.head,
                spec.agreed,
                spec.status is SpecStatus.ACTIVE,
                CONFLICT if spec.diverged is not None else PROPOSAL if spec.id in waiting else "",
            )
            for spec in await LibraryStore(connection, repository.project).all()
        ]
        owners = await bindings.owners(repository.project)
        prefixes = await bindings.publishing(repository.project)
        return belonging(found, owners, prefixes, repository.id)

    @staticmethod
    async def _steps(chains: Chains, made: Plan) -> tuple[tuple[Step, ...], dict[UUID, str]]:
        """Put the commits together, and give the texts up to which git has each spec."""
        moving = [change for change in made.changes if change.moves]
        moves = [(change.spec, change.old, change.path) for change in moving]
        movers = [await chains.mover(change.spec, gone=not change.path) for change in moving]
        texts = [change for change in made.changes if change.text and change.path]
        lines = [(change, await chains.line(change.spec, new=not change.old)) for change in texts]
        bases = {change.spec: line.base for change, line in lines if line.base is not None and change.old}
        ordered = [(change.spec, change.path, line.links) for change, line in lines]
        return steps(moves, ordered, [word for word in movers if word is not None]), bases

    async def _direct(self, ground: Ground, told: Published) -> Published:
        """Put commits on top of the branch that is followed."""
        if not ground.steps:
            await self._settled(ground, ground.binding.pushed)
            return told
        made = await self._commits(ground, ground.tip, ground.steps)
        if made.tip == ground.tip:
            await self._settled(ground, ground.binding.pushed, made.held)
            return replace(told, held=told.held + len(made.held))
        await self._mirrors.push(ground.repository, made.tip, ground.branch)
        await self._pushed(ground, made)
        return replace(told, outcome=Outcome.PUSHED, commits=len(made.ids), held=told.held + len(made.held))

    async def _own(self, ground: Ground, told: Published) -> Published:
        """Keep a branch of our own at what git lacks, and its pull request open."""
        before = ground.binding.pushed
        there = await self._mirrors.peek(ground.repository, ground.branch)
        if there == before.commit and ground.name == before.plan and (there or not ground.steps):
            await self._settled(ground, before)
            return told
        if not ground.steps and not there:
            await self._settled(ground, replace(before, commit="", plan=ground.name))
            return told
        start, todo = await self._start(ground, there)
        made = await self._commits(ground, start, todo)
        if made.tip == there:
            await self._settled(ground, replace(before, commit=there, plan=ground.name), made.held)
            return told
        await self._mirrors.push(ground.repository, made.tip, ground.branch, lease=there)
        await self._pushed(ground, made)
        return replace(told, outcome=Outcome.PUSHED, commits=len(made.ids), held=told.held + len(made.held))

    async def _start(self, ground: Ground, there: str) -> tuple[str, tuple[Step, ...]]:
        """Say on which commit our branch goes on, with which steps.

        On the followed branch, anew; but on top of what others put on our branch, as long as that is nowhere else.
        """
        if not there:
            return ground.tip, ground.steps
        async with self._database.read() as connection:
            known = await PublicationStore(connection, ground.repository.id).known()
            objects = Objects(ground.mirror)
            begun = await asyncio.to_thread(beginnings, objects, ground.tip, there, known)
            followed = await RepositoryStore(connection).evaluated(ground.repository.id, begun)
        foreign = await asyncio.to_thread(foreign_commits, objects, ground.tip, there, known, followed)
        if not foreign:
            return ground.tip, ground.steps
        whole = together(ground.steps)
        return there, (whole,) if whole.texts or whole.moves else ()

    async def _commits(self, ground: Ground, start: str, todo: tuple[Step, ...]) -> Made:
        wanted = {name for step in todo for _, _, text in step.texts for name in names_in(text)}
        async with self._database.read() as connection:
            images = await ImageStore(connection, ground.repository.project, self._vault).bodies(wanted)
        made = await asyncio.to_thread(
            make,
            Objects(ground.mirror),
            start,
            todo,
            bases=ground.bases,
            domain=self._domain,
            branch=ground.branch,
            images=images,
        )
        async with self._database.transaction() as connection:
            store = PublicationStore(connection, ground.repository.id)
            await store.forget_unpushed(made.ids)
            await store.add(made.publications, self._clock())
        return made

    async def _pushed(self, ground: Ground, made: Made) -> None:
        """Remember what is on the other side now, and ask for it to be taken in where that is wanted."""
        asked = Asked(ground.binding.pushed.request_url)
        if ground.binding.publish is Publish.PULL_REQUEST and ground.steps:
            asked = await self._pulls.ask(ground.repository, ground.branch, ground.steps)
        done = Pushed(made.tip, ground.name, self._clock(), asked.problem, asked.hint, (), asked.url)
        held = (*ground.plan.held, *made.held)
        revisions = [word.revision for step in ground.steps for word in step.words][:MOST_TOLD]
        details: dict[str, Json] = {
            "name": ground.repository.name,
            "branch": ground.branch,
            "commit": made.tip,
            "commits": len(made.ids),
            "revisions": [*revisions],
        }
        async with self._database.transaction() as connection:
            await PublicationStore(connection, ground.repository.id).set_pushed(made.ids)
            await BindingStore(connection).set_pushed(ground.repository.id, replace(done, held=held))
            await record(
                connection,
                self._principal,
                ground.repository.project,
                at=self._clock(),
                action="repository.publish",
                subject=ground.repository.id,
                details=details,
            )

    async def _settled(self, ground: Ground, now: Pushed, held: tuple[Held, ...] = ()) -> None:
        """Note that nothing is left to do, and what is held back."""
        problem, hint, url = "", "", now.request_url
        if ground.binding.publish is Publish.PULL_REQUEST and ground.steps and (now.problem or not url):
            asked = await self._pulls.ask(ground.repository, ground.branch, ground.steps)
            problem, hint, url = asked.problem, asked.hint, asked.url
        now = replace(now, problem=problem, hint=hint, request_url=url, held=(*ground.plan.held, *held))
        if now != ground.binding.pushed:
            async with self._database.transaction() as connection:
                await BindingStore(connection).set_pushed(ground.repository.id, now)

    async def _failed(self, ground: Ground, error: HoldfastError) -> None:
        problem, hint = storable(error.message)[:1000], storable(error.hint)[:1000]
        now = replace(ground.binding.pushed, problem=problem, hint=hint, held=ground.plan.held)
        async with self._database.transaction() as connection:
            await BindingStore(connection).set_pushed(ground.repository.id, now)
