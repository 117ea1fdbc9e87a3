"""The pages of the whole installation, for whoever administers it: what is set and from where, and who can log in."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency

from app.unit import Unit
from app.web import addresses, answers
from app.web.answers import Web, alone, fields, see
from app.web.views.administration import InstallationPage, PeoplePage
from specs.access import Scope
from specs.errors import HoldfastError, MissingError, UserError

ADMIN = {"scope": Scope.ADMIN}
UNUSABLE = 400
DONE = {
    "disable": "They are shut out: sessions and tokens stopped at once.",
    "enable": "They may log in again, with the password they had.",
    "sessions": "Their sessions have ended; they log in again.",
}


@get("/installation", opt=ADMIN)
async def installation(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Show the settings."""
    unit.principal.require_site_admin()
    settings = request.app.state.settings
    view = InstallationPage(settings.shown(), bool(settings.smtp_host), bool(settings.oidc_issuer))
    return answers.page("installation.html", alone(request, "This installation"), view)


@get("/installation/people", opt=ADMIN)
async def people(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Show who can log in, or could."""
    return await _people(request, unit)


async def _people(request: Web, unit: Unit, error: HoldfastError | None = None) -> Response[Any]:
    rows = await unit.sessions.people(unit.principal)
    told = DONE.get(request.query_params.get("done", ""), "")
    words = {} if error is None else answers.refused(error)
    view = PeoplePage(rows, unit.principal.actor.id, told, **words)
    return answers.page("people.html", alone(request, "People"), view, status=200 if error is None else UNUSABLE)


@post("/installation/people", opt=ADMIN)
async def change_person(request: Web, unit: NamedDependency[Unit]) -> Response[Any]:
    """Shut somebody out, let them in again, or end their sessions."""
    given = await fields(request)
    acts = {"disable": unit.access.disable, "enable": unit.access.enable, "sessions": unit.access.end_sessions}
    word = given.get("act", "")
    try:
        await acts[word](unit.principal, UUID(given.get("actor", "")))
    except (KeyError, ValueError):
        return await _people(request, unit, UserError("The form does not say what to do.", "Press one of its buttons."))
    except (UserError, MissingError) as error:
        return await _people(request, unit, error)
    return see(f"{addresses.installation('people')}?done={word}")


ROUTES = (installation, people, change_person)
