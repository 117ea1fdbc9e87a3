"""Paths as languages see them: folders, names, and which of them are tests. Pure string work, no language."""

from collections.abc import Iterable

NAMELESS = "a file that is all suffix has no name to import it by"


def folder_of(path: str) -> str:
    """Give the folder of a path; "" is the top."""
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    """Give the last segment of a path."""
    return path.rpartition("/")[2]


def join(folder: str, rest: str) -> str:
    """Join a folder ("" is the top) and a path below it."""
    return f"{folder}/{rest}" if folder and rest else folder or rest


def normal(path: str) -> str | None:
    """Take `.` and `..` out of a relative path; None when it leaves the tree."""
    parts: list[str] = []
    for part in path.split("/"):
        if part in {"", "."}:
            continue
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            return None
    return "/".join(parts)


def below(folder: str, path: str) -> bool:
    """Tell whether a path is the folder itself or inside it."""
    return not folder or path == folder or path.startswith(f"{folder}/")


def ancestors(folder: str) -> Iterable[str]:
    """Give a folder and all folders above it, the deepest first, the top ("") last."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def is_test_folder(folder: str) -> bool:
    """Tell whether this folder holds tests: it has a `tests` or `__tests__` segment, or begins with `test`."""
    if "test" not in folder:
        return False
    parts = folder.split("/")
    return parts[0] == "test" or "tests" in parts or "__tests__" in parts


def is_nameless(path: str) -> bool:
    """Tell whether a file is all suffix (`src/.py`): nothing can import it."""
    name = name_of(path)
    return name.startswith(".") and name.count(".") == 1
