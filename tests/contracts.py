"""Contracts of other tools in a small tree, checked as `holdfast check --contracts` does."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sync.checking.local import CheckOptions, run_check

TODAY = date(2026, 11, 21)


@dataclass
class Checked:
    """What a check of contracts came to: verdicts by contract, findings as `severity importer -> imported`."""

    verdicts: dict[str, str]
    findings: list[str]
    left_out: list[str] = field(default_factory=list, compare=False)
    places: list[str] = field(default_factory=list, compare=False)


def package(name: str, **modules: str) -> dict[str, str]:
    """Give the files of a package: its `__init__.py`, and one for each module."""
    return {f"{name}/__init__.py": "", **{f"{name}/{module}.py": text for module, text in modules.items()}}


def write(root: Path, files: dict[str, str]) -> None:
    """Put files below a folder."""
    for path, text in files.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)


def check(root: Path, name: str, contracts: str, files: dict[str, str], **asked: object) -> Checked:
    """Write the files and the contracts, check, and give what was found."""
    write(root, {**files, name: contracts})
    report = run_check(root, CheckOptions(today=TODAY, cached=False, contracts=(root / name,), **asked))
    return Checked(
        {result.name: result.verdict for result in report.invariants},
        [
            f"{one.severity} {one.importer} -> {one.imported}" if one.importer else f"{one.severity} {one.message}"
            for one in report.findings
            if not one.message.startswith("Stale")
        ],
        [f"{one.path}: {one.reason}" for one in report.not_analysed],
        [f"{one.code.path}:{one.code.line}" for one in report.findings if one.code],
    )
