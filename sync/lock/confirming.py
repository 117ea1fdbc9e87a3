"""Confirms a section: writes into `holdfast.lock` what the code that it is bound to comes to today, and who says so.

Who confirms is a claim: the name and address that git is set to use. Only a server knows people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from drift.asking import CONFIRMED, Ask
from drift.debt.confirmations import LOCK, Unit, confirmations, entry_of, unit_subject
from drift.debt.lock import Entry, one_line, parse_lock, union
from drift.facts import Tier
from drift.invariants import Invariant, World
from drift.kinds.reviewed import Reviewed, bound, question_of, read
from drift.subjects import Subjects
from specs.document import Document
from specs.errors import UserError
from specs.suggest import close_names, either
from sync.cache.factcache import FactCache
from sync.checking.local import cache_for
from sync.checking.options import CheckOptions
from sync.lock.debts import Claim, advice, author
from sync.specfiles.spectexts import read_specs
from sync.trees.answering import Answerer
from sync.trees.lockfile import lock_text, write_lock
from sync.trees.reading import Reading, read_index
from sync.trees.sides import Side, find_side


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What confirming came to: names of things that are new, changed, as before, or gone; and what to know of git."""

    section: str
    by: str
    new: tuple[str, ...]
    changed: tuple[str, ...]
    same: tuple[str, ...]
    gone: tuple[str, ...]
    advice: tuple[str, ...] = ()


def confirm(path: Path, options: CheckOptions, section: str, claim: Claim) -> Confirmed:
    """Confirm a section (`path#anchor`), or all of a spec. Raises `UserError` where nothing can be confirmed."""
    side = find_side(path)
    if side.root is None:
        raise UserError("there is no folder to keep a lock in", "run it in a work tree")
    lock = parse_lock(lock_text(side.tree))
    if lock.problems:
        first = lock.problems[0]
        raise UserError(f"{LOCK}:{first.line}: {first.message.rstrip('.')}", first.hint)
    by = one_line(claim.by) or author(side)
    when = options.today.isoformat() + (f": {one_line(claim.because)}" if one_line(claim.because) else "")
    cache = cache_for(side, options)
    invariants = chosen(section, read_specs(side, options.specs, cache).documents)
    reading = Reading(side.config.source_roots, side.config.excludes, options.progress, tier=Tier.DEFINITIONS)
    try:
        world = World(read_index(side.tree, cache, reading), {})
        found = [(one, *_compared(side, one, world, cache)) for one in invariants]
    finally:
        cache.save()
    entries: list[Entry] = list(lock.entries)
    sorts: dict[str, list[str]] = {"new": [], "changed": [], "same": [], "gone": []}
    for invariant, digests, before in found:
        named = invariant.block.id
        entries = [one for one in entries if (one.invariant, one.state) != (named, "reviewed")]
        entries += [entry_of(named, unit, digest, by, when) for unit, digest in digests.items()]
        for unit, digest in digests.items():
            known = before.get(unit.reference)
            as_before = known is not None and unit_subject(unit.reference, digest) in known
            sorts["new" if known is None else "same" if as_before else "changed"].append(unit.reference)
        sorts["gone"] += sorted(before.keys() - {unit.reference for unit in digests})
    write_lock(side.root, replace(lock, entries=union(entries)))
    said = advice(side, side.root)
    return Confirmed(section, by, **{word: tuple(names) for word, names in sorts.items()}, advice=said)


def chosen(section: str, documents: Mapping[str, Document]) -> Sequence[Invariant]:
    """Give the `reviewed` invariants of a section and of those inside it. Raises `UserError` where there are none."""
    path, _, anchor = section.removeprefix("./").partition("#")
    every: dict[str, list[Invariant]] = {}
    for place, document in documents.items():
        parents = {one.anchor: one.parent for one in document.sections}
        for block in document.invariants:
            if block.kind == Reviewed.name and not any(one.severity == "error" for one in Reviewed().validate(block)):
                invariant = Invariant(block, place, block.options)
                for name in {"", *_above(block.anchor, parents)}:
                    every.setdefault(f"{place}#{name}".rstrip("#"), []).append(invariant)
    found = every.get(f"{path}#{anchor}".rstrip("#"), [])
    if found:
        return found
    own = sorted({f"{one.spec_path}#{one.block.anchor}".rstrip("#") for ones in every.values() for one in ones})
    if not own:
        hint = "bind a section to code with a block of kind `reviewed`: `holdfast explain reviewed` shows one"
        raise UserError(f"{section!r} is bound to no code", hint)
    near = close_names(section, own, limit=2, cutoff=0.6) or own[:3]
    raise UserError(f"{section!r} is no section that is bound to code", f"bound are, for example, {either(near)}")


def _above(anchor: str, parents: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    while anchor and anchor not in found:
        found.append(anchor)
        anchor = parents.get(anchor, "")
    return found


def _compared(
    side: Side, invariant: Invariant, world: World, cache: FactCache
) -> tuple[dict[Unit, str], dict[str, set[str]]]:
    """Give what is bound with its digests, and what was confirmed before. Raises `UserError` for what cannot be."""
    subjects = Subjects(invariant, world)
    units = bound(subjects, read(invariant.block)[0], report=True)
    if subjects.unmatched or not units:
        name = subjects.unmatched[0] if subjects.unmatched else invariant.block.id
        raise UserError(f"{name} matches nothing in the code", "correct the block first: `holdfast check` tells more")
    answers = Answerer(side.tree, cache)([*(question_of(unit) for unit in units), Ask(LOCK, CONFIRMED)])
    digests: dict[Unit, str] = {}
    for unit in units:
        answer = answers[question_of(unit)]
        if not answer.value:
            why = answer.failed or "its definition was not found"
            raise UserError(f"{unit.reference} cannot be digested: {why}", "bind the section to something smaller")
        digests[unit] = answer.value
    known = confirmations(answers[Ask(LOCK, CONFIRMED)].value or (), invariant.block.id)
    return digests, {reference: {one.subject for one in ones} for reference, ones in known.items()}
