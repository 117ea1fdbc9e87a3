"""Looks at a project without reading its specs and writes down what it keeps to, as a draft. Writes no file."""

from dataclasses import dataclass
from pathlib import Path

from drift.check import check
from drift.index import CodeIndex
from drift.invariants import World
from drift.learning.choice import Learned, choose
from drift.learning.field import make_field
from drift.learning.promises import Promise, quoted
from specs.parser import parse
from sync.cache.factcache import FactCache
from sync.checking.local import CheckOptions, cache_for
from sync.trees.reading import Reading, read_index
from sync.trees.sides import Side, find_side

DRAFT = "learned.md"


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned of a project: the text of the draft, what it says, and where the project lies."""

    root: Path | None
    text: str
    learned: Learned
    index: CodeIndex


def learn_project(path: Path, options: CheckOptions) -> Lesson:
    """Learn what the project that `path` lies in keeps to today."""
    side = find_side(path, options.rev, staged=options.staged)
    name = side.root.resolve().name if side.root else side.tree.label[:12]
    return learn_side(side, cache_for(side, options), options, name)


def learn_side(side: Side, cache: FactCache, options: CheckOptions, name: str) -> Lesson:
    """Learn what one side of a project keeps to; the draft calls it by `name`."""
    reading = Reading(side.config.source_roots, side.config.excludes, options.progress, options.processes)
    try:
        index = read_index(side.tree, cache, reading)
    finally:
        cache.save()
    field = make_field(index)
    world = World(index, {})
    learned = choose(field, lambda promise: holds(promise, world, options))
    return Lesson(side.root, draft(name, learned, index), learned, index)


def holds(promise: Promise, world: World, options: CheckOptions) -> bool:
    """Say whether the code keeps a promise, to the last finding, and whether it speaks about anything."""
    document = parse("\n".join(promise.lines) + "\n")
    report = check({DRAFT: document}, world, frozenset({promise.kind, "spec"}), today=options.today)
    kept = [one.verdict for one in report.invariants if one.id == promise.id] == ["kept"]
    return kept and not any(finding.spec.path for finding in report.findings)


def draft(name: str, learned: Learned, index: CodeIndex) -> str:
    """Write the draft: everything in one section that awaits confirmation."""
    modules = sum(not module.test for module in index.modules.values())
    said = f"Rules that the code keeps today, learned from {len(index.edges):,} imports of {modules:,} modules."
    said += f" Together they forbid {learned.share:.0%} of the imports that nobody makes. Keep those that are meant"
    said += " and say why; delete those that merely happen to hold."
    lines = ["---", f"title: {quoted(f'What {name} keeps to')}", "status: draft", "inferred: [learned]", "---"]
    lines += [f"# What {plain(name)} keeps to {{#learned}}", "", said]
    for promise in learned.promises:
        lines += ["", *promise.lines]
    return "\n".join(lines) + "\n"


def plain(name: str) -> str:
    """Write a name so that it is no markup."""
    return "".join(
        char if char.isalnum() or char in "-. " else f"\\{char}" if char.isprintable() else "" for char in name
    )
