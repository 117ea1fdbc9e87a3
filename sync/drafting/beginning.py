"""Looks at a project that has no specs and finds promises that it keeps. Reads the tree; writes nothing."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from drift.index import CodeIndex
from specs.errors import UserError
from specs.parser import parse
from sync.checking.evaluation import evaluate_index
from sync.checking.local import CheckOptions, cache_for
from sync.checking.options import Question
from sync.drafting.starter import Proposal, document, proposals
from sync.gitrepo import Repository
from sync.specfiles.spectexts import specs_in
from sync.trees.reading import Reading, read_index
from sync.trees.sides import find_side

MOST = 8
DRAFT = "docs/specs/architecture.md"


@dataclass(frozen=True, slots=True)
class Beginning:
    """What `init` found: the index, and either the first of the specs there are, or the text of a new one."""

    root: Path
    index: CodeIndex
    text: str = ""
    titles: tuple[str, ...] = ()
    existing: str = ""
    others: int = 0


def begin(path: Path, options: CheckOptions) -> Beginning:
    """Read the project and propose a spec that holds. Raises `UserError` where there is no place for one."""
    side = find_side(path)
    if side.root is None:
        raise UserError(f"{path} has no work tree to write to", "run it in a checkout")
    cache = cache_for(side, options)
    index = read_index(side.tree, cache, Reading(side.config.source_roots, side.config.excludes, options.progress))
    cache.save()
    try:
        found = sorted(specs_in(side.tree, side.config, cache).documents)
        return Beginning(side.root, index, existing=found[0], others=len(found) - 1)
    except UserError:
        if side.config.specs:
            raise
    title = side.root.resolve().name
    chosen = (strongest(title, one, index, options) for one in proposals(index))
    kept = tuple(one for one in chosen if one is not None)[:MOST]
    return Beginning(side.root, index, document(title, kept), tuple(one.title for one in kept))


def strongest(title: str, proposal: Proposal, index: CodeIndex, options: CheckOptions) -> Proposal | None:
    """Give the proposal, or its weaker form, whichever holds first; None when neither does."""
    if holds(title, proposal, index, options):
        return proposal
    weaker = proposal.fallback
    return weaker if weaker is not None and holds(title, weaker, index, options) else None


def holds(title: str, proposal: Proposal, index: CodeIndex, options: CheckOptions) -> bool:
    """Say whether the code fulfils a proposal, to the last finding."""
    draft = parse(document(title, [proposal]))
    report = evaluate_index(index, {DRAFT: draft}, Question(options.today))
    return [item.verdict for item in report.invariants if item.id == proposal.id] == ["kept"] and not any(
        item.invariant == proposal.id for item in report.findings
    )


def languages(index: CodeIndex) -> Counter[str]:
    """Count the modules of each language."""
    return Counter(module.language for module in index.modules.values())


def default_branch(root: Path) -> str:
    """Name the main branch of the repository around a folder, as far as it tells; else `main`."""
    repository = Repository.discover(root)
    return repository.default_branch() if repository else "main"
