"""What every write to the library shares: its input checked, its revision made, a text set aside when it lost.

Knows no transaction of its own: callers hand in the store they hold.
"""

import re
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

from specs.access import Principal
from specs.document import Document
from specs.errors import ConflictError, MissingError, UserError
from specs.hygiene.reports import refusal, refusal_of_path, refusal_of_words
from specs.library import Spec, check_message, check_text
from specs.paths import check_path
from specs.problem import Problem
from specs.revision import Revision, revision_digest, text_digest
from specs.service import documents
from specs.store.library import LibraryStore

MAX_TITLE = 200
_DIGEST = re.compile(r"[0-9a-f]{64}")


def refuse(problem: Problem | None) -> None:
    """Raise `UserError` for a problem, if there is one."""
    if problem is not None:
        raise UserError(problem.message, problem.hint, details={"line": problem.line, "column": problem.column})


def check_input(path: str | None, text: str, message: str) -> None:
    """Refuse a path, text or message of a caller's that cannot be kept, or that hides something from its readers.

    Secrets are looked for where texts are kept (`specs.service.hygiene.refuse_secrets`).
    """
    check_kept(path, text)
    if path is not None:
        refuse(refusal_of_path(path))
    refuse(refusal(text))
    check_words(message)


def check_words(message: str) -> None:
    """Refuse a message, title or comment of a caller's that cannot be kept, or that hides something."""
    refuse(check_message(message))
    refuse(refusal_of_words(message))


def check_kept(path: str | None, text: str) -> None:
    """Refuse a path or text that cannot be kept at all, wherever it comes from."""
    if path is not None:
        refuse(check_path(path))
    refuse(check_text(text))


async def title_of(text: str) -> str:
    """Give the title a text bears, "" if none. Parsing is off the event loop: a megabyte takes a while."""
    return title_in(await documents.read(text))


def title_in(document: Document) -> str:
    """Give the title a document bears, as it is kept."""
    return " ".join(document.title.replace("\0", "").split())[:MAX_TITLE]


def titled(title: str, path: str) -> str:
    """Give a title for people: the text's own, else the file's name."""
    return title or PurePosixPath(path).stem


def is_digest(value: str) -> bool:
    """Say whether a value can name a revision at all."""
    return _DIGEST.fullmatch(value) is not None


def compose(  # noqa: PLR0913 (a revision is made of no less)
    principal: Principal, spec: UUID, text: str, parents: tuple[str, ...], *, message: str, at: datetime
) -> Revision:
    """Make the revision that a principal writes now."""
    return Revision(
        digest=revision_digest(text, parents, principal.actor.id, at),
        spec_id=spec,
        parents=parents,
        text_digest=text_digest(text),
        size=len(text.encode("utf-8")),
        actor=principal.actor,
        provenance=principal.provenance,
        message=message,
        at=at,
    )


async def found(store: LibraryStore, spec: UUID, *, lock: bool = False) -> Spec:
    """Give a spec or raise `MissingError`."""
    current = await store.spec(spec, lock=lock)
    if current is None:
        raise no_spec()
    return current


async def head_of(store: LibraryStore, spec: Spec) -> Revision:
    """Give the revision at a spec's head."""
    head = await store.revision(spec.id, spec.head)
    if head is None:
        msg = f"spec {spec.id} has no head"
        raise RuntimeError(msg)
    return head


def no_spec() -> MissingError:
    """Make the error for a spec that is not there."""
    return MissingError("There is no such spec.", "List the specs of the project for their paths and ids.")


def no_revision() -> MissingError:
    """Make the error for a revision that a spec does not have."""
    return MissingError("The spec has no such revision.", "Take a digest from its history.")


def kept_aside(current: Spec, made: Revision, problem: tuple[str, str]) -> ConflictError:
    """Make the error that tells a writer of a text set aside; raise it after the commit, when the text is durable."""
    details: dict[str, object] = {
        "spec": str(current.id),
        "path": current.path,
        "status": current.status.value,
        "head": current.head,
        "base": made.parents[0] if made.parents else None,
        "side_revision": made.digest,
    }
    return ConflictError(*problem, details=details)
