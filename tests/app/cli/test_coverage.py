"""`holdfast coverage`, as people call it."""

import json

import pytest
from click.testing import CliRunner

from app.cli import cli

SPEC = """\
---
covers: ["shop/pay.py", "gone/**"]
---
# Shop

```yaml invariant
id: shop-layers
kind: layers
layers: [shop.web, shop.domain]
```

```yaml invariant
id: old
kind: forbidden
from: [shop.old]
to: [shop.web]
```
"""
FILES = {
    "docs/specs/shop.md": SPEC,
    "docs/specs/words.md": "# Words\n",
    "shop/__init__.py": "",
    "shop/web.py": "import shop.domain\n",
    "shop/domain.py": "A = 1\n",
    "shop/pay.py": "B = 1\n",
    "tools/run.py": "print(1)\nprint(2)\n",
}


@pytest.fixture
def run(repo):
    repo.commit(FILES)

    def call(*words):
        return CliRunner().invoke(cli, ["coverage", str(repo.root), *words])

    return call


def test_it_says_what_is_bare_first_and_which_specs_nothing_follows(run):
    done = run()
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == "40% governed, 20% only covered, 40% under no spec: 5 lines in 5 files"
    assert [line.split() for line in lines[2:4]] == [
        ["tools/", "100%", "bare", "no", "spec"],
        ["shop/", "0%", "bare", "docs/specs/shop.md"],
    ]
    assert "  docs/specs/words.md: no code follows it" in lines
    assert "  docs/specs/shop.md: old matches nothing; covers gone/**, where nothing is" in lines


def test_json_is_that_of_the_server_and_a_folder_can_be_opened(run):
    value = json.loads(run("--format", "json", "--at", "shop").output)
    assert (value["at"], value["whole"]["governed_files"], value["whole"]["covered_files"]) == ("shop", 2, 1)
    assert {one["path"] for one in value["parts"]} == {
        "shop/__init__.py",
        "shop/web.py",
        "shop/domain.py",
        "shop/pay.py",
    }
    assert run("--rev", "HEAD").output == run().output


def test_a_folder_without_code_is_refused_with_a_hint(run):
    refused = run("--at", "shp")
    assert refused.exit_code == 2
    assert "there is no code in 'shp'" in refused.output
    assert "shop" in refused.output
