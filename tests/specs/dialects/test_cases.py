"""Runs the cases of tests/cases/dialects: each `##` heading is a file of some dialect, and what is found in it.

In a case, ~~~~file PATH is the file, and ~~~~found what must come out. With HOLDFAST_UPDATE_CASES=1 that is written
anew: then read the difference.
"""

import os
import re
from pathlib import Path

import pytest

from specs.dialects import read_requirements
from specs.parser import parse
from specs.requirements.editing import replace_requirement
from specs.requirements.values import Reading

CASES = Path(__file__).parents[2] / "cases" / "dialects"
UPDATE = os.environ.get("HOLDFAST_UPDATE_CASES") == "1"
FILE = re.compile(r"^~~~~file (?P<path>\S+)\n(?P<text>.*?)^~~~~\n", re.MULTILINE | re.DOTALL)
CASE = re.compile(r"^## (?=[^\n]*\n\n~~~~file )", re.MULTILINE)
FOUND = re.compile(r"^~~~~found\n(?P<text>.*?)^~~~~\n", re.MULTILINE | re.DOTALL)


def cases() -> list[tuple[Path, str]]:
    found = []
    for path in sorted(CASES.glob("*.md")):
        found += [(path, part.partition("\n")[0]) for part in CASE.split(path.read_text())[1:]]
    return found


def case_text(path: Path, title: str) -> str:
    return next(part for part in CASE.split(path.read_text())[1:] if part.startswith(title + "\n"))


def shown(reading: Reading) -> str:
    lines = [f"{reading.dialect} {reading.scope}" + (f" [{reading.status}]" if reading.status else "")]
    for one in reading.requirements:
        label = f" ({one.label})" if one.label else ""
        said = f" {'; '.join(one.normative)}" if one.normative else ""
        lines.append(f"{one.key}{label} = {one.name} @ {one.line}-{one.end_line} #{one.anchor}{said}")
        lines += [f"  . {key}: {value}" for key, value in one.metadata.items()]
        lines += [f"  - {part.key} = {part.name} @ {part.line}" for part in one.parts]
    for task in reading.tasks:
        label = f" ({task.label})" if task.label else ""
        flags = [name for name in ("parallel", "optional") if getattr(task, name)]
        place = f"@ {task.line}-{task.end_line} #{task.anchor}"
        lines.append(f"{task.key}{label} [{task.state}] {task.name} {place}")
        told = {"in": task.parent, "is": flags, "for": task.requirements, "at": task.paths}
        lines += [f"  {w} {v if isinstance(v, str) else ', '.join(v)}" for w, v in told.items() if v]
    lines += [f"! {p.severity} {p.code} at {p.line}: {p.message}" for p in reading.problems]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(("path", "title"), cases(), ids=lambda value: getattr(value, "stem", value))
def test_case(path: Path, title: str) -> None:
    text = case_text(path, title)
    given, expected = FILE.search(text), FOUND.search(text)
    assert given
    assert expected
    source = given["text"]
    reading = read_requirements(given["path"], parse(source))
    if UPDATE:
        new = text[: expected.start("text")] + shown(reading) + text[expected.end("text") :]
        path.write_text(path.read_text().replace(text, new))
    else:
        assert shown(reading) == expected["text"]
    for one in reading.requirements:
        for unit in (one, *one.parts):
            assert source[unit.start : unit.end] == unit.text
            assert replace_requirement(source, unit, unit.text) == source
    for task in reading.tasks:
        assert source[task.start : task.end] == task.text
        assert source[task.box - 1 : task.box + 2 : 2] == "[]"
