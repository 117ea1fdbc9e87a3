"""Keys by which people sign commits: whose they are, and what is theirs then, through real repositories."""

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text as sql

from app import sources
from specs.audit import INSTALLATION
from specs.errors import ConflictError, DeniedError, UserError
from specs.revision import Provenance
from specs.service.people.commitkeys import CommitKeys
from sync.binding.bindings import Trust
from tests.gitmaker import Made
from tests.histories import evaluate_nothing
from tests.pgp import Holder, block, sign_head
from tests.sshkeys import made_key, signed
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

    def proof(who):
        command = ["ssh-keygen", "-q", "-Y", "sign", "-n", "holdfast", "-f", str(tmp_path / "key")]
        return subprocess.run(command, input=keys.claim(who) + "\n", capture_output=True, text=True, check=True).stdout

    made = await keys.add(world.eve, line, "laptop", proof(world.eve))
    assert [one.fingerprint for one in await keys.list(world.eve)] == [made.fingerprint]
    with pytest.raises(ConflictError, match="Somebody"):
        await keys.add(world.ada, line, proof=proof(world.ada))
    with pytest.raises(ConflictError, match="You have this key"):
        await keys.add(world.eve, line)
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
    made = await keys.add(world.eve, eve.public, proof=eve.proof(keys.claim(world.eve)))
    assert (made.kind, made.name, made.fingerprint) == ("openpgp", "Eve <eve@example.com>", eve.cert.fingerprint)
    with pytest.raises(ConflictError):
        await keys.add(world.ada, eve.public, proof=eve.proof(keys.claim(world.ada)))
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
    await keys.add(world.eve, eve.public, proof=eve.proof(keys.claim(world.eve)))
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


async def test_a_key_is_nobodys_who_does_not_show_to_hold_it(world):
    keys = CommitKeys(world.database, world.clock, sources.new_id)
    key, holder = made_key(), Holder()
    mine, others = keys.claim(world.eve), keys.claim(world.ada)
    assert mine != others
    wrong = ("", "nonsense", signed(key, others), signed(key, mine, b"git"), signed(made_key(), mine), signed(key, "x"))
    for proof in wrong:
        with pytest.raises(UserError, match=r"proof|Prove") as caught:
            await keys.add(world.eve, key.public, proof=proof)
        assert mine in caught.value.hint
    for proof in ("", holder.proof(others), Holder().proof(mine), signed(key, mine), holder.signature(b"x")):
        with pytest.raises(UserError, match=r"proof|Prove") as caught:
            await keys.add(world.eve, holder.public, proof=proof)
        assert "gpg --armor --detach-sign" in caught.value.hint
    assert await keys.list(world.eve) == ()
    assert (await keys.add(world.eve, key.public, proof=signed(key, mine))).proven
    assert (await keys.add(world.eve, holder.public, proof=holder.signature(mine.encode()))).proven


async def test_a_key_of_before_proofs_goes_on_and_yields_to_whoever_proves_it(world):
    keys = CommitKeys(world.database, world.clock, sources.new_id)
    key, holder = made_key(), Holder()
    for taken, proof in ((key.public, signed(key, keys.claim(world.ada))), (holder.public, "")):
        await keys.add(world.ada, taken, proof=proof or holder.proof(keys.claim(world.ada)))
    async with world.database.transaction() as connection:
        await connection.execute(sql("update commit_keys set proven = false"))
    assert len(await keys.list(world.ada)) == 2
    assert not (await keys.add(world.ada, holder.public)).proven
    made = await keys.add(world.eve, key.public, proof=signed(key, keys.claim(world.eve) + "\n"))
    assert [one.fingerprint for one in await keys.list(world.eve)] == [made.fingerprint]
    assert [one.kind for one in await keys.list(world.ada)] == ["openpgp"]
    with pytest.raises(ConflictError):
        await keys.add(world.ada, key.public, proof=signed(key, keys.claim(world.ada)))
    assert (await world.actions(INSTALLATION))[-2:] == ["key.remove", "key.add"]
    assert not await world.verify_audit()
