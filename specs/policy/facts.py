"""Computes the facts of a change from its texts. Who makes it, and what they did before, the caller adds.

What cannot be held whole (more specs, owners or ids than a rule may look through) is `cut`: nothing that no rule saw is
let through unseen.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from specs.document import Document, InvariantBlock
from specs.expressions.types import MAX_LIST
from specs.parser import parse
from specs.policy.change import Change, ChangedSpec, ChangeKind, Side
from specs.policy.statements import Tally, compare
from specs.problem import SEVERITIES
from specs.rules.registry import FACTS, MAX_OWNERS, Value

Read: TypeAlias = Callable[[str], Document]
_EMPTY = parse("")


@dataclass(frozen=True, slots=True)
class Facts:
    """Values of all facts. `cut` says in words what was too much to be held whole: rules see the first of it alone."""

    values: Mapping[str, Value] = field(default_factory=dict)
    cut: tuple[str, ...] = ()

    def all(self) -> dict[str, Value]:
        """Give every fact, with its default where nothing is known of it."""
        return {fact.name: self.values.get(fact.name, fact.default) for fact in FACTS}

    def given(self, more: Mapping[str, Value]) -> "Facts":
        """Add values."""
        return Facts({**self.values, **more}, self.cut)


@dataclass(frozen=True, slots=True)
class _Touched:
    """What one spec came to."""

    spec: ChangedSpec
    tally: Tally
    invariants: frozenset[str]
    added: int
    removed: int
    changed: int
    weakened: int
    policies: int
    header: bool
    owners: frozenset[str]
    statuses: frozenset[str]

    @property
    def record(self) -> Mapping[str, str | int | bool | tuple[str, ...]]:
        """Give it as rules see it."""
        before, after = self.spec.before, self.spec.after
        return {
            "path": after.path,
            "former_path": before.path if before is not None else "",
            "status": "retired" if after.retired else min(self.statuses),
            "owners": tuple(sorted(self.owners))[:MAX_OWNERS],
            "change": self.spec.kind.value,
            "words": self.tally.words_added + self.tally.words_removed,
            "normative": self.tally.normative_statements,
            "invariants": len(self.invariants),
            "policies": self.policies,
        }


def facts_of(change: Change, read: Read = parse) -> Facts:
    """Compute what a change touches. `read` may give documents it read before."""
    documents: dict[str, Document] = {}

    def once(text: str) -> Document:
        if text not in documents:
            documents[text] = read(text)
        return documents[text]

    touched = [_touched(spec, once) for spec in change.specs]
    kinds = [one.spec.kind for one in touched]
    tally = Tally()
    for one in touched:
        tally = tally.plus(one.tally)
    paths = {side.path for one in touched for side in (one.spec.before, one.spec.after) if side is not None}
    lists: dict[str, Sequence[str]] = {
        "invariants": sorted({name for one in touched for name in one.invariants}),
        "paths": sorted(paths),
        "owners": sorted({owner for one in touched for owner in one.owners}),
        "statuses": sorted({status for one in touched for status in one.statuses}),
    }
    values: dict[str, Value] = {
        **tally._asdict(),
        **{name: tuple(found[:MAX_LIST]) for name, found in lists.items()},
        "specs": tuple(one.record for one in touched[:MAX_LIST]),
        "invariants_added": sum(one.added for one in touched),
        "invariants_removed": sum(one.removed for one in touched),
        "invariants_changed": sum(one.changed for one in touched),
        "invariants_weakened": sum(one.weakened for one in touched),
        "policies_touched": sum(one.policies for one in touched),
        "header_changes": sum(one.header for one in touched),
        "specs_touched": len(touched),
        **{f"specs_{kind.value}": kinds.count(kind) for kind in ChangeKind if kind is not ChangeKind.EDITED},
        "repository": change.repository,
        "branch": change.branch,
    }
    many = {"specs": len(touched), **{name: len(found) for name, found in lists.items()}}
    cut = [f"{count} {name} (rules see {MAX_LIST})" for name, count in many.items() if count > MAX_LIST]
    owners = max((len(one.owners) for one in touched), default=0)
    cut += [f"a spec of {owners} owners (rules see {MAX_OWNERS})"] if owners > MAX_OWNERS else []
    return Facts(values, tuple(cut))


def _touched(spec: ChangedSpec, read: Read) -> _Touched:
    before, after = _document(spec.before, read), _document(spec.after, read)
    old, new = _counting(before), _counting(after)
    common = old.keys() & new.keys()
    drafted = (before.front_matter.status == "draft", after.front_matter.status == "draft")
    changed = {name for name in common if _said(old[name]) != _said(new[name]) or drafted[0] != drafted[1]}
    removed = old.keys() - new.keys()
    sides = [side for side in (spec.before, spec.after) if side is not None]
    documents = [read(side.text) for side in sides]
    return _Touched(
        spec=spec,
        tally=compare(before, after),
        invariants=frozenset({*changed, *removed, *(new.keys() - old.keys())}),
        added=len(new.keys() - old.keys()),
        removed=len(removed),
        changed=len(changed),
        weakened=len(removed) + sum(_weaker(old[name], new[name]) or drafted == (False, True) for name in changed),
        policies=_differing(_policies(before), _policies(after)),
        header=_header(before) != _header(after),
        owners=frozenset(owner for document in documents for owner in document.front_matter.owners),
        statuses=frozenset(
            "retired" if side.retired else document.front_matter.status
            for side, document in zip(sides, documents, strict=True)
        ),
    )


def _document(side: Side | None, read: Read) -> Document:
    """Give what counts of a side: nothing of a spec that is not there or retired."""
    return _EMPTY if side is None or side.retired else read(side.text)


def _counting(document: Document) -> dict[str, InvariantBlock]:
    return {block.id: block for block in document.invariants}


def _policies(document: Document) -> list[str]:
    """Give the policies that count, by their source."""
    return sorted(block.text for block in document.policies) if document.front_matter.status == "active" else []


def _differing(old: Iterable[str], new: Iterable[str]) -> int:
    a, b = list(old), list(new)
    gone = [text for text in a if text not in b]
    come = [text for text in b if text not in a]
    return max(len(gone), len(come), abs(len(a) - len(b)))


def _said(block: InvariantBlock) -> tuple[object, ...]:
    """Give what an invariant says, without its place and its blanks."""
    exceptions = tuple((one.what, one.because, one.until) for one in block.exceptions)
    return block.kind, block.name, block.why, block.severity, exceptions, block.owner, dict(block.options)


def _weaker(old: InvariantBlock, new: InvariantBlock) -> bool:
    """Say whether an invariant is certain to ask less: a lower severity, or more let through."""
    let_through = {one.what for one in new.exceptions} - {one.what for one in old.exceptions}
    return bool(let_through) or SEVERITIES.index(new.severity) > SEVERITIES.index(old.severity)


def _header(document: Document) -> Mapping[str, object]:
    return document.front_matter.values
