"""Finds the requirements of a tree: in the files that are named, else in the specs that a check reads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from drift.source import CodeTree, FileKind
from specs.dialects import DIALECTS, read_requirements
from specs.document import Document
from specs.errors import UserError
from specs.requirements.rekeying import rekey, rekey_tasks
from specs.requirements.values import Reading
from sync.cache.factcache import FactCache
from sync.specfiles.spectexts import below, read_files, specs_in
from sync.trees.sides import Side, base_side

SUFFIX = ".md"
TASKS = "tasks.md"
# The files beside which spec-kit and Kiro keep a list of tasks.
FEATURES = ("/spec.md", "/requirements.md", "/bugfix.md", "/design.md")


@dataclass(frozen=True, slots=True)
class Requirements:
    """What was read, by path in order, and what could not be, with the reason."""

    readings: Mapping[str, Reading]
    left_out: Mapping[str, str]


def find_requirements(side: Side, paths: Sequence[str], cache: FactCache, base: str = "") -> Requirements:
    """Read the requirements of the files and folders `paths`, named as in the tree; without any, of the specs.

    The lists of tasks beside the specs are read with them, though a check reads none.

    With `base`, positions that moved since keep the keys they had there. Raises `UserError`.
    """
    found = _documents(side.tree, side, paths, cache)
    readings = {path: read_requirements(path, document) for path, document in sorted(found[0].items())}
    if not base:
        return Requirements(readings, found[1])
    before = base_side(side, base)
    known = [path for path in readings if path in before.tree.files and _positional(readings[path])]
    old = read_files(before.tree, known, cache).documents
    for path in old:
        then, now = read_requirements(path, old[path]), readings[path]
        tasks = rekey_tasks(then.tasks, now.tasks)
        readings[path] = replace(now, requirements=rekey(then.requirements, now.requirements), tasks=tasks)
    return Requirements(readings, found[1])


def _documents(
    tree: CodeTree, side: Side, paths: Sequence[str], cache: FactCache
) -> tuple[Mapping[str, Document], Mapping[str, str]]:
    if not paths:
        texts = specs_in(tree, side.config, cache)
        lists = read_files(tree, _task_lists(tree, texts.documents), cache)
        return {**lists.documents, **texts.documents}, {**lists.left_out, **texts.left_out}
    files = [path for path, entry in tree.files.items() if path.endswith(SUFFIX) and entry.kind is FileKind.FILE]
    chosen: dict[str, None] = {}
    for wanted in paths:
        inside = [path for path in files if below(path, wanted)]
        if not inside:
            raise UserError(f"there is no Markdown in {wanted}", "name a file or folder of this project that git knows")
        chosen.update(dict.fromkeys(inside))
    texts = read_files(tree, chosen, cache)
    return texts.documents, texts.left_out


def _task_lists(tree: CodeTree, specs: Iterable[str]) -> list[str]:
    """Find the lists of tasks of features: in the folders of specs that tools keep so."""
    folders = {path.rpartition("/")[0] for path in specs if path.endswith(FEATURES)}
    lists = sorted(f"{folder}/{TASKS}" for folder in folders if folder)
    return [path for path in lists if path in tree.files and tree.files[path].kind is FileKind.FILE]


def _positional(reading: Reading) -> bool:
    return any(one.positional for one in DIALECTS if one.name == reading.dialect)
