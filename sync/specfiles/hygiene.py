"""Tells what specs of a tree hide, and which of their links lead nowhere: problems that a check reports as warnings.

What stands in a text was found when it was read; here links are held against the files of the tree, and where one is
gone, history may know what became of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from pathlib import PurePosixPath

from drift.mentions.references import Reference
from drift.mentions.removal import Past, Removal
from drift.source import CodeTree
from specs.document import Document
from specs.hygiene.landmarks import landmarks
from specs.hygiene.leads import Link, lead
from specs.problem import Problem
from specs.values import dataclass, replace
from sync.specfiles.spectexts import SpecTexts

MOST_TOLD = 20
PastReader = Callable[[Mapping[str, Collection[Reference]]], Past]


@dataclass(frozen=True, slots=True)
class _Missing:
    """A link to a file that is not there."""

    path: str
    link: Link


def with_hygiene(specs: SpecTexts, tree: CodeTree, past: PastReader | None) -> dict[str, Document]:
    """Give the documents, each with the problems of its hygiene among its own."""
    marks = cache(lambda path: landmarks(specs.documents[path]))
    missing: list[_Missing] = []
    told: dict[str, list[Problem]] = {}
    for path, examined in specs.examined.items():
        if path not in specs.documents or specs.documents[path].front_matter.status == "retired":
            continue
        found = list(examined.problems)
        for link in _links(path, examined.links):
            goal = link.path or path
            if goal in specs.documents:
                if link.anchor and not marks(goal)(link.anchor):
                    found.append(_no_section(link))
            elif not _there(goal, tree):
                missing.append(_Missing(path, link))
        told[path] = found
    removals = _removals(missing, past)
    for one in missing:
        told[one.path].append(_gone(one.link, removals.get(one.link.path), tree))
    return {path: _with(document, told.get(path, ())) for path, document in specs.documents.items()}


def _links(path: str, written: Collection[tuple[str, int]]) -> Iterator[Link]:
    """Give the links of a spec, each goal once: one that is written often is broken once."""
    seen: set[tuple[str, str]] = set()
    for target, line in written:
        link = lead(target, 0, line, path)
        if link is not None and (link.path, link.anchor) not in seen:
            seen.add((link.path, link.anchor))
            yield link


def _there(goal: str, tree: CodeTree) -> bool:
    """Say whether a file is in the tree, or may be: what lies behind a link or a submodule is not seen."""
    return goal in tree.files or any(str(above) in tree.files for above in PurePosixPath(goal).parents)


def _removals(missing: Collection[_Missing], past: PastReader | None) -> Mapping[str, Removal]:
    if past is None or not missing:
        return {}
    asked: dict[str, set[Reference]] = {}
    for one in missing:
        asked.setdefault(one.path, set()).add(Reference(one.link.path, "path"))
    return past(asked).gone


def _no_section(link: Link) -> Problem:
    where = link.path or "this text"
    message = f"A link leads to #{link.anchor}, and {where} has no such section."
    hint = "Link to a section that is there, or give it the name: {#" + link.anchor + "}."
    return Problem("broken-anchor", message, link.line, 1, hint, "warning")


def _gone(link: Link, removal: Removal | None, tree: CodeTree) -> Problem:
    """Say that a link leads to no file, and what became of it."""
    if removal is not None and removal.became in tree.files:
        message = f"A link leads to {link.path}, which is {removal.became} now."
        return Problem("moved-link", message, link.line, 1, f"Link to {removal.became}.", "warning")
    message = f"A link leads to {link.path}, and there is no such file."
    alike = _alike(link.path, tree)
    hint = f"Did you mean {alike}?" if alike else "Correct the link, or bring the file."
    if removal is not None and removal.commit:
        hint = f"It went with {removal.commit[:7]} on {removal.date}. {hint}"
    return Problem("broken-link", message, link.line, 1, hint, "warning")


def _alike(goal: str, tree: CodeTree) -> str:
    """Give the one file of the tree that has the name which a link looks for elsewhere."""
    name = PurePosixPath(goal).name
    found = [path for path in tree.files if path.rpartition("/")[2] == name]
    return found[0] if len(found) == 1 else ""


def _with(document: Document, problems: Collection[Problem]) -> Document:
    if not problems:
        return document
    ordered = sorted(problems, key=lambda one: (one.severity != "error", one.line, one.column))
    kept = ordered[:MOST_TOLD]
    if len(ordered) > MOST_TOLD:
        hint = "Mend those above first."
        kept.append(Problem("more", "More such places are in this text.", ordered[MOST_TOLD].line, 1, hint, "warning"))
    return replace(
        document, problems=tuple(sorted((*document.problems, *kept), key=lambda one: (one.line, one.column)))
    )
