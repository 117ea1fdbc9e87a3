"""Which folder a check of contracts is about. Light, so that a verdict that was kept costs no reader of contracts."""

from collections.abc import Sequence
from pathlib import Path

from specs.errors import UserError


def contract_root(path: Path, files: Sequence[Path]) -> tuple[Path, tuple[str, ...]]:
    """Choose the root of a check of contracts: the checked folder where the files are in it, else the first one's own.

    Gives it with the names of the files below it. Raises `UserError` where neither folder holds all.
    """
    folder = path.resolve()
    whole = [_place(file, folder) for file in files]
    for root in (folder, whole[0].parent):
        if folder.is_relative_to(root) and all(file.is_relative_to(root) for file in whole):
            return root, tuple(file.relative_to(root).as_posix() for file in whole)
    raise UserError(
        f"{files[0]} is not in {path}", "stand in the folder that the contracts are about, and name the file below it"
    )


def _place(file: Path, folder: Path) -> Path:
    """Give the whole path of a file that is named from here or from the checked folder; a link stays one."""
    near = file if file.exists() or file.is_absolute() else folder / file
    return near.parent.resolve() / near.name
