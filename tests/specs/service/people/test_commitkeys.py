"""Keys by which people sign commits: whose they are, and what is theirs then, through real repositories."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from app import sources
from specs.errors import ConflictError, DeniedError, UserError
from specs.revision import Provenance
from specs.service.people.commitkeys import CommitKeys
from sync.binding.bindings import Trust
from tests.gitmaker import Made
from tests.histories import evaluate_nothing
from tests.pgp import Holder, block, sign_head
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


async def wording(stage):
    found = (await stage.spec("a.md")).revision
    return found.provenance, found.actor.name


async def test_commits_signed_with_gpg_keys_are_their_owners_word_and_nobody_elses(stage):
    world = stage.world
    keys = CommitKeys(world.database, world.clock, sources.new_id)
    eve, other = Holder("Eve <eve@example.com>"), Holder("Eve <eve@example.com>")
    made = await keys.add(world.eve, eve.public)
    assert (made.kind, made.name, made.fingerprint) == ("openpgp", "Eve <eve@example.com>", eve.cert.fingerprint)
    with pytest.raises(ConflictError):
        await keys.add(world.ada, eve.public)
    await stage.register(trust=Trust.NONE)
    count = iter(range(100))

    async def commit(signature):
        stage.made.commit("words", {"docs/specs/a.md": A + f"\nMine {next(count)}.\n"}, author="Committer")
        sign_head(stage.made, signature)
        await stage.round()
        return await wording(stage)

    explicit = (Provenance.EXPLICIT, world.eve.actor.name)
    assert await commit(eve.signature) == explicit
    assert (await commit(other.signature))[0] is Provenance.INFERRED
    assert (await commit(lambda _: eve.signature(b"another commit")))[0] is Provenance.INFERRED
    for nonsense in (
        "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----",
        "-----BEGIN PGP SIGNATURE-----",
    ):
        assert (await commit(lambda _, text=nonsense: text))[0] is Provenance.INFERRED
    assert await commit(eve.signature) == explicit

    later = block(eve.cert.set_expiration(datetime.now(UTC) + timedelta(days=9), eve.secret.certifier()))
    renewed = await keys.add(world.eve, later)
    assert (renewed.id, renewed.expires_at.date()) == (made.id, (datetime.now(UTC) + timedelta(days=9)).date())
    assert await commit(eve.signature) == explicit
    past = block(eve.cert.set_expiration(datetime.now(UTC) - timedelta(seconds=1), eve.secret.certifier()))
    assert (await keys.add(world.eve, past)).expires_at is not None
    assert [one.id for one in await keys.list(world.eve)] == [made.id]


async def test_a_gpg_key_that_is_revoked_counts_no_more_even_where_an_older_copy_comes_back(stage):
    world = stage.world
    keys = CommitKeys(world.database, world.clock, sources.new_id)
    eve = Holder("Eve <eve@example.com>")
    with pytest.raises(UserError, match="revoked"):
        await keys.add(world.eve, eve.revoked())
    await keys.add(world.eve, eve.public)
    assert (await keys.add(world.eve, eve.revoked())).ended
    assert (await keys.add(world.eve, eve.public)).ended
    await stage.register(trust=Trust.NONE)
    stage.made.commit("words", {"docs/specs/a.md": A + "\nMine.\n"}, author="Committer")
    sign_head(stage.made, eve.signature)
    await stage.round()
    assert (await wording(stage))[0] is Provenance.INFERRED


async def test_what_is_no_gpg_key_is_refused_with_a_hint(world):
    keys = CommitKeys(world.database, world.clock, sources.new_id)
    holder = Holder()
    for bad in (
        str(holder.secret),
        holder.public.replace("PUBLIC KEY BLOCK", "MESSAGE"),
        holder.public + holder.public,
        holder.public[:200],
        "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n" + "A" * 200_000 + "\n-----END PGP PUBLIC KEY BLOCK-----",
        holder.signature(b"x"),
    ):
        with pytest.raises(UserError) as caught:
            await keys.add(world.eve, bad)
        assert caught.value.hint
    assert await keys.list(world.eve) == ()
