"""What is asked of code hosts, against a stand-in that holds each request against their published schemas."""

from collections.abc import Iterator

import pytest

from specs.errors import DeniedError, HoldfastError, MissingError, UnavailableError, UserError
from sync.hosts import KnownHost, host_at, place_of, read_known
from sync.hosts.credentials import token_for
from sync.hosts.transport import Transport
from sync.hosts.values import Host, HostKind, Place, PullDraft, Request, Said, State, Status
from tests.codehosts import TOKEN, CodeHost, code_host

COMMIT = "ab" * 20
MARKER = "<!-- holdfast:check -->"
OPEN = Transport(allow_private=True, seconds=5)


@pytest.fixture
def fake() -> Iterator[CodeHost]:
    with code_host() as host:
        yield host


@pytest.fixture(params=["github", "gitlab"])
def host(request: pytest.FixtureRequest, fake: CodeHost) -> Host:
    return host_at(fake.place(request.param), TOKEN, OPEN.send)


def test_a_status_is_set_and_set_again(host: Host, fake: CodeHost) -> None:
    status = Status(State.PENDING, "holdfast", "w" * 400, "https://holdfast.example/gates/1")
    host.set_status(COMMIT, status)
    host.set_status(COMMIT, status)
    assert fake.statuses[COMMIT, "holdfast"]["target_url"] == "https://holdfast.example/gates/1"
    host.set_status(COMMIT, Status(State.FAILURE, "holdfast", "drift"))
    assert fake.statuses[COMMIT, "holdfast"]["state"] in {"failure", "failed"}


def test_one_comment_is_kept_up_to_date(host: Host, fake: CodeHost) -> None:
    assert host.comment(7, MARKER, f"{MARKER}\nall is well", begin=False) is Said.QUIET
    assert host.comment(7, MARKER, f"{MARKER}\ndrift") is Said.BEGUN
    assert host.comment(7, MARKER, f"{MARKER}\ndrift") is Said.UNCHANGED
    assert host.comment(7, MARKER, f"{MARKER}\nmended", begin=False) is Said.UPDATED
    assert [one["body"] for one in fake.comments] == [f"{MARKER}\nmended"]


def test_a_strangers_comment_with_our_marker_is_left_alone(host: Host, fake: CodeHost) -> None:
    stranger = {"id": 9, "type": "User"}
    fake.comments.append({"id": 1, "user": stranger, "author": stranger, "body": f"{MARKER}\nmine"})
    fake.comments += [{"id": n, "user": stranger, "author": stranger, "body": "noise"} for n in range(2, 140)]
    assert host.comment(7, MARKER, f"{MARKER}\ndrift") is Said.BEGUN
    assert host.comment(7, MARKER, f"{MARKER}\nmended") is Said.UPDATED
    assert fake.comments[0]["body"] == f"{MARKER}\nmine"
    assert fake.comments[-1]["body"] == f"{MARKER}\nmended"


def test_a_pull_request_is_opened_once_and_brought_up_to_date(host: Host, fake: CodeHost) -> None:
    made = host.open_or_update_pull(PullDraft("holdfast/specs", "main", "Specs", "two changes"))
    again = host.open_or_update_pull(PullDraft("holdfast/specs", "main", "Specs", "three changes"))
    assert again == made
    assert made.state == "open"
    assert len(fake.pulls) == 1
    writes = [method for method, _ in fake.requests if method != "GET"]
    host.open_or_update_pull(PullDraft("holdfast/specs", "main", "Specs", "three changes"))
    assert [method for method, _ in fake.requests if method != "GET"] == writes, "nothing changed, nothing is written"
    assert host.pull(made.number) == made
    with pytest.raises(MissingError):
        host.pull(99)


def test_a_wrong_token_and_a_missing_right_are_told(fake: CodeHost) -> None:
    for kind in ("github", "gitlab"):
        with pytest.raises(DeniedError, match="401 Bad credentials"):
            host_at(fake.place(kind), "wrong", OPEN.send).pull(1)
        fake.forbidden = True
        with pytest.raises(DeniedError, match="not accessible"):
            host_at(fake.place(kind), TOKEN, OPEN.send).set_status(COMMIT, Status(State.SUCCESS, "h", ""))
        fake.forbidden = False


def test_names_are_quoted_into_the_path(fake: CodeHost) -> None:
    for name in ("acme/../../user", "a?b/c#d", "acme/shop/extra"):
        with pytest.raises(HoldfastError):
            host_at(Place(HostKind.GITHUB, f"{fake.address}/api/v3", name), TOKEN, OPEN.send).pull(1)
    assert all(path.startswith("/api/v3/repos/") for _, path in fake.requests)


def test_private_addresses_are_not_reached_unless_allowed(fake: CodeHost) -> None:
    for address in (fake.address, "http://2130706433/api", "http://[::ffff:127.0.0.1]/", "http://0x7f.1/"):
        with pytest.raises(UserError, match="public internet"):
            Transport().send(Request("GET", address, "look"))
    assert not fake.requests
    with pytest.raises(UserError):
        Transport().send(Request("GET", "file:///etc/passwd", "look"))
    with pytest.raises(UnavailableError):
        Transport(allow_private=True).send(Request("GET", "http://127.0.0.1:9/x", "look"))


def test_the_host_of_an_address_is_found() -> None:
    github = Place(HostKind.GITHUB, "https://api.github.com", "acme/shop")
    assert place_of("https://github.com/acme/shop.git") == github
    assert place_of("git@github.com:acme/shop.git") == github
    assert place_of("ssh://git@gitlab.com/a/b/c.git") == Place(HostKind.GITLAB, "https://gitlab.com/api/v4", "a/b/c")
    assert place_of("https://git.acme.org/a/b") is None
    known = read_known("git.acme.org=gitlab hub.acme.org=github=https://hub.acme.org/api")
    assert known[0] == KnownHost("git.acme.org", HostKind.GITLAB, "https://git.acme.org/api/v4")
    assert place_of("https://hub.acme.org/a/b", known) == Place(HostKind.GITHUB, "https://hub.acme.org/api", "a/b")
    assert not [url for url in ("/srv/x", "https://github.com/a/b/c", "https://github.com/a", "-x") if place_of(url)]
    for wrong in ("git.acme.org", "git.acme.org=svn", "x=gitlab=ftp://x"):
        with pytest.raises(UserError):
            read_known(wrong)


def test_a_token_is_found_in_a_credential_file() -> None:
    text = "junk\nhttps://u:other%40@github.com/acme/other\nhttps://u:t%2Fk@github.com\nhttp://u:p@git.acme.org\n"
    assert token_for(text, "https://github.com/acme/shop.git") == "t/k"
    assert token_for(text, "git@github.com:acme/other.git") == "other@"
    assert token_for(text, "https://git.acme.org/a/b") == "", "a line of http serves no https"
    assert token_for(text, "https://github.com:8443/acme/shop") == ""
    assert token_for(text, "/srv/shop") == ""
