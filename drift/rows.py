"""What the blocks of the kind `depends` say: rows of who may import whom, parts, layers, and what is shown. Pure."""

from collections.abc import Container
from typing import NamedTuple

from drift.exceptions import exception_problems
from drift.graphs.graph import ALL_IMPORTS, EdgeFilter
from drift.matching.regexes import Regex, compiled
from drift.options import OptionReader, named_type
from drift.selection.select import Selector, shown
from specs.document import InvariantBlock, Yaml
from specs.problem import Problem
from specs.values import dataclass, field

ROW = "Write a list of modules (`a: [b, c]`), `a: []` for nothing, or `a: {on: [b], never: [c]}`."
SHOWS = 'Write `shows: [{of: [payments], names: ["Order", "api.*"]}]`.'


@dataclass(frozen=True, slots=True)
class Row:
    """What one module may import: `on` (None: anything), and what it must not in any case."""

    on: tuple[Selector, ...] | None
    never: tuple[Selector, ...] = ()


@dataclass(frozen=True, slots=True)
class Showing:
    """One entry of `shows`."""

    of: tuple[Selector, ...]
    names: tuple[Regex, ...]
    to: tuple[Selector, ...] | None
    alone: bool


class Named(NamedTuple):
    """A part with a name of its own: what is `of` it and `within` as well, but not what is in `but`."""

    of: tuple[Selector, ...]
    within: tuple[Selector, ...] | None
    but: tuple[Selector, ...]


@dataclass(slots=True)
class Options:
    """The options of the kind, read."""

    parts: dict[str, Named] = field(default_factory=dict)
    rows: list[tuple[Selector, Row]] = field(default_factory=list)
    layers: list[tuple[Selector, ...]] = field(default_factory=list)
    closed: tuple[Selector, ...] = ()
    free: tuple[Selector, ...] = ()
    unchecked: tuple[Selector, ...] = ()
    shows: list[Showing] = field(default_factory=list)
    explicit: bool = False
    exact: bool = False
    whole: bool = False
    acyclic: bool = False
    hidden: list[tuple[tuple[Selector, ...], tuple[Selector, ...]]] = field(default_factory=list)
    imports: EdgeFilter = ALL_IMPORTS


def read(block: InvariantBlock) -> tuple[Options, tuple[Problem, ...]]:
    """Read the options of a block and say what is wrong with them."""
    reader = OptionReader(block, exception_problems(block))
    options = Options()
    parts = reader.take("parts")
    if parts is not None and not isinstance(parts, dict):
        reader.say("wrong-type", "`parts` must be a mapping.", "parts", "Write `parts: {web: [src/web, src/api]}`.")
    for name, value in parts.items() if isinstance(parts, dict) else ():
        given: dict[str, Yaml] = value if isinstance(value, dict) else {"of": value}
        place = f"parts/{name}"
        if not {"of"} <= given.keys() <= {"of", "within", "but"}:
            reader.say(
                "wrong-type", "A part has `of`, perhaps `within` and `but`.", place, "Write `{of: [a], but: [b]}`."
            )
        within = _selectors(reader, place, given["within"]) if given.get("within") is not None else None
        of, but = (_selectors(reader, place, given.get(key)) for key in ("of", "but"))
        options.parts[name] = Named(of, within, but)
    modules = reader.take("modules", required=True, hint="Write `modules: {a: [b, c]}`.")
    if isinstance(modules, dict):
        for name, value in modules.items():
            place = f"modules/{name}"
            row = _row(reader, place, value, options.parts)
            options.rows += [(key, row) for key in _selectors(reader, place, name, options.parts)]
    elif modules is not None:
        reader.say("wrong-type", f"`modules` must be a mapping, not {named_type(modules)}.", "modules", ROW)
    layers = reader.take("layers")
    if layers is not None and not isinstance(layers, list):
        reader.say("wrong-type", "`layers` must be a list of lists.", "layers", "Write `layers: [[a], [b, c]]`.")
    for number, layer in enumerate(layers if isinstance(layers, list) else ()):
        options.layers.append(_selectors(reader, f"layers/{number}", layer, options.parts))
    options.closed = _selectors(reader, "closed", reader.take("closed"), options.parts)
    options.free = _selectors(reader, "free", reader.take("free"), options.parts)
    options.unchecked = _selectors(reader, "unchecked", reader.take("unchecked"), options.parts)
    shows = reader.take("shows")
    if shows is not None and not isinstance(shows, list):
        reader.say("wrong-type", "`shows` must be a list of mappings.", "shows", SHOWS)
    for number, entry in enumerate(shows if isinstance(shows, list) else ()):
        options.shows.append(_showing(reader, number, entry, options.parts))
    options.explicit = reader.flag("explicit", default=False)
    options.whole = reader.flag("whole", default=False)
    options.exact = reader.flag("exact", default=False)
    options.acyclic = reader.flag("acyclic", default=False)
    options.hidden = _hidden(reader, options.parts)
    options.imports = reader.imports()
    return options, reader.done()


def _row(reader: OptionReader, place: str, value: Yaml, parts: Container[str]) -> Row:
    if value is None:
        return Row(None)
    if not isinstance(value, dict):
        return Row(_selectors(reader, place, value, parts))
    for key in value:
        if key not in {"on", "never"}:
            reader.say("unknown-key", f"A row has no {shown(key)!r}.", place, ROW)
    on = None if value.get("on") is None else _selectors(reader, place, value["on"], parts)
    return Row(on, _selectors(reader, place, value.get("never"), parts))


def _selectors(reader: OptionReader, place: str, value: Yaml, parts: Container[str] = ()) -> tuple[Selector, ...]:
    """Read selectors; the name of a part stands for itself, whatever it looks like."""
    entries = value if isinstance(value, list) else [] if value is None else [value]
    texts = [entry for entry in entries if isinstance(entry, str)]
    if len(texts) < len(entries):
        reader.say("wrong-type", f"`{shown(place)}` must be a list of texts.", place, ROW)
    found: list[Selector] = []
    for text in texts:
        found += (
            [Selector(text, text, alone=False, forms=())] if text in parts else reader.parse_selectors(place, [text])
        )
    return tuple(found)


def _hidden(reader: OptionReader, parts: Container[str]) -> list[tuple[tuple[Selector, ...], tuple[Selector, ...]]]:
    hidden = reader.take("hidden")
    if hidden is not None and not isinstance(hidden, dict):
        reader.say("wrong-type", "`hidden` must be a mapping.", "hidden", "Write `hidden: {a: [b]}`.")
    given = hidden if isinstance(hidden, dict) else {}
    return [
        (_selectors(reader, "hidden", name, parts), _selectors(reader, f"hidden/{name}", seers, parts))
        for name, seers in given.items()
    ]


def _showing(reader: OptionReader, number: int, entry: Yaml, parts: Container[str]) -> Showing:
    place = f"shows/{number}"
    found = entry if isinstance(entry, dict) else {}
    if not {"of", "names"} <= found.keys() <= {"of", "names", "to", "alone"}:
        reader.say("wrong-type", "An entry of `shows` has `of` and `names`, perhaps `to` and `alone`.", place, SHOWS)
    patterns: list[Regex] = []
    texts = found.get("names")
    for text in texts if isinstance(texts, list) else [texts]:
        pattern = compiled(f"^(?:{text})$") if isinstance(text, str) else "it is no text"
        if isinstance(pattern, str):
            reader.say("bad-pattern", f"`names` holds {shown(str(text))!r}: {pattern}.", place, SHOWS)
        else:
            patterns.append(pattern)
    to = _selectors(reader, place, found["to"], parts) if found.get("to") is not None else None
    return Showing(_selectors(reader, place, found.get("of"), parts), tuple(patterns), to, found.get("alone") is True)
