"""import-linter contracts, as `holdfast check --contracts` reads them."""

from pathlib import Path

import pytest

from specs.errors import UserError
from sync.importers.import_linter import TYPES
from tests.contracts import Checked, check, package

LAYERS = """\
[importlinter]
root_package = shop

[importlinter:contract:layers]
name = The domain knows no web
type = layers
layers =
    shop.web
    shop.domain
"""


def test_a_kept_contract_keeps_its_name(tmp_path: Path) -> None:
    found = check(tmp_path, ".importlinter", LAYERS, package("shop", web="import shop.domain", domain=""))
    assert found == Checked({"The domain knows no web": "kept"}, [])


def test_a_chain_breaks_the_contract(tmp_path: Path) -> None:
    files = package("shop", web="", domain="from shop import util", util="import shop.web")
    found = check(tmp_path, ".importlinter", LAYERS, files)
    assert found == Checked({"The domain knows no web": "broken"}, ["error shop.util -> shop.web"])


@pytest.mark.parametrize(
    ("option", "verdict"),
    [
        ("", "broken"),
        ("ignore_imports = shop.domain.* -> shop.web", "broken"),
        ("ignore_imports =\n    shop.domain -> shop.web\n    shop.gone -> shop.web", "kept"),
        ("ignore_imports = shop.* -> shop.web", "kept"),
        ("ignore_imports = shop.** -> shop.web", "kept"),
    ],
)
def test_ignored_imports_are_modules_and_no_packages(tmp_path: Path, option: str, verdict: str) -> None:
    files = package("shop", web="", domain="import shop.web")
    found = check(tmp_path, ".importlinter", LAYERS + option + "\n", files)
    assert found.verdicts == {"The domain knows no web": verdict}


def test_an_import_that_only_we_see_is_told_and_breaks_nothing(tmp_path: Path) -> None:
    files = package("shop", web="", domain="import importlib\nimportlib.import_module('shop.web')")
    files["shop/domain.pyi"] = "import shop.web"
    found = check(tmp_path, ".importlinter", LAYERS, files)
    assert found == Checked({"The domain knows no web": "kept"}, ["info shop.domain -> shop.web"])


def test_a_folder_without_init_is_out_of_sight_and_listed(tmp_path: Path) -> None:
    files = {**package("shop", web="", domain=""), "shop/domain/inner/deep.py": "import shop.web"}
    del files["shop/domain.py"]
    files["shop/domain/__init__.py"] = ""
    found = check(tmp_path, ".importlinter", LAYERS, files)
    assert found.verdicts == {"The domain knows no web": "kept"}
    assert [one for one in found.left_out if "__init__" in one] == [
        "shop/domain/inner: import-linter does not look there: the folder has no __init__.py"
    ]


TOML = """\
[tool.importlinter]
root_packages = ["shop", "tests"]
include_external_packages = true
exclude_type_checking_imports = {excluded}

[[tool.importlinter.contracts]]
name = "no django"
type = "forbidden"
source_modules = ["shop"]
forbidden_modules = ["django"]
{more}
"""


@pytest.mark.parametrize(("excluded", "verdict"), [("true", "kept"), ("false", "broken")])
def test_type_checking_imports_count_unless_they_are_excluded(tmp_path: Path, excluded: str, verdict: str) -> None:
    guarded = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import django.db"
    files = {**package("src/shop", web=guarded), **package("tests")}
    found = check(tmp_path, "pyproject.toml", TOML.format(excluded=excluded, more=""), files)
    assert found.verdicts == {"no django": verdict}


def test_what_cannot_be_carried_over_is_listed(tmp_path: Path) -> None:
    more = '[[tool.importlinter.contracts]]\nname = "ours"\ntype = "house.rules"\n'
    found = check(tmp_path, "pyproject.toml", TOML.format(excluded="false", more=more), package("shop"))
    assert found.verdicts == {"no django": "kept"}
    assert [one for one in found.left_out if "ours" in one or "tests" in one] == [
        f"pyproject.toml: line 12: contract ours: its type 'house.rules' is not one of {', '.join(TYPES)}",
        "pyproject.toml: line 2: root package tests: there is no such package in this tree",
    ]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (".importlinter", "[importlinter\n", "cannot be read"),
        (".importlinter", "[importlinter]\n", "names no root_package"),
        ("pyproject.toml", "[tool.importlinter]\n= 1", "not valid TOML"),
        ("contracts.txt", "hello", "not a file of contracts"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, name: str, text: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        check(tmp_path, name, text, package("shop"))
    assert caught.value.hint


def test_a_root_package_below_a_stray_init_is_found(tmp_path: Path) -> None:
    files = {
        **package("src/shop", web="", domain="import shop.web"),
        "src/__init__.py": "",
        "tests/t.py": "import shop",
    }
    found = check(tmp_path, ".importlinter", LAYERS, files)
    assert found.verdicts == {"The domain knows no web": "broken"}


def test_a_package_that_is_only_imported_matches_nothing(tmp_path: Path) -> None:
    text = TOML.format(excluded="false", more="").replace('source_modules = ["shop"]', 'source_modules = ["other"]')
    found = check(tmp_path, "pyproject.toml", text, package("shop", web="import other.thing\nimport django"))
    assert found.verdicts == {"no django": "unmatched"}
