from drift.graphs.names import NameTable, separator_of
from tests.drift.made import index_of


def test_separator_is_seen_from_the_name() -> None:
    assert separator_of("shop.pay") == "."
    assert separator_of("src/pay") == "/"
    assert separator_of("crate::pay") == "::"
    assert separator_of("Shop\\Pay") == "\\"
    assert separator_of("index.test", "index.test.ts") == "/"
    assert separator_of("setup", "src/setup.py") == "."


def test_numbers_follow_names() -> None:
    table = NameTable(index_of([("b", "a"), ("a", "z")], externals=["z"]))
    assert table.names == ["a", "b", "z"]
    assert [table.number[name] for name in table.names] == [0, 1, 2]


def test_below_does_not_take_neighbours() -> None:
    table = NameTable(index_of(modules=["pay", "pay.card", "payroll", "pay_x", "pay/x"]))
    assert table.find_names("pay", alone=False) == {"pay": frozenset({"pay", "pay.card", "pay/x"})}
    assert table.find_names("pay", alone=True) == {"pay": frozenset({"pay"})}


def test_a_file_is_no_package_of_its_namesakes() -> None:
    table = NameTable(index_of(modules=["src/pay", "src/pay.test", "src/pay/card"]))
    assert table.find_names("src/pay", alone=False) == {"src/pay": frozenset({"src/pay", "src/pay/card"})}


def test_members_of_an_outside_package_are_the_package() -> None:
    table = NameTable(index_of([("a", "sqlalchemy"), ("a", "@acme/ui")], externals=["sqlalchemy", "@acme/ui"]))
    assert table.find_names("sqlalchemy.orm.session", alone=False) == {"sqlalchemy": frozenset({"sqlalchemy"})}
    assert table.find_names("@acme/ui/button", alone=False) == {"@acme/ui": frozenset({"@acme/ui"})}
    assert table.find_names("sqlalchemy.orm", alone=True) == {}
    assert table.find_names("a.orm", alone=False) == {}


def test_globs_find_packages_without_a_module_of_their_own() -> None:
    table = NameTable(index_of(modules=["shop.plugins.a.x", "shop.plugins.a.y", "shop.plugins.b"]))
    assert table.find_names("shop.plugins.*", alone=False) == {
        "shop.plugins.a": frozenset({"shop.plugins.a.x", "shop.plugins.a.y"}),
        "shop.plugins.b": frozenset({"shop.plugins.b"}),
    }


def test_paths_of_a_module_are_all_its_files() -> None:
    table = NameTable(index_of(modules=["shop.a"]))
    assert table.paths_of(["shop.a", "django"]) == {"shop/a.py"}
    assert table.modules_of(["shop/a.py", "README.md"]) == {"shop.a"}
