"""The pages: views, templates, and the routes that bring them together. The API knows nothing of them."""

from types import ModuleType

from litestar.handlers import HTTPRouteHandler

from app.web import (
    account,
    administration,
    auditing,
    claims,
    confirming,
    conflicts,
    diagrams,
    drift,
    editing,
    freezing,
    gates,
    helping,
    history,
    inbox,
    limits,
    policies,
    projects,
    proposals,
    reports,
    searching,
    sessions,
    signing_in,
    specs,
    tagging,
    tasks,
    webhooks,
)

MODULES: tuple[ModuleType, ...] = (
    sessions,
    signing_in,
    projects,
    inbox,
    specs,
    confirming,
    editing,
    helping,
    diagrams,
    history,
    searching,
    tagging,
    proposals,
    conflicts,
    drift,
    gates,
    tasks,
    claims,
    reports,
    administration,
    webhooks,
    limits,
    policies,
    auditing,
    freezing,
    account,
)
ROUTES: tuple[HTTPRouteHandler, ...] = tuple(route for module in MODULES for route in module.ROUTES)
