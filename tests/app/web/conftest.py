"""A running server over a fresh project, and a browser on it.

To start a browser costs more than most of what tests do with it: each process of tests has one, in a loop that its
tests share. What a test sees of others ends with its contexts.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.app.embedding import serving
from tests.conftest import opened_world
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

    from tests.factories import World

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SEE_OTHER = 303
# Who asks for one of these runs in the loop of the browser.
TOGETHER = {"chromium", "server", "site", "working_site"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that browse in one loop."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and TOGETHER & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@dataclass
class Site:
    """A server with the world's project on it, and what its pages did that they must not."""

    address: str
    world: "World"
    browser: "Browser"
    dialogs: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def visitor(
        self, *, dark: bool = False, phone: bool = False, script: bool = True, zone: str = "UTC"
    ) -> "BrowserContext":
        context = await self.browser.new_context(
            base_url=self.address,
            color_scheme="dark" if dark else "light",
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 1000},
            java_script_enabled=script,
            timezone_id=zone,
        )
        context.set_default_timeout(10_000)
        context.on("page", self._watch)
        return context

    def _watch(self, page: "Page") -> None:
        async def dismiss(dialog: object) -> None:
            self.dialogs.append(str(dialog))
            await dialog.dismiss()  # type: ignore[attr-defined]

        page.on("dialog", dismiss)
        page.on("request", lambda one: None if one.url.startswith(self.address) else self.outside.append(one.url))
        page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: self.complaints.append(str(one)))

    async def log_in(self, login: str = "eve", *, at: str = "", **how: Any) -> "Page":
        """Give a window of somebody with a session, at a page or at none yet."""
        context = await self.visitor(**how)
        answer = await context.request.post("/login", form={"login": login, "password": PASSWORD}, max_redirects=0)
        assert answer.status == SEE_OTHER
        page = await context.new_page()
        if at:
            await page.goto(at)
        return page


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator["Browser"]:
    """The browser of this process of tests."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 (most tests need no browser)

    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("needs Debian's chromium")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def world(world_url: str, world_secret: str) -> AsyncIterator["World"]:
    """The project with people in it, in the loop of the browser."""
    async with opened_world(world_url, world_secret) as world:
        yield world


@pytest_asyncio.fixture(loop_scope="session")
async def server(world_url: str, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a server without a worker."""
    async with serving(world_url, tmp_path) as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def site(server: str, world: "World", chromium: "Browser") -> AsyncIterator[Site]:
    """The server, and a browser to visit it with."""
    async with visiting(server, world, chromium) as site:
        yield site


@pytest_asyncio.fixture(loop_scope="session")
async def working_site(world_url: str, world: "World", tmp_path: Path, chromium: "Browser") -> AsyncIterator[Site]:
    """The same with a worker, that reads repositories below `tmp_path`."""
    async with serving(world_url, tmp_path, worker=True) as address, visiting(address, world, chromium) as site:
        yield site


@asynccontextmanager
async def visiting(address: str, world: "World", browser: "Browser") -> AsyncIterator[Site]:
    """Let a browser in for a while; its windows close with the block."""
    world.clock.time = datetime.now(UTC)  # what is made here must still be good on the server's own clock
    yield Site(address, world, browser)
    for context in browser.contexts:
        await context.close()
