"""A check for people: one line when all is well, else the drift, grouped by invariant, with chains and what to do.

Nothing here decides what counts. File names and texts come from strangers: control characters are shown, never sent.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from types import MappingProxyType

from app.frames import frame, is_of_the_whole, marked_names
from app.wording import by_reason, clean, counted, in_order, left_out, results_of, tally, two_texts
from drift.excerpts import NOTHING, Excerpts
from drift.findings import TWO_TEXTS, Finding, FindingState, Hop, chain
from drift.report import CheckReport, InvariantResult
from specs.values import dataclass, replace

SHOWN = 8
SHORT = 8
RUNGS = 12
NARROWEST, WIDEST = 40, 120
COLOURS: Mapping[str, str] = MappingProxyType(
    {"kelp": "36", "coral": "31", "amber": "33", "faint": "2", "strong": "1", "coral strong": "1;31", "slate": "34"}
)
MARKS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "error": ("◆", "coral"),
        "warning": ("▲", "amber"),
        "info": ("·", "slate"),
        "unmatched": ("○", "amber"),
        "waived": ("◐", "amber"),
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """How to write: in `width` columns, in colour or not, and with everything or only what wants attention."""

    width: int = 100
    colour: bool = False
    everything: bool = False

    def paint(self, text: str, name: str) -> str:
        """Colour a text where colours are wanted."""
        return f"\x1b[{COLOURS[name]}m{text}\x1b[0m" if self.colour and text else text


def render(report: CheckReport, excerpts: Excerpts = NOTHING, look: Look | None = None) -> str:
    """Write a report for a terminal or a log, with the lines of code it speaks of as far as they are known."""
    look = look or Look()
    results = results_of(report)
    lines: list[str] = []
    shown = in_order(report, *(FindingState if look.everything else (FindingState.INTRODUCED,)))
    for key, group in groupby(shown, key=lambda item: (item.invariant, item.spec.path, two_texts(item))):
        lines += [*invariant(key[0], list(group), results.get(key[:2]), excerpts, look), ""]
    if look.everything:
        lines += everything_else(report, look)
    lines += summary(report, look)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def invariant(
    id_: str, findings: list[Finding], result: InvariantResult | None, excerpts: Excerpts, look: Look
) -> Iterator[str]:
    """Write one invariant and what breaks it."""
    waived = all(one.state is FindingState.WAIVED for one in findings)
    unmatched = result is not None and result.verdict == "unmatched"
    mark, colour = MARKS["waived" if waived else "unmatched" if unmatched else findings[0].severity]
    where = findings[0].spec
    line = result.line if result and any(item.code for item in findings) else where.line
    title = clean(result.name) if result and result.name != id_ else ""
    weaker = two_texts(findings[0])
    shown = " of ".join(filter(None, (weaker, clean(id_)))) if weaker else clean(id_ or findings[0].kind)
    head = look.paint(f"{mark} {shown}", colour if colour != "coral" else "coral strong")
    spot = f"{clean(where.path)}:{line}" if line else clean(where.path)
    place = look.paint(spot if where.path else "", "faint")
    yield "  ".join(piece for piece in (head, title, place) if piece)
    if why := result.why if result and not weaker else "":
        yield from wrapped(clean(why), look, "  ", "faint", hang=0)
    limit = len(findings) if look.everything else SHOWN
    fixes = {item.fix for item in findings}
    for item in findings[:limit]:
        yield from finding(item, excerpts, look, item.fix if len(fixes) > 1 else "", line)
    if len(findings) > limit:
        yield look.paint(f"  … and {len(findings) - limit} more (--all shows them)", "faint")
    if len(fixes) == 1 and "" not in fixes:
        yield from wrapped(f"fix: {clean(findings[0].fix)}", look, "  ", "kelp")


def finding(item: Finding, excerpts: Excerpts, look: Look, fix: str, header: int) -> Iterator[str]:
    """Write one finding: what, where unless the `header` line says it, the chain, and what to do if no other does."""
    state = "" if item.state is FindingState.INTRODUCED else f" ({item.state.value})"
    first, *rest = wrapped(f"{item.fingerprint[:SHORT]}  {clean(item.message)}{state}", look, "  ", hang=SHORT + 2)
    yield first.replace(item.fingerprint[:SHORT], look.paint(item.fingerprint[:SHORT], "faint"), 1)
    yield from rest
    yield from where(item, excerpts, look)
    if not item.code and not item.evidence and item.spec.line not in {header, 0}:
        yield look.paint(f"    {clean(item.spec.path)}:{item.spec.line}", "faint")
    if item.kind in TWO_TEXTS:
        yield from change(item, look)
    if fix:
        yield from wrapped(f"fix: {clean(fix)}", look, "    ", "kelp")


def where(item: Finding, excerpts: Excerpts, look: Look) -> Iterator[str]:
    """Show how one gets there (the chain, if it is more than one import), and the line of code to look at."""
    line = None
    if item.code and item.state is not FindingState.FIXED and not is_of_the_whole(item):
        line = excerpts.line(item.code.path, item.code.line)
    if item.evidence and (line is None or len(item.evidence) > 1):
        yield from ladder(item.evidence, look)
    if item.code and (line is not None or not item.evidence):
        if not is_of_the_whole(item):
            yield look.paint(f"    {clean(item.code.path)}:{item.code.line}:{item.code.column}", "faint")
        elif item.code.path not in item.message:
            yield look.paint(f"    {clean(item.code.path)}", "faint")
    if item.code and line is not None:
        rows = frame(line, item.code.line, item.code.column, marked_names(item), fitting(look) - 6)
        yield f"      {rows[0]}"
        yield from (f"      {look.paint(row, 'coral')}" for row in rows[1:])


def change(item: Finding, look: Look) -> Iterator[str]:
    """Write what a weakening changed, line by line, and what it lets through."""
    old, new = item.before.splitlines(), item.after.splitlines()
    for sign, lines, others, colour in (("-", old, new, "coral"), ("+", new, old, "kelp")):
        for line in lines:
            if line not in others:
                yield look.paint(f"    {sign} {clean(line)}", colour)
    shown = item.lets_through if look.everything else item.lets_through[:SHOWN]
    for message in shown[1:]:
        yield from wrapped(f"also: {clean(message)}", look, "    ", "faint")
    if len(item.lets_through) > len(shown):
        yield look.paint(f"    … and {len(item.lets_through) - len(shown)} more (--all shows them)", "faint")


def ladder(hops: tuple[Hop, ...], look: Look) -> Iterator[str]:
    """Write an import chain: each rung a module, and where the one above imports it.

    Hops that do not follow (other ways in and out) are counted, or written as chains of their own when all is wanted.
    """
    shown = hops if look.everything else chain(hops)[:RUNGS]
    rungs: list[tuple[str, str]] = []
    depth, before = 0, Hop("", "", "", 0)
    for hop in shown:
        if (hop.importer, hop.imported) == (before.importer, before.imported):
            rungs.append((" " * (3 * depth) + "also", place(hop)))
            continue
        if hop.importer != before.imported or not rungs:
            rungs.append((clean(hop.importer), ""))
            depth = 0
        rungs.append((f"{'   ' * depth}└─ {clean(hop.imported)}", place(hop)))
        depth, before = depth + 1, hop
    column = max(len(rung) for rung, where in rungs if where) + 2
    beside = column + max(len(where) for _, where in rungs) + 4 <= look.width
    for rung, where in rungs:
        if beside or not where:
            yield f"    {rung:<{column}}{look.paint(where, 'faint')}"
        else:
            yield f"    {rung}"
            yield f"    {' ' * (len(rung) - len(rung.lstrip()))}   {look.paint(where, 'faint')}"
    if len(hops) > len(shown):
        yield look.paint(
            f"    … and {counted(len(hops) - len(shown), 'import')} on other ways (explain shows them)", "faint"
        )


def explain_finding(item: Finding, passage: str, look: Look, excerpts: Excerpts = NOTHING) -> str:
    """Write one finding in full: the passage of the spec, what the code does, and what to do."""
    mark, colour = MARKS[item.severity]
    head = f"{mark} {clean(item.invariant or item.kind)}"
    lines = [f"{look.paint(head, colour)}  {item.kind} · {item.severity} · {item.state.value} · {item.fingerprint}", ""]
    lines += [look.paint(f"{clean(item.spec.path)}:{item.spec.line}", "faint")]
    lines += [look.paint("  │ ", "kelp") + clean(line) for line in passage.splitlines()]
    lines += ["", *wrapped(clean(item.message), look, "", hang=0)]
    lines += where(item, excerpts, replace(look, everything=True))
    if item.kind in TWO_TEXTS:
        lines += change(item, replace(look, everything=True))
    lines += ["", *wrapped(f"fix: {clean(item.fix)}", look, "", "kelp")]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def place(hop: Hop) -> str:
    """Say where an import stands."""
    return f"{clean(hop.path)}:{hop.line}"


def everything_else(report: CheckReport, look: Look) -> Iterator[str]:
    """List what is kept, and what was left out."""
    for item in report.invariants:
        if item.verdict == "kept":
            title = f"  {clean(item.name)}" if item.name not in {"", item.id} else ""
            spot = look.paint(f"{clean(item.spec)}:{item.line}", "faint")
            yield f"{look.paint('●', 'kelp')} {clean(item.id)}{title}  {spot}"
    if report.not_analysed:
        yield ""
        yield "not analysed"
        for reason, paths in by_reason(report.not_analysed):
            yield from wrapped(clean(left_out(reason, paths)), look, "  ", "faint")
    yield ""


def summary(report: CheckReport, look: Look) -> Iterator[str]:
    """Say the verdict in one line, and in a second what else there is to know."""
    broken = report.verdict == "broken"
    verdict = f"{'◆' if broken else '●'} {report.verdict}"
    scale = [counted(report.counts[name], word) for name, word in SCALE if report.counts.get(name)]
    yield f"{look.paint(verdict, 'coral strong' if broken else 'kelp')}  {' · '.join(tally(report))}"
    tail = ", ".join(scale)
    if report.not_analysed:
        tail += f"; {len(report.not_analysed):,} not analysed" + ("" if look.everything else " (--all lists them)")
    if tail:
        yield look.paint(f"  {tail}", "faint")


SCALE = (("files", "file"), ("modules", "module"), ("edges", "import"), ("specs", "spec"))


def fitting(look: Look) -> int:
    """Give the width to write in."""
    return min(max(look.width, NARROWEST), WIDEST)


def wrapped(text: str, look: Look, indent: str, colour: str = "", hang: int = 2) -> list[str]:
    """Break a text into lines of the wanted width, paths and names unbroken."""
    from textwrap import wrap  # noqa: PLC0415 (only where something is found)

    lines = wrap(
        text,
        fitting(look),
        initial_indent=indent,
        subsequent_indent=indent + " " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [look.paint(line, colour) for line in lines] if colour else lines
