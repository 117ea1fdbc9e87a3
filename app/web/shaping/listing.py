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
    broken = badge.broken + badge.error if badge else 0
    return SpecRow(
        path=head.spec.path,
        title=document.title or head.spec.title,
        status="retired" if head.spec.status is SpecStatus.RETIRED else front.status,
        owners=front.owners,
        verdict=verdict_of(badge),
        invariants=len(document.invariants),
        broken=broken,
        warnings=badge.warnings if badge and not broken else 0,
        changed_at=head.revision.at,
        changed_by=head.revision.actor,
        diverged=head.spec.diverged is not None,
        unread=unread,
    )


def verdict_of(badge: Badge | None) -> str:
    """Give the verdict of a spec as the marks know it; open findings without a broken invariant are warnings.

    What only tells something is none.
    """
    if badge is None or not badge.total:
        return "warning" if badge and badge.warnings else "none"
    if badge.word in {"broken", "error"}:
        return "broken"
    return "warning" if badge.warnings else badge.word


def titles_and_owners(heads: Iterable[SpecText]) -> tuple[dict[str, str], dict[str, str]]:
    """Give the titles and the owners of specs by path."""
    titles, owners = {}, {}
    for head in heads:
        document = document_of(head.text)
        titles[head.spec.path] = document.title or head.spec.title
        owners[head.spec.path] = ", ".join(document.front_matter.owners)
    return titles, owners
