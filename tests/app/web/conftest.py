"""A running server over a fresh project, and a browser on it, both in the loop of the test."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.app.embedding import serving
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

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


@dataclass
class Site:
    """A server with the world's project on it, and what its pages did that they must not."""

    address: str
    world: "World"
    browser: "Browser"
    dialogs: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    async def visitor(self, *, dark: bool = False, phone: bool = False, script: bool = True) -> "BrowserContext":
        context = await self.browser.new_context(
            base_url=self.address,
            color_scheme="dark" if dark else "light",
            viewport={"width": 390, "height": 844} if phone else {"width": 1440, "height": 1000},
            java_script_enabled=script,
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

    async def log_in(self, login: str = "eve", **how: bool) -> "Page":
        page = await (await self.visitor(**how)).new_page()
        await page.goto("/login?next=/p/payments/specs")
        await page.get_by_label("Login").fill(login)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_url("**/p/payments/specs")
        return page


@pytest.fixture
async def server(world_url: str, tmp_path: "Path") -> AsyncIterator[str]:
    """The address of a server without a worker."""
    async with serving(world_url, tmp_path) as address:
        yield address


@pytest.fixture
async def site(server: str, world: "World") -> AsyncIterator[Site]:
    """The server, and a browser to visit it with."""
    async with visiting(server, world) as site:
        yield site


@pytest.fixture
async def working_site(world_url: str, world: "World", tmp_path: "Path") -> AsyncIterator[Site]:
    """The same with a worker, that reads repositories below `tmp_path`."""
    async with serving(world_url, tmp_path, worker=True) as address, visiting(address, world) as site:
        yield site


@asynccontextmanager
async def visiting(address: str, world: "World") -> AsyncIterator[Site]:
    """Open a browser."""
    from playwright.async_api import async_playwright  # noqa: PLC0415 (most tests need no browser)

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        world.clock.time = datetime.now(UTC)  # what is made here must still be good on the server's own clock
        yield Site(address, world, browser)
        await browser.close()
