"""The inbox in the browser: what waits is read, answered, put off and brought back, with keys and without scripts."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from app import sources
from specs.access import Role
from sync.inbox.decisions import Choice
from sync.service.deciding import Answer, FindingDecisions
from sync.service.repositories.repositories import nobody
from tests.app.web.proposals.test_proposals import TEXT, get, proposed, text_of
from tests.drift.service.made import Recorder, finding

if TYPE_CHECKING:
    from tests.app.web.conftest import Site


async def test_a_proposal_is_read_and_approved_with_keys_alone(site: "Site") -> None:
    proposal = await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada")
    await page.goto("/p/payments")
    await page.keyboard.press("g")
    await page.keyboard.press("i")
    await page.get_by_role("heading", name="Your turn").wait_for()
    assert await page.get_by_role("link", name="Shall “Follow the law” become the truth?", exact=True).is_visible()
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    assert await page.locator(".answer ins").inner_text() == "14"
    await page.keyboard.press("Enter")
    await page.get_by_role("status").get_by_text("Accepted").wait_for()
    assert await text_of(site) == TEXT.replace("30 days", "14 days")
    assert (await get(site, proposal.id)).state == "accepted"
    assert site.complaints == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_one_is_declined_with_a_reason_and_that_is_undone(site: "Site", *, script: bool) -> None:
    proposal = await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada", script=script)
    await page.goto("/p/payments/inbox")
    await page.get_by_text("What it changes").click()
    await page.get_by_label("Why not").fill("Not yet the law.")
    await page.get_by_role("button", name="Decline with this reason").click()
    await page.get_by_role("status").get_by_text("Declined").wait_for()
    assert (await get(site, proposal.id)).state == "declined"
    await page.get_by_role("button", name="Undo").click()
    await page.get_by_role("status").get_by_text("Open").wait_for()
    assert (await get(site, proposal.id)).state == "open"


async def test_what_is_put_off_is_hidden_and_comes_back(site: "Site") -> None:
    await proposed(site, ("30 days", "14 days"))
    page = await site.log_in("ada", at="/p/payments", zone="Asia/Kathmandu")
    await page.goto("/p/payments/inbox?kind=proposal")
    await page.get_by_text("Later").click()
    tomorrow = page.get_by_role("button", name="Tomorrow, 08:00", exact=True)
    assert ((await tomorrow.get_attribute("value")) or "").endswith("T02:15:00+00:00")
    await tomorrow.click()
    await page.get_by_role("status").get_by_text("Put off").wait_for()
    await page.get_by_role("link", name="Put off 1").click()
    await page.get_by_role("heading", name="What you put off").wait_for()
    await page.get_by_role("button", name="Bring it back").click()
    await page.get_by_role("link", name="Shall “Follow the law” become the truth?", exact=True).wait_for()
    await page.goto("/p/payments/inbox?show=others")
    assert await page.get_by_text("You wait for nobody").is_visible()
    assert site.complaints == []


async def test_findings_of_one_rule_are_decided_at_once_with_keys_alone_and_that_is_undone(site: "Site") -> None:
    world = site.world
    recorder = await Recorder(world).prepare()
    await recorder.check(finding("one"), finding("two"), finding("three"))
    world.clock.time = datetime.now(UTC)
    page = await site.log_in("ada")
    await page.goto("/p/payments/inbox")
    bar = page.get_by_role("banner").get_by_role("link", name="Your turn")
    assert "1" in await bar.inner_text()
    for key in ("j", "d"):
        await page.keyboard.press(key)
    await page.keyboard.type("The move is next week.")
    for key in ("Escape", "d", "Tab", "Enter"):
        await page.keyboard.press(key)
    status = page.get_by_role("status")
    await status.get_by_text("3 findings of layering are waived until").wait_for()
    assert await page.get_by_text("Nothing waits for you").is_visible()
    [first, *_] = (
        await FindingDecisions(world.database, world.clock, sources.new_id, nobody).list(world.ada, world.project.id)
    ).items
    assert (first.because, first.actor.name) == ("The move is next week.", "Ada")
    await page.keyboard.press("u")
    await status.get_by_text("Taken back").wait_for()
    assert await page.get_by_text("layering is broken in 3 places").first.is_visible()
    decisions = FindingDecisions(world.database, world.clock, sources.new_id, nobody)
    rita = await world.person("rita", Role.REVIEWER)
    names = tuple(finding(name)["fingerprint"] for name in ("one", "two", "three"))
    await decisions.decide(rita, world.project.id, Answer(Choice.MEND, names, "Move it."))
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await page.keyboard.press("Enter")
    await page.get_by_text("Rita decided first: to be mended (Move it.)").wait_for()
    assert [one for one in site.complaints if "409" not in one] == []


async def test_rows_of_one_rule_are_decided_at_once_with_keys_alone_and_that_is_undone(site: "Site") -> None:
    world = site.world
    shop = await Recorder(world).prepare()
    till = await Recorder(world).prepare("till", shop.spec)
    await shop.check(finding("one"), finding("two"), finding("three", "naming"))
    await till.check(finding("four"))
    world.clock.time = datetime.now(UTC)
    page = await site.log_in("ada")
    await page.goto("/p/payments/inbox")
    rules = await page.locator("input[data-pick]").evaluate_all("all => all.map((one) => one.dataset.pick)")
    assert sorted(rules) == ["rule layering", "rule layering", "rule naming"]
    for _ in rules:
        await page.keyboard.press("j")
        await page.keyboard.press("x")
    assert await page.get_by_text("The ticked rows are of several rules").is_visible()
    assert await page.get_by_role("button", name="Make the tasks").is_disabled()
    await page.locator("[data-row].here [data-key=s]").evaluate("one => one.remove()")
    await page.keyboard.press("s")
    assert await page.locator(".matter details[open]").count() == 0, "a key never means another row"
    for _ in range(len(rules) - 1 - rules.index("rule naming")):
        await page.keyboard.press("k")
    await page.keyboard.press("x")
    await page.locator("#many-because").focus()
    await page.keyboard.type("The move is next week.")
    for key in ("Tab", "Enter"):
        await page.keyboard.press(key)
    status = page.get_by_role("status")
    await status.get_by_text("3 findings of layering in 2 repositories are waived until").wait_for()
    await page.keyboard.press("u")
    await status.get_by_text("Taken back").wait_for()
    assert await page.locator("input[data-pick]").count() == 3
    assert (await world.actions())[-4:] == ["finding.waive", "finding.waive", "finding.take-back", "finding.take-back"]
    for box in await page.locator("input[data-pick]").all():
        await box.check()
    await page.get_by_role("button", name="Tomorrow").last.click()
    await status.get_by_text("3 put off").wait_for()
    assert site.complaints == []
