"""How a project's API is asked, whichever way it is reached. Types and addresses alone."""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote

from app.client import JSON, Answer


class Ask(Protocol):
    """Asks the API something below the project, as the caller."""

    async def __call__(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        accept: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Give the answer. Raises the error that a refusal tells of."""


def spec_path(path: str) -> str:
    """Write the path of a spec so that it can stand in an address."""
    return "/".join(quoted(part) for part in path.removeprefix("./").split("/"))


def quoted(name: str) -> str:
    """Write a name so that it can stand as one part of an address."""
    return quote(name, safe="")
