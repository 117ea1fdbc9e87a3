"""People decide on proposals in the browser: hunk by hunk, with comments, with and without scripts."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from specs.access import SERVER, Role
from specs.proposals.draft import Draft, SpecChange
from specs.proposals.proposal import Proposal
from specs.proposals.state import ProposalState
from tests.app.web.test_matrix import AXE, violations
from tests.factories import PASSWORD

if TYPE_CHECKING:
    from playwright.async_api import Page

    from tests.app.web.conftest import Site

TEXT = "# Pay\n\nA charge is made once.\n\n## Refunds\n\nWithin 30 days.\n\n## Limits\n\nTen at most.\n"


async def proposed(site: "Site", *pairs: tuple[str, str]) -> Proposal:
    world = site.world
    saved = await world.library.create(world.ada, world.project.id, "pay.md", TEXT)
    text = TEXT
    for pair in pairs:
        text = text.replace(*pair)
    draft = Draft("Follow the law", (SpecChange(spec=saved.spec.id, text=text),), "It changed <b>now</b>.", wait=True)
    return (await world.proposals.propose(world.claude, world.project.id, draft)).proposal


async def text_of(site: "Site") -> str:
    return (await site.world.library.read(site.world.ada, site.world.project.id, "pay.md")).text


async def get(site: "Site", proposal: UUID) -> Proposal:
    return (await site.world.proposals.get(site.world.ada, site.world.project.id, proposal)).proposal


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_a_person_finds_what_waits_comments_and_approves(site: "Site", *, script: bool) -> None:
    proposal = await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada", script=script)
    await page.goto("/p/payments/proposals?show=mine")
    assert await page.get_by_text("Waits for your review").is_visible()
    await page.get_by_role("link", name="Follow the law").click()
    assert await page.get_by_text("It changed <b>now</b>.").is_visible()
    assert await page.locator("ins").inner_text() == "14"
    await page.get_by_text("Comment here").click()
    await page.get_by_label("On", exact=True).select_option(label="removed line 7: Within 30 days.")
    await page.get_by_label("Your comment").fill("Why 14?")
    await page.get_by_label("Your words").fill("Well done.")
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_text("Accepted by Ada").wait_for()
    [said] = await page.locator(".hunk .remark").all_inner_texts()
    assert "Why 14?" in said
    await page.locator("summary", has_text="Answer").click()
    await page.get_by_label("Answer to Ada").fill("The law says so.")
    if script:
        await ends_and_begins(page)
        assert await page.get_by_label("Answer to Ada").input_value() == "The law says so."
    await page.get_by_role("button", name="Comment only").click()
    await page.locator(".hunk .remark.answer-to", has_text="The law says so.").wait_for()
    assert await text_of(site) == TEXT.replace("30 days", "14 days")
    await page.get_by_role("button", name="Settle").click()
    await page.get_by_role("button", name="Not settled after all").wait_for()
    await page.goto("/p/payments/proposals?show=mine")
    assert await page.get_by_text("Nothing waits for you").is_visible()
    assert [one for one in site.complaints if "401" not in one] == []
    assert (await get(site, proposal.id)).state is ProposalState.ACCEPTED


async def ends_and_begins(page: "Page") -> None:
    """Have the session end before a form is sent, and log in again: to be on the same page, with what was typed."""
    address = urlsplit(page.url).path
    await page.context.clear_cookies()
    await page.get_by_role("button", name="Comment only").click()
    await page.get_by_role("heading", name="You are not logged in").wait_for()
    await page.goto(f"/login?next={address}")
    await page.get_by_label("Login").fill("ada")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.wait_for_url(f"**{address}")


async def test_one_hunk_is_accepted_and_the_rest_stays(site: "Site") -> None:
    proposal = await proposed(site, ("30 days", "14 days"), ("Ten", "Nine"))
    page = await site.log_in("ada")
    await page.goto(f"/p/payments/proposals/{proposal.id}")
    await page.get_by_label("Accept #limits").uncheck()
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_text("Accepted by Ada").wait_for()
    assert await text_of(site) == TEXT.replace("30 days", "14 days")
    await page.goto("/p/payments/proposals")
    await page.get_by_role("link", name="Follow the law (the rest)").click()
    await page.get_by_role("button", name="Decline").click()
    assert await page.get_by_text("declined for a reason").is_visible()
    await page.get_by_label("Your words").fill("Ten it is.")
    await page.get_by_role("button", name="Decline").click()
    await page.get_by_text("Declined by Ada").wait_for()
    await page.get_by_role("button", name="Reopen").click()
    await page.get_by_text("Waits for your review").wait_for()


async def test_what_moved_meanwhile_is_told_and_not_decided(site: "Site") -> None:
    proposal = await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada")
    await page.goto(f"/p/payments/proposals/{proposal.id}")
    world, found = site.world, await site.world.library.read(site.world.ada, site.world.project.id, "pay.md")
    text = TEXT.replace("30 days", "60 days")
    await world.library.save(world.ada, world.project.id, found.spec.id, base=found.spec.head, text=text)
    await page.get_by_label("Your words").fill("Well done.")
    await page.get_by_role("button", name="Approve").click()
    await page.get_by_text("pay.md no longer fits").wait_for()
    assert await page.get_by_label("Your words").input_value() == "Well done."
    assert await text_of(site) == text


async def conflicted(site: "Site", *pairs: tuple[str, str]) -> Proposal:
    """A proposal of Eve's whose spec changed in the same places, and elsewhere."""
    world = site.world
    saved = await world.library.create(world.ada, world.project.id, "pay.md", TEXT)
    mine, theirs = TEXT.replace("30 days", "14 days").replace("Ten", "Nine"), TEXT.replace("30 days", "60 days")
    for pair in pairs:
        theirs = theirs.replace(*pair)
    draft = Draft("Follow the law", (SpecChange(spec=saved.spec.id, text=mine),), wait=True)
    made = await world.proposals.propose(world.eve, world.project.id, draft)
    await world.library.save(world.ada, world.project.id, saved.spec.id, base=saved.revision.digest, text=theirs)
    return await world.proposals.rebase(world.eve, world.project.id, made.proposal.id)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_its_author_mends_what_no_longer_fits_place_by_place(site: "Site", *, script: bool) -> None:
    proposal = await conflicted(site)
    assert proposal.state is ProposalState.CONFLICTED
    page = await site.log_in("eve", script=script)
    await page.goto(f"/p/payments/proposals/{proposal.id}")
    await page.get_by_role("button", name="Propose it so").click()
    assert await page.get_by_text("place 1 is not decided").is_visible()
    await page.get_by_label("Write it anew").check()
    await page.get_by_label("Your words for place 1").fill("Within 45 days, as agreed.\n")
    world, found = site.world, await site.world.library.read(site.world.ada, site.world.project.id, "pay.md")
    text = found.text.replace("60 days", "61 days")
    await world.library.save(world.ada, world.project.id, found.spec.id, base=found.spec.head, text=text)
    await page.get_by_role("button", name="Propose it so").click()
    await page.get_by_text("Words you wrote for places that have changed since").wait_for()
    assert (await page.locator(".mend > .side").inner_text()).strip() == "Within 45 days, as agreed."
    await page.get_by_label("Write it anew").check()
    await page.get_by_label("Your words for place 1").fill("Within 45 days.\n")
    await page.get_by_role("button", name="Propose it so").click()
    await page.get_by_text("2 versions").wait_for()
    assert all("400 (Bad Request)" in one for one in site.complaints)
    now = await world.proposals.get(world.ada, world.project.id, proposal.id)
    assert now.proposal.state is ProposalState.OPEN
    assert [part.after for part in now.delta] == [text.replace("61 days", "45 days").replace("Ten", "Nine")]


async def test_others_see_what_no_longer_fits_and_are_told_who_mends_it(site: "Site") -> None:
    proposal = await conflicted(site)
    page = await site.log_in("ada")
    address = f"/p/payments/proposals/{proposal.id}"
    await page.goto(address)
    assert await page.get_by_text("Its author mends it on this page").is_visible()
    assert await page.get_by_role("button", name="Propose it so").count() == 0
    csrf = await page.locator("#review [name=csrf]").input_value()
    spec = proposal.specs[0]
    for form in ({}, {f"way-{spec}": "x"}, {f"way-{spec}": "move"}, {f"way-{spec}": "whole", f"whole-{spec}": "# X\n"}):
        answer = await page.request.post(f"{address}/mend", form={"csrf": csrf, "digest": proposal.digest, **form})
        assert answer.status in {400, 403, 409}, (form, answer.status)
    assert (await get(site, proposal.id)).number == proposal.number


async def test_editors_comment_and_see_no_buttons_to_decide(site: "Site") -> None:
    proposal = await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("eve")
    await page.goto(f"/p/payments/proposals/{proposal.id}")
    assert await page.get_by_role("button", name="Approve").count() == 0
    await page.get_by_label("Your words").fill("Hm.")
    await page.get_by_role("button", name="Comment only").click()
    await page.get_by_text("What was said").wait_for()
    answer = await page.request.post(f"/p/payments/proposals/{proposal.id}/review", form={"verdict": "approve"})
    assert answer.status == 403
    await site.world.person("rita", Role.REVIEWER)
    reader = await site.log_in("rob")
    await reader.goto(f"/p/payments/proposals/{proposal.id}")
    assert await reader.get_by_role("button", name="Comment only").count() == 0


async def test_bad_forms_and_addresses_are_answered_in_words(site: "Site") -> None:
    proposal = await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada")
    address = f"/p/payments/proposals/{proposal.id}"
    await page.goto(address)
    csrf = await page.locator("#review [name=csrf]").input_value()
    for act, form in (
        ("review", {}),
        ("review", {"verdict": "approve"}),
        ("review", {"verdict": "approve", "digest": "x"}),
        ("review", {"verdict": "comment", "say-x": "text"}),
        ("review", {"verdict": "comment", f"say-{proposal.specs[0]}.after.9999": "text"}),
        ("review", {"verdict": "comment", "say-reply.x": "text"}),
        ("step", {}),
        ("step", {"step": "withdraw"}),
        ("settle", {"comment": "x"}),
    ):
        answer = await page.request.post(f"{address}/{act}", form={"csrf": csrf, **form})
        assert answer.status in {400, 404, 409}, (act, form, answer.status)
    for odd in ("?show=x", "?cursor=!"):
        assert (await page.goto(f"/p/payments/proposals{odd}")).status in {200, 400}
    assert (await page.goto(f"/p/payments/proposals/{UUID(int=5)}")).status == 404


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make assets`")
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
async def test_axe_finds_nothing_where_a_proposal_is_mended(site: "Site", *, phone: bool) -> None:
    proposal = await conflicted(site, ("once", "twice"))
    page = await site.log_in("eve", phone=phone)
    await page.goto(f"/p/payments/proposals/{proposal.id}")
    assert await violations(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make assets`")
@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
async def test_axe_finds_nothing(site: "Site", *, phone: bool) -> None:
    proposal = await proposed(site, ("30 days", "14 days"), ("Ten", "Nine"))
    page = await site.log_in("ada", phone=phone)
    await page.goto(f"/p/payments/proposals/{proposal.id}")
    await page.get_by_text("Comment here").first.click()
    assert await violations(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_the_editor_says_that_a_save_waits(site: "Site", *, script: bool) -> None:
    world = site.world
    await world.library.create(world.ada, world.project.id, "pay.md", TEXT)
    rule = (
        "id: ours\nevent: proposal\nwhen: author_kind == 'human'\nthen: review 1 from reviewer\nwhy: We look twice.\n"
    )
    await world.library.create(SERVER, world.project.id, "rules.md", f"# Rules\n\n```yaml policy\n{rule}```\n")
    page = await site.log_in("eve", script=script)
    await page.goto("/p/payments/edit/pay.md")
    if script:
        await page.locator(".cm-content").click()
        await page.keyboard.press("Control+End")
        await page.keyboard.type("More.")
        await page.keyboard.press("Control+s")
        await page.get_by_role("link", name="See the proposal").click()
    else:
        await page.locator("#text").fill(TEXT + "\nMore.\n")
        await page.get_by_role("button", name="Save").click()
    await page.wait_for_url("**/proposals/*")
    assert await page.locator("td.add", has_text="More.").is_visible()
    assert await text_of(site) == TEXT
