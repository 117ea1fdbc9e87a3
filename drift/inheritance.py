"""Specs beside packages: what restates an invariant of a folder above may ask more of its own folder, never less. Pure.

A block with `extends` is the parent's with its own keys in place of the parent's, held against its own folder alone.
Where the weakening comparison finds that it asks less, that is a finding, and the parent's findings stay; what the
parent reports there and the child does not is let through while a waiver accepts that finding.
"""

from collections.abc import Iterable, Mapping, Sequence

from drift.check import is_draft, with_fingerprints
from drift.findings import LOOSENING, Finding, SpecAnchor
from drift.report import CheckReport, InvariantResult, verdict_of
from drift.selection.select import shown
from drift.weakening import Placed, consequence, weaker
from specs.document import Document, InvariantBlock
from specs.problem import SEVERITIES, Problem
from specs.suggest import did_you_mean, listed
from specs.values import dataclass, replace

# Judged on the whole tree, wherever they stand: names in prose live in all of it, confirmations in its lock.
WHOLE = frozenset({"mentions", "reviewed"})
FIX = "Make it as strict as the parent's, or have someone waive it until a date: `holdfast waive`."


@dataclass(frozen=True, slots=True)
class Restated:
    """An invariant that restates one of a folder above: as it is written, as it counts, and the one it restates."""

    path: str
    within: str
    written: InvariantBlock
    child: Placed
    parent: Placed

    @property
    def block(self) -> InvariantBlock:
        """The invariant as it counts."""
        return self.child.block


@dataclass(frozen=True, slots=True)
class Parted:
    """Specs parted by where they count: on the whole tree, and by package folder; and what restates what."""

    whole: Mapping[str, Document]
    packages: Mapping[str, Mapping[str, Document]]
    restated: tuple[Restated, ...]


def part(documents: Mapping[str, Document]) -> Parted:
    """Part specs. What is wrong with ids or with `extends` becomes a problem of the spec, and its block is left out."""
    taken: dict[str, str] = {}
    known: dict[str, tuple[str, Placed]] = {}
    whole: dict[str, Document] = {}
    packages: dict[str, dict[str, Document]] = {}
    restated: list[Restated] = []
    for path in sorted(documents, key=lambda one: (depth(documents[one].within), one)):
        document = documents[path]
        problems: list[Problem] = []
        here: list[InvariantBlock] = []
        own: list[InvariantBlock] = []
        for block in document.invariants:
            owner = taken.setdefault(block.id, path)
            if owner != path and document.within:
                problems.append(_taken(block, owner))
                continue
            counted = block
            parent = known.get(block.extends) if block.extends else None
            if block.extends and (parent is None or not is_above(parent[0], document.within)):
                problems.append(_no_parent(block, document.within, known))
                continue
            if parent is not None:
                counted = merged(block, parent[1].block)
            child = standing_of(path, document, counted)
            if parent is not None:
                restated.append(Restated(path, document.within, block, child, parent[1]))
            if document.front_matter.status != "retired":
                known.setdefault(block.id, (document.within, child))
            if document.within and not block.extends and block.kind not in WHOLE:
                own.append(block)
            else:
                here.append(counted)
        whole[path] = replace(document, invariants=tuple(here), problems=(*document.problems, *problems))
        if own:
            bare = replace(document, invariants=tuple(own), mentions=(), problems=(), broken=())
            packages.setdefault(document.within, {})[path] = bare
    return Parted(whole, packages, tuple(restated))


def standing_of(path: str, document: Document, block: InvariantBlock) -> Placed:
    """Say how a block counts where it stands."""
    draft = is_draft(document, block.anchor, block.line) and block.severity == "error"
    named = block.repositories or document.front_matter.repositories
    return Placed(path, block, "warning" if draft else block.severity, named)


def depth(folder: str) -> int:
    """Say how many folders deep a folder lies."""
    return folder.count("/") + 1 if folder else 0


def is_above(parent: str, child: str) -> bool:
    """Say whether a folder is truly above another; "" is the top."""
    return parent != child and (not parent or child.startswith(f"{parent}/"))


def inside(path: str, folder: str) -> bool:
    """Say whether a path is a folder's."""
    return not folder or path.startswith(f"{folder}/")


def merged(child: InvariantBlock, parent: InvariantBlock) -> InvariantBlock:
    """Give what a block that extends another comes to: its own keys, and the parent's where it has none."""
    if child.kind != parent.kind:
        return child
    return replace(
        child,
        options={**parent.options, **child.options},
        exceptions=(*parent.exceptions, *child.exceptions),
        why=child.why or parent.why,
        owner=child.owner or parent.owner,
    )


def _taken(block: InvariantBlock, owner: str) -> Problem:
    text = f"The id {block.id} is taken by an invariant of {shown(owner)}."
    hint = f"Give it an id of its own; to restate one of a folder above, add extends: {block.id}."
    return Problem("duplicate-id", text, block.line, 1, hint)


def _no_parent(block: InvariantBlock, within: str, known: Mapping[str, tuple[str, Placed]]) -> Problem:
    above = sorted(id_ for id_, (folder, _) in known.items() if is_above(folder, within))
    text = f"No spec of a folder above has an invariant {shown(block.extends)} to extend."
    hint = did_you_mean(block.extends, above) or "Only specs beside packages extend what specs above them say."
    return Problem("no-parent", text, block.line, 1, hint)


def inherited(report: CheckReport, parted: Parted) -> CheckReport:
    """Give a report of the whole tree with what restates others narrowed to its folder, and with what loosens."""
    if not parted.restated:
        return report
    found = list(report.findings)
    results = list(report.invariants)
    for one in parted.restated:
        parents = [item for item in report.findings if item.invariant == one.parent.block.id]
        childs = [item for item in found if item.invariant == one.block.id and item.spec.path == one.path]
        here = [item for item in childs if item.code is None or inside(item.code.path, one.within)]
        told = {same(item): SEVERITIES.index(item.severity) for item in parents}
        kept = [item for item in here if SEVERITIES.index(item.severity) < told.get(same(item), len(SEVERITIES))]
        dropped = {item.fingerprint for item in childs} - {item.fingerprint for item in kept}
        found = [item for item in found if item.fingerprint not in dropped]
        loose = loosening(one, parents, here, report)
        found += [loose] if loose is not None else []
        results = [_narrowed(item, one, kept) for item in results]
    return replace(
        report,
        findings=tuple(found),
        invariants=tuple(with_fingerprints(results, found)),
        verdict=verdict_of(found),
    )


def same(finding: Finding) -> tuple[str, tuple[str, ...]]:
    """Say what makes a finding the same whichever invariant makes it."""
    return finding.kind, finding.identity


def _narrowed(result: InvariantResult, one: Restated, kept: Sequence[Finding]) -> InvariantResult:
    if (result.id, result.spec) != (one.block.id, one.path) or result.verdict == "error":
        return result
    broken = any(item.severity != "info" and item.identity[:1] != ("unmatched",) for item in kept)
    unmatched = any(item.identity[:1] == ("unmatched",) for item in kept)
    governs = frozenset(path for path in result.governs if inside(path, one.within))
    return replace(result, verdict="broken" if broken else "unmatched" if unmatched else "kept", governs=governs)


def loosening(
    one: Restated, parents: Iterable[Finding], childs: Iterable[Finding], report: CheckReport
) -> Finding | None:
    """Make the finding of a block that asks less of its folder than the parent does; None where it surely asks more."""
    verdicts = [item.verdict for item in report.invariants if (item.id, item.spec) == (one.block.id, one.path)]
    if not verdicts or "error" in verdicts:
        return None
    reasons = weaker(one.parent, one.child, {})
    if not reasons:
        return None
    made = {same(item): SEVERITIES.index(item.severity) for item in childs}
    lost = [
        item
        for item in parents
        if item.code is not None
        and inside(item.code.path, one.within)
        and made.get(same(item), len(SEVERITIES)) > SEVERITIES.index(item.severity)
    ]
    parent = one.parent.block
    message = (
        f"{one.block.id} asks less of {shown(one.within)} than {parent.id} of {shown(one.parent.path)} does: "
        f"{listed(reasons, most=4)}. {consequence(lost).replace('lets', 'would let')}"
    )
    return Finding(
        invariant=one.block.id,
        kind=LOOSENING,
        severity="error",
        message=message,
        fix=FIX,
        spec=SpecAnchor(one.path, one.written.anchor, one.written.line),
        code=None,
        identity=("extends", parent.id, *sorted(reasons)),
        before=parent.text,
        after=one.written.text,
        lets_through=tuple(item.message for item in lost),
        releases=tuple(item.fingerprint for item in lost),
    )
