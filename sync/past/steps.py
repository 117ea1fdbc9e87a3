"""Turns what commits changed into steps: which lines that declare names each took away and brought. Reads blobs only.

Of two versions of a file only the lines that differ are looked at, and each distinct line once, so a whole history
costs little more than reading it. A version that is missing, binary or very long counts as no change.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from drift.mentions.linenames import declared
from drift.mentions.past import Step
from drift.mentions.product import family, is_product
from sync.gitrepo.changes import Blobs, Changed

LONGEST_FILE = 1_000_000
HEAD_BYTES = 4000
KEPT_LINES = 3_000_000
KEPT_NAMES = 400_000
Lines = frozenset[bytes]
NONE: Lines = frozenset()


class Differ:
    """Compares versions of files by their lines; remembers the last version of each, and what lines declare."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._last: OrderedDict[str, tuple[str, Lines]] = OrderedDict()
        self._held = 0
        self._names: dict[tuple[bytes, str], frozenset[str]] = {}
        self._product: dict[str, bool] = {}

    def step(self, changed: Changed) -> Step:
        """Give the step of a commit."""
        files = [row for row in changed.files if self._is_product(row[0])]
        known = {path: self._last.get(path, ("", NONE)) for path, _, _ in files}
        wanted = {new for _, _, new in files if new}
        wanted.update(old for path, old, _ in files if old and known[path][0] != old)
        contents = self._blobs.read(sorted(wanted)) if wanted else {}
        names = {}
        for path, old, new in files:
            before = NONE
            if old:
                before = known[path][1] if known[path][0] == old else lines_of(contents[old]) or NONE
            after = self._after(path, new, before, contents)
            if found := self.difference(before, after, family(path)):
                names[path] = found
        added = tuple(path for path, old, new in changed.files if new and not old)
        removed = tuple(path for path, old, new in changed.files if old and not new)
        return Step(changed.commit, changed.at, changed.subject, names, added, removed)

    def _after(self, path: str, new: str, before: Lines, contents: Mapping[str, bytes | None]) -> Lines:
        """Give the lines of a new version, and remember them as the file's last."""
        _, gone = self._last.pop(path, ("", NONE))
        self._held -= len(gone)
        if not new:
            return NONE
        read = lines_of(contents[new])
        after = before if read is None else read
        self._last[path] = (new, after)
        self._held += len(after)
        while self._held > KEPT_LINES:
            _, (_, oldest) = self._last.popitem(last=False)
            self._held -= len(oldest)
        return after

    def difference(self, before: Lines, after: Lines, kind: str) -> dict[str, int]:
        """Count, for each name, how many lines more or fewer declare it."""
        found: dict[str, int] = {}
        for lines, sign in ((before - after, -1), (after - before, 1)):
            for line in lines:
                for name in self._declared(line, kind):
                    found[name] = found.get(name, 0) + sign
        return {name: found[name] for name in sorted(found) if found[name]}

    def _declared(self, line: bytes, kind: str) -> frozenset[str]:
        names = self._names.get((line, kind))
        if names is None:
            names = declared(line.decode("utf-8", "replace"), kind)
            if len(self._names) > KEPT_NAMES:
                self._names.clear()
            self._names[line, kind] = names
        return names

    def _is_product(self, path: str) -> bool:
        if path not in self._product:
            self._product[path] = is_product(path)
        return self._product[path]


def lines_of(data: bytes | None) -> Lines | None:
    """Split a file into its distinct lines; None for what is missing, binary or very long."""
    if data is None or len(data) > LONGEST_FILE or b"\0" in data[:HEAD_BYTES]:
        return None
    return frozenset(data.splitlines())


def steps_of(changes: Iterable[Changed], blobs: Blobs) -> Iterator[Step]:
    """Turn commits, oldest first, into steps."""
    differ = Differ(blobs)
    for changed in changes:
        yield differ.step(changed)


def edits_step(rows: Sequence[tuple[str, bytes | None, bytes | None]], differ: Differ) -> Step:
    """Give the step from the last commit to the files as they lie: (path, bytes before, bytes now), None for none."""
    names = {}
    for path, old, new in rows:
        before, after = lines_of(old) or NONE, lines_of(new) or NONE
        if is_product(path) and (found := differ.difference(before, after, family(path))):
            names[path] = found
    added = tuple(path for path, old, new in rows if old is None and new is not None)
    removed = tuple(path for path, old, new in rows if new is None and old is not None)
    return Step("", 0, "", names, added, removed)
