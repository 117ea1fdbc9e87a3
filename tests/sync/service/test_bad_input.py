"""Hostile repositories, synchronised: what cannot be taken is told, and the rest goes on."""

import hashlib
import subprocess

import pytest

from tests.gitmaker import Made
from tests.stage import CODE, make_stage


@pytest.fixture
def made(tmp_path):
    return Made(tmp_path / "repo")


@pytest.fixture
def stage(world, made, tmp_path):
    world.clock.forward(days=30)
    return make_stage(world, made, tmp_path)


def put(made, kind, data):
    words = ["git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"]
    return subprocess.run(words, cwd=made.root, input=data, capture_output=True, check=True).stdout.decode().strip()


def tree(made, *entries):
    rows = (mode.encode() + b" " + name + b"\0" + bytes.fromhex(ident) for mode, name, ident in entries)
    return put(made, "tree", b"".join(rows))


def noise(length):
    """A name that does not compress: a database's index takes so much and no more."""
    text = ""
    while len(text) < length:
        text += hashlib.sha256(str(len(text)).encode()).hexdigest()
    return text[:length]


async def test_specs_with_odd_names_are_told_and_the_others_count(stage, tmp_path):
    stage.made.commit("begin", CODE)
    blob = put(stage.made, "blob", b"# Odd\n")
    names = [
        b"..md",
        b"..",
        b".git.md",
        b"a\\b.md",
        b"-rf.md",
        b"new\nline.md",
        b"\x1b[31m.md",
        b"con.md",
        b"\xff\xfe.md",
    ]
    names += [b"A.md", b"a.md", noise(3000).encode() + b".md", noise(4090).encode() + b".md", "\u202egpj.md".encode()]
    rows = sorted((name, ("100644", name, blob)) for name in names if name != b"..")
    inner = tree(stage.made, *(row for _, row in rows))
    odd = tree(
        stage.made,
        ("40000", b"..", inner),
        ("40000", b"odd", inner),
        ("120000", b"link.md", put(stage.made, "blob", b"/etc/passwd")),
    )
    layers = stage.made.git("rev-parse", "HEAD:docs/specs/layers.md")
    specs = tree(
        stage.made,
        ("40000", b"..", inner),
        ("100644", b"layers.md", layers),
        ("40000", b"odd", odd),
        *(row for _, row in rows),
    )
    java = put(stage.made, "blob", f"package {noise(5000)};\nimport {noise(5000)[::-1]}.A;\nclass A {{}}\n".encode())
    web = stage.made.git("rev-parse", "HEAD:shop/web.py")
    shop = tree(
        stage.made,
        ("100644", b"A.java", java),
        ("100644", b"__init__.py", put(stage.made, "blob", b"")),
        ("100644", b"domain.py", put(stage.made, "blob", b"import shop.web\n")),
        ("100644", b"web.py", web),
        ("100644", b"x" + noise(3000).encode() + b".py", put(stage.made, "blob", b"import shop.web\n")),
    )
    docs = tree(stage.made, ("40000", b"specs", specs))
    top = tree(stage.made, ("40000", b"docs", docs), ("40000", b"shop", shop))
    stranger = noise(6000)
    stage.made.git(
        "reset", "-q", "--soft", stage.made.git("commit-tree", top, "-p", "HEAD", "-m", "hostile", author=stranger)
    )
    await stage.register()
    done = await stage.sync()
    assert done.problem == ""
    found = {one.spec.path for one in await stage.world.library.heads(stage.world.ada, stage.project)}
    assert "layers.md" in found
    assert not [path for path in found if ".." in path or "\n" in path or "\x1b" in path or len(path.encode()) > 240]
    assert not [path for path in found if path.endswith("link.md")]
    assert (await stage.sync()).evaluated == 0, "and nothing is left to be done"


async def test_a_few_trees_that_unfold_into_millions_of_files_are_refused_and_told(stage):
    stage.made.commit("begin", CODE)
    await stage.register()
    assert (await stage.sync()).problem == ""
    bomb = tree(stage.made, *(("100644", b"%d.md" % n, put(stage.made, "blob", b"# A\n")) for n in range(10)))
    for _ in range(10):
        bomb = tree(stage.made, *(("40000", b"d%d" % n, bomb) for n in range(10)))
    docs = tree(stage.made, ("40000", b"specs", bomb))
    top = tree(stage.made, ("40000", b"docs", docs))
    stage.made.git("reset", "-q", "--soft", stage.made.git("commit-tree", top, "-p", "HEAD", "-m", "bomb"))
    done = await stage.sync()
    assert "unfolds into more than" in done.problem
    [repository] = await stage.repositories.list(stage.world.ada, stage.project)
    assert "unfolds into more than" in repository.problem
    deep = put(stage.made, "blob", b"# A\n")
    deep = tree(stage.made, ("100644", b"a.md", deep))
    for _ in range(300):
        deep = tree(stage.made, ("40000", b"d", deep))
    top = tree(stage.made, ("40000", b"docs", tree(stage.made, ("40000", b"specs", deep))))
    stage.made.git("reset", "-q", "--soft", stage.made.git("commit-tree", top, "-p", "HEAD", "-m", "deep"))
    assert "deeper than" in (await stage.sync()).problem
    stage.made.git("reset", "-q", "--soft", "HEAD~2")
    assert (await stage.sync()).problem == "", "and it goes on when that is over"
