"""How `holdfast openspec` writes what it found: text for people, JSON for machines. Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.wording import clean, counted
from specs.diff import unified
from specs.openspec.outcome import DeltaConflict
from specs.openspec.overlaps import Overlap
from specs.problem import Problem
from sync.specfiles.openspec import ChangeApplied, FileChange, Validated

LEVELS = {"error": "ERROR", "warning": "WARNING", "info": "INFO"}
SIGNS = {"error": "◆", "warning": "▲", "info": "○"}


def validation_json(items: Sequence[Validated], *, strict: bool) -> str:
    """Write a validation as `openspec validate --json` does."""
    shown = [
        {"id": item.id, "type": item.type, "valid": item.valid(strict=strict), "issues": _issues(item), "durationMs": 0}
        for item in items
    ]
    by_type = {kind: _totals([one for one in shown if one["type"] == kind]) for kind in ("change", "spec")}
    summary = {"totals": _totals(shown), "byType": by_type}
    return json.dumps({"items": shown, "summary": summary, "version": "1.0"}, indent=2) + "\n"


def validation_text(items: Sequence[Validated], *, strict: bool) -> str:
    """Write a validation for people: each item that has problems, then the sum."""
    lines: list[str] = []
    for item in items:
        if item.problems:
            lines.append(f"{item.type}/{clean(item.id)}  {'valid' if item.valid(strict=strict) else 'not valid'}")
            lines += [_problem(path, one) for path, some in item.problems.items() for one in some]
    passed = sum(item.valid(strict=strict) for item in items)
    lines.append(f"{passed} passed, {len(items) - passed} failed ({counted(len(items), 'item')})")
    return "\n".join(lines) + "\n"


def overlap_json(one: Overlap) -> dict[str, Any]:
    """Give an overlap as JSON has it."""
    return asdict(one)


def overlap_text(found: Sequence[Overlap]) -> str:
    """Write overlaps for people."""
    lines = []
    for one in found:
        sign = "◆" if one.certain else "▲" if one.shared else "○"
        lines.append(f"{sign} {clean(one.capability)}: {clean(one.requirement)}")
        for claim in one.claims:
            parts = ", ".join(clean(name) or "the statement" for name in claim.scenarios)
            lines.append(f"    {clean(claim.change)}  {claim.operation}{f': {parts}' if parts else ''}")
        if one.shared:
            both = ", ".join(clean(name) or "the statement" for name in one.shared)
            lines.append(f"    more than one changes {both}")
    lines.append(f"{counted(len(found), 'requirement')} touched by more than one open change")
    return "\n".join(lines) + "\n"


def applied_json(done: ChangeApplied, *, written: bool) -> str:
    """Write what applying came to as JSON."""
    files = [
        {
            "capability": one.capability,
            "path": one.path,
            "base_known": one.known,
            "clean": one.applied.clean,
            "steps": [asdict(step) for step in one.applied.steps],
            "problems": [asdict(problem) for problem in one.applied.problems],
            "conflicts": [asdict(conflict) for conflict in one.applied.conflicts],
            "diff": _diff(one) if done.clean else "",
        }
        for one in done.files
    ]
    problems = [asdict(problem) for problem in done.problems]
    told = {"schema": 1, "change": done.change, "clean": done.clean, "written": written}
    return json.dumps({**told, "files": files, "problems": problems}, indent=2) + "\n"


def applied_text(done: ChangeApplied, *, written: bool) -> str:
    """Write what applying came to for people: differences, or conflicts with all three texts."""
    lines: list[str] = []
    for one in done.files:
        lines.append(f"{clean(one.path)}")
        steps = [step for step in one.applied.steps if done.clean or step.outcome in {"conflict", "refused"}]
        lines += [f"  {step.operation} {clean(step.name)}: {step.outcome}" for step in steps]
        lines += [_problem("", problem) for problem in one.applied.problems]
        for conflict in one.applied.conflicts:
            lines += _conflict(conflict)
        if done.clean:
            lines += [clean(line) for line in _diff(one).splitlines()]
        lines.append("")
    lines += [_problem("", problem) for problem in done.problems]
    if not done.clean:
        lines.append("nothing is written: settle what is marked in the delta, or in the spec")
        if any(one.applied.conflicts for one in done.files):
            lines.append("hint: `--base HEAD` says that the change was written in view of the specs as they are")
    else:
        lines.append("written" if written else "nothing is written yet: --write writes it")
    return "\n".join(lines) + "\n"


def _diff(one: FileChange) -> str:
    return unified(one.before or "", one.after or "", one.path, one.path if one.after is not None else "/dev/null")


def _conflict(one: DeltaConflict) -> list[str]:
    where = f", scenario {clean(one.scenario)}" if one.scenario else ""
    lines = [f"  ◆ conflict in {clean(one.requirement)}{where}: {clean(one.reason)}"]
    for name, text in (("it began from", one.base), ("the spec says", one.ours), ("the change says", one.theirs)):
        if text:
            lines.append(f"    {name}:")
            lines += [f"      {clean(line)}" for line in text.splitlines()]
    return lines


def _problem(path: str, one: Problem) -> str:
    place = f"{clean(path)}:{one.line}" if path else f"line {one.line}"
    return f"  {SIGNS[one.severity]} {place}: {clean(one.message)} {clean(one.hint)}"


def _issues(item: Validated) -> list[dict[str, Any]]:
    return [
        {
            "level": LEVELS[one.severity],
            "path": path or "file",
            "line": one.line,
            "message": f"{one.message} {one.hint}",
        }
        for path, some in item.problems.items()
        for one in some
    ]


def _totals(items: Sequence[dict[str, Any]]) -> dict[str, int]:
    passed = sum(bool(one["valid"]) for one in items)
    return {"items": len(items), "passed": passed, "failed": len(items) - passed}
