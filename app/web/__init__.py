"""The pages: views, templates, and the routes that bring them together. The API knows nothing of them."""

from types import ModuleType

from litestar.handlers import HTTPRouteHandler

from app.web import places, projects, reports
from app.web.administration import (
    administration,
    auditing,
    freezing,
    installed,
    limits,
    policies,
    repositories,
    webhooks,
)
from app.web.drift import drift, gates, pictures
from app.web.entrance import account, sessions, signing_in, starting
from app.web.inbox import claims, inbox
from app.web.proposals import proposals
from app.web.specs import (
    authors,
    confirming,
    conflicts,
    diagrams,
    editing,
    helping,
    history,
    images,
    presence,
    relating,
    searching,
    specs,
    tagging,
    unread,
)
from app.web.tasks import board, context, tasks

MODULES: tuple[ModuleType, ...] = (
    sessions,
    signing_in,
    projects,
    starting,
    inbox,
    specs,
    confirming,
    editing,
    helping,
    presence,
    diagrams,
    images,
    history,
    authors,
    unread,
    searching,
    tagging,
    proposals,
    relating,
    conflicts,
    drift,
    pictures,
    gates,
    board,
    tasks,
    claims,
    context,
    reports,
    administration,
    repositories,
    webhooks,
    limits,
    policies,
    auditing,
    freezing,
    account,
    installed,
    places,
)
ROUTES: tuple[HTTPRouteHandler, ...] = tuple(route for module in MODULES for route in module.ROUTES)
