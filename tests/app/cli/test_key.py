"""`holdfast key` against a server."""

from pathlib import Path

from specs.access import Role
from tests.app.cli.conftest import Command
from tests.pgp import Holder
from tests.sshkeys import line_of, made_key, make_line, signed


async def test_a_key_is_registered_listed_and_removed_by_its_owner(command: Command, tmp_path: Path) -> None:
    key = made_key()
    (tmp_path / "id.pub").write_text(line_of(key, "eve@desk") + "\n")
    bare = await command("key", "add", str(tmp_path / "id.pub"))
    assert (bare.exit_code, "holdfast key claim | ssh-keygen -Y sign -n holdfast" in bare.stderr) == (2, True)
    (tmp_path / "proof").write_text(signed(key, (await command("key", "claim")).stdout))
    made = await command("key", "add", str(tmp_path / "id.pub"), "--proof", str(tmp_path / "proof"))
    assert made.exit_code == 0, made.output
    assert made.stdout.splitlines()[0].endswith("  eve@desk")
    listed = (await command("key", "list")).stdout
    ident = listed.split()[0]
    assert listed == f"{ident}  {made.stdout.splitlines()[0]}\n"
    assert "You have no keys." in (await command("key", "list", who=Role.ADMIN)).stderr
    refused = await command("key", "remove", ident, who=Role.ADMIN)
    assert refused.exit_code == 2
    assert "List your keys for their ids." in refused.stderr
    assert (await command("key", "remove", ident)).stdout == "It counts no more.\n"
    assert "You have no keys." in (await command("key", "list")).stderr


async def test_what_is_no_public_key_is_told_with_a_hint(command: Command, tmp_path: Path) -> None:
    given = {
        "private": (b"-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n", "Name the public one"),
        "words": (b"hello there\n", "Send the line of a .pub file"),
        "empty": (b"", "ends in .pub"),
        "bytes": (b"\xff\xfe\x00ssh", "ends in .pub"),
        "two": ((make_line("a") + "\n" + make_line("b")).encode(), "ends in .pub"),
    }
    for name, (content, hint) in given.items():
        (tmp_path / name).write_bytes(content)
        answer = await command("key", "add", str(tmp_path / name))
        assert answer.exit_code == 2, (name, answer.output, answer.exception)
        assert hint in answer.stderr, name
    (tmp_path / "id.pub").write_text(make_line("x"))
    long = await command("key", "add", str(tmp_path / "id.pub"), "--proof", str(tmp_path / "bytes"))
    assert (long.exit_code, "This is no proof." in long.stderr) == (2, True)
    assert (await command("key", "add", str(tmp_path / "id.pub"), "--name", "n" * 101)).exit_code == 2
    assert (await command("key", "add", str(tmp_path / "nowhere"))).exit_code == 2
    for wrong in ("nonsense", "", "../keys"):
        answer = await command("key", "remove", wrong)
        assert answer.exit_code == 2, (wrong, answer.output, answer.exception)
        assert "List your keys for their ids." in answer.stderr


async def test_a_gpg_key_is_registered_brought_up_to_date_and_told_when_it_ended(
    command: Command, tmp_path: Path
) -> None:
    holder, place = Holder("Eve <eve@example.com>", validity_seconds=10**7), tmp_path / "eve.asc"
    place.write_text(holder.public)
    (tmp_path / "proof").write_text(holder.proof((await command("key", "claim")).stdout.strip()))
    made = await command("key", "add", str(place), "--proof", str(tmp_path / "proof"))
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith(f"{holder.cert.fingerprint}  Eve <eve@example.com>  until 20")
    assert "git config commit.gpgsign true" in made.stdout
    place.write_text(holder.revoked())
    assert "revoked: it counts no more" in (await command("key", "add", str(place))).stdout
    assert "revoked: it counts no more" in (await command("key", "list")).stdout
    place.write_text(str(holder.secret))
    refused = await command("key", "add", str(place))
    assert (refused.exit_code, "never leaves you" in refused.stderr) == (2, True)
    place.write_text(holder.public[:300])
    assert "gpg --armor --export" in (await command("key", "add", str(place))).stderr
