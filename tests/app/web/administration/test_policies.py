"""In the browser: an admin rehearses a policy, invites somebody, and makes that invitation worthless again."""

from typing import TYPE_CHECKING

from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.app.web.conftest import Site

SETTINGS = "/p/payments/settings"
POLICY = """id: nobody-writes
event: proposal
when: author_kind == "human"
then: review 1 from admin
why: For a <week>.
examples:
  - {facts: {author_kind: human}, expect: review 1 from admin}
  - {facts: {author_kind: human}, expect: nothing}
"""


async def test_a_policy_is_rehearsed_and_somebody_invited(site: "Site") -> None:
    world = site.world
    await world.library.create(world.eve, world.project.id, "pay.md", "# Pay\n\nIt MUST be paid.\n")
    page = await site.log_in("ada")
    await page.goto(f"{SETTINGS}/policies")
    await look_through(page)
    await page.get_by_label("Policy", exact=True).fill("nothing here")
    await page.get_by_role("button", name="Rehearse").press("Enter")
    await page.get_by_text("cannot be read").first.wait_for()
    await page.get_by_label("Policy", exact=True).fill(POLICY)
    await page.get_by_role("button", name="Rehearse").press("Enter")
    await page.get_by_text("1 of 1 decision would be otherwise.").wait_for()
    await page.get_by_text("expected nothing, got review 1 from admin").wait_for()

    await page.goto(f"{SETTINGS}/members")
    await page.get_by_label("Login").fill("eve")
    await page.get_by_role("button", name="Invite").press("Enter")
    await page.get_by_text("Add them as a member; they can log in.").wait_for()
    await page.get_by_label("Login").fill("new@example.org")
    await page.get_by_role("button", name="Invite").press("Enter")
    first = await page.locator("#invitation").inner_text()
    await page.get_by_role("button", name="New link for new@example.org").press("Enter")
    await page.get_by_text("can log in first").wait_for()
    second = await page.locator("#invitation").inner_text()
    guest = await (await site.visitor()).new_page()
    await guest.goto(first)
    await guest.get_by_label("New password").fill(PASSWORD)
    await guest.keyboard.press("Enter")
    await guest.get_by_text("This link is used up or over.").wait_for()
    await guest.goto(second)
    await guest.get_by_label("New password").fill(PASSWORD)
    await guest.keyboard.press("Enter")
    await guest.get_by_role("link", name="Payments").first.wait_for()
    await page.goto(f"{SETTINGS}/members")
    assert await page.get_by_role("button", name="Withdraw").count() == 0
    assert [one for one in site.complaints if "400" not in one] == []


async def look_through(page: "Page") -> None:
    """Find a policy by the outline and by its words."""
    folded = page.locator("details.policy")
    assert await folded.count() > 3
    assert await page.locator("details.policy[open]").count() == 0
    assert await folded.filter(has_text="examples hold").count() > 3
    await page.get_by_role("link", name="agents-know", exact=True).press("Enter")
    await page.locator("#policy-agents-know[open]").wait_for()
    await page.get_by_label("Find a policy").fill("agents-know")
    assert 0 < await page.locator("details.policy:visible").count() < await folded.count()
    await page.get_by_label("Find a policy").fill("no such words")
    await page.get_by_text("No policy has these words.").wait_for()
    await page.get_by_label("Find a policy").fill("")
