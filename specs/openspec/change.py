"""A change folder of OpenSpec as a value: proposal, tasks, metadata and one delta for each capability it touches."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from specs.document import Yaml
from specs.openspec.blocks import is_section, normal
from specs.openspec.delta import Delta, read_delta
from specs.problem import Problem
from specs.requirements.source import Span, read_source
from specs.yaml import read_mapping

ROOT = "openspec"
META = ".openspec.yaml"
CHANGE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_TASK = re.compile(r"\s*[-*]\s*\[([\sxX])\]\s*(?:(\d+(?:\.\d+)*)\.?\s+)?(.*)")
_CAPABILITY = re.compile(r"\s*[-*]\s+`([^`]+)`\s*(?::\s*(.*))?")


@dataclass(frozen=True, slots=True)
class Task:
    """A line of `tasks.md`: its number as written ("" where it has none), its text, whether it is done."""

    label: str
    text: str
    done: bool
    line: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change folder. `deltas` go by capability; `root_spec` says that a delta lies where none is ever applied."""

    id: str
    proposal: str | None
    tasks: tuple[Task, ...]
    deltas: Mapping[str, Delta]
    texts: Mapping[str, str]
    skip_specs: bool = False
    retire_capabilities: bool = False
    root_spec: bool = False
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """What lies in an OpenSpec folder, as paths: current specs by capability, open and archived changes by id."""

    root: str
    specs: Mapping[str, str]
    changes: Mapping[str, tuple[str, ...]]
    archived: Mapping[str, tuple[str, ...]]


def find_layouts(paths: Sequence[str]) -> tuple[Layout, ...]:
    """Find the OpenSpec folders among the files of a tree; there may be several in one repository."""
    roots: dict[str, list[str]] = {}
    for path in paths:
        parts = path.split("/")
        if ROOT in parts[:-1]:
            at = parts.index(ROOT) + 1
            if parts[at] in {"specs", "changes"} and len(parts) > at + 1:
                roots.setdefault("/".join(parts[:at]), []).append(path)
    return tuple(_layout(root, inside) for root, inside in sorted(roots.items()))


def read_change(name: str, files: Mapping[str, str]) -> Change:
    """Read a change from its files, by their paths below its folder. Never raises."""
    problems: list[Problem] = []
    meta: Mapping[str, Yaml] = {}
    if META in files:
        read = read_mapping(files[META], 1)
        meta, problems = read.values or {}, list(read.problems)
    if not CHANGE_ID.fullmatch(name):
        hint = "Use small letters, digits and single dashes."
        problems.append(Problem("openspec-id", f"{name!r} is no kebab-case name of a change.", 1, 1, hint, "warning"))
    deltas: dict[str, Delta] = {}
    texts: dict[str, str] = {}
    for path in sorted(files):
        capability = capability_of(path, "specs")
        if capability:
            texts[capability], deltas[capability] = files[path], read_delta(files[path])
    for key in ("skip_specs", "retire_capabilities"):
        if key in meta and not isinstance(meta[key], bool):
            problems.append(Problem("openspec-meta", f"{key} must be true or false.", 1, 1, f"Write {key}: true"))
    return Change(
        id=name,
        proposal=files.get("proposal.md"),
        tasks=tuple(read_tasks(files.get("tasks.md", ""))),
        deltas=deltas,
        texts=texts,
        skip_specs=meta.get("skip_specs") is True,
        retire_capabilities=meta.get("retire_capabilities") is True,
        root_spec="specs/spec.md" in files,
        problems=tuple(problems),
    )


def capability_of(path: str, root: str) -> str:
    """Give the capability whose spec lies at a path below `root`; "" where none does."""
    prefix = f"{root}/"
    if not path.startswith(prefix) or not path.endswith("/spec.md"):
        return ""
    inner = path[len(prefix) : -len("/spec.md")]
    return "" if any(part.startswith(".") for part in inner.split("/")) else inner


def read_tasks(text: str) -> Iterator[Task]:
    """Give the tasks of a `tasks.md` in order."""
    for line in read_source(text).lines:
        found = None if line.hidden else _TASK.match(line.text)
        if found:
            yield Task(found[2] or "", found[3].strip(), found[1] in "xX", line.number)


def section_of(text: str, title: str) -> str:
    """Give the body of a `##` section by its title, whatever its case; "" where there is none."""
    source = read_source(text, comments=False)
    heads = [i for i in range(len(source.lines)) if is_section(source, i)]
    for head in heads:
        if source.lines[head].text.lstrip("# \t").strip().casefold() == title.casefold():
            last = next((i for i in heads if i > head), len(source.lines))
            return normal(source.slice(Span(head + 1, last)))
    return ""


def capabilities_of(proposal: str) -> tuple[str, ...]:
    """Name the capabilities that a proposal says it touches."""
    lines = section_of(proposal, "Capabilities").split("\n")
    return tuple(found[1] for line in lines if (found := _CAPABILITY.match(line)))


def _layout(root: str, paths: Sequence[str]) -> Layout:
    specs: dict[str, str] = {}
    changes: dict[str, list[str]] = {}
    archived: dict[str, list[str]] = {}
    for path in sorted(paths):
        capability = capability_of(path, f"{root}/specs")
        if capability:
            specs[capability] = path
        elif path.startswith(f"{root}/changes/"):
            first, _, rest = path[len(f"{root}/changes/") :].partition("/")
            if first == "archive":
                first, _, rest = rest.partition("/")
                if rest:
                    archived.setdefault(first, []).append(path)
            elif rest and not first.startswith("."):
                changes.setdefault(first, []).append(path)
    return Layout(root, specs, _frozen(changes), _frozen(archived))


def _frozen(found: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(paths) for name, paths in found.items()}
