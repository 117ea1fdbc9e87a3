import os
import time
from datetime import UTC, datetime
from uuid import UUID

import pytest

from drift.lives.records import Repository, RepositoryState
from specs.errors import HoldfastError, UnavailableError, UserError
from sync.binding.remotes import RemoteKind, parse_remote
from sync.service.repositories.fetching import Borders, Mirrors, drop_old_locks
from tests.gitmaker import Made

ONE = UUID(int=1)


def repository(url, branch=""):
    return Repository(ONE, ONE, "shop", url, branch, RepositoryState.PENDING, datetime(2026, 1, 1, tzinfo=UTC))


def mirrors(tmp_path, *addresses, **more):
    async def resolve(host, port):
        if not addresses:
            raise OSError("no such host")
        return addresses

    environment = (("PATH", os.defpath), ("HOME", str(tmp_path)))
    return Mirrors(tmp_path / "mirrors", Borders((tmp_path,), environment=environment, **more), resolve)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"])
@pytest.mark.parametrize("url", ["https://git.example.com/x", "git@git.example.com:x"])
async def test_hosts_on_private_networks_are_not_reached(tmp_path, address, url):
    with pytest.raises(UserError) as caught:
        await mirrors(tmp_path, address).fetch(repository(url))
    assert "HOLDFAST_ALLOW_PRIVATE_ADDRESSES" in caught.value.hint
    assert not (tmp_path / "mirrors" / f"{ONE}.git").exists()


async def test_one_private_address_among_public_ones_is_enough(tmp_path):
    with pytest.raises(UserError):
        await mirrors(tmp_path, "1.1.1.1", "127.0.0.1").fetch(repository("https://git.example.com/x"))


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:7f00:1]", "localhost"],
)
async def test_spellings_of_loopback_are_seen_through(tmp_path, host):
    real = Mirrors(tmp_path / "mirrors", Borders())
    with pytest.raises(HoldfastError) as caught:
        await real.fetch(repository(f"https://{host}/x"))
    assert "public internet" in caught.value.message or "cannot be found" in caught.value.message


async def test_a_host_that_is_not_there(tmp_path):
    with pytest.raises(UnavailableError):
        await mirrors(tmp_path).fetch(repository("https://git.example.com/x"))


async def test_the_address_that_was_judged_is_the_one_that_is_reached(tmp_path):
    found = mirrors(tmp_path, "140.82.112.3")
    https = await found._rules(parse_remote("https://git.example.com/x"))
    assert "http.curloptResolve=git.example.com:443:140.82.112.3" in https.config
    assert "http.followRedirects=false" in https.config
    assert https.allowed == {"https"}
    ssh = await found._rules(parse_remote("git@git.example.com:x"))
    assert "-o HostName=140.82.112.3" in ssh.env["GIT_SSH_COMMAND"]
    assert "-o ProxyCommand=none" in ssh.env["GIT_SSH_COMMAND"]
    six = await mirrors(tmp_path, "2606:4700::1")._rules(parse_remote("https://git.example.com/x"))
    assert six.config[0] == "http.curloptResolve=git.example.com:443:[2606:4700::1]"


async def test_private_networks_where_a_setting_allows_them(tmp_path):
    rules = await mirrors(tmp_path, "10.0.0.1", allow_private=True)._rules(parse_remote("https://git.example.com/x"))
    assert rules.config[0].endswith(":10.0.0.1")


async def test_the_default_branch_is_found_whatever_its_name(tmp_path):
    made = Made(tmp_path / "repo")
    made.commit("begin", {"a.py": "x"})
    made.git("checkout", "-q", "-b", "trunk-7")
    head = made.commit("more", {"b.py": "x"})
    done = await mirrors(tmp_path).fetch(repository(str(made.root)))
    assert (done.branch, done.commit) == ("trunk-7", head)
    assert parse_remote(str(made.root)).kind is RemoteKind.LOCAL


async def test_a_detached_head_leaves_a_branch_to_follow(tmp_path):
    made = Made(tmp_path / "repo")
    first = made.commit("begin", {"a.py": "x"})
    head = made.commit("more", {"b.py": "x"})
    made.git("checkout", "-q", first)
    done = await mirrors(tmp_path).fetch(repository(str(made.root)))
    assert (done.branch, done.commit) == ("main", head)


async def test_a_forced_push_moves_the_mirror(tmp_path):
    made = Made(tmp_path / "repo")
    first = made.commit("begin", {"a.py": "x"})
    made.commit("more", {"b.py": "x"})
    found = mirrors(tmp_path)
    await found.fetch(repository(str(made.root), "main"))
    made.git("reset", "-q", "--hard", first)
    assert (await found.fetch(repository(str(made.root), "main"))).commit == first


async def test_hooks_and_configuration_of_the_source_are_left_alone(tmp_path):
    made = Made(tmp_path / "repo")
    made.commit("begin", {"a.py": "x"})
    for name in ("post-checkout", "post-merge", "reference-transaction", "pre-auto-gc"):
        hook = made.root / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/pwned\n")
        hook.chmod(0o755)
    made.git("config", "core.fsmonitor", f"touch {tmp_path}/pwned")
    made.git("config", "uploadpack.packObjectsHook", f"touch {tmp_path}/pwned")
    await mirrors(tmp_path).fetch(repository(str(made.root)))
    assert not (tmp_path / "pwned").exists()


def test_only_locks_older_than_any_fetch_are_removed(tmp_path):
    (tmp_path / "refs/heads").mkdir(parents=True)
    old, fresh = tmp_path / "refs/heads/main.lock", tmp_path / "packed-refs.lock"
    old.touch()
    fresh.touch()
    os.utime(old, (time.time() - 7200,) * 2)
    drop_old_locks(tmp_path)
    assert not old.exists()
    assert fresh.exists()


def test_mirrors_of_repositories_that_are_no_more_go(tmp_path):
    for name in (f"{ONE}.git", f"{ONE}.facts", f"{UUID(int=2)}.git", f"{UUID(int=2)}.facts"):
        (tmp_path / "mirrors" / name).mkdir(parents=True)
    (tmp_path / "mirrors/gitconfig").touch()
    assert mirrors(tmp_path).keep_only(frozenset({ONE})) == 1
    assert {place.name for place in (tmp_path / "mirrors").iterdir()} == {f"{ONE}.git", f"{ONE}.facts", "gitconfig"}
