"""Finds the repository a path belongs to, from the file system alone. Reads no objects, runs nothing."""

from pathlib import Path

from specs.values import dataclass

POINTER_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Place:
    """Where a repository lives: `git_dir` (of a worktree: its own), `common_dir`, and `top` (None when bare)."""

    git_dir: Path
    common_dir: Path
    top: Path | None


def find(path: Path) -> Place | None:
    """Give the repository that `path` is in, or is (a bare one); None when there is none above it."""
    start = path.resolve()
    for folder in (start, *start.parents):
        inner = folder / ".git"
        if inner.is_dir() and is_git_dir(inner):
            return Place(inner, inner, folder)
        if inner.is_file():
            pointed = follow(inner, "gitdir:")
            if pointed is not None and (pointed / "HEAD").exists():
                return Place(pointed, common(pointed), folder)
        if is_git_dir(folder):
            return Place(folder, folder, folder.parent if folder.name == ".git" else None)
    return None


def is_git_dir(folder: Path) -> bool:
    """Say whether a folder has the shape git asks of a repository."""
    return (folder / "HEAD").exists() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def common(git_dir: Path) -> Path:
    """Give the folder that the worktrees of one repository share."""
    pointer = git_dir / "commondir"
    return (follow(pointer, "") or git_dir) if pointer.is_file() else git_dir


def follow(pointer: Path, prefix: str) -> Path | None:
    """Read a file that names a folder after `prefix`, relative to where it lies."""
    try:
        with pointer.open("rb") as file:
            text = file.read(POINTER_LIMIT).decode("utf-8", "surrogateescape").strip()
    except OSError:
        return None
    if not text.startswith(prefix) or "\0" in text:
        return None
    return (pointer.parent / text.removeprefix(prefix).strip()).resolve()
