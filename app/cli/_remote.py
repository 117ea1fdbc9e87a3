"""What commands that ask a server share: its address, the project on it, the token, and requests below the project."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import click

from app.client import JSON, SECONDS, Answer, ask
from app.settings import Settings
from specs.errors import UserError

Command = TypeVar("Command", bound=Callable[..., Any])


def server_options(command: Command) -> Command:
    """Give a command the options `--server` and `--project`, to be handed to `remote`."""
    named = click.option("--project", default="", metavar="NAME", help="The project on it [HOLDFAST_PROJECT].")
    where = click.option("--server", default="", metavar="URL", help="The server to ask [HOLDFAST_SERVER].")
    return where(named(command))


@dataclass(frozen=True, slots=True)
class Remote:
    """A project on a server, as one token sees it."""

    server: str
    project: str
    token: str

    def get(
        self,
        path: str,
        query: Mapping[str, object] | None = None,
        *,
        accept: str = JSON,
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> Answer:
        """Read something below the project; parameters that are None or empty are left out. Raises as `ask` does."""
        given = {name: value for name, value in (query or {}).items() if value is not None and value != ""}
        words = {name: str(value).lower() if isinstance(value, bool) else value for name, value in given.items()}
        place = f"{path}?{urlencode(words)}" if words else path
        return self.ask("GET", place, accept=accept, headers=headers, seconds=seconds)

    def spec(self, path: str) -> str:
        """Give the id of the spec at a path. Raises as `ask` does."""
        plain = "/".join(self.quoted(part) for part in path.removeprefix("./").split("/"))
        return str(self.get(f"/specs/by-path/{plain}").json()["id"])

    def every(self, path: str, query: Mapping[str, object] | None = None) -> list[Any]:
        """Read a list to its end, page by page."""
        page = self.get(path, query).json()
        items = list(page["items"])
        while page.get("next"):
            page = ask("GET", self.server, page["next"], token=self.token).json()
            items += page["items"]
        return items

    @staticmethod
    def quoted(name: str) -> str:
        """Write a name so that it can stand in a path."""
        return quote(name, safe="")

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        accept: str = JSON,
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
    ) -> Answer:
        """Send a request for something below the project, such as `/specs`. Raises as `app.client.ask` does."""
        place = f"/api/v1/projects/{self.quoted(self.project)}{path}"
        return ask(method, self.server, place, body, token=self.token, accept=accept, headers=headers, seconds=seconds)


def remote(settings: Settings, server: str, project: str) -> Remote:
    """Say which project of which server is meant, by options or settings. Raises `UserError` where that is not said."""
    server, project = server or settings.server, project or settings.project
    if not server:
        raise UserError("Which server?", "Name it with --server or HOLDFAST_SERVER.")
    if not project:
        raise UserError("Which project?", "Name it with --project or HOLDFAST_PROJECT.")
    return Remote(server, project, settings.token)
