"""Webhooks as values: signatures that receivers' own libraries know, pauses that grow, addresses that are refused."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.errors import UserError
from sync.feeds.webhooks import (
    FIRST_PAUSE,
    LONGEST_ASKED,
    LONGEST_PAUSE,
    Answer,
    HookState,
    Webhook,
    check_name,
    check_url,
    next_try,
    pause,
    secret_of,
    secrets_of,
    signed,
)

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = b"k" * 32
HOOK = Webhook(UUID(int=1), UUID(int=2), "a", "https://example.org", (), "salt", UUID(int=3), NOW, 0)


def test_the_signature_is_that_of_the_standard() -> None:
    # The example of standardwebhooks.com, whose libraries verify it.
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}', (secret,)
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"


def test_while_a_secret_changes_both_are_valid() -> None:
    changing = replace(HOOK, salt="new", old_salt="salt", old_until=NOW + timedelta(hours=1))
    assert secrets_of(KEY, changing, NOW) == (secret_of(KEY, HOOK.id, "new"), secret_of(KEY, HOOK.id, "salt"))
    assert secrets_of(KEY, changing, NOW + timedelta(hours=1)) == (secret_of(KEY, HOOK.id, "new"),)
    headers = signed("evt_1", NOW, b"{}", secrets_of(KEY, changing, NOW))
    made = [base64.b64decode(part.removeprefix("v1,")) for part in headers["webhook-signature"].split(" ")]
    content = b"evt_1.%d.{}" % NOW.timestamp()
    for secret, signature in zip(secrets_of(KEY, changing, NOW), made, strict=True):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        assert hmac.new(key, content, hashlib.sha256).digest() == signature
    assert secret_of(KEY, UUID(int=9), "new") != secret_of(KEY, HOOK.id, "new")
    assert "salt" not in repr(changing)


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_grow_to_an_hour_and_are_spread(failures: int, roll: float) -> None:
    assert FIRST_PAUSE * 0.75 <= pause(failures, roll) <= LONGEST_PAUSE * 1.25
    assert pause(failures, 0.5) <= pause(failures + 1, 0.5)
    assert pause(failures, 0) <= pause(failures, roll) <= pause(failures, 1)


def test_a_receiver_may_ask_for_a_longer_pause_within_bounds() -> None:
    plain = next_try(NOW, 1, 0.5, Answer(503, 1))
    assert plain == NOW + FIRST_PAUSE
    assert next_try(NOW, 1, 0.5, Answer(429, 1, again_after=timedelta(minutes=3))) == NOW + timedelta(minutes=3)
    assert next_try(NOW, 1, 0.5, Answer(429, 1, again_after=timedelta(seconds=1))) == plain
    assert next_try(NOW, 1, 0.5, Answer(429, 1, again_after=timedelta(days=9))) == NOW + LONGEST_ASKED


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "https://example.org:8443/a/b?token=c",
        "https://93.184.216.34/x",
        "https://xn--bcher-kva.example/",
    ],
)
def test_an_address_of_the_open_internet_is_taken(url: str) -> None:
    assert check_url(url, allow_private=False).hostname


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "ftp://example.org",
        "file:///etc/passwd",
        "https://",
        "https://user:word@example.org",
        "https://example.org/#a",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://example.org:x/",
        "https://exa mple.org/",
        "https://example.org/\r\nhost: x",
        "https://example.org\\@10.0.0.1/",
        "https://b\u00fccher.example/",
        "https://exam%70le.org/",
        "https://[::1/",
        "https://example.org/" + "x" * 2000,
    ],
)
@pytest.mark.parametrize("allow_private", [True, False])
def test_what_is_no_address_is_refused(url: str, allow_private: bool) -> None:  # noqa: FBT001 (a case)
    with pytest.raises(UserError) as caught:
        check_url(url, allow_private=allow_private)
    assert caught.value.hint


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://localhost/",
        "https://a.localhost/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://10.0.0.8/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fd00::1]/",
    ],
)
def test_a_private_address_is_refused_unless_allowed(url: str) -> None:
    with pytest.raises(UserError):
        check_url(url, allow_private=False)
    assert check_url(url, allow_private=True).hostname


def test_how_a_webhook_stands() -> None:
    assert HOOK.state is HookState.ACTIVE
    assert replace(HOOK, failures=2).state is HookState.FAILING
    assert replace(HOOK, failures=2, disabled_at=NOW).state is HookState.DISABLED


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(UserError):
        check_name(name)
