"""What Markdown cases cannot show: the ways a `go.mod` and a receiver can be written."""

import pytest

from drift.build import build_index
from drift.extract import extract
from drift.language import Layout
from drift.languages.go import Go


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ("module example.com/m\n", "example.com/m/a"),
        ('module "example.com/m"\r\n\r\ngo 1.22\r\n', "example.com/m/a"),
        ("// module wrong\n\nmodule   m // comment\n", "m/a"),
        ("", "a"),
        ("go 1.22\n", "a"),
        ("module\n" * 50_000, "a"),
    ],
)
def test_the_module_path_is_read_however_it_is_written(manifest: str, expected: str) -> None:
    placement = Go().place(Layout(frozenset({"a/a.go"}), {"go.mod": manifest}))
    assert list(placement.modules) == [expected]


@pytest.mark.parametrize(
    "receiver", ["o Order", "o *Order", "*Order", "Order", "o *Order[K, V]", "_ Order", "o  * Order", "\n\to *Order,\n"]
)
def test_methods_are_named_by_their_receiver(receiver: str) -> None:
    facts = extract("a.go", f"package a\nfunc ({receiver}) Pay() {{ log() }}\n".encode())
    assert [one.name for one in facts.definitions] == ["Order.Pay"]
    assert [one.caller for one in facts.calls] == ["Order.Pay"]


def test_a_test_package_gives_way_to_a_folder_of_its_name() -> None:
    tree = {"go.mod": "module m", "a/x_test.go": "", "a_test/y.go": ""}
    index = build_index(tree, {}, {"go.mod": "module m"})
    assert {name: module.test for name, module in index.modules.items()} == {"m/a_test": False, "m/a_test_test": True}


def test_a_replacement_outside_the_tree_is_somebody_elses() -> None:
    manifest = "module m\nrequire example.com/x v1.0.0\nreplace example.com/x v1.0.0 => ../../x\n"
    facts = {"a.go": extract("a.go", b'package a\nimport "example.com/x/y"\n')}
    index = build_index(["a.go", "go.mod"], facts, {"go.mod": manifest})
    assert index.externals == {"example.com/x"}
    assert not index.unresolved


def test_relative_imports_that_lead_nowhere_are_told() -> None:
    facts = {"a/a.go": extract("a/a.go", b'package a\nimport (\n"./gone"\n"../../out"\n)\n')}
    index = build_index(["a/a.go"], facts, {})
    assert [one.what for one in index.unresolved] == ["./gone", "../../out"]
