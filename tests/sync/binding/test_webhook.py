import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.binding.webhook import MAX_BODY, Delivery, Meaning, Refusal, derive_secret, receive

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECRET = derive_secret(b"k" * 32, "repository", "salt")
COMMIT = "a" * 40
PUSH = json.dumps({"ref": "refs/heads/main", "before": "0" * 40, "after": COMMIT, "deleted": False}).encode()


def hexmac(body, secret=SECRET):
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def github(body=PUSH, event="push", delivery="d-1", **more):
    return {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": f"sha256={hexmac(body)}",
        "Content-Type": "application/json",
        **more,
    }


def standard(body=PUSH, at=NOW, secret=SECRET, **more):
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.new(key, f"id-1.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "X-Gitlab-Event": "Push Hook",
        "webhook-id": "id-1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
        **more,
    }


def test_github_push_is_believed():
    done = receive(SECRET, github(), PUSH, NOW)
    assert done == Delivery("github", "d-1", hashlib.sha256(PUSH).hexdigest(), Meaning.PUSH, "main", COMMIT)


def test_github_form_body_is_read():
    body = urlencode({"payload": PUSH.decode()}).encode()
    headers = github(body) | {"Content-Type": "application/x-www-form-urlencoded"}
    assert receive(SECRET, headers, body, NOW).branch == "main"


def test_gitea_push_is_believed_and_named_gitea_though_it_speaks_github_too():
    headers = github() | {"X-Gitea-Event": "push", "X-Gitea-Delivery": "g-1", "X-Gitea-Signature": hexmac(PUSH)}
    assert receive(SECRET, headers, PUSH, NOW).sender == "gitea"
    only = {"x-gitea-event": "push", "x-gitea-delivery": "g-1", "x-gitea-signature": hexmac(PUSH)}
    assert receive(SECRET, only, PUSH, NOW).id == "g-1"


def test_gitlab_token_is_believed():
    headers = {"X-Gitlab-Event": "Push Hook", "X-Gitlab-Token": SECRET, "X-Gitlab-Event-UUID": "u-1"}
    done = receive(SECRET, headers, PUSH, NOW)
    assert (done.sender, done.id, done.commit) == ("gitlab", "u-1", COMMIT)


def test_gitlab_signature_is_believed_while_fresh():
    assert receive(SECRET, standard(), PUSH, NOW).id == "id-1"
    assert receive(SECRET, standard(at=NOW - timedelta(minutes=10)), PUSH, NOW) is Refusal.STALE
    assert receive(SECRET, standard(at=NOW + timedelta(minutes=10)), PUSH, NOW) is Refusal.STALE


def test_a_right_token_does_not_save_a_wrong_signature():
    headers = standard(secret=derive_secret(b"x" * 32, "repository", "salt")) | {"X-Gitlab-Token": SECRET}
    assert receive(SECRET, headers, PUSH, NOW) is Refusal.WRONG_SIGNATURE


def test_absent_signature():
    headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": "d"}
    assert receive(SECRET, headers, PUSH, NOW) is Refusal.UNSIGNED


@pytest.mark.parametrize(
    "signature", ["sha256=" + "0" * 64, "sha256=", "sha1=" + "0" * 40, "é", "sha256=" + hexmac(PUSH, "other")]
)
def test_wrong_signature(signature):
    headers = github() | {"X-Hub-Signature-256": signature}
    assert receive(SECRET, headers, PUSH, NOW) is Refusal.WRONG_SIGNATURE


def test_another_repositorys_secret_is_wrong():
    other = derive_secret(b"k" * 32, "another", "salt")
    assert receive(other, github(), PUSH, NOW) is Refusal.WRONG_SIGNATURE


def test_a_body_changed_after_signing_is_wrong():
    assert receive(SECRET, github(), PUSH + b" ", NOW) is Refusal.WRONG_SIGNATURE


def test_too_large_is_refused_before_anything_is_computed():
    assert receive(SECRET, github(), b"x" * (MAX_BODY + 1), NOW) is Refusal.TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"ref": 1, "after": 2}',
        b'{"ref": "refs/heads/x"}',
        b"",
        b"9" * 9999,
    ],
)
def test_a_signed_body_that_makes_no_sense_is_unreadable(body):
    assert receive(SECRET, github(body), body, NOW) is Refusal.UNREADABLE


def test_ping_tag_and_deleted_branch():
    assert receive(SECRET, github(event="ping"), PUSH, NOW).meaning is Meaning.OTHER
    tag = json.dumps({"ref": "refs/tags/v1", "after": COMMIT}).encode()
    assert receive(SECRET, github(tag), tag, NOW).branch == ""
    gone = json.dumps({"ref": "refs/heads/old", "after": "0" * 40}).encode()
    assert receive(SECRET, github(gone), gone, NOW).deleted


def test_a_delivery_without_id_is_named_by_its_body():
    headers = github()
    del headers["X-GitHub-Delivery"]
    done = receive(SECRET, headers, PUSH, NOW)
    assert done.id == done.digest


def test_secrets_differ_by_repository_salt_and_server():
    made = {derive_secret(key, repo, salt) for key in (b"a", b"b") for repo in "cd" for salt in "ef"}
    assert len(made) == 8
    assert all(secret.startswith("whsec_") for secret in made)


header_names = st.sampled_from(
    ["X-GitHub-Event", "X-Hub-Signature-256", "X-Gitlab-Token", "webhook-signature", "webhook-timestamp", "webhook-id"]
)


@given(st.dictionaries(header_names, st.text(max_size=30)), st.binary(max_size=60))
def test_law_nobody_without_the_secret_is_believed(headers, body):
    assert isinstance(receive(SECRET, headers, body, NOW), Refusal)
