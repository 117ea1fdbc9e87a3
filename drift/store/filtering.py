"""What a list of findings wants, as conditions of a query."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from drift.lives.wanted import CAME, Wanted
from drift.tables.findings import finding_events, findings

LISTED = (findings.c.message, findings.c.code_path, findings.c.invariant, findings.c.opened_actor)


def filtered(project: UUID, wanted: Wanted) -> Select[Any]:
    """Ask for the findings of a project that are wanted."""
    return select(findings).where(*conditions(project, wanted))


def conditions(project: UUID, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Give the conditions, one by one."""
    yield findings.c.project_id == project
    same = {
        "repository_id": wanted.repository,
        "state": wanted.state,
        "spec_id": wanted.spec,
        "invariant": wanted.invariant or None,
        "severity": wanted.severity or None,
        "kind": wanted.kind or None,
    }
    for name, value in same.items():
        if value is not None:
            yield findings.c[name] == value
    if wanted.specs is not None:
        ours = findings.c.spec_id.in_(sorted(wanted.specs, key=str))
        yield or_(ours, findings.c.spec_id.is_(None)) if wanted.unbound else ours
    if wanted.path:
        folder = wanted.path.rstrip("/") + "/"
        yield or_(findings.c.code_path == wanted.path, func.starts_with(findings.c.code_path, folder))
    for word in wanted.text.lower().split():
        yield or_(*(func.strpos(func.lower(column), word) > 0 for column in LISTED))
    if wanted.opened_since is not None:
        yield findings.c.opened_at >= wanted.opened_since
    if wanted.opened_before is not None:
        yield findings.c.opened_at < wanted.opened_before
    if wanted.happened:
        yield happened(wanted)
    if wanted.open_at is not None:
        yield open_at(wanted)


def of_finding() -> ColumnElement[bool]:
    """Join an event to its finding."""
    return and_(
        finding_events.c.repository_id == findings.c.repository_id,
        finding_events.c.fingerprint == findings.c.fingerprint,
    )


def happened(wanted: Wanted) -> ColumnElement[bool]:
    """Say that one of some events happened in a span of time."""
    asked = [of_finding(), finding_events.c.kind.in_(sorted(wanted.happened))]
    if wanted.since is not None:
        asked.append(finding_events.c.cause_at >= wanted.since)
    if wanted.until is not None:
        asked.append(finding_events.c.cause_at < wanted.until)
    return select(finding_events.c.id).where(*asked).correlate(findings).exists()


def open_at(wanted: Wanted) -> ColumnElement[bool]:
    """Say that the last event before a moment left a finding open."""
    last = (
        select(finding_events.c.kind)
        .where(of_finding(), finding_events.c.cause_at < wanted.open_at)
        .order_by(finding_events.c.id.desc())
        .limit(1)
        .correlate(findings)
        .scalar_subquery()
    )
    return last.in_(sorted(CAME))
