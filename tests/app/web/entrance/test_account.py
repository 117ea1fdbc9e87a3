"""In the browser: a person sees where they are logged in and ends that, sets a password, makes and revokes a token."""

from typing import TYPE_CHECKING

from tests.factories import PASSWORD
from tests.pgp import Holder

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


async def test_sessions_password_and_tokens_of_ones_own(site: "Site") -> None:
    other = await site.log_in("eve")
    page = await site.log_in("eve")
    await page.goto("/account")
    assert await page.get_by_role("row", name="Chromium on Linux").count() == 2
    await page.get_by_text("this one", exact=True).wait_for()
    await page.get_by_role("button", name="End the session").press("Enter")
    await page.get_by_role("button", name="End the session").wait_for(state="detached")
    await other.goto("/account")
    await other.wait_for_url("**/login**")

    await page.get_by_label("Old password").fill("wrong")
    await page.get_by_label("New password").fill("another long password")
    await page.keyboard.press("Enter")
    await page.get_by_text("The old password is wrong.").wait_for()
    await page.get_by_label("Old password").fill(PASSWORD)
    await page.get_by_label("New password").fill("another long password")
    await page.keyboard.press("Enter")
    await page.get_by_text("The password is set.").wait_for()

    await page.get_by_label("Name").fill("laptop")
    await page.get_by_label("fetch context").check()
    await page.get_by_role("button", name="Create token").press("Enter")
    secret = await page.locator("#issued").inner_text()
    held = await site.world.access.authenticate_token(secret)
    assert sorted(held.scopes) == ["context", "read"]
    await page.get_by_role("button", name="Revoke laptop").press("Enter")
    await page.get_by_text("A token lets the command").wait_for()

    holder = Holder("Eve <eve@example.com>")
    for text, answer in ((str(holder.secret), "This is a private key."), (holder.public, "The key is registered")):
        await page.get_by_label("Public key").fill(text)
        await page.get_by_label("What it signed").fill(holder.proof(await page.locator("#claim").inner_text()))
        await page.get_by_role("button", name="Register key").press("Enter")
        await page.get_by_text(answer).wait_for()
    await page.get_by_text(holder.cert.fingerprint).wait_for()
    await page.get_by_role("button", name="Remove Eve").press("Enter")
    await page.get_by_text("A commit proves nobody's identity").wait_for()
    assert [one for one in site.complaints if "400" not in one and "401" not in one] == []
