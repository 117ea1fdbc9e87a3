"""The library: create, read, list, save, rename, retire specs, their history and differences, and imports by git.

A head moves by compare-and-set only. A text that reached the library and cannot become the head is kept as a side
revision before the caller hears of the conflict. Knows nothing of HTTP, of git's storage or of merging.
"""

from uuid import UUID

from specs.access import Principal
from specs.library import GitOrigin, HistoryEntry, Page, Saved, Spec, SpecText
from specs.service.differences import Differences
from specs.store.connection import Clock, IdSource, SpecHook, Transactions, no_hook


class Library:
    """All use cases of specs. `on_change` runs inside the transaction of every write that changes what is true."""

    def __init__(self, database: Transactions, clock: Clock, new_id: IdSource, on_change: SpecHook = no_hook) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._on_change = on_change

    async def create(self, principal: Principal, project: UUID, path: str, text: str, message: str = "") -> Saved:
        """Start a spec. A path in use (in any spelling) is a `ConflictError`, and the text is kept at its spec."""
        raise NotImplementedError

    async def read(self, principal: Principal, project: UUID, ref: UUID | str, revision: str | None = None) -> SpecText:
        """Give a spec by id or path, at its head or at any revision.

        A former path finds the spec too: the caller sees that `spec.path` differs and may redirect.
        """
        raise NotImplementedError

    async def list(  # noqa: PLR0913 (each a filter of the list)
        self,
        principal: Principal,
        project: UUID,
        *,
        prefix: str = "",
        retired: bool = False,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Spec]:
        """Give the specs of a project by path, those under `prefix` only, retired ones when asked for."""
        raise NotImplementedError

    async def heads(self, principal: Principal, project: UUID) -> tuple[SpecText, ...]:
        """Give every active spec with its text at the head, in one snapshot, sorted by path."""
        raise NotImplementedError

    async def save(  # noqa: PLR0913 (a write says what, on what, why)
        self,
        principal: Principal,
        project: UUID,
        spec: UUID,
        *,
        base: str,
        text: str,
        message: str = "",
        takes_in: str | None = None,
    ) -> Saved:
        """Make `text` the head if `base` still is. The same text as the head makes no revision.

        Otherwise the text becomes a side revision, durably, and `ConflictError` carries in its details `base`,
        `ours` (the head) and `theirs` (the writer), each `{"digest", "text"}`, and `side_revision`.
        `takes_in` names a side revision that this text resolves; it becomes the second parent.
        """
        raise NotImplementedError

    async def rename(self, principal: Principal, project: UUID, spec: UUID, path: str) -> Spec:
        """Give a spec another path; the old one leads on to it until another spec takes it."""
        raise NotImplementedError

    async def retire(self, principal: Principal, project: UUID, spec: UUID) -> Spec:
        """Take a spec out of what counts; it stays readable. Retiring twice changes nothing."""
        raise NotImplementedError

    async def restore(self, principal: Principal, project: UUID, spec: UUID) -> Spec:
        """Make a retired spec count again."""
        raise NotImplementedError

    async def history(
        self, principal: Principal, project: UUID, spec: UUID, *, cursor: str | None = None, limit: int = 50
    ) -> Page[HistoryEntry]:
        """Give a spec's revisions, newest first; those that never were the head are marked as side."""
        raise NotImplementedError

    async def diff(self, principal: Principal, project: UUID, spec: UUID, before: str, after: str) -> Differences:
        """Compare any two revisions of a spec."""
        raise NotImplementedError

    async def import_revision(self, principal: Principal, project: UUID, path: str, text: str, git: GitOrigin) -> Saved:
        """Take in a text that a commit brings. The head moves if the spec is new or git wrote its head.

        Otherwise the text becomes a side revision and `spec.diverged` names it. The same commit twice is once.
        """
        raise NotImplementedError

    async def import_removal(self, principal: Principal, project: UUID, path: str, git: GitOrigin) -> Spec | None:
        """Take in that a commit removed a file: the spec is retired if git wrote its head, else left alone."""
        raise NotImplementedError
