"""Makes commits of steps in a mirror. Blocking: runs in a thread. Knows no database.

A text goes into its file as it is where the file has what git and the server agree on. Where it has not (a secret that
is masked here, words that someone put on our branch), only what changed here since is brought to what is there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from specs.images import files_of
from specs.merging import merge
from sync.binding.bindings import Held, Publication
from sync.binding.commits import COMMITTER, Author, Step, message_of
from sync.gitrepo.objects import Objects
from sync.gitrepo.writing import Draft, Signature, commit, committed_at, holds_all, outside

MARK = b"\xef\xbb\xbf"
BESIDE = "The file says something else there, in the places that changed here."


@dataclass(frozen=True, slots=True)
class Made:
    """Commits made in the mirror, oldest first, the last one, what each holds, and what was left as it is."""

    tip: str
    ids: tuple[str, ...] = ()
    publications: tuple[Publication, ...] = ()
    held: tuple[Held, ...] = ()


def beginnings(objects: Objects, tip: str, head: str, ours: Collection[str]) -> frozenset[str]:
    """Give the commits, not ours, on which ours stand in a branch of ours."""
    found = outside(objects, [tip], head)
    return frozenset(
        parent for one, parents in found.items() if one in ours for parent in parents if parent not in ours
    )


def foreign_commits(objects: Objects, tip: str, head: str, ours: Collection[str], followed: Collection[str]) -> bool:
    """Say whether a branch of ours holds what somebody else put there, and what the followed branch has not.

    `followed` are commits that were on the followed branch when ours were put on top of them.
    """
    found = outside(objects, [tip, *followed], head)
    return any(one not in ours for one in found) and not holds_all(objects, tip, head)


def make(  # noqa: PLR0913 (where, what, on what ground, by whom)
    objects: Objects,
    start: str,
    todo: tuple[Step, ...],
    *,
    bases: Mapping[UUID, str],
    domain: str,
    branch: str,
    images: Mapping[str, bytes],
) -> Made:
    """Make the commits of some steps on top of a commit. A step that changes nothing makes none.

    `images` are those that texts may refer to, by name: they go beside them.
    """
    work = _Work(objects, start, dict(bases), Author(COMMITTER, f"noreply@{domain}"), branch=branch, images=images)
    for step in todo:
        work.take(step)
    return Made(work.tip, tuple(work.ids), tuple(work.noted), tuple(work.held.values()))


class _Work:
    """Commits under way. `agreed` has of each spec the text that its file holds, apart from what is git's alone."""

    def __init__(  # noqa: PLR0913 (what a commit is made of)
        self,
        objects: Objects,
        tip: str,
        agreed: dict[UUID, str],
        committer: Author,
        *,
        branch: str,
        images: Mapping[str, bytes],
    ) -> None:
        self.tip = tip
        self.ids: list[str] = []
        self.noted: list[Publication] = []
        self.held: dict[UUID, Held] = {}
        self._objects = objects
        self._agreed = agreed
        self._committer = committer
        self._branch = branch
        self._images = images

    def take(self, step: Step) -> None:
        """Make one commit."""
        tree = self._objects.tree_of(self.tip)
        moves = [(spec, old, new) for spec, old, new in step.moves if self._objects.id_at(tree, old)]
        came_from = {new: old for _, old, new in moves}
        texts = {}
        for spec, path, text in step.texts:
            blob = self._objects.id_at(tree, came_from.get(path, path))
            data = self._bytes(spec, path, text, self._objects.blob(blob) if blob else None)
            if data is not None:
                texts[path] = data
                places = files_of(path, text).items() if self._images else ()
                texts |= {
                    place: self._images[name]
                    for place, name in places
                    if name in self._images and not self._objects.id_at(tree, place)
                }
        if not moves and not texts:
            return
        made = commit(self._objects, self.tip, self._draft(step, [(old, new) for _, old, new in moves], texts))
        after = self._objects.tree_of(made)
        if after.id == tree.id:
            return
        self._note(step, made, moves, texts)
        self.tip = made
        self.ids.append(made)

    def _draft(self, step: Step, moves: list[tuple[str, str]], texts: Mapping[str, bytes]) -> Draft:
        """Say what a commit is. Its time is that of its last word, and never before its parent's."""
        before = committed_at(self._objects, self.tip)
        author, at = (step.words[-1].author, step.words[-1].at) if step.words else (self._committer, before)
        made = Signature(self._committer.name, self._committer.email, max(at, before))
        return Draft(message_of(step), Signature(author.name, author.email, at), made, tuple(moves), texts)

    def _bytes(self, spec: UUID, path: str, text: str, there: bytes | None) -> bytes | None:
        """Give the bytes of a file with a text; None where that cannot be done without asking."""
        if spec in self.held:
            return None
        before = self._agreed.get(spec)
        self._agreed[spec] = text
        if there is None:
            return text.encode()
        mark = MARK if there.startswith(MARK) else b""
        said = there.removeprefix(MARK).decode("utf-8", "surrogateescape")
        if before is None or said == before:
            return mark + text.encode()
        merged = merge(before, text, said).text
        if merged is None:
            self.held[spec] = Held(path, BESIDE)
            return None
        return mark + merged.encode("utf-8", "surrogateescape")

    def _note(self, step: Step, made: str, moves: list[tuple[UUID, str, str]], texts: Mapping[str, bytes]) -> None:
        """Remember which revision of which spec each file of a commit holds."""
        after = self._objects.tree_of(made)
        last = step.words[-1].revision if step.words else ""
        for spec, old, new in moves:
            blob = self._objects.id_at(after, new) if new else ""
            self.noted.append(Publication(made, new or old, spec, "", blob, self._branch, old if new else ""))
        moved = {new or old for _, old, new in moves}
        for spec, path, _ in step.texts:
            if path in texts and path not in moved:
                blob = self._objects.id_at(after, path)
                self.noted.append(Publication(made, path, spec, last, blob, self._branch))
