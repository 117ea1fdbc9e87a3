"""A comment for a pull request: one sentence when all is well, else what is new in a table, the rest folded away.

The first line is a hidden marker by which the comment of an earlier run is found and replaced. GitHub takes 65,536
characters; what does not fit is counted. Texts come from strangers: nothing in them is markup, a mention or a link.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from urllib.parse import quote

from app.frames import frame, is_of_the_whole, marked_names
from app.wording import and_waived, by_reason, clean, counted, in_order, kept_and_all, results_of, severities, two_texts
from drift.excerpts import NOTHING, Excerpts
from drift.findings import Finding, FindingState
from drift.report import CheckReport, InvariantResult
from specs.suggest import listed

LIMIT = 60_000
MARKS = {"error": "🔴", "warning": "🟡", "info": "🔵"}
ACTIVE = "\\`*_{}[]<>#|~^$"
SEPARATOR = "\u200b"
MOST_HOPS, LONGEST, MOST_ROWS, MOST_IN_FULL = 12, 600, 50, 10
FOLDED = (
    (FindingState.FIXED, "mended by this change"),
    (FindingState.WAIVED, "waived"),
    (FindingState.EXISTING, "here before"),
)


def render(report: CheckReport, excerpts: Excerpts = NOTHING) -> str:
    """Write the comment."""
    new = in_order(report, FindingState.INTRODUCED)
    lines = [marker(excerpts), sentence(report, new)]
    blocks = [*news(report, new, excerpts)]
    blocks += [block for state, words in FOLDED if (block := folded(in_order(report, state), words, excerpts))]
    if report.not_analysed and (new or report.verdict == "broken"):
        rows = [
            f"- {plain(reason)}: {', '.join(code(excerpts.place(path)) for path in paths)}"
            for reason, paths in by_reason(report.not_analysed)
        ]
        blocks.append(details(f"{counted(len(report.not_analysed), 'file')} or questions not analysed", rows))
    size, left = units("\n".join(lines)), 0
    for block in blocks:
        if left or size + units(block) + 2 > LIMIT:
            left += 1
            continue
        lines += ["", block]
        size += units(block) + 2
    if left:
        lines += ["", f"… {counted(left, 'part')} did not fit here. `holdfast check` shows everything."]
    return "\n".join(lines) + "\n"


def marker(excerpts: Excerpts) -> str:
    """Give the hidden line that names this comment; each project of a repository has one of its own."""
    return f"<!-- holdfast:check{':' if excerpts.under else ''}{quote(excerpts.under.encode('utf-8', 'replace'))} -->"


def sentence(report: CheckReport, new: list[Finding]) -> str:
    """Say the verdict."""
    kept, whole = kept_and_all(report)
    standing = f"{kept:,} of {counted(whole, 'invariant')}"
    fixed = sum(item.state is FindingState.FIXED for item in report.findings)
    mended = f" It mends {counted(fixed, 'finding')}." if fixed else ""
    said = listed(severities(new))
    if report.verdict == "broken":
        broken = {item.invariant or item.kind for item in new if item.severity == "error"}
        return f"### 🔴 Holdfast: drift\n\nNew here: {said}, against {counted(len(broken), 'invariant')}.{mended}"
    if new:
        return f"### 🟡 Holdfast: kept\n\nNo new error, but {said}. {standing} kept{and_waived(report)}.{mended}"
    return f"**🟢 Holdfast: kept.** {standing} kept{and_waived(report)}, nothing new.{mended}"


def news(report: CheckReport, new: list[Finding], excerpts: Excerpts) -> Iterator[str]:
    """Write a block for each invariant that something new is about, then each of its findings in full."""
    known = results_of(report)
    for key, group in groupby(new, key=lambda item: (item.invariant, item.spec.path, two_texts(item))):
        items = list(group)
        yield "\n".join(table(items, known.get(key[:2]), excerpts))
        for item in items[:MOST_IN_FULL]:
            yield details(f"{MARKS[item.severity]} {html(short(item.message))}", in_full(item, excerpts))


def table(items: list[Finding], result: InvariantResult | None, excerpts: Excerpts) -> Iterator[str]:
    """Head a block: which invariant, why it is there, and where it is broken."""
    first = items[0]
    title = f": {plain(result.name)}" if result and result.name and result.name != result.id else ""
    weaker = f"{two_texts(first)} of " if two_texts(first) and first.invariant else ""
    yield f"#### {MARKS[first.severity]} {weaker}{code(first.invariant or first.kind)}{title}"
    yield ""
    if result and result.why and not weaker:
        yield f"> {plain(short(result.why))}"
        yield ""
    if first.spec.path:
        line = result.line if result else first.spec.line
        yield f"Written in {code(f'{excerpts.place(first.spec.path)}:{line}')}."
        yield ""
    yield "| where | what |"
    yield "| --- | --- |"
    for item in items[:MOST_ROWS]:
        yield f"| {spot(item, excerpts)} | {plain(short(item.message))} |"
    if len(items) > MOST_ROWS:
        yield ""
        yield f"… and {len(items) - MOST_ROWS:,} more"


def in_full(item: Finding, excerpts: Excerpts) -> Iterator[str]:
    """Tell one finding in full: the line of code, the chain, what to do, its fingerprint."""
    line = excerpts.line(item.code.path, item.code.line) if item.code and not is_of_the_whole(item) else None
    if item.code and line is not None:
        rows = frame(line, item.code.line, item.code.column, marked_names(item), 110)
        yield fenced([f"{excerpts.place(item.code.path)}:{item.code.line}", *rows])
    if item.before or item.after:
        yield fenced(
            [*(f"- {line}" for line in item.before.splitlines()), *(f"+ {line}" for line in item.after.splitlines())]
        )
    for message in item.lets_through[:MOST_HOPS]:
        yield f"- lets through: {plain(short(message))}"
    if len(item.evidence) > 1:
        for hop in item.evidence[:MOST_HOPS]:
            place = f"{excerpts.place(hop.path)}:{hop.line}"
            yield f"- {code(hop.importer)} imports {code(hop.imported)} ({code(place)})"
        if len(item.evidence) > MOST_HOPS:
            yield f"- … and {counted(len(item.evidence) - MOST_HOPS, 'import')} more"
        yield ""
    if item.fix:
        yield f"**Fix:** {plain(item.fix)}"
        yield ""
    yield f"{code(item.fingerprint)} · `holdfast explain {item.fingerprint[:8]}`"


def folded(items: list[Finding], words: str, excerpts: Excerpts) -> str:
    """Fold findings that are not new into a table; "" where there are none."""
    if not items:
        return ""
    rows = ["| where | invariant | what |", "| --- | --- | --- |"]
    rows += [
        f"| {spot(item, excerpts)} | {code(item.invariant or item.kind)} | {with_reason(item)} |"
        for item in items[:MOST_ROWS]
    ]
    if len(items) > MOST_ROWS:
        rows += ["", f"… and {len(items) - MOST_ROWS:,} more"]
    return details(f"{counted(len(items), 'finding')} {words}", rows)


def with_reason(item: Finding) -> str:
    """Say what a finding is and, where the lock says so, until when and why it is accepted."""
    said = plain(short(item.message))
    if item.accepted is None or not (item.accepted.until or item.accepted.because):
        return said
    until = f"until {item.accepted.until}" if item.accepted.until else ""
    return f"{said} ({plain(short(': '.join(filter(None, (until, item.accepted.because)))))})"


def details(summary: str, rows: Iterable[str]) -> str:
    """Fold rows under a line."""
    return "\n".join(["<details>", f"<summary>{summary}</summary>", "", *rows, "", "</details>"])


def spot(item: Finding, excerpts: Excerpts) -> str:
    """Say where a finding stands."""
    path, line = (item.code.path, item.code.line) if item.code else (item.spec.path, item.spec.line)
    return code(f"{excerpts.place(path)}:{line}") if path else ""


def code(text: str) -> str:
    """Write a text as a code span that may stand in a table: fenced by more backticks than it holds."""
    text = clean(text).replace("|", "\u2223")
    runs = [len(run) for run in "".join(char if char == "`" else " " for char in text).split()]
    fence = "`" * (max(runs, default=0) + 1)
    pad = " " if text[:1] == "`" or text[-1:] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


def fenced(rows: list[str]) -> str:
    """Write rows as a block of code that no row of it ends."""
    longest = max((len(row) - len(row.lstrip("`")) for row in (piece.strip() for piece in rows)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence, *(clean(row) for row in rows), fence, ""])


def plain(text: str) -> str:
    """Escape a text so that it shows as it is: no markup, no table cell ends, nobody is mentioned, nothing linked."""
    said = "".join(f"\\{char}" if char in ACTIVE else char for char in clean(text.replace("\n", " ")))
    for sign in ("@", "\\#"):
        said = said.replace(sign, f"{sign}{SEPARATOR}")
    return said.replace("://", f":{SEPARATOR}//").replace("&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")


def html(text: str) -> str:
    """Escape a text for the summary of a fold, which is HTML."""
    said = clean(text.replace("\n", " ")).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return said.replace("@", f"@{SEPARATOR}").replace("#", f"#{SEPARATOR}").replace("://", f":{SEPARATOR}//")


def short(text: str) -> str:
    """Cut a text that is too long for a table."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def units(text: str) -> int:
    """Measure a text as the forge may: in UTF-8 bytes, which are never fewer than its characters."""
    return len(text.encode())
