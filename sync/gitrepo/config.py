"""Reads and writes the settings that belong to one repository; never those of a person or a machine."""

from collections.abc import Mapping
from pathlib import Path

import pygit2

from specs.errors import UserError


def configure(common_dir: Path, values: Mapping[str, str | None]) -> tuple[str, ...]:
    """Set each name to its value, or remove it (None). Give the names that changed. Raises `UserError`."""
    try:
        config = pygit2.Config(str(common_dir / "config"))
        changed = []
        for name, value in values.items():
            if (str(config[name]) if name in config else None) == value:
                continue
            if value is None:
                del config[name]
            else:
                config[name] = value
            changed.append(name)
    except (pygit2.GitError, OSError, ValueError) as error:
        raise UserError(f"The settings of the repository cannot be changed: {error}", "Look at its config.") from error
    return tuple(changed)
