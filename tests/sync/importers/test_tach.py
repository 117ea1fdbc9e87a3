"""tach configurations, as `holdfast check --contracts` reads them. What is expected is what tach 0.35.3 says."""

from pathlib import Path

import pytest

from specs.errors import UserError
from tests.contracts import check, package

ROWS = """\
source_roots = ["src"]
{settings}

[[modules]]
path = "web"
depends_on = ["core"]

[[modules]]
path = "core"
depends_on = []
{more}
"""


def rows(settings: str = "", more: str = "") -> str:
    return ROWS.format(settings=settings, more=more)


def tree(**modules: str) -> dict[str, str]:
    files = {**package("src/web"), **package("src/core")}
    return {**files, **{f"src/{name.replace('__', '/')}.py": text for name, text in modules.items()}}


def test_rows_say_who_may_import_whom(tmp_path: Path) -> None:
    found = check(tmp_path, "tach.toml", rows(), tree(web__page="import core.kernel", core__kernel="import web.page\n"))
    assert found.verdicts == {"tach modules": "broken"}
    assert found.findings == ["error core.kernel -> web.page"]


def test_a_finding_stands_at_each_statement_and_at_the_line_of_the_name(tmp_path: Path) -> None:
    text = "from web import (\n    page,  # the page\n    site as page2,\n)\n\ndef later():\n    from web import page\n"
    found = check(tmp_path, "tach.toml", rows(), tree(core__kernel=text, web__page="", web__site=""))
    assert sorted(found.places) == ["src/core/kernel.py:2", "src/core/kernel.py:3", "src/core/kernel.py:7"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("from web import page  # tach-ignore", 0),
        ("from web import page  # tach-ignore(moves soon) page", 0),
        ("from web import page  # tach-ignore site", 1),
        ("# tach-ignore(above)\nfrom web import page", 0),
        ("from web import page\n# tach-ignore", 1),
        ("from web import (  # tach-ignore\n    page,\n)", 0),
    ],
)
def test_comments_let_imports_through(tmp_path: Path, text: str, left: int) -> None:
    found = check(tmp_path, "tach.toml", rows(), tree(core__kernel=text, web__page=""))
    assert len(found.findings) == left
    assert found.verdicts == {"tach modules": "broken" if left else "kept"}


@pytest.mark.parametrize(("setting", "left"), [("", 0), ("ignore_type_checking_imports = false", 1)])
def test_type_checking_imports(tmp_path: Path, setting: str, left: int) -> None:
    text = "import typing as t\nif t.TYPE_CHECKING:\n    import web.page\n"
    found = check(tmp_path, "tach.toml", rows(setting), tree(core__kernel=text, web__page=""))
    assert len(found.findings) == left


def test_what_is_excluded_is_not_looked_at_but_is_imported_all_the_same(tmp_path: Path) -> None:
    files = tree(core__kernel="import web.tests.helper", web__page="")
    files |= {"src/core/tests/test_it.py": "import web", "src/web/tests/helper.py": ""}
    found = check(tmp_path, "tach.toml", rows('exclude = ["**/tests"]'), files)
    assert found.findings == ["error core.kernel -> web.tests.helper"]


LAYERS = """\
source_roots = ["src"]
layers = ["top", {{ name = "mid", closed = true }}, "low"]
{explicit}
modules = [
    {{ path = "web", layer = "top", depends_on = [] }},
    {{ path = "shop", layer = "mid" }},
    {{ path = "core", layer = "low" }},
]
"""


@pytest.mark.parametrize(
    ("explicit", "expected"),
    [
        ("", ["error core.kernel -> web.page", "error web.page -> core.kernel"]),
        (
            "layers_explicit_depends_on = true",
            ["error core.kernel -> web.page", "error web.page -> core.kernel", "error web.page -> shop.cart"],
        ),
    ],
)
def test_layers(tmp_path: Path, explicit: str, expected: list[str]) -> None:
    files = tree(
        web__page="import shop.cart\nimport core.kernel",
        shop__cart="import core.kernel",
        core__kernel="import web.page",
    )
    found = check(tmp_path, "tach.toml", LAYERS.format(explicit=explicit), files)
    assert sorted(found.findings) == expected


def test_interfaces_show_names_alone(tmp_path: Path) -> None:
    more = '[[interfaces]]\nexpose = ["Kernel", "api.*"]\nfrom = ["core"]\n'
    text = "from core import Kernel, hidden\nimport core\nfrom core.api.v1 import Call\nfrom core import *\n"
    found = check(tmp_path, "tach.toml", rows(more=more), tree(web__page=text, core__api="", core__hidden=""))
    assert found.findings == ["error web.page -> core.*", "error web.page -> core.hidden"]


def test_a_module_has_the_deepest_source_root(tmp_path: Path) -> None:
    text = rows().replace('["src"]', '["src", "."]')
    found = check(tmp_path, "tach.toml", text, tree(core__kernel="import web.page", web__page=""))
    assert found.findings == ["error core.kernel -> web.page"]
    assert found.places == ["src/core/kernel.py:1"]


def test_domains_name_modules_from_where_they_lie(tmp_path: Path) -> None:
    domain = '[root]\ndepends_on = ["//core"]\n\n[[modules]]\npath = "page"\ndepends_on = ["<domain_root>"]\n'
    files = tree(web__page="import web.site\nimport core.kernel", web__site="import core.kernel", core__kernel="")
    files["src/web/tach.domain.toml"] = domain
    text = 'source_roots = ["src"]\n[[modules]]\npath = "core"\ndepends_on = []\n'
    found = check(tmp_path, "tach.toml", text, files)
    assert found.findings == ["error web.page -> core.kernel"]


@pytest.mark.parametrize(
    ("treatment", "left"), [("ignore", 0), ("allow", 2)], ids=["the root is not looked at", "the root is a module"]
)
def test_the_root_module(tmp_path: Path, treatment: str, left: int) -> None:
    files = tree(core__kernel="import other")
    files |= {"src/other.py": "import core.kernel"}
    found = check(tmp_path, "tach.toml", rows(f'root_module = "{treatment}"'), files)
    assert len(found.findings) == left


def test_deprecated_imports_are_warned_of(tmp_path: Path) -> None:
    text = rows().replace('["core"]', '[{ path = "core", deprecated = true }]')
    found = check(tmp_path, "tach.toml", text, tree(web__page="import core.kernel", core__kernel=""))
    assert found.findings == ["warning web.page -> core.kernel"]
    assert found.verdicts == {"tach modules": "kept", "tach deprecated": "broken"}


def test_what_cannot_be_carried_over_is_listed(tmp_path: Path) -> None:
    more = '[[modules]]\npath = "gone"\n\n[[modules]]\npath = "core.kernel"\ndepends_on = ["gone"]\nvisibility = []\n'
    found = check(tmp_path, "tach.toml", rows("include_string_imports = true", more), tree(core__kernel=""))
    assert found.left_out == [
        "tach.toml: line 12: gone in depends_on of core.kernel: it is no module that tach knows, so it allows nothing",
        "tach.toml: line 12: module gone: there is no such module",
        "tach.toml: line 2: include_string_imports: names in texts are not read as imports",
    ]


def test_circles_in_what_is_declared_break_where_tach_forbids_them(tmp_path: Path) -> None:
    declared = {"core": ["web"], "web": ["store", "web"], "store": ["core"], "tools": ["core", "tools"]}
    text = "".join(f'[[modules]]\npath = "{name}"\ndepends_on = {on}\n' for name, on in declared.items())
    files = tree(core__a="import web.b", web__b="", store__c="", tools__d="")
    rest = 'source_roots = ["src"]\n' + text
    assert check(tmp_path / "free", "tach.toml", rest, files).verdicts == {"tach modules": "kept"}
    found = check(tmp_path / "bound", "tach.toml", "forbid_circular_dependencies = true\n" + rest, files)
    assert found.verdicts == {"tach modules": "broken"}
    assert len(found.findings) == 3


@pytest.mark.parametrize(
    ("visible", "verdict"), [("[]", "broken"), ('["core"]', "broken"), ('["w*"]', "kept"), ('["web"]', "kept")]
)
def test_what_is_declared_though_it_is_not_visible_breaks(tmp_path: Path, visible: str, verdict: str) -> None:
    text = (
        'source_roots = ["src"]\n[[modules]]\npath = "web"\ndepends_on = ["core"]\n'
        f'[[modules]]\npath = "core"\ndepends_on = []\nvisibility = {visible}\n'
    )
    found = check(tmp_path, "tach.toml", text, tree(core__a="", web__b=""))
    assert found.verdicts == {"tach modules": verdict}


@pytest.mark.parametrize(("name", "text"), [("tach.toml", "modules = ["), ("pyproject.toml", "tool = 1 # [tool.tach]")])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(UserError) as caught:
        check(tmp_path, name, text, {})
    assert caught.value.hint
