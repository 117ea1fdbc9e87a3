"""Reads a peer's YAML configuration into plain values. What has another shape than it should counts as empty."""

from collections.abc import Mapping

from specs.document import Yaml
from specs.errors import UserError
from sync.importers.support.translation import Source


def read_yaml(source: Source) -> Mapping[str, Yaml]:
    """Read the mapping of a file. Raises `UserError` where it is none."""
    from specs.yaml import read_mapping  # noqa: PLC0415 (other peers need no YAML)

    result = read_mapping(source.text, 1)
    if result.values is None:
        problem = result.problems[0] if result.problems else None
        said = f"line {problem.line}: {problem.message}" if problem else "it is no mapping"
        raise UserError(f"{source.path} cannot be read: {said}", (problem and problem.hint) or "mend the file")
    return result.values


def table(value: Yaml = None) -> Mapping[str, Yaml]:
    """Take a mapping."""
    return value if isinstance(value, dict) else {}


def rows(value: Yaml = None) -> list[Yaml]:
    """Take a list; a single value is a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def texts(value: Yaml = None) -> list[str]:
    """Take a list of texts, or a single one."""
    return [entry for entry in rows(value) if isinstance(entry, str)]
