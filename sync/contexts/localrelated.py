"""Code and sections that speak of the same, without a server: by words and by what names what. Keeps nothing.

Meaning is not searched, and nobody's decisions are known: those are a server's.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from specs.errors import MissingError
from sync.contexts.codeshelf import CodeShelf, Place, rank_code
from sync.contexts.describing import read_described
from sync.contexts.localcontext import Ground, shelf_of, sources
from sync.contexts.ranking import rank
from sync.contexts.related import Code, Related, RelatedCode, RelatedSection
from sync.contexts.relations import LONGEST, asked_about, hint_for, plain, rows_named, section_in, ties_of
from sync.contexts.shelf import Asked, Shelf
from sync.contexts.ties import Area
from sync.contexts.units import Unit

HERE = UUID(int=0)
DEGRADED = ("embeddings",)


def local_related(ground: Ground, about: str, most: int) -> Related:
    """Give the code that a section may speak about, or the sections that may speak about code, best first.

    Raises `UserError` for what names nothing, `MissingError` where there is no such section or code.
    """
    asked = asked_about(plain(about))
    specs = shelf_of(sources(ground.specs.documents), ground.cache)
    shelf = CodeShelf()
    for file in read_described(ground.side, ground.cache, {}):
        shelf.put(Place("", file.path), file.definitions)
    ground.cache.save()
    if "section" in asked:
        return _of_section(specs, shelf, asked["section"], most)
    return _of_code(specs, shelf, asked.get("path", ""), asked.get("symbol", ""), most)


def _of_section(specs: Shelf, shelf: CodeShelf, section: str, most: int) -> Related:
    path, unit = _unit(specs, section)
    ranked = rank_code(shelf, unit.meaning, None, ties_of(shelf, unit, specs.covers_of(path)))
    found = []
    for row in ranked[:most]:
        one, place = shelf.rows[row.row], shelf.places[row.row]
        if one is not None:
            code = Code(HERE, "", place.path, one.name, one.line, one.kind, one.signature, one.said)
            found.append(RelatedCode(code, round(row.score, 4), row.reasons))
    return Related(f"{path}#{unit.anchor}", unit.title, tuple(found), (), DEGRADED)


def _of_code(specs: Shelf, shelf: CodeShelf, path: str, symbol: str, most: int) -> Related:
    rows = rows_named(shelf, path, symbol)
    said = [(shelf.rows[row], shelf.places[row].path) for row in rows]
    files = tuple(dict.fromkeys(place for _, place in said))
    text = "\n".join(one.meaning(place) for one, place in said if one is not None)[: LONGEST * 8]
    found = []
    for row in rank(specs, Asked.of(text, files), Area(paths=files), None, most):
        unit = specs.units[row.row]
        if unit is not None:
            spec = specs.volume(row.row).path
            found.append(RelatedSection(spec, unit.anchor, unit.title, round(row.score, 4), row.reasons))
    return Related(symbol or path, "", (), tuple(found[:most]), DEGRADED)


def _unit(specs: Shelf, section: str) -> tuple[str, Unit]:
    wanted, _, anchor = section.removeprefix("./").partition("#")
    known = sorted(specs.revisions)
    ends = [one for one in known if one == wanted or one.endswith(f"/{wanted}")]
    if not ends:
        raise MissingError(f"There is no spec {wanted!r} here.", hint_for(wanted, known, "Name one of docs/specs."))
    path = wanted if wanted in ends else ends[0]
    found = section_in(specs, path, anchor)
    if found is None:
        near = [f"{path}#{unit.anchor}" for unit in specs.units_of(path)]
        raise MissingError(f"{path} has no section {anchor!r}.", hint_for(section, near, "It has no sections."))
    return path, found


def answer_of(found: Related) -> Mapping[str, Any]:
    """Write it as a server answers."""
    code = [
        {
            "code": f"{one.code.path}#{one.code.symbol}",
            "path": one.code.path,
            "symbol": one.code.symbol,
            "line": one.code.line,
            "kind": one.code.kind,
            "score": one.score,
            "why": list(one.why),
            "signature": one.code.signature,
            "said": one.code.said,
        }
        for one in found.code
    ]
    sections = [
        {"section": one.address, "heading": one.heading, "score": one.score, "why": list(one.why)}
        for one in found.sections
    ]
    return {"asked": found.asked, "code": code, "sections": sections, "degraded": list(found.degraded)}
