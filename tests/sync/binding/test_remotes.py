from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.errors import UserError
from sync.binding.remotes import Remote, RemoteKind, check_branch, is_public, parse_remote, within


@pytest.mark.parametrize(
    ("url", "kind", "host", "port"),
    [
        ("https://git.example.com/team/repo.git", RemoteKind.HTTPS, "git.example.com", 443),
        ("https://git.example.com:8443/repo", RemoteKind.HTTPS, "git.example.com", 8443),
        ("https://[2606:4700::1]/repo", RemoteKind.HTTPS, "2606:4700::1", 443),
        ("ssh://git@git.example.com:2222/repo.git", RemoteKind.SSH, "git.example.com", 2222),
        ("git@git.example.com:team/repo.git", RemoteKind.SSH, "git.example.com", 22),
        ("/srv/git/repo.git", RemoteKind.LOCAL, "", 0),
        ("file:///srv/git/repo.git", RemoteKind.LOCAL, "", 0),
    ],
)
def test_accepted(url, kind, host, port):
    found = parse_remote(url)
    assert (found.kind, found.host, found.port) == (kind, host, port)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x" * 2001,
        "ext::sh -c touch% /tmp/pwned",
        "EXT::sh",
        "fd::17",
        "ext::sh@host:x",
        "-oProxyCommand=touch /tmp/x",
        "--upload-pack=touch",
        "ssh://-oProxyCommand=x/path",
        "-oProxyCommand=x:path",
        "git@-oProxyCommand=x:path",
        "git@host:-path",
        "ssh://git@host/-path",
        "-x@host:path",
        "http://example.com/repo",
        "git://example.com/repo",
        "ftp://example.com/repo",
        "HTTP://example.com/repo",
        "https://user:secret@example.com/repo",
        "https://token@example.com/repo",
        "https:///repo",
        "https://example.com",
        "https://example.com/",
        "https://exa mple.com/repo",
        "https://example.com/repo\n",
        "https://example.com/re\x00po",
        "https://example.com\\@127.0.0.1/repo",
        "https://example.com:0/repo",
        "https://example.com:99999/repo",
        "https://example.com/repo?x=1",
        "https://example.com/repo#x",
        "https://[::1/repo",
        "file://host/srv/repo",
        "file:///srv/../etc",
        "/srv/../etc",
        "relative/path",
        "../up",
        "C:\\repo",
        "host:",
    ],
)
def test_refused_with_a_hint(url):
    with pytest.raises(UserError) as caught:
        parse_remote(url)
    assert caught.value.hint


@given(st.text(max_size=60))
def test_law_any_text_is_accepted_or_refused(url):
    try:
        found = parse_remote(url)
    except UserError:
        return
    assert isinstance(found, Remote)
    assert not found.host.startswith("-")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "fe80::1",
        "fec0::1",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "168.63.129.16",
        "192.0.0.8",
        "100.100.100.200",
        "3fff::1",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "fc00::1",
        "ff02::1",
        "nonsense",
    ],
)
def test_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "140.82.112.3", "2606:4700::1111", "64:ff9b::101:101"])
def test_public(address):
    assert is_public(address)


def test_within_roots():
    roots = [PurePosixPath("/srv/git")]
    assert within(PurePosixPath("/srv/git/a"), roots)
    assert within(PurePosixPath("/srv/git"), roots)
    assert not within(PurePosixPath("/srv/gitx/a"), roots)
    assert not within(PurePosixPath("/srv"), roots)
    assert not within(PurePosixPath("/srv/git"), [])


@pytest.mark.parametrize("name", ["", "main", "feature/x-1", "release-1.0", "é"])
def test_branch_names(name):
    check_branch(name)


@pytest.mark.parametrize(
    "name", ["-x", "a..b", "a b", "a~1", "a^", "a:b", "refs/heads/", "/a", "a.lock", "a.lock/b", "@", "@{1}", "a\n"]
)
def test_no_branch_names(name):
    with pytest.raises(UserError):
        check_branch(name)
