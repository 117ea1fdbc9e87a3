"""Keys and signatures of OpenPGP as bytes: taken apart, and refused where they are more or other than that."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysequoia import CipherSuite, Profile

from specs.pgppackets import (
    BEGIN_KEY,
    BEGIN_SIGNATURE,
    MAX_KEY,
    MOST_PACKETS,
    dearmored,
    packets,
    read_key_block,
    read_signature_block,
)
from tests.pgp import Holder

EVE = Holder()


def wrapped(raw, begin=BEGIN_KEY):
    return f"{begin}\n\n{base64.b64encode(raw).decode()}\n{begin.replace('BEGIN', 'END')}"


def packet(tag, body):
    return bytes([0xC0 | tag, 0xFF]) + len(body).to_bytes(4) + body


def rsa(modulus_bits, exponent_bits):
    numbers = b"".join(bits.to_bytes(2) + b"\xff" * ((bits + 7) // 8) for bits in (modulus_bits, exponent_bits))
    return packet(6, b"\x04" + bytes(4) + b"\x01" + numbers)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"cipher_suite": CipherSuite.P384},
        {"profile": Profile.RFC9580},
        {"profile": Profile.RFC9580, "cipher_suite": CipherSuite.MLDSA87_Ed448},
    ],
)
def test_a_key_is_named_as_the_library_names_it(how):
    holder = Holder(**how)
    found = read_key_block(holder.public)
    assert found.fingerprint == holder.cert.fingerprint
    assert found.raw == bytes(holder.cert)
    assert len(found.key_ids) == 3
    assert all(len(one) == 16 for one in found.key_ids)


def test_armour_is_read_with_headers_and_without_a_checksum():
    raw = bytes(EVE.cert)
    body = base64.b64encode(raw).decode()
    end = BEGIN_KEY.replace("BEGIN", "END")
    for text in (
        f"{BEGIN_KEY}\r\nVersion: x\r\nComment: y\r\n\r\n{body}\r\n=abcd\r\n{end}\r\n",
        f"  {BEGIN_KEY}\n{body}\n{end}",
        f"{BEGIN_KEY}\n\n{body[:70]}\n{body[70:]}\n=ab+/\n{end}",
    ):
        assert dearmored(text, BEGIN_KEY, MAX_KEY) == raw
    assert dearmored(f"{BEGIN_KEY}\n\n{body}", BEGIN_KEY, MAX_KEY) is None
    assert dearmored(f"{BEGIN_KEY}\n\n{body}!\n{end}", BEGIN_KEY, MAX_KEY) is None
    assert dearmored(f"{BEGIN_KEY}\n\n{body}\n{end}", BEGIN_KEY, 100) is None


def test_what_holds_more_than_one_public_key_is_refused():
    raw = bytes(EVE.cert)
    compressed = packet(8, b"\x00" + raw)
    for other in (
        b"",
        raw + bytes(Holder().cert),
        bytes(EVE.secret),
        compressed,
        raw + compressed,
        raw[10:],
        raw[:-3],
        raw + packet(13, b"x") * MOST_PACKETS,
        packet(13, b"x") + raw,
    ):
        assert read_key_block(wrapped(other)) is None
    assert read_key_block(wrapped(raw)) is not None


def test_keys_that_take_long_to_reckon_with_are_refused():
    assert read_key_block(wrapped(rsa(2048, 17))) is not None
    assert read_key_block(wrapped(rsa(16_384, 64))) is not None
    for modulus, exponent in ((16_385, 17), (2048, 65), (2048, 16_000), (65_535, 65_535)):
        assert read_key_block(wrapped(rsa(modulus, exponent))) is None
    assert read_key_block(wrapped(rsa(2048, 17)[:-1])) is None
    assert read_key_block(wrapped(packet(6, b"\x03" + bytes(8)))) is None
    assert read_key_block(wrapped(packet(6, b"\x04" + bytes(4) + b"\x16" + bytes(5000)))) is None


def test_a_signature_is_one_packet_of_its_sort():
    text = EVE.signature(b"x")
    raw = read_signature_block(text)
    assert [one.tag for one in packets(raw)] == [2]
    for other in (b"", raw + raw, packet(8, b"\x00" + raw), raw[:-1], raw + b"\x00", bytes(EVE.cert)):
        assert read_signature_block(wrapped(other, BEGIN_SIGNATURE)) is None
    assert read_signature_block(wrapped(raw)) is None


@given(st.binary(max_size=200))
def test_any_bytes_are_divided_or_refused(raw):
    found = packets(raw)
    assert found is None or sum(len(one.body) for one in found) <= len(raw)
    assert read_key_block(wrapped(raw)) is None or raw


@given(st.binary(min_size=1, max_size=40), st.integers(0, 400))
def test_keys_that_were_tampered_with_are_read_without_an_error(noise, at):
    raw = bytes(EVE.cert)
    at %= len(raw)
    read_key_block(wrapped(raw[:at] + noise + raw[at + len(noise) :]))
    read_key_block(wrapped(raw[:at] + noise + raw[at:]))
