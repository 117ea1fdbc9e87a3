"""`holdfast link`, `pull`, `push`, `status` and `watch` against a server: a folder and a project, both ways."""

import asyncio
import importlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.sources import now
from specs.access import SERVER, Principal, Role
from specs.errors import HoldfastError
from specs.library import GitOrigin, Saved
from specs.service.library.images import Images
from sync.service.tasks.oversight import Oversight
from tests.app.cli.conftest import Command
from tests.app.conftest import Town
from tests.specs.test_images import png

TEXT = "# Rules\n\n" + "\n".join(f"## Part {number}\n\nWhat part {number} keeps to.\n" for number in range(6))


class Place:
    """A linked checkout in the current folder, and what others do on the server."""

    def __init__(self, town: Town, command: Command, root: Path) -> None:
        self.town, self.command, self.root, self.docs = town, command, root, root / "docs/specs"
        self.who: Principal = town.people[Role.ADMIN]

    async def create(self, path: str, text: str = TEXT) -> Saved:
        return await self.town.world.library.create(self.who, self.town.project.id, path, text, "Begin.")

    async def edit(self, saved: Saved, text: str) -> Saved:
        now = await self.read(saved)
        library, project = self.town.world.library, self.town.project.id
        return await library.save(self.who, project, saved.spec.id, base=now[0], text=text, message="Say it well.")

    async def read(self, saved: Saved) -> tuple[str, str]:
        found = await self.town.world.library.read(self.who, self.town.project.id, saved.spec.id)
        return found.spec.head, found.text

    async def ok(self, *words: str, code: int = 0) -> str:
        done = await self.command(*words)
        assert done.exit_code == code, done.output
        return str(done.output)


@pytest.fixture
async def place(town: Town, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    root = tmp_path / "home"
    (root / "docs/specs").mkdir(parents=True)
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    made = Place(town, command, root)
    assert "Linked docs/specs with payments" in await made.ok("link")
    return made


async def test_a_folder_and_a_project_become_the_same(place: Place) -> None:
    rules = await place.create("rules.md")
    await place.create("web/b.md", "# B\r\n")
    assert "new                rules.md" in await place.ok("pull")
    assert (place.docs / "web/b.md").read_bytes() == b"# B\r\n"
    assert (place.root / ".holdfast/checkout/.gitignore").read_text() == "*\n"
    assert "2 specs: docs/specs and payments at" in await place.ok("status")
    (place.docs / "rules.md").write_text(TEXT.replace("part 1 keeps", "part 1 holds"))
    (place.docs / "new.md").write_text("# New\n")
    await place.edit(rules, TEXT.replace("part 5 keeps", "part 5 holds"))
    told = await place.ok("status", code=1)
    assert "puts it together:\n  edited             rules.md  (there by Admin-Person, 20" in told
    assert ": Say it well.)" in told
    told = await place.ok("push", "-m", "Mend them.")
    assert "created            new.md" in told
    assert "merged there       rules.md" in told
    both = TEXT.replace("part 1 keeps", "part 1 holds").replace("part 5 keeps", "part 5 holds")
    assert (await place.read(rules))[1] == both == (place.docs / "rules.md").read_text()
    (place.docs / "web/b.md").rename(place.docs / "c.md")
    (place.docs / "new.md").unlink()
    told = await place.ok("watch", "--once")
    assert "renamed there      c.md" in told
    assert "retired there      new.md" in told
    assert "2 specs:" in await place.ok("pull")


async def test_images_come_with_the_texts_that_show_them(place: Place) -> None:
    images = Images(place.town.world.database, lambda: datetime.now(UTC))
    kept, _ = await images.add(place.who, place.town.project.id, png())
    await place.create("pay/a.md", f"# A\n\n![a square](images/{kept.name})\n")
    await place.create("b.md", f"# B\n\n![gone](images/{'0' * 32}.png) ![out](../images/{kept.name})\n")
    told = await place.ok("pull", code=1)
    assert f"pay/images/{kept.name}" in told
    assert (place.docs / "pay/images" / kept.name).read_bytes() == png()
    assert "There is no such image." in told
    assert not (place.root / "docs/images").exists()
    assert await place.ok("status")


async def test_a_conflict_is_paused_told_and_decided(place: Place) -> None:
    rules = await place.create("rules.md")
    await place.ok("pull")
    mine = TEXT.replace("part 1 keeps", "part 1 never keeps")
    (place.docs / "rules.md").write_text(mine)
    await place.edit(rules, TEXT.replace("part 1 keeps", "part 1 must keep"))
    told = await place.ok("pull", code=1)
    assert "Paused, until you decide:\n" in told
    assert "Both sides changed the same words." in told
    assert "/p/payments/history/rules.md" in told
    assert (place.docs / "rules.md").read_text() == mine
    told = await place.ok("push", code=1)
    assert "/p/payments/conflicts/" in told
    found = json.loads(await place.ok("status", "--json", code=1))
    (item,) = found["items"]
    assert (item["state"], item["by"]["name"], item["by"]["message"]) == ("conflict", "Admin-Person", "Say it well.")
    difference = await place.ok("status", "--diff", "docs/specs/rules.md", code=1)
    assert "-What part 1 must keep to.\n+What part 1 never keeps to.\n" in difference
    kept = await place.ok("pull", "--theirs", "rules.md")
    assert "set aside" in kept
    assert (place.docs / "rules.md").read_text() == (await place.read(rules))[1]
    assert [path.read_text() for path in (place.root / ".holdfast/checkout/kept").iterdir()] == [mine]
    (place.docs / "rules.md").write_text(mine)
    await place.edit(rules, TEXT.replace("part 1 keeps", "part 1 shall keep"))
    await place.ok("push", code=1)
    assert "saved              rules.md" in await place.ok("push", "--mine", "rules.md")
    assert (await place.read(rules))[1] == mine
    assert "1 spec:" in await place.ok("watch", "--once")


async def test_files_that_cannot_be_specs_are_left_alone(place: Place) -> None:
    await place.create("rules.md")
    (place.docs / "bytes.md").write_bytes(b"# \xff\n")
    (place.docs / "large.md").write_text("x" * 1_100_000)
    (place.docs / "link.md").symlink_to("/etc/passwd")
    (place.docs / "no#name.md").write_text("# N\n")
    (place.docs / "Twin.md").write_text("# T\n")
    (place.docs / "twin.md").write_text("# t\n")
    (place.docs / ".hidden.md").write_text("# H\n")
    told = await place.ok("watch", "--once", code=1)
    for word in ("not UTF-8", "1,100,000 bytes", "symbolic link", "holds #", "Some systems take it for Twin.md"):
        assert word in told
    assert "created            Twin.md" in told
    listed = json.loads(await place.ok("status", "--json", code=1))
    assert (listed["specs"], len(listed["left_alone"])) == (2, 5)
    assert "Traceback" not in told


async def test_a_link_is_agreed_to_and_a_token_goes_nowhere_else(
    town: Town, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "holdfast.toml").write_text('[sync]\nserver = "https://evil.example"\nproject = "payments"\n')
    monkeypatch.setenv("HOLDFAST_SERVER", "")
    told = await command("status")
    assert (told.exit_code, "nobody here agreed to that yet" in told.stderr) == (2, True)
    (tmp_path / "holdfast.toml").write_text("")
    told = await command("pull")
    assert (told.exit_code, "holdfast link SERVER PROJECT" in told.stderr) == (2, True)


async def test_another_server_than_the_linked_one_is_refused(place: Place) -> None:
    done = await place.command("pull", "--server", "https://other.example")
    assert (done.exit_code, "is linked to" in done.stderr) == (2, True)
    done = await place.command("pull", "--theirs", "nothing.md")
    assert (done.exit_code, "does not differ" in done.stderr) == (2, True)
    assert (await place.command("push", "--mine")).exit_code == 2
    assert (await place.command("pull", "a.md")).exit_code == 2


async def test_a_reader_pulls_and_cannot_push(place: Place) -> None:
    await place.create("rules.md")
    assert (await place.command("pull", who=Role.READER)).exit_code == 0
    (place.docs / "rules.md").write_text("# Mine\n")
    done = await place.command("push", who=Role.READER)
    assert (done.exit_code, "editor" in done.stderr) == (2, True)
    assert (place.docs / "rules.md").read_text() == "# Mine\n"


async def test_where_the_server_is_away_what_changed_here_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await place.create("rules.md")
    await place.ok("pull")
    (place.docs / "rules.md").write_text("# Mine\n")
    link = place.root / ".holdfast/checkout/link.json"
    link.write_text(link.read_text().replace(str(json.loads(link.read_text())["server"]), "http://127.0.0.1:9"))
    monkeypatch.setenv("HOLDFAST_SERVER", "")
    done = await place.command("status")
    assert done.exit_code == 3
    assert "edited             rules.md" in done.stdout
    assert "as of the last run" in done.stderr
    assert (await place.command("pull")).exit_code == 3


async def test_most_files_gone_is_taken_for_a_mistake(place: Place) -> None:
    for number in range(12):
        await place.create(f"{number}.md", f"# {number}\n")
    await place.ok("pull")
    for path in place.docs.glob("*.md"):
        path.unlink()
    done = await place.command("push")
    assert (done.exit_code, "12 files of 12 are gone here" in done.stderr) == (2, True)
    assert (await place.command("push", "--removals")).exit_code == 0
    with pytest.raises(HoldfastError):
        await place.edit(await place.create("0.md", "# 0\n"), "# 1\n")


async def test_another_branch_is_not_sent_by_accident(place: Place) -> None:
    rules = await place.create("rules.md")
    head = place.root / ".git/HEAD"
    head.write_text("ref: refs/heads/main\n")
    await place.ok("pull")
    head.write_text("ref: refs/heads/old\n")
    await place.ok("push")
    head.write_text("ref: refs/heads/older\n")
    (place.docs / "rules.md").write_text("# What was once\n")
    done = await place.command("push")
    assert (done.exit_code, "Git is on older, and this folder was last in step on old." in done.stderr) == (2, True)
    assert (await place.read(rules))[1] == TEXT
    await place.ok("push", "--this-branch")
    assert (await place.read(rules))[1] == "# What was once\n"


async def test_who_pushes_and_commits_the_same_meets_nobody(place: Place) -> None:
    rules = await place.create("rules.md")
    await place.ok("pull")
    text = TEXT.replace("part 1 keeps", "part 1 holds")
    (place.docs / "rules.md").write_text(text)
    await place.ok("push")
    imports, home = place.town.world.imports, place.town.project.id
    git = GitOrigin("a" * 40, "Eve", "eve@example.org", datetime(2026, 3, 1, tzinfo=UTC), "Hold part 1.")
    assert not (await imports.import_revision(SERVER, home, "rules.md", text, git)).created
    later = text.replace("part 2 keeps", "part 2 holds")
    await imports.import_revision(SERVER, home, "rules.md", later, replace(git, commit="b" * 40))
    head = (await place.read(rules))[0]
    (place.docs / "rules.md").write_text(later)
    assert "are the same" in await place.ok("watch", "--once")
    assert (await place.read(rules))[0] == head


async def test_watch_hears_of_changes_at_once_and_tells_of_requirements_under_a_task(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = await place.create("rules.md")
    held = json.loads(
        await place.ok("task", "new", "Mend.", "--section", "rules.md#part-1", "--claim", "--format", "json")
    )
    watching = importlib.import_module("app.cli.watch")
    looks: list[bool] = []
    ended = asyncio.Event()
    round_of = watching._round

    def one_round(*words: Any, look: bool) -> set[str]:
        if ended.is_set():
            raise KeyboardInterrupt
        looks.append(look)
        return round_of(*words, look=look)

    async def until(holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():  # noqa: ASYNC110 (a thread has no event of ours)
                await asyncio.sleep(0.05)

    monkeypatch.setattr(watching, "_round", one_round)
    going = asyncio.create_task(place.command("watch", "--every", "0.2"))
    await until(lambda: looks[-3:] == [False] * 3 and (place.docs / "rules.md").exists())
    await place.edit(saved, TEXT.replace("part 1 keeps", "part 1 holds"))
    await Oversight(place.town.world.database, now).tidy()
    await until(lambda: "part 1 holds" in (place.docs / "rules.md").read_text())
    (place.docs / "rules.md").write_text((place.docs / "rules.md").read_text().replace("part 5 keeps", "part 5 holds"))
    text = await place.read(saved)
    async with asyncio.timeout(20):
        while "part 5 holds" not in text[1]:
            await asyncio.sleep(0.05)
            text = await place.read(saved)
    await asyncio.sleep(0.5)
    ended.set()
    told = str((await going).output)
    assert "Following what happens there." in told
    assert f"requirement changed rules.md#part-1: task {held['id']} rests on it" in told
    assert looks.count(False) > looks.count(True)
