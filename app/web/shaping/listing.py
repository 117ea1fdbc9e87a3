"""Specs as rows of a list. Pure."""

from collections.abc import Iterable

from app.web.shaping.reading import document_of
from app.web.views.specs import SpecRow
from drift.lives.records import Badge
from specs.library import SpecStatus, SpecText
from specs.readings import Unread


def row_of(head: SpecText, badge: Badge | None, unread: Unread | None = None) -> SpecRow:
    """Show a spec in a list, with what its badge says, and what changed since the reader read it."""
    document = document_of(head.text)
    front = document.front_matter
    badge = badge or Badge()
    verdict = badge.verdict
    return SpecRow(
        path=head.spec.path,
        title=document.title or head.spec.title,
        status="retired" if head.spec.status is SpecStatus.RETIRED else front.status,
        owners=front.owners,
        verdict=verdict,
        invariants=len(document.invariants),
        broken=badge.broken + badge.error if verdict in {"broken", "warning"} else 0,
        warnings=badge.warnings,
        errors=badge.errors,
        unmatched=badge.unmatched,
        changed_at=head.revision.at,
        changed_by=head.revision.actor,
        diverged=head.spec.diverged is not None,
        unread=unread,
    )


def titles_and_owners(heads: Iterable[SpecText]) -> tuple[dict[str, str], dict[str, str]]:
    """Give the titles and the owners of specs by path."""
    titles, owners = {}, {}
    for head in heads:
        document = document_of(head.text)
        titles[head.spec.path] = document.title or head.spec.title
        owners[head.spec.path] = ", ".join(document.front_matter.owners)
    return titles, owners
