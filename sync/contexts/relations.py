"""What names mean where code and sections are related, and what the text of a section itself ties to code. Pure."""

from collections.abc import Sequence

from specs.errors import MissingError, UserError
from specs.suggest import close_names, either
from sync.contexts.codeshelf import CodeShelf, CodeTie
from sync.contexts.meaning import Similar
from sync.contexts.shelf import Shelf
from sync.contexts.ties import reaches
from sync.contexts.units import Unit

LONGEST = 1_000
SUFFIXES = (
    *(".py", ".pyi", ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".go", ".java", ".kt", ".cs"),
    *(".php", ".rs", ".rb", ".c", ".h", ".cc", ".cpp", ".hpp"),
)
# A file is asked for by what its definitions say, so many of them.
MOST_OF_FILE = 40
COVERED, NAMED = 0.6, 2.5


def plain(text: str) -> str:
    """Bring what names something to its plain form. Raises `UserError` for what names nothing."""
    if not text.strip() or len(text) > LONGEST or not text.isprintable():
        raise UserError("This names nothing.", "Name a section as `path.md#anchor`, code as `path/file.py#Name`.")
    return text.strip()


def asked_about(name: str) -> dict[str, str]:
    """Say whether a name means a section, a file of code or a symbol: as the API asks for it."""
    place, mark, _ = name.partition("#")
    if place.lower().endswith((".md", ".markdown")):
        return {"section": name}
    if mark or ":" in name:
        return {"symbol": name}
    return {"path": name} if "/" in name or name.endswith(SUFFIXES) else {"symbol": name}


def hint_for(wanted: str, known: Sequence[str], otherwise: str) -> str:
    """Say what somebody may have meant."""
    near = close_names(wanted, known, limit=2, cutoff=0.5)
    return f"Did you mean {either(near)}?" if near else otherwise


def section_in(shelf: Shelf, path: str, anchor: str) -> Unit | None:
    """Find a passage by the anchor of any section in it; the first one without an anchor."""
    found = [unit for unit in shelf.units_of(path) if not anchor or anchor in unit.anchors]
    return found[0] if found else None


def ties_of(shelf: CodeShelf, unit: Unit, covers: Sequence[str]) -> dict[int, CodeTie]:
    """Give what the text itself ties to code: what the spec covers, and what the section names."""
    found: dict[int, CodeTie] = {}
    if covers:
        inside = {place for place in shelf.files if reaches(covers, place.path)}
        for row, place in enumerate(shelf.places):
            if place in inside and shelf.rows[row] is not None:
                found[row] = CodeTie(COVERED, "the spec covers its file")
    for mention in unit.names:
        name = mention.removesuffix("()").replace("::", ".").replace("#", ".").replace(":", ".")
        for row in shelf.named.get(name) or shelf.named.get(name.rpartition(".")[2]) or ():
            found[row] = CodeTie(NAMED, "the section names it")
    return found


def degraded(shelf: CodeShelf, similar: Similar | None) -> tuple[str, ...]:
    """Say what could not be asked: meaning at all, or that of definitions which have no vectors yet."""
    if similar is None:
        return ("embeddings",)
    lacking = similar.spread is None and any(
        row is not None and digest not in similar.best for row, digest in zip(shelf.rows, shelf.digests, strict=True)
    )
    return ("embeddings-pending",) if lacking else ()


def rows_named(shelf: CodeShelf, path: str, symbol: str) -> list[int]:
    """Give the definitions that are named: those of a file, or those of a name, in a file or anywhere."""
    if not path and not symbol:
        raise UserError("There is neither a path nor a symbol.", "Name `path/file.py`, `path/file.py#Name` or `Name`.")
    file, _, name = plain(symbol).rpartition("#") if symbol else ("", "", "")
    name = name.rpartition(":")[2].removesuffix("()")
    wanted = (file or (plain(path) if path else "")).removeprefix("./")
    files = {place.path for place in shelf.files}
    if wanted and wanted not in files:
        hint = hint_for(wanted, sorted(files), "Code is known of files at the last evaluated commit that are no tests.")
        raise MissingError(f"No code is known of {wanted!r}.", hint)
    if not name:
        rows = [row for row, place in enumerate(shelf.places) if place.path == wanted and shelf.rows[row] is not None]
        rows.sort(key=lambda row: not getattr(shelf.rows[row], "said", ""))
        return rows[:MOST_OF_FILE]
    rows = [row for row in sorted(shelf.named.get(name, ())) if not wanted or shelf.places[row].path == wanted]
    if not rows:
        hint = hint_for(name, sorted(shelf.named), "Names are dotted inside their file, such as `Card.pay`.")
        raise MissingError(f"There is no {name!r} in the code that is known.", hint)
    return rows[:MOST_OF_FILE]
