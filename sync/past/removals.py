"""Tells how names went: in which commit, with their file or alone, and what took their place. Reads blobs."""

from datetime import UTC, datetime
from functools import cache

from drift.mentions.past import Chronicle, Fate
from drift.mentions.product import family, is_product
from drift.mentions.references import Reference
from drift.mentions.removal import How, Removal
from drift.mentions.successors import moved_to, renamed_to, skeletons
from specs.errors import HoldfastError
from sync.gitrepo import Repository
from sync.gitrepo.changes import Blobs
from sync.past.steps import lines_of
from sync.trees.moves import moves
from sync.trees.sides import Side

LAST_SECOND = 253_402_300_799
MOST_FILES = 2000
Line = tuple[str, str]


class Removals:
    """Answers for fates of one chronicle; each commit is looked at once."""

    def __init__(self, chronicle: Chronicle, repository: Repository, blobs: Blobs, side: Side) -> None:
        self._chronicle = chronicle
        self._side = side
        self._repository = repository
        self._blobs = blobs
        self._prefix = f"{side.under}/" if side.under else ""
        self._lines = cache(self._lines_of)
        self._moves = cache(self._moves_of)

    def of(self, reference: Reference, fate: Fate) -> Removal:
        """Say how a reference came to its end."""
        step = self._chronicle.steps[fate.step]
        became = self._became(reference, fate)
        how: How = "renamed" if became else "file removed" if set(fate.was) <= set(step.removed) else "removed"
        date = datetime.fromtimestamp(min(max(step.at, 0), LAST_SECOND), UTC).date().isoformat() if step.commit else ""
        return Removal(step.commit, date, step.subject, fate.was, became, how)

    def _became(self, reference: Reference, fate: Fate) -> str:
        step = self._chronicle.steps[fate.step]
        if reference.form == "path" and fate.step:
            return moved_to(reference.text, fate.was, self._moves(fate.step))
        if not step.commit or not fate.step:
            return ""
        gone, came = self._lines(fate.step)
        lines = [line for path in fate.was for line in gone.get(path, ())]
        name = reference.segments[-1] if reference.form == "name" else reference.text.lstrip("-")
        other = renamed_to(name, lines, came)
        return f"--{other}" if other and reference.form == "flag" else other

    def _lines_of(self, number: int) -> tuple[dict[str, list[Line]], dict[str, frozenset[str]]]:
        """Give the lines that a step took from each file, and the skeletons of those it brought."""
        before, step = self._chronicle.steps[number - 1], self._chronicle.steps[number]
        changed = self._repository.changes(step.commit, before.commit)
        files = [
            row for one in changed[-1:] for row in one.files if is_product(row[0]) and row[0].startswith(self._prefix)
        ]
        files = files[:MOST_FILES]
        contents = self._blobs.read(sorted({blob for _, *sides in files for blob in sides if blob}))
        gone: dict[str, list[Line]] = {}
        came: list[Line] = []
        for path, old, new in files:
            kind, (was, now) = family(path), [lines_of(contents.get(blob)) or frozenset() for blob in (old, new)]
            gone[path.removeprefix(self._prefix)] = [(text(line), kind) for line in sorted(was - now)]
            came += [(text(line), kind) for line in sorted(now - was)]
        return gone, skeletons(came)

    def _moves_of(self, number: int) -> dict[str, str]:
        before, step = self._chronicle.steps[number - 1], self._chronicle.steps[number]
        try:
            was = self._repository.commit_tree(before.commit, self._side.under)
            now = self._repository.commit_tree(step.commit, self._side.under) if step.commit else self._side.tree
            return moves(was, now)
        except HoldfastError:
            return {}


def text(line: bytes) -> str:
    """Decode a line."""
    return line.decode("utf-8", "replace")
