"""The page of claims: what waits for a person, and deciding there."""

from typing import TYPE_CHECKING

from drift.debt.claims import ClaimState, claim_id
from drift.lives.records import Repository, RepositoryState
from drift.store.repositories import RepositoryStore
from sync.store.claims import ClaimStore
from tests.app.cli.test_claims import AT, ENTRY

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


async def test_a_reviewer_approves_on_the_page(site: "Site") -> None:
    world, ref = site.world, site.world.project.id
    async with world.database.transaction() as connection:
        made = Repository(ref, ref, "shop", "https://example.org/shop", "", RepositoryState.PENDING, AT)
        await RepositoryStore(connection).add(made, world.ada.actor.id)
        claims = {claim_id(ENTRY): ENTRY}
        await ClaimStore(connection).see(
            ref, ref, claims, commit="c" * 40, author="Bob", at=AT, state=ClaimState.PENDING
        )
    page = await site.log_in("ada")
    await page.goto("/p/payments/drift")
    await page.get_by_role("link", name="1 claim of holdfast.lock").click()
    await page.get_by_role("button", name="Approve: shop.domain -> shop.web").click()
    await page.get_by_role("button", name="Refuse: shop.domain -> shop.web").wait_for()
    assert await page.get_by_text("approved").is_visible()
    assert site.complaints == []
