"""Runs tests/cases/languages/*.md: under each heading a small tree of files, and what must be read out of it.

A fenced block whose info string ends in a path is a file (`python src/app/a.py`; `latin-1` before the path encodes it
so, `roots` lists configured source roots). The other blocks are expectations, compared whole:
`edges`, `modules`, `unresolved`, `unplaced`, and `definitions PATH`, `shapes PATH`, `calls PATH`, `problems PATH`.
`shapes` gives what stands round each definition: bases, decorators, documentation, parameters, types, complexity.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from drift.build import build_index, is_manifest, manifest_names
from drift.extract import extract, language_for
from drift.facts import Definition, EdgeAttribute, FileFacts
from drift.index import CodeIndex
from drift.language import Edge

CASES = Path(__file__).resolve().parents[2] / "cases" / "languages"
FENCE = re.compile(r"^(`{3,})([^\n`]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
EXPECTATIONS = ("edges", "modules", "unresolved", "unplaced", "definitions", "shapes", "calls", "problems")


@dataclass
class Case:
    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    roots: tuple[str, ...] = ()
    expected: list[tuple[str, str, list[str]]] = field(default_factory=list)


def cases() -> list[Case]:
    found = []
    for document in sorted(CASES.glob("*.md")):
        for section in re.split(r"^## ", document.read_text(), flags=re.MULTILINE)[1:]:
            title, _, body = section.partition("\n")
            case = Case(f"{document.stem}: {title}")
            for fence in FENCE.finditer(body):
                words, text = fence[2].split(), fence[3]
                if words[0] == "roots":
                    case.roots = tuple(text.split())
                elif words[0] in EXPECTATIONS:
                    case.expected.append((words[0], words[-1], text.splitlines()))
                else:
                    case.files[words[-1]] = text.encode("latin-1" if "latin-1" in words else "utf-8")
            found.append(case)
    return found


def edge_line(edge: Edge) -> str:
    shown = sorted(str(one) for one in edge.attributes - {EdgeAttribute.RUNTIME})
    return f"{edge.importer} -> {edge.imported}" + (f" [{', '.join(shown)}]" if shown else "")


def seen(index: CodeIndex, what: str, path: str) -> list[str]:
    if what in {"definitions", "shapes", "calls", "problems"}:
        return seen_in_file(index.facts[path], what)
    modules = index.modules.values()
    views = {
        "edges": dict.fromkeys(map(edge_line, index.edges)),
        "modules": [f"{one.name} = {' + '.join(one.members or (one.path,))}{' (test)' * one.test}" for one in modules],
        "unresolved": [f"{one.path}:{one.line} {one.what}: {one.reason}" for one in index.unresolved],
        "unplaced": [f"{where}: {reason}" for where, reason in index.unplaced.items()],
    }
    return list(views[what])


def seen_in_file(facts: FileFacts, what: str) -> list[str]:
    if what == "definitions":
        return [f"{one.kind} {one.name}: {one.signature}{' (private)' * (not one.public)}" for one in facts.definitions]
    if what == "shapes":
        complexity = {(body.name, body.line): body.complexity for body in facts.bodies}
        return [shape_line(one, complexity.get((one.name, one.line))) for one in facts.definitions]
    if what == "calls":
        return [f"{one.caller or '-'} calls {one.callee}" for one in facts.calls]
    return [f"{one.code} {one.line}:{one.column}" for one in (*facts.problems, *facts.syntax)]


def shape_line(one: Definition, complexity: int | None) -> str:
    parts = [
        *(f"< {base}" for base in one.bases),
        *(f"@{decorator}" for decorator in one.decorators),
        "documented" if one.documented else "",
        f"parameters {one.parameters}" if one.kind in {"function", "method"} else "",
        "typed" if one.typed else "",
        f"complexity {complexity}" if complexity else "",
    ]
    return f"{one.name}: {', '.join(part for part in parts if part)}".rstrip(": ")


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case) -> None:
    facts = {path: extract(path, source) for path, source in case.files.items() if language_for(path)}
    manifests = {path: text.decode() for path, text in case.files.items() if is_manifest(path, manifest_names())}
    index = build_index(case.files, facts, manifests, case.roots)
    assert case.expected, "a case says what it expects"
    for what, path, lines in case.expected:
        assert seen(index, what, path) == lines
