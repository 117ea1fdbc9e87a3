"""What an evaluation hands over to be recorded: the report as JSON, the paths of the code, what lives need. Pure.

The evaluation ran in another process over somebody's code, so its output is read as any foreign input: what does not
have the agreed shape makes the evaluation a failed one, and texts that no database keeps are mended here.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drift.debt.lock import Entry
from drift.lives.life import Look
from drift.lives.records import CheckVerdict
from drift.lives.signals import TraceRow
from specs.document import Yaml

VERDICTS = frozenset({"kept", "broken", "unmatched", "error"})
SEVERITIES = frozenset({"error", "warning", "info"})
TRACE_KINDS = frozenset({"test", "implementation"})
DIGITS = 64
MAX_PATH, MAX_NAME = 1000, 500
MAX_LINES = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PathRow:
    """One path of the code: its module ("" if none), the modules it imports, the invariants that govern it.

    `together` are the files that history changed along with it most, `at` the lines of the imports.
    """

    path: str
    module: str = ""
    imports: tuple[str, ...] = ()
    invariants: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    lines: int = 0
    at: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A finished evaluation (`problem` empty), or why there is none. `report` is the JSON of a check, version 1.

    `claims` are the lines of the commit's lock that speak in somebody's name, `traces` the places that name
    requirements.
    """

    verdict: CheckVerdict
    report: Mapping[str, Yaml] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    paths: tuple[PathRow, ...] = ()
    problem: str = ""
    claims: tuple[Entry, ...] = ()
    traces: tuple[TraceRow, ...] = ()

    @property
    def findings(self) -> dict[str, Mapping[str, Any]]:
        """The findings that are in the code now, by fingerprint; of two with one fingerprint the first counts."""
        found: dict[str, Mapping[str, Any]] = {}
        for finding in rows(self.report, "findings"):
            if finding["state"] != "fixed":
                found.setdefault(finding["fingerprint"], finding)
        return found

    @property
    def invariants(self) -> Sequence[Mapping[str, Any]]:
        """How each invariant fared."""
        return rows(self.report, "invariants")

    @property
    def look(self) -> Look:
        """What lives are made of."""
        found = {name: (finding["invariant"], finding["state"] == "waived") for name, finding in self.findings.items()}
        undecided = frozenset(row["id"] for row in self.invariants if row["verdict"] == "error")
        return Look(found, frozenset(row["id"] for row in self.invariants), undecided)

    @property
    def body(self) -> bytes:
        """The report as it is stored: the same report gives the same bytes."""
        return json.dumps(self.report, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @property
    def digest(self) -> str:
        """The name of the report."""
        return hashlib.sha256(self.body).hexdigest()


def rows(report: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """Give a list of the report; empty where there is no report."""
    found: Sequence[Mapping[str, Any]] = report.get(key, ())
    return found


def failed(problem: str) -> Evaluated:
    """Make the evaluation that did not come to an end."""
    return Evaluated(CheckVerdict.ERROR, problem=storable(problem)[:2000])


def read_evaluated(output: bytes) -> Evaluated:
    """Read what the evaluating process printed. Never raises: what is not as agreed is a failed evaluation."""
    try:
        given = clean(json.loads(output))
        if given.get("problem"):
            return failed(str(given["problem"]))
        report, paths = given["report"], given["paths"]
        for row in report["invariants"]:
            check_invariant(row)
        for finding in report["findings"]:
            check_finding(finding)
        verdict = CheckVerdict(report["verdict"])
        counts = {str(name): int(value) for name, value in given["counts"].items()}
        claims = tuple(check_claim(row) for row in given.get("claims", ()))
        placed = tuple(placed_row(*row) for row in paths)
        traces = tuple(trace_row(*row) for row in given.get("traces", ()))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        return failed(f"The evaluation printed something else than a report ({type(error).__name__}).")
    return Evaluated(verdict, report, counts, placed, claims=claims, traces=traces)


def placed_row(  # noqa: PLR0913, PLR0917 (a row as it is printed)
    path: str,
    module: str,
    imports: Sequence[str],
    by: Sequence[str],
    together: Sequence[str] = (),
    lines: int = 0,
    at: Sequence[int] = (),
) -> PathRow:
    """Make a row of what is indexed: names that sources made longer than an index takes are cut."""
    named = (tuple(dict.fromkeys(name[:MAX_NAME] for name in names)) for names in (imports, by, together))
    first = dict(zip((name[:MAX_NAME] for name in reversed(imports)), reversed(at), strict=False))
    imported, governing, near = named
    places = tuple(min(max(int(first.get(name, 0)), 0), MAX_LINES) for name in imported if first)
    return PathRow(
        path[:MAX_PATH], module[:MAX_NAME], imported, governing, near, min(max(int(lines), 0), MAX_LINES), places
    )


def trace_row(path: str, line: int, target: str, kind: str, symbol: str) -> TraceRow:
    """Make a row of a place that names a requirement. Raises `ValueError` for another kind of it."""
    if kind not in TRACE_KINDS or type(line) is not int:
        raise ValueError(kind)
    return TraceRow(path[:MAX_PATH], line, target[:MAX_NAME], kind, symbol[:MAX_NAME])


def check_invariant(row: Mapping[str, Any]) -> None:
    """Raise `ValueError`, `KeyError` or `TypeError` unless a row has what is stored of it."""
    spec = row["spec"]
    texts = (row["id"], row["name"], row["kind"], spec["path"], spec["anchor"])
    if row["verdict"] not in VERDICTS or not all(isinstance(text, str) for text in texts):
        raise ValueError("not an invariant's result")
    int(spec["line"]), len(row["findings"])


def check_finding(row: Mapping[str, Any]) -> None:
    """Raise `ValueError`, `KeyError` or `TypeError` unless a row has what is stored of it."""
    spec, code = row["spec"], row["code"]
    int(spec["line"])
    texts = [row[key] for key in ("fingerprint", "invariant", "kind", "state", "message", "fix")]
    texts += [spec["path"], spec["anchor"], *([code["path"]] if code else [])]
    if row["severity"] not in SEVERITIES or not all(isinstance(text, str) for text in texts):
        raise ValueError("not a finding")
    if not 0 < len(row["fingerprint"]) <= DIGITS:
        raise ValueError("not a fingerprint")
    int(code["line"]) if code else None


def check_claim(row: Sequence[Any]) -> Entry:
    """Make the entry of a claim. Raises `ValueError` or `TypeError` for what is none."""
    invariant, subject, state, until, by, because = row
    texts = (invariant, subject, until, by, because)
    if state not in {"waived", "reviewed"} or not all(isinstance(text, str) for text in texts):
        raise ValueError("not a claim")
    return Entry(invariant, subject, "waived" if state == "waived" else "reviewed", until, by, because)


def clean(value: Any) -> Any:
    """Make every text in a JSON value storable."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [clean(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): clean(item) for key, item in value.items()}
    return value


def storable(text: str) -> str:
    """Replace what PostgreSQL keeps in no text: NUL, and the halves that stand for undecodable bytes of a path."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
