"""Reads the policies of files and folders, or of the specs of a repository, from disk, without a server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from specs.document import Document
from specs.errors import UserError
from specs.parser import parse
from specs.problem import Problem
from specs.rules.policy import Origin, Policy
from specs.rules.reading import read_policy
from sync.cache.factcache import FactCache
from sync.specfiles.spectexts import SPEC_LIMIT, read_specs, specs_beside
from sync.trees.sides import find_side


@dataclass(frozen=True, slots=True)
class PolicyFiles:
    """The policies of some files, broken ones included, and what is wrong with them, by path."""

    policies: tuple[Policy, ...]
    problems: tuple[tuple[str, Problem], ...]
    files: int


def read_policies(paths: Sequence[Path]) -> PolicyFiles:
    """Read the policies of files and folders; those of the specs of the repository around us where none are named.

    Problems are those that concern policies. Raises `UserError` where there is nothing to read.
    """
    documents: dict[str, Document] = {}
    for path in paths:
        documents |= _documents(path)
    if not paths:
        documents = dict(read_specs(find_side(Path()), None, FactCache()).documents)
    return _gathered(documents)


def _documents(path: Path) -> Mapping[str, Document]:
    if path.is_dir():
        return specs_beside(path, f"{path.as_posix().rstrip('/')}/").documents
    try:
        if path.stat().st_size > SPEC_LIMIT:
            raise UserError(f"{path} is too large to be a spec", "Name Markdown files, or folders of them.")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError, ValueError) as error:
        raise UserError(f"{path} cannot be read", "Name Markdown files in UTF-8, or folders of them.") from error
    return {path.as_posix(): parse(text)}


def _gathered(documents: Mapping[str, Document]) -> PolicyFiles:
    policies: list[Policy] = []
    problems: list[tuple[str, Problem]] = []
    for path, document in sorted(documents.items()):
        spans = [(block.line, block.line + block.text.count("\n")) for block in document.policies]
        for block in document.policies:
            policy = read_policy(block).policy
            policies.append(replace(policy, origin=Origin(path, "", block.line)))
        inside = [one for one in document.problems if any(first <= one.line <= last for first, last in spans)]
        problems += [(path, problem) for problem in inside]
    return PolicyFiles(tuple(policies), tuple(problems), len(documents))
