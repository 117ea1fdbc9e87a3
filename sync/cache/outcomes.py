"""What invariants about imports came to, for as long as the imports of a tree stay the same but for their lines.

An outcome is kept under the shape of the tree and everything that the invariant says. Taken up again, its places are
moved to the lines that the same imports stand on now. Where that is not certain, the invariant is judged again.
Anything damaged or forged in shape counts as not kept.
"""

import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from drift.columns import statements
from drift.findings import CodeAnchor, Finding, Hop
from drift.index import CodeIndex, Shape
from drift.invariants import Invariant, Outcome
from drift.source import CodeTree
from specs.document import Yaml
from specs.values import replace
from sync.cache.factcache import FactCache
from sync.cache.shapes import number, text
from sync.cache.stamp import stamp
from sync.cache.verdicts import IMPORTER, finding, finding_row

MOST = 400
CHECK_SIZE = 9
SEGMENTS = re.compile(r"[./\\:]")
TOKENS = re.compile(r"[^\s|,()=]+")
WORDS = re.compile(r"\w+")
SHAPED = "re:"
WILD = frozenset("*?[]{}")
Group = tuple[str, str, str]
Place = tuple[int, int]
Links = AbstractSet[tuple[str | None, str | None]]


class Outcomes:
    """The outcomes of one tree. `blob` names the bytes of one of its files."""

    def __init__(self, cache: FactCache, index: CodeIndex, shape: Shape, blob: Callable[[str], str]) -> None:
        self._cache = cache
        self._index = index
        self._shape = shape
        self._blob = blob
        self._paths = list(index.module_of)
        self._key = hashlib.sha256(f"{stamp()} {shape.id}".encode()).hexdigest()
        self._kept = read(cache.outcomes(self._key))
        self._new: dict[str, Any] = {}

    def get(self, invariant: Invariant, about: Links | None = None) -> Outcome | None:
        """Give an outcome, with the places that its imports have now; None where it is not known.

        With `about`, its findings about these imports (importer, imported) are enough.
        """
        row = self._kept.get(self._name(invariant))
        try:
            return None if row is None else self._outcome(about, *row)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            return None

    def keep(self, invariant: Invariant, outcome: Outcome) -> None:
        """Take note of an outcome, if it can be taken up again."""
        if outcome.unmatched or outcome.not_analysed or not outcome.governs <= self._index.module_of.keys():
            return
        groups = {group: self._places(group) for group in groups_of(outcome.findings)}
        if any(len({line for line, _ in places}) < len(places) for places in groups.values()):
            return  # two imports on one line: which is which could not be told
        rows = [finding_row(one) for one in outcome.findings]
        where = {path: self._blob(path) for _, _, path in groups}
        places = [[*group, at] for group, at in groups.items()]
        self._new[self._name(invariant)] = [rows, list(runs(self._paths, outcome.governs)), where, places]

    def save(self) -> None:
        """Keep what is new."""
        if not self._new:
            return
        every = {**self._new, **self._kept}
        body = json.dumps(dict(list(every.items())[:MOST]), separators=(",", ":")).encode("ascii")
        self._cache.keep_outcomes(self._key, b"%08x\n" % zlib.crc32(body) + body)

    def _name(self, invariant: Invariant) -> str:
        """Name all that an outcome depends on but the shape's own id."""
        block = invariant.block
        outer = [link for link in self._shape.outer if could_mean(invariant, link[1])]
        # The text of the block says nothing that its fields do not, and its line is where findings stand.
        told = (invariant.spec_path, block, sorted(outer))
        return hashlib.sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()

    def _places(self, group: Group) -> list[Place]:
        """Give where the imports of one module by another stand in one file, in order."""
        return [(edge.line, edge.column) for edge in statements(self._index.edges, *group)]

    def _outcome(self, about: Links | None, rows: Any, governed: Any, where: Any, places: Any) -> Outcome | None:
        """Read an outcome back. Raises as `sync.cache.verdicts` does."""
        rows = rows if about is None else [row for row in rows if (row[IMPORTER], row[IMPORTER + 1]) in about]
        if about is not None and not rows:
            return Outcome(())
        moved: dict[Group, dict[int, Place]] = {}
        stale = {text(path) for path, blob in where.items() if self._blob(path) != text(blob)}
        for importer, imported, path, before in places:
            if path in stale:
                group = (text(importer), text(imported), path)
                after = self._places(group)
                if len(after) != len(before):
                    return None
                moved[group] = {number(line): place for (line, _), place in zip(before, after, strict=True)}
        findings = map(finding, rows)
        found = tuple(relocated(one, stale, moved) for one in findings) if stale else tuple(findings)
        return Outcome(found, (), chosen(self._paths, governed))


class Narrowed:
    """Outcomes of which the findings about some imports alone are wanted."""

    def __init__(self, outcomes: Outcomes, about: Links) -> None:
        self._outcomes = outcomes
        self._about = about

    def get(self, invariant: Invariant) -> Outcome | None:
        """Give what an outcome says of those imports; None where it is not known."""
        return self._outcomes.get(invariant, self._about)

    def keep(self, invariant: Invariant, outcome: Outcome) -> None:
        """Take note of a whole outcome."""
        self._outcomes.keep(invariant, outcome)


def outcomes_of(tree: CodeTree, cache: FactCache, index: CodeIndex) -> Outcomes | None:
    """Give the outcomes that are known of a tree; None where nothing could be kept of it."""
    if index.shape is None or not cache.lasting:
        return None
    return Outcomes(cache, index, index.shape, lambda path: tree.files[path].blob)


def read(payload: bytes | None) -> dict[str, Any]:
    """Read what was kept; nothing where it is damaged."""
    body = (payload or b"")[CHECK_SIZE:]
    if payload is None or payload[: CHECK_SIZE - 1] != b"%08x" % zlib.crc32(body):
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def groups_of(findings: Iterable[Finding]) -> set[Group]:
    """Give each (importer, imported, path) of which some place is told."""
    found = {(hop.importer, hop.imported, hop.path) for one in findings for hop in one.evidence}
    return found | {(one.importer or "", one.imported or "", one.code.path) for one in findings if one.code}


def relocated(one: Finding, stale: set[str], moved: dict[Group, dict[int, Place]]) -> Finding:
    """Give a finding with the lines that its imports stand on now. Raises `KeyError` for one that is not known."""
    evidence = tuple(hop if hop.path not in stale else moved_hop(hop, moved) for hop in one.evidence)
    code = one.code
    if code is not None and code.path in stale:
        code = CodeAnchor(code.path, *moved[one.importer or "", one.imported or "", code.path][code.line])
    return replace(one, code=code, evidence=evidence)


def moved_hop(hop: Hop, moved: dict[Group, dict[int, Place]]) -> Hop:
    """Give an import with the line it stands on now."""
    line, _ = moved[hop.importer, hop.imported, hop.path][hop.line]
    return Hop(hop.importer, hop.imported, hop.path, line)


def runs(ordered: Sequence[str], among: frozenset[str]) -> Iterator[int]:
    """Give where the chosen ones of an ordered list begin and end, by turns."""
    inside = False
    for at, one in enumerate(ordered):
        if (one in among) is not inside:
            inside = not inside
            yield at
    if inside:
        yield len(ordered)


def chosen(ordered: Sequence[str], ends: Sequence[int]) -> frozenset[str]:
    """Give back what `runs` was told. Raises `ValueError` for what it did not write."""
    return frozenset().union(*(ordered[begin:end] for begin, end in zip(ends[::2], ends[1::2], strict=True)))


def could_mean(invariant: Invariant, name: str) -> bool:
    """Say whether an invariant could speak of a package from outside: its words hold one of the name, or a wildcard."""
    texts = [*strings(dict(invariant.options)), *(clause.what for clause in invariant.block.exceptions)]
    words = set(WORDS.findall(SEGMENTS.split(name.lstrip("."))[0]))
    return not words or any(SHAPED in one or _wild(one) or not words.isdisjoint(WORDS.findall(one)) for one in texts)


def _wild(one: str) -> bool:
    """Say whether a selector in a text begins with a wildcard, so that it could mean anything."""
    return any(not WILD.isdisjoint(SEGMENTS.split(token)[0]) for token in TOKENS.findall(one.replace("import:", "")))


def strings(value: Yaml) -> Iterator[str]:
    """Give all texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
