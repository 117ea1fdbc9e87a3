"""How promises name things."""

from drift.learning.field import Field
from drift.learning.layering import layer_promises
from drift.learning.promises import outer_selectors, owner_of

NAMES = ("Acme.Json", "Acme.Json.Linq", "PhpParser\\Node", "PhpParser\\Node\\Expr", "io.ktor.client", "stripe")


def test_an_outside_package_stands_for_all_that_is_known_of_it():
    field = Field(("shop",), NAMES, (), (0,), {})
    assert outer_selectors(field, NAMES) == ["import:Acme.Json", "PhpParser", "import:io.ktor.client", "stripe"]
    assert outer_selectors(field, NAMES[1:4:2]) == ["import:Acme.Json.Linq", "import:PhpParser\\Node\\Expr"]


def test_whose_a_package_is():
    owners = {
        name: owner_of(name, frozenset()) for name in ("org.gradle.api.tasks", "Serilog.Sinks.File", "A\\B", "@a/b")
    }
    assert [*owners.values()] == ["org.gradle.api", "Serilog.Sinks", "A", "@a/b"]
    assert owner_of("Serilog.Sinks.File", {"Serilog"}) == "Serilog"


def test_the_host_of_a_go_module_is_one_name():
    units = ("sigs.k8s.io/kit/api/types", "sigs.k8s.io/kit/cli")
    field = Field(units, (), (), (0, 1), dict.fromkeys(units, "go"))
    assert field.containers[""] == ("sigs.k8s.io",)
    assert [field.familiar(one) for one in units] == ["api/types", "cli"]


def test_layers_of_a_folder_at_the_top_are_said_in_full():
    units = ("lib/api", "lib/core", "lib/store")
    inner = Field(tuple(f"src/{one}" for one in units), (), (), (0b110, 0b100, 0), {})
    assert layer_promises(Field(units, (), (), (0b110, 0b100, 0), {}))[0].options == (
        "layers: [lib/api, lib/core, lib/store]",
    )
    assert layer_promises(inner)[0].options == ("containers: [src/lib]", "layers: [api, core, store]")
