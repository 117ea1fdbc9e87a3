"""Hostile repositories, read as a server reads them: nothing of theirs runs, leads out, or takes too much."""

import os
import subprocess
import zlib
from pathlib import Path

import pytest

from specs.errors import HoldfastError, UnavailableError
from sync.gitrepo import Repository
from sync.gitrepo.fetching import FetchRules, Limits, fetch, printable
from tests.repositories import Repo

FILES = FetchRules(allowed=frozenset({"file"}))
MEBIBYTE = 1024 * 1024


def put(repo: Repo, kind: str, data: bytes) -> str:
    """Write an object as it is, whatever git thinks of it."""
    words = ["git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
    done = subprocess.run(words, cwd=repo.root, input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


def tree(repo: Repo, *entries: tuple[str, bytes, str]) -> str:
    """Write a tree of entries (mode, name, id), names that git itself would never write included."""
    rows = (mode.encode() + b" " + name + b"\0" + bytes.fromhex(ident) for mode, name, ident in entries)
    return put(repo, "tree", b"".join(rows))


def committed(repo: Repo, top: str) -> str:
    commit = repo.git("commit-tree", top, "-m", "hostile")
    repo.git("update-ref", "refs/heads/main", commit)
    return commit


def mirrored(repo: Repo, tmp_path: Path, rules: FetchRules = FILES) -> Repository:
    fetch(f"file://{repo.root}", tmp_path / "mirror.git", rules)
    return Repository.open(tmp_path / "mirror.git")


NAMES = [
    b"..",
    b".",
    b".git",
    b".GIT",
    b"git~1",
    b"a\\b",
    b"-rf",
    b"new\nline",
    b"\x1b[31mred",
    b"con",
    b"\xff\xfe",
    b"x" * 4096,
    b"a/b",
    b"/etc",
    "\u202egpj.exe".encode(),
]


@pytest.mark.parametrize("name", NAMES, ids=[repr(name)[:20] for name in NAMES])
def test_an_odd_name_leads_nowhere(repo: Repo, tmp_path: Path, name: bytes) -> None:
    secret = tmp_path / "passwd"
    secret.write_text("secret")
    blob = put(repo, "blob", b"X = 1\n")
    inner = tree(repo, ("100644", b"passwd", blob))
    committed(repo, tree(repo, ("40000", name, inner), ("100644", name + b".py", blob)))
    try:
        found = mirrored(repo, tmp_path).commit_tree("main")
        read = {path: found.read(path) for path in found.files}
    except HoldfastError:
        read = {}
    assert set(read.values()) <= {b"X = 1\n"}
    assert secret.read_text() == "secret"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["mirror.git", "passwd", "repo"], "nothing is written"


def test_links_are_entries_and_lead_nowhere(repo: Repo, tmp_path: Path) -> None:
    targets = [b"/etc/passwd", b"../../../../etc/passwd", b".git/config", b"../mirror.git/config"]
    rows = [("120000", f"{n}.py".encode(), put(repo, "blob", target)) for n, target in enumerate(targets)]
    committed(repo, tree(repo, *rows))
    found = mirrored(repo, tmp_path).commit_tree("main")
    for path in found.files:
        try:
            assert found.read(path) in targets
        except HoldfastError:
            continue


def test_nothing_a_repository_names_is_run(repo: Repo, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    touch = f"touch {mark}"
    repo.commit(
        {
            ".gitattributes": "* filter=evil diff=evil merge=evil\n*.md diff=evil\n",
            ".gitmodules": f'[submodule "x"]\n path = x\n url = ext::sh -c {touch}\n update = !{touch}\n',
            ".lfsconfig": f"[lfs]\n url = ext::sh -c {touch}\n",
            "a.py": "X = 1\n",
        }
    )
    for name in ("core.fsmonitor", "core.sshCommand", "core.pager", "filter.evil.clean", "filter.evil.smudge"):
        repo.git("config", name, touch)
    for name in ("uploadpack.packObjectsHook", "diff.evil.textconv", "diff.external", "gpg.program", "core.editor"):
        repo.git("config", name, touch)
    repo.git("config", "log.showSignature", "true")
    for hook in ("post-checkout", "post-update", "pre-auto-gc", "reference-transaction", "post-merge"):
        place = repo.root / ".git/hooks" / hook
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"#!/bin/sh\n{touch}\n")
        place.chmod(0o755)
    fetched = mirrored(repo, tmp_path)
    assert fetched.commit_tree("main").read("a.py") == b"X = 1\n"
    assert list(fetched.changes(fetched.resolve("main")))
    assert not mark.exists()
    bare = repo.root / "vendored"
    fetch(f"file://{repo.root}", bare, FILES)
    (bare / "config").write_text((repo.root / ".git/config").read_text() + "\tbare = true\n")
    inside = Repository.open(bare)
    assert inside.commit_tree("main").read("a.py") == b"X = 1\n"
    assert list(inside.changes(inside.resolve("main")))
    assert not mark.exists(), "nor by a repository that lies in a tree"


def test_a_pack_larger_than_its_share_is_stopped_and_leaves_nothing(repo: Repo, tmp_path: Path) -> None:
    repo.commit({"noise.bin": os.urandom(3 * MEBIBYTE)})
    small = FetchRules(allowed=frozenset({"file"}), limits=Limits(file=MEBIBYTE))
    with pytest.raises(UnavailableError, match="larger than 1 MiB"):
        mirrored(repo, tmp_path, small)
    left = sum(place.stat().st_size for place in (tmp_path / "mirror.git").rglob("*") if place.is_file())
    assert left < 2 * MEBIBYTE
    assert mirrored(repo, tmp_path).commit_tree("main").files


def test_a_bomb_is_not_unpacked(repo: Repo, tmp_path: Path) -> None:
    """Zeros that take a thousandth of their size: the fetch has its limits, and reading asks for the size first."""
    size = 100 * MEBIBYTE
    packer, parts = zlib.compressobj(1), []
    parts.append(packer.compress(b"blob %d\0" % size))
    parts += [packer.compress(bytes(MEBIBYTE)) for _ in range(100)]
    data = b"".join([*parts, packer.flush()])
    assert len(data) < 4 * MEBIBYTE
    ident = zeros_id(size)
    place = repo.root / ".git/objects" / ident[:2] / ident[2:]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    committed(repo, tree(repo, ("100644", b"bomb.md", ident), ("100644", b"bomb.py", ident)))
    found = mirrored(repo, tmp_path).commit_tree("main")
    with pytest.raises(HoldfastError):
        found.read("bomb.py", 2_000_000)
    tight = FetchRules(allowed=frozenset({"file"}), limits=Limits(memory=96 * MEBIBYTE, cpu=20))
    with pytest.raises(UnavailableError):
        fetch(f"file://{repo.root}", tmp_path / "tight.git", tight)


def zeros_id(size: int) -> str:
    import hashlib  # noqa: PLC0415 (only here)

    named = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
    for _ in range(size // MEBIBYTE):
        named.update(bytes(MEBIBYTE))
    return named.hexdigest()


def test_what_the_other_side_says_fills_no_memory_and_moves_no_cursor(tmp_path: Path) -> None:
    script = tmp_path / "ssh"
    script.write_text(
        "#!/bin/sh\nyes 'noise noise noise' | head -c 30000000 >&2\nprintf 'fatal: \\033[2Jgone\\n' >&2\nexit 1\n"
    )
    script.chmod(0o755)
    env = {"PATH": os.defpath, "GIT_SSH_COMMAND": str(script)}
    with pytest.raises(UnavailableError) as caught:
        fetch("ssh://example.com/x", tmp_path / "mirror.git", FetchRules(frozenset({"ssh"}), env=env, timeout=60))
    assert "\x1b" not in caught.value.message
    assert len(caught.value.message) < 600
    assert printable("a\x1b[31m\u202eb\n") == "a [31m b "


def test_a_home_with_credentials_is_not_asked(tmp_path: Path) -> None:
    """The limits' own child is isolated: what PYTHONPATH or a sitecustomize would load there is not loaded."""
    (tmp_path / "sitecustomize.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    env = {"PATH": os.defpath, "PYTHONPATH": str(tmp_path)}
    with pytest.raises(UnavailableError):
        fetch(f"file://{tmp_path}/none", tmp_path / "mirror.git", FetchRules(frozenset({"file"}), env=env))
    assert not (tmp_path / "ran").exists()
