"""SSH signatures against those that OpenSSH itself makes, and against what is none."""

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.signing import is_ssh_key, ssh_accepts
from specs.sshsignatures import fingerprint, read_signature

NEEDS = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh-keygen here")


def made(folder, kind, *options):
    subprocess.run(
        ["ssh-keygen", "-q", "-t", kind, *options, "-N", "", "-C", "eve@here", "-f", str(folder / kind)], check=True
    )
    return (folder / f"{kind}.pub").read_text().strip()


def signed(folder, kind, message, namespace="git"):
    (folder / "message").write_bytes(message)
    (folder / "message.sig").unlink(missing_ok=True)
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", str(folder / kind), "-n", namespace, str(folder / "message")],
        check=True,
        capture_output=True,
    )
    return (folder / "message.sig").read_text()


@NEEDS
@pytest.mark.parametrize(("kind", "options"), [("ed25519", ()), ("ecdsa", ("-b", "384")), ("rsa", ("-b", "2048"))])
def test_what_openssh_signs_is_accepted_and_nothing_else(tmp_path, kind, options) -> None:
    line = made(tmp_path, kind, *options)
    found = read_signature(signed(tmp_path, kind, b"tree 1\n"))
    assert found is not None
    told = subprocess.run(
        ["ssh-keygen", "-lf", str(tmp_path / f"{kind}.pub")], capture_output=True, text=True, check=True
    )
    assert found.fingerprint == fingerprint(line) == told.stdout.split()[1]
    assert found.namespace == b"git"
    assert is_ssh_key(line)
    assert ssh_accepts(line, found, b"tree 1\n")
    assert not ssh_accepts(line, found, b"tree 2\n")
    assert not ssh_accepts(line.replace("AAAA", "AAAB", 1), found, b"tree 1\n")


@given(
    st.one_of(
        st.text(max_size=300),
        st.binary(max_size=200).map(
            lambda raw: f"-----BEGIN SSH SIGNATURE-----\n{raw.hex()}\n-----END SSH SIGNATURE-----"
        ),
    )
)
def test_what_is_no_signature_is_none(text) -> None:
    found = read_signature(text)
    assert found is None or not ssh_accepts("ssh-ed25519 AAAA", found, b"")
    assert not is_ssh_key(text)
