"""What a repository may contain, and what `holdfast check` says about it: one test for each."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import cli
from tests.repositories import Repo

SPEC = "# Shop\n\n```yaml invariant\nid: shop-acyclic\nkind: acyclic\nwithin: shop\nwhy: It is a tree.\n```\n"
CLEAN: dict[str, str | bytes] = {
    "docs/specs/shop.md": SPEC,
    "shop/__init__.py": "",
    "shop/a.py": "import shop.b\n",
    "shop/b.py": "X = 1\n",
}


@pytest.fixture
def run(repo: Repo, monkeypatch):
    repo.commit(CLEAN)
    monkeypatch.chdir(repo.root)

    def invoke(*words: str) -> Result:
        result = CliRunner().invoke(cli, ["check", *words])
        assert "Traceback" not in result.stderr
        assert result.exit_code in {0, 1, 2}, result.stderr
        return result

    return invoke


def report(run, *words: str) -> dict:
    return json.loads(run("--format", "json", *words).stdout)


def left_out(run, *words: str) -> dict[str, str]:
    return {item["path"]: item["reason"] for item in report(run, *words)["not_analysed"]}


def test_a_file_of_50_mb(repo, run):
    repo.write({"shop/huge.py": b"x = 1\n" * 8_400_000, "docs/specs/huge.md": b"word " * 10_000_000})
    found = left_out(run)
    assert "MB" in found["shop/huge.py"]
    assert "MB" in found["docs/specs/huge.md"]
    assert report(run)["verdict"] == "kept"


@pytest.mark.parametrize("suffix", ["py", "ts", "go"])
def test_a_file_of_100_000_nested_brackets(repo, run, suffix):
    repo.write({f"shop/deep.{suffix}": "x = " + "(" * 100_000, f"shop/closed.{suffix}": "[" * 100_000 + "]" * 100_000})
    result = report(run)
    assert result["invariants"][0]["verdict"] == "kept"
    assert f"shop/deep.{suffix}" in {item["path"] for item in result["not_analysed"]}


def test_a_spec_of_100_000_nested_brackets(repo, run):
    deep = "[" * 100_000 + "\n\n" + "> " * 20_000 + "x\n\n" + "- " * 20_000 + "\n"
    yaml = "```yaml invariant\nid: deep\nkind: " + "[" * 100_000 + "\n```\n"
    repo.write({"docs/specs/deep.md": deep, "docs/specs/yaml.md": yaml})
    result = report(run)
    assert "shop-acyclic" in {item["id"] for item in result["invariants"] if item["verdict"] == "kept"}
    assert [item for item in result["findings"] if item["spec"]["path"] == "docs/specs/yaml.md"]


def test_names_that_are_not_utf8(repo, run):
    (repo.root / "shop" / b"caf\xe9.py".decode("utf-8", "surrogateescape")).write_text("import shop.a\n")
    repo.commit()
    for words in ([], ["--rev", "HEAD"], ["--staged"]):
        assert left_out(run, *words) == {"shop/caf\\udce9.py": "its name is not UTF-8"}
    assert run("--all").stdout.isprintable() or "caf\\udce9" in run("--all").stdout


def test_a_name_that_would_move_the_cursor(repo, run):
    (repo.root / "shop/\x1b[2Jevil.py").write_text("def (:\n")
    text = run("--all").stdout
    assert "\x1b" not in text
    assert "\\x1b[2Jevil.py" in text


def test_a_submodule(repo, run, tmp_path):
    inner = Repo(tmp_path / "inner")
    inner.commit({"x.py": "import shop.a\n"})
    repo.git("submodule", "--quiet", "add", str(inner.root), "vendor")
    repo.commit()
    for words in ([], ["--rev", "HEAD"]):
        assert left_out(run, *words)["vendor"] == "a repository of its own: not read"


def test_a_symlink_to_etc_passwd(repo, run):
    (repo.root / "shop/link.py").symlink_to("/etc/passwd")
    (repo.root / "docs/specs/link.md").symlink_to("/etc/passwd")
    (repo.root / "shop/loop").symlink_to(".")
    repo.commit()
    for words in ([], ["--rev", "HEAD"], ["--staged"]):
        found = left_out(run, *words)
        assert set(found) == {"shop/link.py", "docs/specs/link.md", "shop/loop"}
        assert "root:" not in run("--format", "json", *words).stdout


def test_a_cache_folder_that_is_a_symlink_is_not_written_through(repo, run, tmp_path):
    (tmp_path / "home").mkdir()
    (repo.root / ".holdfast").symlink_to(tmp_path / "home")
    assert run().exit_code == 0
    assert list((tmp_path / "home").iterdir()) == []


def test_an_empty_repository(tmp_path, monkeypatch):
    repo = Repo(tmp_path / "empty")
    monkeypatch.chdir(repo.root)
    result = CliRunner().invoke(cli, ["check"])
    assert (result.exit_code, "holdfast init" in result.stderr) == (2, True)
    repo.write(CLEAN)
    assert CliRunner().invoke(cli, ["check"]).exit_code == 0
    base = CliRunner().invoke(cli, ["check", "--base", "main"])
    assert (base.exit_code, "no commit yet" in base.stderr) == (2, True)
    rev = CliRunner().invoke(cli, ["check", "--rev", "HEAD"])
    assert (rev.exit_code, "hint: " in rev.stderr) == (2, True)


def test_a_shallow_clone(repo, run, tmp_path, monkeypatch):
    repo.commit({"docs/specs/shop.md": SPEC + "\nSee `shop.b.gone_long_ago`.\n"})
    repo.git("checkout", "-q", "-b", "feature")
    repo.commit({"shop/c.py": "import shop.b\n"})
    clone = tmp_path / "clone"
    repo.git("clone", "-q", "--depth=1", "--branch=feature", f"file://{repo.root}", str(clone))
    monkeypatch.chdir(clone)
    assert report(run)["verdict"] == "kept"
    assert left_out(run) == {"docs/specs/shop.md": "history"}
    refused = run("--base", "origin/main")
    assert refused.exit_code == 2
    assert "git fetch --unshallow origin +refs/heads/main:refs/remotes/origin/main" in refused.stderr


def test_a_dirty_index(repo, run):
    repo.write({"shop/b.py": "import shop.a\n"})
    repo.git("add", "shop/b.py")
    repo.write({"shop/b.py": "X = 2\n"})
    repo.git("rm", "-q", "--cached", "shop/__init__.py")
    assert run().exit_code == 0
    assert run("--staged").exit_code == 1
    assert "shop/b.py" in repo.git("diff", "--name-only")


def test_a_detached_head(repo, run):
    first = repo.git("rev-parse", "HEAD")
    repo.commit({"shop/c.py": "import shop.b\n"})
    repo.git("checkout", "-q", "--detach", first)
    assert run().exit_code == 0
    assert run("--base", "main").exit_code == 0


def one_finding(run, code: str) -> dict:
    result = report(run)
    assert result["verdict"] == "broken"
    assert "shop-acyclic" in {item["id"] for item in result["invariants"]}
    (finding,) = [item for item in result["findings"] if code in item["message"].lower()]
    assert finding["fix"]
    return finding


def test_broken_yaml(repo, run):
    repo.write({"docs/specs/bad.md": "# Bad\n\n```yaml invariant\nid: bad\nkind: [layers\n```\n"})
    result = report(run)
    assert result["verdict"] == "broken"
    assert [item["spec"]["path"] for item in result["findings"]] == ["docs/specs/bad.md"]
    assert result["findings"][0]["spec"]["line"] >= 3
    assert result["findings"][0]["fix"]


def test_an_unknown_kind(repo, run):
    repo.write({"docs/specs/bad.md": "# Bad\n\n```yaml invariant\nid: bad\nkind: layerz\n```\n"})
    assert "layers" in one_finding(run, "kind")["fix"]


def test_an_unknown_key(repo, run):
    repo.write({"docs/specs/bad.md": SPEC.replace("shop-acyclic", "other").replace("why:", "wy:")})
    assert "why" in one_finding(run, "wy")["fix"]


def test_a_duplicate_id(repo, run):
    repo.write({"docs/specs/twice.md": SPEC})
    assert one_finding(run, "taken")["spec"]["path"] == "docs/specs/twice.md"


def test_a_spec_that_is_not_utf8(repo, run):
    repo.write({"docs/specs/latin.md": b"# Caf\xe9\n"})
    assert "not UTF-8" in left_out(run)["docs/specs/latin.md"]


def test_broken_configuration(repo, run):
    for text in (b"specs = [", b"\xff", b"specs = 3", b'specs = ["../x"]', b'specs = ["nowhere"]', b"[tool]\nx = 1"):
        repo.write({"holdfast.toml": text})
        result = run()
        assert (result.exit_code, "hint: " in result.stderr) == (2, True), text


def test_a_corrupted_cache(repo, run):
    fresh = run("--format", "json").stdout
    cache = Path(repo.root / ".holdfast/cache")
    files = [path for path in cache.rglob("*") if path.is_file()]
    assert files
    for damage in (b"", b"\0" * 100, b'{"format":1,"verdict":"kept"}', b"[" * 100_000):
        for path in files:
            path.write_bytes(damage)
        assert run("--format", "json").stdout == fresh
    for path in files:
        data = bytearray(path.read_bytes())
        for place in range(40, len(data), 7):
            data[place] ^= 0x55
        path.write_bytes(bytes(data))
    repo.write({"shop/new.py": "import shop.b\n"})
    assert report(run)["verdict"] == "kept"
