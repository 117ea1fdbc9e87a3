"""Signed notes: what was signed verifies, under its key alone, and in one spelling alone."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.signing import Note, Signer, Verifier, read_verifier, sign

ONE, TWO = Signer("holdfast-audit", b"1" * 32), Signer("holdfast-audit", b"2" * 32)


def test_a_note_is_as_others_write_it() -> None:
    """The example of golang.org/x/mod/sumdb/note: its own text, key and signature."""
    key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    line = (
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    verifier = read_verifier(key)
    assert verifier is not None
    assert str(verifier) == key
    assert Note(text, (line,)).signed_by([verifier]) == (verifier,)


@given(st.text(min_size=1, max_size=40))
def test_what_was_signed_verifies_and_nothing_else(text: str) -> None:
    note = sign(f"{text}\n", ONE)
    assert note.signed_by([ONE.verifier, TWO.verifier]) == (ONE.verifier,)
    assert Note(f"{text}x\n", note.lines).signed_by([ONE.verifier]) == ()
    assert sign(f"{text}\n", ONE, TWO).signed_by([TWO.verifier]) == (TWO.verifier,)


@given(st.integers(0, 10**6), st.integers(0, 6))
def test_any_bit_of_a_signature_counts(at: int, bit: int) -> None:
    (line,) = sign("text\n", ONE).lines
    place = at % len(line)
    other = line[:place] + chr(ord(line[place]) ^ (1 << bit)) + line[place + 1 :]
    assert Note("text\n", (other,)).signed_by([ONE.verifier]) == ()


@pytest.mark.parametrize(
    "line",
    ["", "x", "a+b", "a+00000000+AAAA", f"{ONE.verifier}x", str(ONE.verifier).replace("+", "-"), "+00000000+"],
)
def test_what_is_no_key_is_none(line: str) -> None:
    assert read_verifier(line) is None


def test_a_key_under_another_name_is_another_key() -> None:
    other = Verifier("someone", ONE.verifier.public)
    assert other.id != ONE.verifier.id
    assert sign("text\n", ONE).signed_by([other]) == ()
    assert read_verifier(f" {ONE.verifier}\n") == ONE.verifier
    assert base64.b64decode(str(other).split("+", 2)[2])[1:] == other.public
