"""Decision tokens: one opens for what it was made for, and nothing else does."""

import base64
import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.signing import Signer
from sync.gates.decisiontokens import ALGORITHM, TYPE, Claims, Refused, Wanted, issue, key_name, verify

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SIGNER, OTHER = Signer("holdfast.example", bytes(range(32))), Signer("holdfast.example", bytes(32))
CLAIMS = Claims(
    issuer="holdfast.example",
    id="0190-1",
    project="shop",
    repository="acme/shop",
    commit="ab" * 20,
    specs="c" * 64,
    policies="d" * 64,
    findings="e" * 64,
    decision="passed",
    issued=int(NOW.timestamp()),
    expires=int((NOW + timedelta(hours=1)).timestamp()),
)
WANTED = Wanted("acme/shop", "ab" * 20)
KEYS = (SIGNER.verifier,)
TOKEN = issue(CLAIMS, SIGNER)


def encoded(value: Any) -> str:
    return (
        base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":"), sort_keys=True).encode()).decode().rstrip("=")
    )


def refusal(token: str, wanted: Wanted = WANTED, now: datetime = NOW) -> str:
    found = verify(token, KEYS, wanted, now)
    assert isinstance(found, Refused), "it opened"
    assert found.reason
    return found.code


def test_a_token_opens_for_what_it_was_made_for() -> None:
    assert verify(TOKEN, KEYS, WANTED, NOW) == CLAIMS
    assert verify(f" {TOKEN}\n", KEYS, replace(WANTED, project="shop", specs="c" * 64), NOW) == CLAIMS


def test_it_is_a_jws_that_other_tools_read() -> None:
    header, payload, signature = TOKEN.split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    assert SIGNER.verifier.accepts(f"{header}.{payload}", raw), "a bare Ed25519 signature of the first two parts"
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {
        "alg": ALGORITHM,
        "kid": key_name(SIGNER.verifier),
        "typ": TYPE,
    }


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"repository": "acme/other"}, "other-repository"),
        ({"commit": "cd" * 20}, "other-commit"),
        ({"project": "other"}, "other-project"),
        ({"specs": "f" * 64}, "other-specs"),
    ],
)
def test_it_opens_for_nothing_else(changed: dict[str, str], code: str) -> None:
    assert refusal(TOKEN, replace(WANTED, **changed)) == code


def test_time_ends_it_and_a_wrong_clock_does_not_begin_it() -> None:
    assert refusal(TOKEN, now=NOW + timedelta(hours=1)) == "expired"
    assert refusal(TOKEN, now=NOW - timedelta(minutes=3)) == "not-yet"
    assert verify(TOKEN, KEYS, WANTED, NOW - timedelta(minutes=1)) == CLAIMS


@pytest.mark.parametrize("decision", ["failed", "needs-approval", "frozen", ""])
def test_only_what_passed_opens(decision: str) -> None:
    assert refusal(issue(replace(CLAIMS, decision=decision), SIGNER)) == "not-passed"


def test_a_strangers_key_opens_nothing() -> None:
    assert refusal(issue(CLAIMS, OTHER)) == "unknown-key"
    header, payload, _ = TOKEN.split(".")
    forged = base64.urlsafe_b64encode(OTHER.signature(f"{header}.{payload}")).decode().rstrip("=")
    assert refusal(f"{header}.{payload}.{forged}") == "forged"
    assert isinstance(verify(TOKEN, (), WANTED, NOW), Refused)
    named = Signer("other.example", SIGNER.seed)
    assert isinstance(verify(issue(CLAIMS, named), (named.verifier,), WANTED, NOW), Refused), "the issuer is the key's"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": key_name(SIGNER.verifier), "typ": TYPE},
        {"alg": "HS256", "kid": key_name(SIGNER.verifier), "typ": TYPE},
        {"alg": ALGORITHM, "kid": key_name(SIGNER.verifier), "typ": "JWT"},
        {"alg": ALGORITHM, "kid": key_name(SIGNER.verifier)},
        {"alg": ALGORITHM, "kid": key_name(SIGNER.verifier), "typ": TYPE, "jwk": {}},
        {"alg": ALGORITHM, "kid": key_name(SIGNER.verifier), "typ": TYPE, "crit": ["x"]},
        {"alg": ALGORITHM, "kid": None, "typ": TYPE},
        [],
    ],
)
def test_no_other_header_is_taken_even_rightly_signed(header: Any) -> None:
    text = f"{encoded(header)}.{TOKEN.split('.')[1]}"
    signature = base64.urlsafe_b64encode(SIGNER.signature(text)).decode().rstrip("=")
    assert refusal(f"{text}.{signature}") in {"wrong-type", "malformed"}
    assert refusal(f"{text}.") in {"wrong-type", "malformed"}


def test_what_is_signed_and_says_something_else_opens_nothing() -> None:
    header = TOKEN.split(".")[0]
    said = json.loads(base64.urlsafe_b64decode(TOKEN.split(".")[1] + "=="))
    odd = [{**said, "exp": "never"}, {**said, "exp": True}, {**said, "exp": -1}, {**said, "more": 1}, {"iss": "x"}]
    for payload in odd:
        text = f"{header}.{encoded(payload)}"
        signature = base64.urlsafe_b64encode(SIGNER.signature(text)).decode().rstrip("=")
        assert refusal(f"{text}.{signature}") == "malformed"


@given(st.integers(0, len(TOKEN) - 1), st.sampled_from("AQz09-_.=+/ é\0"))
def test_one_altered_character_closes_it(place: int, char: str) -> None:
    altered = TOKEN[:place] + char + TOKEN[place + 1 :]
    assert isinstance(verify(altered, KEYS, WANTED, NOW), Refused) or altered == TOKEN


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: raw.decode("latin-1")))
def test_no_text_raises(text: str) -> None:
    assert isinstance(verify(text, KEYS, WANTED, NOW), Refused)
    assert isinstance(verify(f"{TOKEN}{text}." if text else "..", KEYS, WANTED, NOW), Refused)


def test_every_claim_is_signed_for() -> None:
    for one in fields(Claims):
        value = getattr(CLAIMS, one.name)
        changed = replace(CLAIMS, **{one.name: value + 1 if isinstance(value, int) else value + "x"})
        payload = issue(changed, SIGNER).split(".")[1]
        header, _, signature = TOKEN.split(".")
        assert refusal(f"{header}.{payload}.{signature}") == "forged"
