"""People decide on gates in the browser."""

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from specs.access import ALL_SCOPES, SERVER
from tests.app.api.test_gates import ASK_REVIEW, finding, told
from tests.app.web.test_matrix import AXE, violations

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


async def posted(site: "Site") -> dict[str, Any]:
    """A gate that waits for a reviewer, told with a person's token who is not the one who decides."""
    world = site.world
    await world.library.create(SERVER, world.project.id, "policies.md", ASK_REVIEW)
    issued = await world.tokens.issue_for_self(world.eve, "ci", scopes=ALL_SCOPES)
    headers, api = {"authorization": f"Bearer {issued.secret}"}, f"{site.address}/api/v1/projects/payments"
    async with httpx.AsyncClient(headers=headers) as client:
        specs = (await client.get(f"{api}/governing?repository=acme/shop")).json()["digest"]
        answer = await client.post(f"{api}/gates", json=told(specs, finding()))
    gate: dict[str, Any] = answer.json()
    return gate


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_a_person_reads_what_was_found_and_decides(site: "Site", *, script: bool) -> None:
    gate = await posted(site)
    page = await site.log_in("ada", script=script)
    await page.goto("/p/payments/gates?show=needs-approval")
    await page.get_by_role("link", name="acme/shop").click()
    await page.get_by_text("Waits for approval").wait_for()
    assert await page.get_by_text("domain imports web").is_visible()
    assert page.url.endswith(gate["page"])
    if script and AXE.exists():
        assert await violations(page) == []
    await page.get_by_role("button", name="Refuse").click()
    await page.get_by_text("A gate is refused for a reason.").wait_for()
    await page.get_by_label("Your words").fill("It is on its way out.")
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_text("It is on its way out.").wait_for()
    assert await page.locator(".spec-facts").get_by_text("passed").is_visible()
    assert [one for one in site.complaints if "400" not in one] == [], "a refused form is answered with 400"
