"""go-arch-lint files, as `holdfast check --contracts` reads them."""

from pathlib import Path

import pytest

from specs.errors import UserError
from tests.contracts import check

RULES = """\
version: 3
workdir: .
allow: {{depOnAnyVendor: {any_vendor}, deepScan: false}}
exclude: [legacy]
excludeFiles: [".*_test\\\\.go$"]
components:
  web: {{in: web/**}}
  shop: {{in: [shop/*, shop]}}
  common: {{in: common}}
  util: {{in: util/**}}
  gone: {{in: nowhere/**}}
vendors:
  sql: {{in: github.com/lib/pq}}
  log: {{in: [go.uber.org/zap/**]}}
commonComponents: [common]
commonVendors: [log]
deps:
  web: {{mayDependOn: [shop, web]}}
  shop: {{canUse: [sql]}}
  util: {{anyVendorDeps: true, anyProjectDeps: true}}
"""
MOD = "module example.com/own\n\ngo 1.22\n\nrequire (\n\tgithub.com/lib/pq v1.0.0\n\tgo.uber.org/zap v1.0.0\n)\n"


def go(package: str, *imports: str) -> str:
    lines = "\n".join(f'\t"{name}"' for name in imports)
    return f"package {package}\n\nimport (\n{lines}\n)\n"


FILES = {
    "go.mod": MOD,
    "web/page.go": go("web", "example.com/own/web/view", "example.com/own/shop/cart", "github.com/lib/pq", "net/http"),
    "web/view/view.go": go("view", "example.com/own/common"),
    "shop/shop.go": go("shop", "example.com/own/shop/cart", "github.com/lib/pq", "go.uber.org/zap/core"),
    "shop/cart/cart.go": go("cart", "example.com/own/web"),
    "shop/cart/cart_test.go": go("cart", "example.com/own/web/view"),
    "common/common.go": go("common", "example.com/own/legacy"),
    "util/util.go": go("util", "example.com/own/web", "github.com/else/thing"),
    "legacy/old.go": go("legacy", "example.com/own/web"),
}


def test_components_and_vendors(tmp_path: Path) -> None:
    found = check(tmp_path, ".go-arch-lint.yml", RULES.format(any_vendor="false"), FILES)
    assert found.verdicts == {
        "go-arch-lint components": "broken",
        "go-arch-lint packages of shop": "broken",
    }
    assert sorted(found.findings) == [
        "error example.com/own/common -> example.com/own/legacy",
        "error example.com/own/shop -> example.com/own/shop/cart",
        "error example.com/own/shop/cart -> example.com/own/web",
        "error example.com/own/web -> github.com/lib/pq",
    ]
    assert ".go-arch-lint.yml: line 11: component gone: there is no such folder with Go files" in found.left_out


def test_any_vendor(tmp_path: Path) -> None:
    found = check(tmp_path, ".go-arch-lint.yml", RULES.format(any_vendor="true"), FILES)
    assert "error example.com/own/web -> github.com/lib/pq" not in found.findings
    assert "error example.com/own/shop/cart -> example.com/own/web" in found.findings


@pytest.mark.parametrize("text", ["components: [", "- a", "a: &x 1\nb: *x"])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, text: str) -> None:
    with pytest.raises(UserError) as caught:
        check(tmp_path, ".go-arch-lint.yml", text, {})
    assert caught.value.hint
