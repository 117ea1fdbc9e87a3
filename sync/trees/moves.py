"""Which files of one tree are which of another: by content, then by likeness, then by the folder they went with.

Any two trees will do (a commit, the index, the working directory), so moves that nobody committed count as well. As git
does, a file counts as moved when half of it at least is still the same. Decides nothing about modules. Knows no git.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from drift.source import CodeTree, FileKind, SourceFile
from specs.errors import HoldfastError

LIKE = 0.5
# Beyond so many pairs, only files of the same name are held side by side.
MOST_PAIRS = 40_000
LARGEST = 400_000
EMPTY = ("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391", "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813")

Lines = Counter[bytes]


def moves(before: CodeTree, after: CodeTree) -> dict[str, str]:
    """Map each path that is gone from the later tree to the path its file has there, if it has one."""
    old = {path: entry for path, entry in before.files.items() if path not in after.files and is_file(entry)}
    new = {path: entry for path, entry in after.files.items() if path not in before.files and is_file(entry)}
    if not old or not new:
        return {}
    found = same_content(old, new)
    rest, free = left(old, found.keys()), left(new, found.values())
    found |= alike(rest, free, reader(before), reader(after))
    found |= along(found, left(old, found.keys()), left(new, found.values()))
    return dict(sorted(found.items()))


def is_file(entry: SourceFile) -> bool:
    """Say whether an entry has content of its own."""
    return entry.kind is FileKind.FILE


def left(files: Mapping[str, SourceFile], taken: Iterable[str]) -> dict[str, SourceFile]:
    """Give the files that have no partner yet."""
    gone = set(taken)
    return {path: entry for path, entry in files.items() if path not in gone}


def same_content(old: Mapping[str, SourceFile], new: Mapping[str, SourceFile]) -> dict[str, str]:
    """Pair files of the same bytes, those of the same name first; empty files say nothing."""
    places: dict[str, list[str]] = {}
    for path, entry in sorted(new.items()):
        places.setdefault(entry.blob, []).append(path)
    found: dict[str, str] = {}
    for same_name in (True, False):
        for path, entry in sorted(old.items()):
            free = places.get(entry.blob, []) if entry.blob not in EMPTY and path not in found else []
            fits = [place for place in free if not same_name or base(place) == base(path)]
            if fits:
                found[path] = max(fits, key=lambda place: (common_end(path, place), place))
                free.remove(found[path])
    return found


def alike(
    old: Mapping[str, SourceFile],
    new: Mapping[str, SourceFile],
    read_old: Callable[[str], Lines],
    read_new: Callable[[str], Lines],
) -> dict[str, str]:
    """Pair files that share at least half of their bytes, line by line; the likest first."""
    named_alone = len(old) * len(new) > MOST_PAIRS
    texts = {path: read_new(path) for path in new}
    pairs: list[tuple[float, bool, str, str]] = []
    for path in old:
        mine = read_old(path)
        size = weight(mine)
        for place, theirs in texts.items():
            same_name = base(place) == base(path)
            if (named_alone and not same_name) or suffix(place) != suffix(path):
                continue
            largest = max(size, weight(theirs))
            if largest and min(size, weight(theirs)) >= LIKE * largest:
                score = weight(mine & theirs) / largest
                if score >= LIKE:
                    pairs.append((-score, not same_name, path, place))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for _, _, path, place in sorted(pairs):
        if path not in found and place not in taken:
            found[path] = place
            taken.add(place)
    return found


def along(found: Mapping[str, str], old: Mapping[str, SourceFile], new: Mapping[str, SourceFile]) -> dict[str, str]:
    """Pair files of one name in folders that moved as a whole: what is empty or was rewritten went along."""
    folders: dict[str, set[str]] = {}
    for path, place in found.items():
        was, now = path, place
        while was and now and base(was) == base(now):
            was, now = folder(was), folder(now)
            folders.setdefault(was, set()).add(now)
    pairs = {}
    for path in sorted(old):
        there = folders.get(folder(path), set())
        place = f"{next(iter(there))}/{base(path)}".lstrip("/") if len(there) == 1 else ""
        if place in new:
            pairs[path] = place
    return pairs


def reader(tree: CodeTree) -> Callable[[str], Lines]:
    """Give a function that reads a file as a bag of lines; nothing where it cannot be read or is very large."""

    def read(path: str) -> Lines:
        try:
            data = tree.read(path, LARGEST)
        except HoldfastError:
            return Counter()
        return Counter(data.splitlines(keepends=True))

    return read


def weight(lines: Lines) -> int:
    """Count the bytes of a bag of lines."""
    return sum(len(line) * count for line, count in lines.items())


def base(path: str) -> str:
    """Give the name of a file."""
    return path.rpartition("/")[2]


def folder(path: str) -> str:
    """Give the folder of a file."""
    return path.rpartition("/")[0]


def suffix(path: str) -> str:
    """Give the suffix of a file's name."""
    return base(path).rpartition(".")[2]


def common_end(one: str, other: str) -> int:
    """Count the segments at the end that two paths share."""
    count = 0
    for mine, theirs in zip(reversed(one.split("/")), reversed(other.split("/")), strict=False):
        if mine != theirs:
            break
        count += 1
    return count
