"""HTTP API, version 1: one module per resource. To add an endpoint, write its module and add one line to `ROUTES`.

Every route says in `opt` which scope a credential needs (`scope`); one without does not start. Handlers turn wire
types into calls of services and back; what may be done, and by whom, the services decide.
"""

from collections.abc import Sequence
from types import ModuleType

from litestar.handlers import HTTPRouteHandler

from app.api import (
    aids,
    audit,
    authorship,
    checkouts,
    checks,
    claims,
    conflicts,
    context,
    credentials,
    decisions,
    events,
    exports,
    findings,
    gates,
    hooks,
    images,
    inbox,
    installation,
    invitations,
    keys,
    limits,
    me,
    members,
    pictures,
    policies,
    projects,
    proposals,
    readings,
    related,
    reports,
    repositories,
    requirements,
    revisions,
    runs,
    search,
    secrets,
    signals,
    specs,
    tags,
    tasks,
    tokens,
    webhooks,
)

BASE = "/api/v1"
MODULES: tuple[ModuleType, ...] = (
    keys,
    me,
    projects,
    specs,
    revisions,
    checkouts,
    proposals,
    requirements,
    authorship,
    readings,
    related,
    search,
    aids,
    tags,
    exports,
    images,
    conflicts,
    secrets,
    signals,
    audit,
    runs,
    repositories,
    credentials,
    checks,
    findings,
    pictures,
    gates,
    claims,
    decisions,
    hooks,
    inbox,
    context,
    tasks,
    events,
    reports,
    policies,
    members,
    invitations,
    tokens,
    webhooks,
    limits,
    installation,
)
ROUTES: tuple[HTTPRouteHandler, ...] = tuple(route for module in MODULES for route in module.ROUTES)


def names(routes: Sequence[HTTPRouteHandler] = ROUTES) -> list[str]:
    """List the routes as `METHOD path`, for people and tests."""
    return sorted(f"{method} {path}" for route in routes for path in route.paths for method in route.http_methods)
