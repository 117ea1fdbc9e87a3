"""A command of a checkout that is killed with SIGKILL anywhere: the next one carries on, nothing is lost or doubled."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from specs.access import Role
from tests.app.cli.conftest import Command
from tests.app.conftest import Town

ROOT = Path(__file__).resolve().parents[3]
TEXT = "# {0}\n\n## One\n\nWhat {0} keeps to.\n\n## Two\n\nWhat else {0} keeps to.\n"
# Runs the command with one function that ends the process, before or after its nth call.
DOOMED = """
import importlib, os, signal, sys
sys.path.insert(0, sys.argv[1])
module, owner, name, when, nth = sys.argv[2:7]
owner = getattr(importlib.import_module(module), owner)
inner, left = getattr(owner, name), [int(nth)]
def wrapped(*args, **kwargs):
    left[0] -= 1
    if left[0] == 0 and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = inner(*args, **kwargs)
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
setattr(owner, name, wrapped)
sys.argv = ["holdfast", *sys.argv[7:]]
import holdfast
sys.exit(holdfast.main())
"""
POINTS = [
    ("sync.checkout.folder", "Folder", "_place", "before", "1"),
    ("sync.checkout.folder", "Folder", "_remove", "before", "1"),
    ("sync.checkout.folder", "Folder", "apply", "after", "1"),
    ("sync.checkout.keeping", "Keeper", "save", "before", "2"),
    ("app.cli._server", "RemoteServer", "send", "before", "1"),
    ("app.cli._server", "RemoteServer", "send", "after", "1"),
]


async def doomed(home: Path, point: tuple[str, ...], *words: str) -> int:
    """Run a command that may die at a point, and give its exit code."""
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DOOMED, str(ROOT), *point, *words,
        cwd=home, env=dict(os.environ), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    return await run.wait()


async def test_killed_anywhere_it_is_carried_on(
    town: Town, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "home/docs/specs"
    docs.mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "home")
    library, ada, home = town.world.library, town.people[Role.ADMIN], town.project.id
    specs = [(await library.create(ada, home, f"{name}.md", TEXT.format(name))).spec for name in "abcde"]
    assert (await command("link", "--folder", "docs/specs")).exit_code == 0
    assert (await command("pull")).exit_code == 0
    killed = 0
    for number, point in enumerate(POINTS):
        word = f"word{number}x"
        for spec, path in ((specs[0], "a.md"), (specs[1], "b.md")):
            head = await library.read(ada, home, spec.id)
            theirs = head.text.replace("## Two\n", f"## Two\n\nThey say {word}.\n", 1)
            await library.save(ada, home, spec.id, base=head.revision.digest, text=theirs)
            here = docs / path
            here.write_text(here.read_text().replace("## One\n", f"## One\n\nWe say {word}.\n", 1))
        (docs / f"new{number}.md").write_text(f"# New {word}\n")
        await library.rename(ada, home, specs[2].id, f"deep/c{number}.md")
        code = await doomed(tmp_path / "home", point, "watch", "--once")
        killed += code == -signal.SIGKILL
        done = await command("watch", "--once")
        assert done.exit_code == 0, (point, done.output)
    assert killed == len(POINTS)
    listed = (await library.list(ada, home, limit=200)).items
    texts = {spec.path: (await library.read(ada, home, spec.id)).text for spec in listed}
    assert texts == {str(path.relative_to(docs)): path.read_text() for path in docs.rglob("*.md")}
    assert len(texts) == 5 + len(POINTS)
    for number in range(len(POINTS)):
        for path in ("a.md", "b.md"):
            assert (texts[path].count(f"They say word{number}x."), texts[path].count(f"We say word{number}x.")) == (
                1,
                1,
            )
    for spec in listed:
        if spec.path.startswith("new"):
            assert len((await library.history(ada, home, spec.id)).items) == 1
