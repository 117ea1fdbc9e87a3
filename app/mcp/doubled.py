"""A server's answers, and those of the repository at hand where the server is away: marked as such, never silently."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from msgspec import structs

from app.mcp.asked import ChangesAsked, CheckAsked, ContextAsked, IntentAsked, ProposalAsked, RelatedAsked, SectionAsked
from app.mcp.fence import plain
from app.mcp.source import Listing, Source, State, Told
from specs.errors import HoldfastError, UnavailableError

Reading = Callable[[Source], Awaitable[Told]]


@dataclass(frozen=True, slots=True)
class DoubledSource:
    """Two sources: `first` where it answers, for reading `second` where it does not.

    Only drift is asked of the second at once: what an agent just edited is in the working tree, and in no commit yet.
    `place` writes paths as the first knows them.
    """

    first: Source
    second: Source
    place: Callable[[Sequence[str]], tuple[str, ...]] = tuple

    async def project(self) -> str:
        """Give the name of the first."""
        return await self.first.project()

    async def context(self, asked: ContextAsked) -> Told:
        """Give a bundle."""
        placed = structs.replace(asked, paths=self.place(asked.paths))
        return await self._read(lambda source: source.context(placed))

    async def section(self, asked: SectionAsked) -> Told:
        """Give a section."""
        return await self._read(lambda source: source.section(asked))

    async def changes(self, asked: ChangesAsked) -> Told:
        """Say what changed."""
        return await self._read(lambda source: source.changes(asked))

    async def related(self, asked: RelatedAsked) -> Told:
        """Say what code and sections speak of the same."""
        return await self._read(lambda source: source.related(asked))

    async def propose(self, asked: ProposalAsked) -> Told:
        """Ask the first alone."""
        return await self.first.propose(asked)

    async def intent(self, asked: IntentAsked) -> Told:
        """Ask the first alone."""
        return await self.first.intent(structs.replace(asked, paths=self.place(asked.paths)))

    async def check(self, asked: CheckAsked) -> Told:
        """Check the working tree; where it has no specs of its own, say what the first found."""
        try:
            return await self.second.check(asked)
        except HoldfastError:
            return await self.first.check(asked)

    async def specs(self, after: str) -> Listing:
        """List the specs."""
        try:
            return await self.first.specs(after)
        except UnavailableError:
            return await self.second.specs(after)

    async def read(self, path: str) -> Told:
        """Give a spec."""
        return await self._read(lambda source: source.read(path))

    async def state(self, known: str) -> State | None:
        """Give the heads of the first alone: a change is only what both ends of it were seen of."""
        return await self.first.state(known)

    async def _read(self, work: Reading) -> Told:
        try:
            return await work(self.first)
        except UnavailableError as error:
            try:
                told = await work(self.second)
            except HoldfastError:
                raise error from None
            note = f"STALE: {plain(error.message, 120)} This is what the repository says."
            return replace(told, text=f"{note}\n{told.text}", facts={**told.facts, "stale": True})
