"""`holdfast graph`, as people call it."""

from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.drawings import FORMATS

SPEC = """\
# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```

```yaml invariant
id: one-door
kind: only
target: stripe
by: [shop.pay]
severity: warning
```
"""
FILES = {
    "docs/specs/shop.md": SPEC,
    "shop/__init__.py": "",
    "shop/web/__init__.py": "",
    "shop/web/page.py": "import shop.domain.order\nimport shop.pay\n",
    "shop/domain/__init__.py": "",
    "shop/domain/order.py": "import shop.web.page\nimport stripe\n",
    "shop/pay.py": "import stripe\n",
    "shop/alone.py": "",
    "tests/test_shop.py": "import shop.web\n",
}


@pytest.fixture
def run(repo, monkeypatch):
    monkeypatch.chdir(repo.root)
    repo.commit(FILES)
    return lambda *words: CliRunner().invoke(cli, ["graph", *words])


def test_modules_imports_and_what_is_broken_are_drawn(run):
    assert run("--depth", "2").stdout == (
        "flowchart TD\n"
        "  %% repo: imports\n"
        "  %% 7 modules are folded into 5 parts (--depth opens them).\n"
        "  %% 1 test modules are left out (--tests draws them).\n"
        "  %% 2 parts are left out that neither import nor are imported here.\n"
        '  n0["shop.web<br/>2 modules"]\n'
        '  n1["shop.domain<br/>2 modules"]\n'
        '  n2["shop.pay"]\n'
        '  n3(["stripe"])\n'
        '  n1 -.->|"shop-layers"| n0\n'
        '  n1 -.->|"one-door"| n3\n'
        "  n0 --> n1\n"
        "  n0 --> n2\n"
        "  linkStyle 0 stroke:#d1453b,stroke-width:3px\n"
        "  linkStyle 1 stroke:#b7791f,stroke-width:3px\n"
    )


def test_an_svg_stands_alone_and_knows_light_and_dark(repo, run):
    assert run("--format", "svg", "-o", "imports.svg").stdout == ""
    text = (repo.root / "imports.svg").read_text()
    root = ET.fromstring(text)
    drawn = [node.get("class") for node in root.iter("{http://www.w3.org/2000/svg}g")]
    assert drawn.count("node") == 3
    assert drawn.count("node external") == 1
    assert "prefers-color-scheme: dark" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
    assert "against shop-layers" in text


def test_a_module_or_an_invariant_is_drawn_with_what_touches_it(run):
    near = run("--focus", "shop.pay", "--format", "dot").stdout
    assert '"shop.web.page" -> "shop.pay"' in near or '"shop.web" -> "shop.pay"' in near
    assert "domain" not in near
    about = run("--invariant", "shop-layers").stdout
    assert "shop.pay" not in about
    assert "shop-layers" in about
    assert "one-door" not in about


def test_what_is_not_there_is_refused_with_a_hint(run):
    for words, said in (
        (["--focus", "shop.wep"], "hint: Did you mean `shop.web`"),
        (["--invariant", "shop-layer"], "hint: Did you mean `shop-layers`?"),
        (["--depth", "x"], "hint: "),
        (["--output", "nowhere/x.svg"], "nowhere/x.svg cannot be written"),
    ):
        result = run(*words)
        assert result.exit_code == 2, words
        assert said in result.stderr


def test_without_specs_or_code_it_says_so(repo, run):
    repo.git("rm", "-q", "-r", "docs")
    assert "shop.web" in run().stdout
    assert run("--invariant", "x").exit_code == 2
    repo.git("rm", "-q", "-r", "shop", "tests")
    result = run()
    assert (result.exit_code, "there is nothing to draw" in result.stderr) == (2, True)


@pytest.mark.parametrize("name", [item.name for item in FORMATS])
def test_a_large_tree_is_folded_and_gives_the_same_bytes(repo, run, name):
    repo.commit({f"big/p{n % 50}/m{n}.py": f"import big.p{(n * 7) % 50}.m{(n * 7) % 400}\n" for n in range(400)})
    first = run("--format", name)
    assert first.exit_code == 0
    assert run("--format", name).stdout == first.stdout
    assert "folded into" in first.stdout
    assert len(first.stdout) < 60_000
