"""Reads and writes the settings that belong to one repository; never those of a person or a machine."""

from collections.abc import Mapping
from pathlib import Path

from specs.errors import UserError
from sync.gitrepo.objects import library


def configure(common_dir: Path, values: Mapping[str, str | None]) -> tuple[str, ...]:
    """Set each name to its value, or remove it (None). Give the names that changed. Raises `UserError`."""
    git = library()
    try:
        config = git.Config(str(common_dir / "config"))
        changed = []
        for name, value in values.items():
            if (str(config[name]) if name in config else None) == value:
                continue
            if value is None:
                del config[name]
            else:
                config[name] = value
            changed.append(name)
    except (git.GitError, OSError, ValueError) as error:
        raise UserError(f"The settings of the repository cannot be changed: {error}", "Look at its config.") from error
    return tuple(changed)
