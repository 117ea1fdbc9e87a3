"""The pages: views, templates, and the routes that bring them together. The API knows nothing of them."""

from types import ModuleType

from litestar.handlers import HTTPRouteHandler

from app.web import administration, conflicts, drift, editing, history, projects, proposals, reports, sessions, specs

MODULES: tuple[ModuleType, ...] = (
    sessions,
    projects,
    specs,
    editing,
    history,
    proposals,
    conflicts,
    drift,
    reports,
    administration,
)
ROUTES: tuple[HTTPRouteHandler, ...] = tuple(route for module in MODULES for route in module.ROUTES)
