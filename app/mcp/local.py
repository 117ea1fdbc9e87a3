"""Answers from the specs and the code of a repository alone: no server, no receipts, nothing that changes specs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from app.mcp.asked import ChangesAsked, CheckAsked, ContextAsked, IntentAsked, ProposalAsked, RelatedAsked, SectionAsked
from app.mcp.fence import listed, mark, plain
from app.mcp.near import near
from app.mcp.source import Listed, Listing, State, Told
from drift.findings import Finding
from specs.document import Document
from specs.errors import MissingError, UnavailableError, UserError
from specs.revision import text_digest
from specs.suggest import close_names, either
from sync.checking.local import cache_for, run_check
from sync.checking.options import CheckOptions
from sync.contexts.bundle import MOST_BUDGET, pack
from sync.contexts.context import SpecSource, standing
from sync.contexts.localcontext import Ground, local_context, read_ground
from sync.contexts.localrelated import answer_of, local_related
from sync.contexts.terrain import open_finding
from sync.contexts.wanted import Wanted
from sync.contexts.whole import anchors, whole
from sync.specfiles.spectexts import read_specs
from sync.trees.sides import find_side

Made = TypeVar("Made")
HEAD_TOKENS = 60
MOST_ANCHORS = 20
NEAREST = 3
BUDGET = 4000
NEEDS = "Set HOLDFAST_SERVER, HOLDFAST_PROJECT and HOLDFAST_TOKEN, or edit the spec's file and have that reviewed."


@dataclass(frozen=True, slots=True)
class LocalSource:
    """The project round a folder. `name` is what the addresses of its resources say."""

    folder: Path
    cache_dir: Path | None = None
    name: str = "repository"

    async def project(self) -> str:
        """Give the name."""
        return self.name

    async def context(self, asked: ContextAsked) -> Told:
        """Give a bundle; there is no earlier one to begin from, as none is kept."""
        if not (asked.task.strip() or asked.paths or asked.symbols):
            raise UserError("There is neither a task nor a path.", "Say in a sentence what you are about to do.")
        wanted = Wanted(asked.task, self._below(asked.paths), asked.budget - HEAD_TOKENS, asked.symbols)
        bundle = await self._do(lambda: local_context(self.folder, self._options(), wanted, mark()))
        head = "from the repository, without a server · no receipt · degraded: embeddings"
        facts = {"budget": bundle.budget, "tokens": bundle.tokens, "omitted": len(bundle.omitted)}
        return Told(f"{head}\n{bundle.text}", facts)

    async def section(self, asked: SectionAsked) -> Told:
        """Give a section as the working tree has it, or a commit that `revision` names."""
        path, _, anchor = asked.section.partition("#")
        return await self._do(lambda: self._passages(path, anchor, asked.revision, asked.budget))

    async def read(self, path: str) -> Told:
        """Give a whole spec as the working tree has it."""
        return await self._do(lambda: self._passages(path, "", "", MOST_BUDGET))

    def _passages(self, path: str, anchor: str, rev: str, budget: int) -> Told:
        documents = self._documents(rev)
        document = documents.get(path.removeprefix("./"))
        if document is None:
            raise MissingError(f"There is no spec {plain(path, 200)} here.", _meant(path, sorted(documents)))
        source = SpecSource(path.removeprefix("./"), text_digest(document.text), document)
        passages = whole(source, anchor)
        if passages is None:
            near = ", ".join(anchors(document, MOST_ANCHORS)) or "none: it has no headings"
            raise MissingError(f"{source.path} has no section #{plain(anchor)}.", f"Its sections: {plain(near)}.")
        bundle = pack(passages, budget - HEAD_TOKENS, mark(), degraded=())
        where = f"commit {plain(rev, 64)}" if rev else "the working tree"
        facts = {"path": source.path, "revision": source.revision, "tokens": bundle.tokens, "stale": bool(rev)}
        return Told(f"{plain(source.path, 120)} · as in {where}, without a server\n{bundle.text}", facts)

    async def changes(self, asked: ChangesAsked) -> Told:
        """Say which specs differ from a commit, HEAD where none is named."""
        rev = asked.since or "HEAD"
        before, after = await self._do(lambda: (self._documents(rev), self._documents()))
        lines = [
            f"{path} {_difference(before.get(path), after.get(path))}"
            for path in sorted({*before, *after})
            if path.startswith(asked.prefix) and _text(before.get(path)) != _text(after.get(path))
        ]
        head = f"{len(lines)} changed since {plain(rev, 64)}, without a server: proposals are not known"
        return Told(listed(head, lines, BUDGET, mark()), {"changed": len(lines)})

    async def propose(self, asked: ProposalAsked) -> Told:
        """Refuse: proposals are a server's."""
        raise UnavailableError(f"{plain(asked.title, 80)!r} cannot be proposed without a server.", NEEDS)

    async def intent(self, asked: IntentAsked) -> Told:
        """Refuse: tasks are a server's."""
        raise UnavailableError(f"No task can be {asked.action}ed without a server.", "Go on without, or set one up.")

    async def check(self, asked: CheckAsked) -> Told:
        """Check the working tree, edits that no commit holds included."""
        report = await self._do(lambda: run_check(self.folder, self._options()))
        paths = self._below(asked.paths)
        found = [one for one in report.findings if _within(one, paths)]
        head = f"Working tree: {report.verdict}."
        facts = {"checked": True, "verdict": report.verdict, "open": len(found)}
        if not found:
            return Told(f"{head} No finding{' there' if asked.paths else ''}.", facts)
        bundle = pack(standing([open_finding(one) for one in found]), BUDGET, mark(), degraded=())
        return Told(f"{head} Findings: {len(found)}.\n{bundle.text}", facts)

    async def related(self, asked: RelatedAsked) -> Told:
        """Say which code a section may speak about, or which sections may speak about code, by words alone."""
        return await self._do(lambda: near(answer_of(local_related(self._ground(), asked.about, asked.limit))))

    def _ground(self) -> Ground:
        return read_ground(self.folder, self._options())

    async def specs(self, after: str) -> Listing:
        """List the specs of the working tree, all at once."""
        del after
        found = await self._do(self._documents)
        return Listing(tuple(Listed(path, one.title, text_digest(one.text)) for path, one in sorted(found.items())))

    async def state(self, known: str) -> State | None:
        """Give the digests of all specs of the working tree."""
        found = await self._do(self._documents)
        heads = {path: text_digest(one.text) for path, one in found.items()}
        name = text_digest(repr(sorted(heads.items())))
        return None if name == known else State(name, heads)

    def _documents(self, rev: str = "") -> Mapping[str, Document]:
        side = find_side(self.folder, rev)
        cache = cache_for(side, self._options())
        try:
            return read_specs(side, None, cache).documents
        finally:
            cache.save()

    def _below(self, paths: Sequence[str]) -> tuple[str, ...]:
        return below(find_side(self.folder, "").root or self.folder, paths)

    def _options(self) -> CheckOptions:
        return CheckOptions(today=datetime.now(tz=UTC).date(), cache_dir=self.cache_dir)

    async def _do(self, work: Callable[[], Made]) -> Made:
        return await asyncio.to_thread(work)


def below(top: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Write paths from the top of the repository, as agents name files from the root of the disk, too.

    Raises `UserError` for one that is outside.
    """
    if not any(path.startswith("/") for path in paths):
        return tuple(paths)
    top = top.resolve()
    found: list[str] = []
    for path in paths:
        place = Path(path)
        if place.is_absolute() and not place.resolve().is_relative_to(top):
            raise UserError(
                f"{plain(path, 200)} is not inside the repository.", "Write paths from its top, such as `src/pay.py`."
            )
        found.append(place.resolve().relative_to(top).as_posix() if place.is_absolute() else path)
    return tuple(found)


def _meant(path: str, known: Sequence[str]) -> str:
    """Say which specs may have been meant; where none is close, which there are."""
    near = [one for one in known if path.strip("/") and path.strip("/").casefold() in one.casefold()]
    near = near[:NEAREST] or list(close_names(path, known, NEAREST, cutoff=0.6))
    return f"Did you mean {plain(either(near))}?" if near else f"Specs: {plain(', '.join(known[:MOST_ANCHORS]))}."


def _within(finding: Finding, paths: tuple[str, ...]) -> bool:
    if not paths:
        return True
    wanted = [path.removeprefix("./").strip("/") for path in paths]
    found = {finding.code.path if finding.code else "", finding.spec.path if finding.spec else ""}
    return any(path == one or path.startswith(f"{one}/") for path in found for one in wanted)


def _text(document: Document | None) -> str | None:
    return None if document is None else document.text


def _difference(before: Document | None, after: Document | None) -> str:
    if before is None:
        return "is new"
    return "is gone" if after is None else "changed"
