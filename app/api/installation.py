"""The whole installation, for whoever administers it: what is set, and from where."""

from typing import Any

from litestar import get
from litestar.connection import Request
from litestar.di import NamedDependency

from app.api._wire import Items, Out
from app.unit import Unit
from specs.access import Scope


class SettingOut(Out):
    """A setting: its variable, its value in words (of a secret only whether it is set), and where that is from."""

    name: str
    value: str
    source: str


@get("/installation/settings", opt={"scope": Scope.ADMIN}, summary="List settings")
async def list_settings(request: Request[Any, Any, Any], unit: NamedDependency[Unit]) -> Items[SettingOut]:
    """List what is set, and from where; never a secret. Needs an administrator of the installation."""
    unit.principal.require_site_admin()
    rows = request.app.state.settings.shown()
    return Items(tuple(SettingOut(name=name, value=value, source=source) for name, value, source in rows))


ROUTES = (list_settings,)
