"""OpenPGP keys and signatures against those that GnuPG makes, and against what is forged, ended or nonsense."""

import base64
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysequoia import Cert, CipherSuite, Profile
from pysequoia.packet import PacketPile

from specs.openpgp import merged, pgp_accepts, read_pgp_key, read_pgp_signature
from tests.pgp import Holder, block

NEEDS = pytest.mark.skipif(shutil.which("gpg") is None, reason="there is no gpg here")
EVE, BOB = Holder(), Holder("Bob <bob@example.com>")
MESSAGE = b"tree 1\nauthor Eve\n"


@pytest.fixture
def gpg():
    with tempfile.TemporaryDirectory(prefix="hf-", dir="/tmp") as home:

        def run(*arguments, given=None):
            command = ["gpg", "--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback"]
            done = subprocess.run(
                [*command, "--passphrase", "", *arguments], input=given, capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        yield run
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)


@NEEDS
def test_what_gnupg_signs_is_accepted_and_nothing_else(gpg):
    gpg("--quick-gen-key", "Ann <ann@example.com>", "ed25519", "cert", "2y")
    primary = gpg("--list-keys", "--with-colons").decode().split("fpr:::::::::")[1].split(":")[0]
    gpg("--quick-add-key", primary, "rsa2048", "sign", "1y")
    key = read_pgp_key(gpg("--armor", "--export").decode())
    assert (key.fingerprint, key.user, key.revoked) == (primary.lower(), "Ann <ann@example.com>", False)
    assert key.expires_at > datetime.now(UTC) + timedelta(days=700)
    found = read_pgp_signature(gpg("--armor", "--detach-sign", given=MESSAGE).decode())
    assert found.key_id in key.key_ids[1:]
    assert pgp_accepts(key.public, found, MESSAGE)
    assert not pgp_accepts(key.public, found, MESSAGE + b"\n")
    assert not pgp_accepts(EVE.public, found, MESSAGE)
    for other in ("--clear-sign", "--sign"):
        assert read_pgp_signature(gpg("--armor", other, given=MESSAGE).decode()) is None
    assert read_pgp_key(gpg("--armor", "--export-secret-keys").decode()) is None
    text = gpg("--armor", "--textmode", "--detach-sign", given=MESSAGE).decode()
    assert read_pgp_signature(text) is None


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"cipher_suite": CipherSuite.P521},
        {"profile": Profile.RFC9580},
        {"profile": Profile.RFC9580, "cipher_suite": CipherSuite.MLDSA65_Ed25519},
    ],
)
def test_signatures_of_each_sort_of_key_are_its_own(how):
    holder = Holder(**how)
    key, found = read_pgp_key(holder.public), read_pgp_signature(holder.signature(MESSAGE))
    assert found.key_id in key.key_ids
    assert pgp_accepts(key.public, found, MESSAGE)
    assert not pgp_accepts(key.public, found, b"")
    assert not pgp_accepts(BOB.public, found, MESSAGE)


def test_a_key_that_its_owner_revoked_accepts_nothing_whatever_is_read_later():
    found = read_pgp_signature(EVE.signature(MESSAGE))
    ended = read_pgp_key(EVE.revoked())
    assert ended.revoked
    assert not pgp_accepts(ended.public, found, MESSAGE)
    both = merged(ended.public, EVE.public)
    assert both.revoked
    assert not pgp_accepts(both.public, found, MESSAGE)
    assert merged(EVE.public, BOB.public) is None
    assert merged("", EVE.public) is None


def test_when_a_key_ends_is_what_its_owner_said_last():
    never = Holder(validity_seconds=None)
    soon = datetime.now(UTC).replace(microsecond=0) + timedelta(days=9)
    short = block(never.cert.set_expiration(soon, never.secret.certifier()))
    assert read_pgp_key(short).expires_at == soon
    assert merged(never.public, short).expires_at == soon


def test_what_was_signed_after_a_key_ended_is_not_accepted():
    past = datetime.now(UTC) - timedelta(seconds=1)
    ended = block(EVE.cert.set_expiration(past + timedelta(microseconds=1), EVE.secret.certifier()))
    found = read_pgp_signature(EVE.signature(MESSAGE))
    assert pgp_accepts(EVE.public, found, MESSAGE)
    assert not pgp_accepts(ended, found, MESSAGE)


def test_another_key_that_lends_itself_a_part_accepts_nothing_by_it():
    """Bob's key with Eve's signing part behind it, whose binding Eve never made."""
    eves = [bytes(one) for one in PacketPile.from_bytes(bytes(EVE.cert))]
    try:
        mixed = block(Cert.from_bytes(bytes(BOB.cert) + b"".join(eves[-4:])))
    except RuntimeError:
        mixed = ""
    found = read_pgp_signature(EVE.signature(MESSAGE))
    assert not pgp_accepts(mixed, found, MESSAGE)


@given(st.binary(min_size=1, max_size=30), st.integers(0, 2000))
def test_tampered_signatures_and_keys_are_refused_and_never_an_error(noise, at):
    def spoiled(text):
        lines = text.strip().splitlines()
        start = lines.index("")
        raw = base64.b64decode("".join(line for line in lines[start:-1] if not line.startswith("=")))
        place = at % len(raw)
        other = raw[:place] + noise + raw[place + len(noise) :]
        return other != raw, f"{lines[0]}\n\n{base64.b64encode(other).decode()}\n{lines[-1]}"

    signature = EVE.signature(MESSAGE)
    _, text = spoiled(signature)
    found = read_pgp_signature(text)
    assert found is None or pgp_accepts(EVE.public, found, b"something else") is False
    _, text = spoiled(EVE.public)
    key = read_pgp_key(text)
    assert key is None or pgp_accepts(key.public, read_pgp_signature(signature), b"something else") is False
    merged(EVE.public, text)


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_what_is_no_key_and_no_signature_is_none(text):
    assert read_pgp_key(text) is None
    assert read_pgp_signature(text) is None
