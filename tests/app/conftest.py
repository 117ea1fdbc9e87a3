"""The application over a fresh database, and people who ask it over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from litestar import Litestar
    from litestar.testing import AsyncTestClient
    from tests.factories import World


@pytest.fixture
def app(url: str) -> "Litestar":
    from app.main import create_app  # noqa: PLC0415 (most tests need no server)
    from app.settings import Settings  # noqa: PLC0415

    return create_app(Settings(database_url=url))


@pytest.fixture
async def client(app: "Litestar") -> "AsyncIterator[AsyncTestClient[Litestar]]":
    from litestar.testing import AsyncTestClient  # noqa: PLC0415

    async with AsyncTestClient(app, raise_server_exceptions=False) as opened:
        yield opened
