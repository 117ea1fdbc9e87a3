"""What lets a command in: an agent as OpenSSH's own tools see it, a token that lies nowhere."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.signing import make_ssh_key, read_ssh_key
from sync.gitrepo.access import Access, Agent, handing

NEEDS = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here")
KEY = read_ssh_key(make_ssh_key(b"s" * 32))


@NEEDS
@pytest.mark.parametrize("kind", [("ed25519",), ("ecdsa", "-b", "521"), ("rsa", "-b", "2048")])
def test_ssh_lists_and_signs_with_the_key_of_the_agent_and_no_other(tmp_path, kind):
    made = ["ssh-keygen", "-q", "-t", *kind, "-N", "", "-C", "x", "-f"]
    for name in ("own", "other"):
        subprocess.run([*made, str(tmp_path / name)], check=True)
    key = read_ssh_key((tmp_path / "own").read_text())
    assert (tmp_path / "own.pub").read_text().startswith(key.public)
    for name in ("own", "other"):
        (tmp_path / name).unlink()
    (tmp_path / "words").write_text("words")
    with handing(Access(key=key)) as given:
        (address,) = dict(given.env).values()
        assert Path(address).parent.stat().st_mode & 0o077 == 0
        env = {"PATH": os.defpath, **dict(given.env)}
        listed = subprocess.run(["ssh-add", "-L"], env=env, capture_output=True, text=True, check=True)
        assert listed.stdout.startswith(key.public)

        def sign(name):
            command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(tmp_path / f"{name}.pub"), "-n", "git"]
            return subprocess.run([*command, str(tmp_path / "words")], env=env, capture_output=True, check=False)

        done = sign("own")
        assert done.returncode == 0, done.stderr
        checked = ["ssh-keygen", "-q", "-Y", "check-novalidate", "-n", "git", "-s", str(tmp_path / "words.sig")]
        subprocess.run(checked, input=b"words", check=True, capture_output=True)
        (tmp_path / "words.sig").unlink()
        assert sign("other").returncode != 0
    assert not Path(address).parent.exists()
    assert subprocess.run(["ssh-add", "-L"], env=env, capture_output=True, check=False).returncode == 2


@NEEDS
def test_a_key_with_a_passphrase_or_of_too_few_bits_is_none(tmp_path):
    for name, options in (
        ("locked", ("-t", "ed25519", "-N", "words")),
        ("small", ("-t", "rsa", "-b", "1024", "-N", "")),
    ):
        subprocess.run(["ssh-keygen", "-q", *options, "-f", str(tmp_path / name)], check=True, capture_output=True)
        assert read_ssh_key((tmp_path / name).read_text()) is None
    assert read_ssh_key("") is None
    assert read_ssh_key("ü") is None


@given(st.binary(max_size=300))
def test_whatever_the_agent_is_asked_it_answers_with_a_message(question):
    agent = object.__new__(Agent)
    agent._key = KEY
    assert agent.reply(question)[:1] in {bytes([5]), bytes([12]), bytes([14])}


def test_a_token_is_read_from_a_file_without_a_name_and_is_gone_with_the_command():
    with handing(Access("robot", "s3cret")) as given:
        (number,) = given.files
        helper = given.config[-1].removeprefix("credential.helper=!")
        assert "s3cret" not in "".join(given.config)
        assert "s3cret" not in repr(given)
        for word, out in (("get", b"username=robot\npassword=s3cret\n"), ("store", b""), ("erase", b""), ("get", None)):
            told = subprocess.run(
                ["sh", "-c", f"{helper} {word}"], pass_fds=given.files, capture_output=True, check=False
            )
            assert told.stdout == (b"username=robot\npassword=s3cret\n" if out is None else out)
        assert given.hide("it is s3cret") == "it is ***"
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(number)
    for nothing in (None, Access()):
        with handing(nothing) as given:
            assert (given.config, given.env, given.files) == ((), (), ())
