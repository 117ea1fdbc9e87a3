"""`holdfast explain`: pages and findings."""

import json

import pytest
from click.testing import CliRunner

from app.cli import cli
from drift.kinds import KINDS
from tests.repositories import Repo

SPEC = """\
# Shop

## Domain {#domain}

The domain is used by batch jobs.

```yaml invariant
id: pure
kind: forbidden
from: [shop.domain]
to: [shop.web]
```
"""


@pytest.fixture
def run(repo: Repo, monkeypatch):
    monkeypatch.chdir(repo.root)
    return lambda *words: CliRunner().invoke(cli, words)


def test_every_kind_has_a_page(run):
    listed = run("explain").stdout
    for kind in KINDS:
        page = run("explain", kind.name)
        assert page.exit_code == 0
        assert page.stdout.startswith(f"{kind.name}: ")
        assert "How to fix" in page.stdout
        assert kind.name in listed


def test_a_finding_is_shown_with_its_spec_and_chain(repo, run):
    files = {"shop/__init__.py": "", "shop/web.py": "", "shop/domain.py": "import shop.web\n"}
    repo.commit({"docs/specs/shop.md": SPEC, **files})
    (finding,) = json.loads(run("check", "--format", "json").stdout)["findings"]
    for digits in (finding["fingerprint"], finding["fingerprint"][:6].upper()):
        text = run("explain", digits).stdout
        assert "The domain is used by batch jobs." in text
        assert "    shop/domain.py:1:1\n      1 │ import shop.web\n        │        ^^^^^^^^\n" in text
        assert "fix: " in text
        assert finding["fingerprint"] in text


@pytest.mark.parametrize(("word", "hint"), [("layerz", "kinds are: "), ("abc", "kinds are: "), ("abcd1234", "--all")])
def test_what_is_neither_gets_a_hint(repo, run, word, hint):
    repo.commit({"docs/specs/shop.md": "# Shop\n"})
    result = run("explain", word)
    assert result.exit_code == 2
    assert hint in result.stderr
