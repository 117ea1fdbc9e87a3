"""Context without a server: from the specs and the code of the repository one stands in. Keeps no receipt.

Reads the tree as a check does, with the same cache; choosing and packing are the same as on a server. Code is looked at
only where paths are named: a task in words alone is answered from the specs.
"""

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from drift.report import CheckReport
from specs.document import Document
from specs.revision import text_digest
from specs.values import dataclass, replace
from sync.cache.factcache import FactCache
from sync.cache.stamp import stamp
from sync.cache.verdicts import Judged, encode_judged
from sync.checking.local import accepted, cache_for, digest_of, intent, told, unchanged_until, verdict_key, weighed
from sync.checking.options import CheckOptions
from sync.contexts.bundle import Bundle, pack
from sync.contexts.context import Passage, PassageKind, SpecSource, candidates, shelved
from sync.contexts.shelf import Shelf
from sync.contexts.terms import words
from sync.contexts.terrain import Terrain, area_of, decode_terrain, encode_terrain, plain, standing_in, terrain_of
from sync.contexts.ties import Area
from sync.contexts.units import named
from sync.contexts.wanted import Wanted
from sync.specfiles.spectexts import SpecTexts, read_specs
from sync.trees.lockfile import lock_text
from sync.trees.sides import Side, find_side

MOST_LISTED = 40
MOST_COVERS = 3
# What a title may say besides the words of its path without telling more.
EVERY_TITLE = frozenset(words("spec specs specification capability"))


@dataclass(frozen=True, slots=True)
class Ground:
    """What context is made from: a side, its specs, and the cache of what is known of its code."""

    side: Side
    specs: SpecTexts
    cache: FactCache
    options: CheckOptions


def local_context(
    path: Path, options: CheckOptions, wanted: Wanted, delimiter: str, known: Collection[str] = ()
) -> Bundle:
    """Pack what the specs of the project around `path` say about a task. Raises `UserError` where there are none."""
    ground = read_ground(path, options)
    return pack(local_passages(ground, wanted), wanted.budget, delimiter, known=frozenset(known))


def read_ground(path: Path, options: CheckOptions) -> Ground:
    """Find and read the specs of the project around `path`. Raises `UserError` where there are none."""
    side = find_side(path, options.rev, staged=options.staged)
    cache = cache_for(side, options)
    try:
        return Ground(side, read_specs(side, options.specs, cache), cache, options)
    finally:
        cache.save()


def local_passages(ground: Ground, wanted: Wanted, *, hurried: bool = False) -> tuple[Passage, ...]:
    """Give what bears on a task, best first. In a hurry, what was known of the code last is believed, if it was."""
    specs = sources(ground.specs.documents)
    terrain = (known_terrain(ground) if hurried else surveyed(ground)) if wanted.paths else None
    shelf = shelf_of(specs, ground.cache)
    if terrain is None:
        return candidates(wanted.task, specs, Area(plain(wanted.paths), symbols=wanted.symbols), shelf=shelf)
    area = replace(area_of(wanted.paths, terrain), symbols=wanted.symbols)
    return candidates(wanted.task, specs, area, standing_in(terrain, wanted.paths), shelf)


def shelf_of(specs: Sequence[SpecSource], cache: FactCache) -> Shelf:
    """Set specs on a shelf; where they are as they were, their terms are not counted again."""
    key = digest_of((stamp(), sys.byteorder, [(one.path, one.revision) for one in specs]))
    payload = cache.memo(key)
    if payload:
        with suppress(ValueError, TypeError, KeyError, RecursionError):
            return Shelf.of([(one.path, one.revision, one.document) for one in specs], json.loads(payload))
    shelf = shelved(specs)
    cache.keep_memo(key, json.dumps(shelf.kept(), separators=(",", ":")).encode())
    return shelf


def sources(documents: Mapping[str, Document]) -> list[SpecSource]:
    """Name each spec by the digest of its text: there are no revisions without a server."""
    return [SpecSource(path, text_digest(document.text), document) for path, document in sorted(documents.items())]


def place_of(ground: Ground) -> str:
    """Name what is kept of the code below a root, whatever its state."""
    return digest_of((str(ground.side.root), ground.side.under, ground.side.config.specs))


def known_terrain(ground: Ground) -> Terrain | None:
    """Give what was last known of the code, be it of a former state; None where nothing was."""
    payload = ground.cache.terrain(place_of(ground))
    return decode_terrain(payload) if payload else None


def surveyed(ground: Ground) -> Terrain:
    """Give what is known of the code as it stands: as it was kept, or by evaluating it. Keeps what that came to."""
    side, specs, cache, options = ground.side, ground.specs, ground.cache, ground.options
    verdict = verdict_key(side, options)
    today = options.today.isoformat()
    key = digest_of((verdict, today)) if verdict else ""
    known = known_terrain(ground) if key else None
    if known is not None and known.key == key:
        return known
    try:
        evaluation = weighed(side, specs, cache, options)
        lock = lock_text(side.tree)
        judged = Judged(evaluation.report, lock, intent(side, specs), today, unchanged_until(specs, today))
        report: CheckReport = accepted(side, judged, cache, options)
        terrain = terrain_of(evaluation, report, key)
        if verdict:
            cache.keep_verdict(verdict, encode_judged(told(judged)))
        cache.keep_terrain(place_of(ground), encode_terrain(terrain))
    finally:
        cache.save()
    return terrain


def overview(ground: Ground) -> tuple[Passage, ...]:
    """Give one passage that lists the specs of a repository, for an agent that does not know yet what there is."""
    lines = [_line(path, document) for path, document in sorted(ground.specs.documents.items())]
    if not lines:
        return ()
    more = [f"and {len(lines) - MOST_LISTED} more"] if len(lines) > MOST_LISTED else []
    text = "\n".join([*lines[:MOST_LISTED], *more])
    place = (PassageKind.SECTION, "specs", "", "Specs of this repository", text_digest(text))
    return (Passage(*place, "", "", "explicit", 1.0, "what there is", text),)


def _line(path: str, document: Document) -> str:
    rules = len(document.invariants)
    covers = ", ".join(document.front_matter.covers[:MOST_COVERS])
    told = [f"{rules} invariant{'' if rules == 1 else 's'}"] if rules else []
    told += [f"covers {covers}"] if covers else []
    title = named(path, document)
    more = "" if set(words(title)) <= {*words(path), *EVERY_TITLE} else f": {title}"
    return f"- {path}{more}" + (f" ({'; '.join(told)})" if told else "")
