"""Who writes at one process of a server is seen at another."""

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.app.embedding import serving
from tests.app.web.test_browser import PATH, spec, state

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.web.conftest import Site


async def test_who_writes_is_seen_by_those_at_another_process(site: "Site", world_url: str, tmp_path: "Path") -> None:
    await spec(site)
    eve = await site.log_in()
    await eve.goto(f"/p/payments/edit/{PATH}")
    await state(eve, "saved")
    async with serving(world_url, tmp_path / "other") as address:
        ada = await replace(site, address=address).log_in("ada")
        await ada.goto(f"/p/payments/specs/{PATH}")
        await ada.locator(".spec-facts", has_text="Eve writes here now").wait_for()
        await ada.keyboard.press("e")
        await ada.locator("[data-part=others]", has_text="Eve writes here too").wait_for()
        await eve.get_by_role("link", name="Read").click()
        await eve.locator(".spec-facts", has_text="Ada writes here now").wait_for()
        await ada.reload()
        await ada.locator(".state").wait_for()
        assert await ada.locator("[data-part=others]").inner_text() == ""
        await ada.context.close()
