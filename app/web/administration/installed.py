"""The page of the whole installation, for whoever administers it: what is set, and from where. It changes nothing."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from app.unit import Unit
from app.web import answers
from app.web.answers import Web, alone
from app.web.views.administration import InstallationPage
from specs.access import Scope

ADMIN = {"scope": Scope.ADMIN}


@get("/installation", opt=ADMIN)
async def installation(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Show the settings."""
    unit.principal.require_site_admin()
    settings = request.app.state.settings
    view = InstallationPage(settings.shown(), bool(settings.smtp_host), bool(settings.oidc_issuer))
    return answers.page("installation.html", alone(request, "This installation"), view)


ROUTES = (installation,)
