"""deptrac files, as `holdfast check --contracts` reads them."""

from pathlib import Path

import pytest

from specs.errors import UserError
from tests.contracts import check

LAYERS = """\
deptrac:
  paths: [./src]
  exclude_files: ['#.*Test\\.php$#']
  layers:
    - name: Controller
      collectors:
        - type: classLike
          value: .*\\\\Controller\\\\.*
    - name: Service
      collectors:
        - {type: directory, value: src/Service/.*}
    - name: Entity
      collectors:
        - {type: glob, value: src/Entity}
    - name: Money
      collectors:
        - type: bool
          must: [{type: directory, value: src/Shared/.*}]
          must_not: [{type: classNameRegex, value: '#Legacy#'}]
    - name: Vendor
      collectors:
        - {type: classLike, value: '^Doctrine\\\\.*'}
    - name: Tagged
      collectors:
        - {type: attribute, value: Thing}
  ruleset:
    Controller: [+Service]
    Service: [Entity, Money, Tagged]
    Entity: ~
  skip_violations:
    App\\Entity\\Order: [App\\Service\\Cart]
"""


def php(space: str, name: str, *uses: str) -> str:
    lines = "\n".join(f"use {one};" for one in uses)
    return f"<?php\nnamespace {space};\n\n{lines}\n\nclass {name} {{}}\n"


FILES = {
    "src/Web/Controller/Page.php": php(
        "App\\Controller", "Page", "App\\Service\\Cart", "App\\Entity\\Order", "Doctrine\\ORM\\EntityManager"
    ),
    "src/Service/Cart.php": php("App\\Service", "Cart", "App\\Entity\\Order", "App\\Controller\\Page"),
    "src/Entity/Order.php": php("App\\Entity", "Order", "App\\Service\\Cart", "App\\Shared\\Money"),
    "src/Shared/Money.php": php("App\\Shared", "Money"),
    "src/Shared/LegacyMoney.php": php("App\\Shared", "LegacyMoney", "App\\Service\\Cart"),
    "src/Service/CartTest.php": php("App\\Service", "CartTest", "App\\Controller\\Page"),
    "lib/Other.php": php("Lib", "Other", "App\\Controller\\Page"),
}


def test_layers(tmp_path: Path) -> None:
    found = check(tmp_path, "deptrac.yaml", LAYERS, FILES)
    assert found.verdicts == {"deptrac layers": "broken"}
    assert sorted(found.findings) == [
        "error App\\Controller\\Page -> Doctrine\\ORM\\EntityManager",
        "error App\\Entity\\Order -> App\\Shared\\Money",
        "error App\\Service\\Cart -> App\\Controller\\Page",
    ]


def test_what_cannot_be_collected_is_listed(tmp_path: Path) -> None:
    found = check(tmp_path, "deptrac.yaml", LAYERS, FILES)
    assert found.left_out == [
        "deptrac.yaml: line 23: layer Tagged: nothing of what collects it can be carried over",
        "deptrac.yaml: line 25: attribute of Tagged: attributes of classes do not collect here",
    ]


@pytest.mark.parametrize("text", ["layers: [", "layers"])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as caught:
        check(tmp_path, "depfile.yaml", text, {})
    assert caught.value.hint
