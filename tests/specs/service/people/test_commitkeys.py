"""Keys by which people sign commits: whose they are, and what is theirs then, through real repositories."""

import shutil
import subprocess

import pytest

from app import sources
from specs.errors import ConflictError, DeniedError, UserError
from specs.revision import Provenance
from specs.service.people.commitkeys import CommitKeys
from sync.binding.bindings import Trust
from tests.gitmaker import Made
from tests.histories import evaluate_nothing
from tests.stage import make_stage

A = "# Alpha\n\nFirst words.\n\n## More\n\nSecond words.\n"
FILES = {"docs/specs/a.md": A, "docs/specs/b.md": "# Beta\n\nOne.\n"}
NEEDS = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here")


@pytest.fixture
def made(tmp_path):
    made = Made(tmp_path / "repo")
    made.git("config", "receive.denyCurrentBranch", "updateInstead")
    return made


@pytest.fixture
async def stage(world, made, tmp_path):
    world.clock.forward(days=30)
    stage = make_stage(world, made, tmp_path, evaluate_nothing)
    made.commit("begin", FILES)
    return stage


@pytest.fixture
def signing(tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "key")], check=True)
    return (tmp_path / "key.pub").read_text()


@NEEDS
async def test_what_a_member_signed_is_that_members_word_on_an_untrusted_branch(stage, tmp_path, signing):
    world = stage.world
    keys = CommitKeys(world.database, world.clock, sources.new_id)
    line = signing
    made = await keys.add(world.eve, line, "laptop")
    assert [one.fingerprint for one in await keys.list(world.eve)] == [made.fingerprint]
    with pytest.raises(ConflictError):
        await keys.add(world.ada, line)
    with pytest.raises(DeniedError):
        await keys.add(world.claude, line)
    for bad in ("", "ssh-ed25519 AAAA", "ssh-dss " + line.split()[1], line + "\n" + line):
        with pytest.raises(UserError):
            await keys.add(world.ada, bad)

    def signed(message, files, author="Committer"):
        for path, text in files.items():
            stage.made.write(path, text)
        options = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={tmp_path / 'key'}")
        stage.made.git("add", "-A")
        stage.made.git(*options, "commit", "-q", "-S", "-m", message, author=author)

    await stage.register(trust=Trust.NONE)
    signed("mine", {"docs/specs/a.md": A + "\nMine.\n"})
    await stage.round()
    found = (await stage.spec("a.md")).revision
    assert (found.provenance, found.actor.id) == (Provenance.EXPLICIT, world.eve.actor.id)
    signed("for bob", {"docs/specs/a.md": A + "\nHis.\n"}, author="Bob")
    await stage.round()
    found = (await stage.spec("a.md")).revision
    assert (found.provenance, found.actor.name) == (Provenance.EXPLICIT, "Bob")
    signed("with help\n\nCo-authored-by: Claude <noreply@anthropic.com>", {"docs/specs/a.md": A + "\nIts.\n"})
    await stage.round()
    assert (await stage.spec("a.md")).revision.provenance is Provenance.INFERRED
    await keys.remove(world.eve, made.id)
    signed("too late", {"docs/specs/a.md": A + "\nLate.\n"})
    await stage.round()
    assert (await stage.spec("a.md")).revision.provenance is Provenance.INFERRED
