"""A small shop with one invariant, for tests that change it; and how to run the command in its repository."""

import json
from collections.abc import Callable
from typing import Any

from click.testing import CliRunner, Result

from app.cli import cli
from tests.repositories import Repo

Files = dict[str, str | bytes]
Run = Callable[..., Result]
SPEC = "docs/specs/shop.md"
LAYERS = """\
# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
why: Batch jobs import the domain without a web server.
```
"""
CLEAN: Files = {
    SPEC: LAYERS,
    "shop/__init__.py": "",
    "shop/web.py": "import shop.domain\n\nPAGES = 1\n",
    "shop/domain/__init__.py": "",
    "shop/domain/order.py": "LIMIT = 1\n\n\ndef price():\n    return LIMIT\n",
}
OLD = "import shop.web\n\nRATE = 2\n\n\ndef tax():\n    return RATE\n"
NEW = "from shop import web\n\nNAME = web.PAGES\n"


def runner(repo: Repo) -> Run:
    """Give a function that runs the command; the repository knows who works in it."""
    repo.git("config", "user.name", "Ada")
    repo.git("config", "user.email", "ada@example.com")

    def run(*words: str) -> Result:
        return CliRunner().invoke(cli, words)

    return run


def report(run: Run, *words: str) -> dict[str, Any]:
    """Give what `holdfast check` says, as JSON."""
    result = run("check", "--format", "json", *words)
    assert result.exit_code in {0, 1}, result.stderr
    value: dict[str, Any] = json.loads(result.stdout)
    assert (value["verdict"] == "broken") == (result.exit_code == 1)
    return value


def states(value: dict[str, Any], kind: str = "layers") -> list[tuple[str, str]]:
    """Give what each import that a kind reports is, and its state."""
    found = [one for one in value["findings"] if one["kind"] == kind]
    return sorted((f"{one.get('importer')} -> {one.get('imported')}", one["state"]) for one in found)
