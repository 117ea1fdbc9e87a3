"""Code beside requirements: proposed on a page of its own, confirmed there, then a binding on the spec's page."""

from typing import TYPE_CHECKING

from drift.describing import Described
from drift.lives.records import Repository, RepositoryState
from drift.store.definitions import DefinitionStore, FileRow
from drift.store.repositories import RepositoryStore
from specs.access import SERVER
from tests.app.web.test_matrix import violations

if TYPE_CHECKING:
    from tests.app.web.conftest import Site

SPEC = "# Refunds\n\n## In time\n\nA refund MUST be paid in ten days.\n"


async def test_a_reviewer_binds_code_to_a_requirement(site: "Site") -> None:
    world, ref = site.world, site.world.project.id
    await world.library.create(SERVER, ref, "refunds.md", SPEC)
    rows = tuple(Described(name, "function", 3, f"def {name}()", "A refund.", name) for name in ("pay", "print_form"))
    async with world.database.transaction() as connection:
        made = Repository(ref, ref, "shop", "https://example.org/s", "", RepositoryState.READY, world.clock())
        await RepositoryStore(connection).add(made, world.ada.actor.id)
        await DefinitionStore(connection).replace(ref, [FileRow("shop/desk.py", "b", rows)], (), "c" * 40)
    page = await site.log_in("ada")
    await page.goto("/p/payments/specs/refunds.md")
    await page.get_by_role("link", name="Code this may speak about (In time)").click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Not this: shop/desk.py#print_form").click()
    await page.get_by_role("button", name="Confirm: shop/desk.py#pay").click()
    await page.get_by_role("button", name="Withdraw: shop/desk.py#pay").wait_for()
    assert not await page.get_by_text("print_form").count()
    await page.set_viewport_size({"width": 390, "height": 844})
    assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    await page.goto("/p/payments/specs/refunds.md")
    assert await page.get_by_text("shop/desk.py#pay").is_visible()
    assert site.complaints == []
