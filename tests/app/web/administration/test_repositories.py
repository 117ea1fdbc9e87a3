"""In the browser: all see the repositories and a page of each; how one is bound is an admin's to change."""

from typing import TYPE_CHECKING

from drift.store.repositories import RepositoryStore
from sync.binding.bindings import Held, Publish, Pushed
from sync.store.bindings import BindingStore
from tests.factories import make_repositories
from tests.gitmaker import Made

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.web.conftest import Site

PAGE = "/p/payments/settings/repositories"


async def test_an_admin_registers_a_repository_and_changes_it_on_its_page(site: "Site", tmp_path: "Path") -> None:
    made = Made(tmp_path / "repo")
    made.commit("Begin", {"docs/specs/a.md": "# A\n"})
    page = await site.log_in("ada")
    await page.goto(PAGE)
    await page.get_by_label("Address").fill(str(made.root))
    await page.get_by_label("Branch", exact=True).fill("main")
    await page.get_by_role("button", name="Register").click()
    await page.get_by_text("Registered. It is read").wait_for()
    secret = await page.locator("#secret").inner_text()
    await page.get_by_role("button", name="Make another secret").click()
    await page.get_by_text("The webhook has another secret").wait_for()
    assert await page.locator("#secret").inner_text() != secret
    await page.get_by_label("What is written here").select_option("branch")
    await page.get_by_label("Branch of its own").fill("main")
    await page.get_by_role("button", name="Publish so").click()
    await page.get_by_text("Choose one of its own, such as holdfast/specs.").wait_for()
    await page.get_by_label("What is written here").select_option("branch")
    await page.get_by_label("Branch of its own").fill("team/specs")
    await page.get_by_role("button", name="Publish so").click()
    await page.get_by_text("goes to a branch of its own team/specs").wait_for()
    await page.get_by_label("Token", exact=True).fill("two words")
    await page.get_by_role("button", name="Set token").click()
    await page.get_by_text("This is no token.").wait_for()
    assert "two words" not in await page.content()
    await page.get_by_label("Token", exact=True).fill("ghp_abc123")
    await page.get_by_role("button", name="Set token").click()
    await page.get_by_text("It is kept, sealed").wait_for()
    await page.get_by_role("button", name="Make an SSH key").click()
    await page.get_by_text("ssh-ed25519 ").wait_for()
    assert "ghp_abc123" not in await page.content()
    await page.get_by_role("button", name="Remove the token").click()
    await page.get_by_text("It is forgotten.").wait_for()
    await page.get_by_role("button", name="Read now").click()
    await page.get_by_text("It is read as soon as a worker is free.").wait_for()
    await page.get_by_label("Its name once more").fill("another")
    await page.get_by_role("button", name="Take out").press("Enter")
    await page.get_by_text("Its name was not written as it is.").wait_for()
    await page.get_by_label("Its name once more").fill("repo")
    await page.get_by_role("button", name="Take out").press("Enter")
    await page.get_by_text("The repository was taken out.").wait_for()
    assert "repository.remove" in await site.world.actions()
    assert [one for one in site.complaints if "400" not in one] == []


async def test_an_editor_sees_how_each_stands_and_may_have_it_read_alone(site: "Site") -> None:
    world = site.world
    url = "https://git.example.org/team/shop.git"
    made = await make_repositories(world).register(
        world.ada, world.project.id, name="shop", url=url, publish=Publish.BRANCH
    )
    async with world.database.transaction() as connection:
        found = await RepositoryStore(connection).find(world.project.id, "shop")
        assert found is not None
        held = (Held("docs/specs/<b>.md", "A change from git waits in a conflict."),)
        await BindingStore(connection).set_pushed(found.id, Pushed(problem="The push <was> refused.", held=held))
    reader = await site.log_in("eve")
    await reader.goto(PAGE)
    await reader.get_by_text("publishing failed").wait_for()
    await reader.get_by_text("1 spec held back").wait_for()
    await reader.get_by_role("link", name="shop", exact=True).click()
    await reader.get_by_text("The push <was> refused.").wait_for()
    await reader.get_by_text("docs/specs/<b>.md").wait_for()
    assert await reader.locator("main button").all_inner_texts() == ["Read now"]
    assert made.webhook_secret not in await reader.content()
    assert "/webhooks/" not in await reader.content()
    lost = await reader.goto(f"{PAGE}/another")
    assert lost is not None
    assert (lost.status, lost.headers["content-type"]) == (404, "text/html; charset=utf-8")
