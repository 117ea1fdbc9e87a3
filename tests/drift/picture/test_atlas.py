"""The graph of modules, package by package: what is folded, what is marked, what is left out."""

from hypothesis import given
from hypothesis import strategies as st

from drift.picture.atlas import REST, Break, Code, CodeFile, Sort, code_of, divided, imports_between, look, touching
from drift.picture.stacks import Stack, stack_of
from specs.parser import parse

FILES = (
    CodeFile("shop/__init__.py", "shop", 2),
    CodeFile("shop/api/web.py", "shop.api.web", 30, ("shop.domain.order", "shop.domain.money"), (3, 4)),
    CodeFile("shop/api/cli.py", "shop.api.cli", 20, ("shop.domain.order",), (1,)),
    CodeFile("shop/domain/order.py", "shop.domain.order", 50, ("shop.domain.money", "shop.api.web"), (2, 9)),
    CodeFile("shop/domain/money.py", "shop.domain.money", 10),
    CodeFile("shop/util.py", "shop.util", 5),
)
CODE = code_of(FILES)
UP = Break("shop.domain.order", "shop.api.web", "layers", "error", "f1", "goes up", "shop/domain/order.py", 9)
RULE = """# Rules

```yaml invariant
id: stack
kind: layers
containers: [shop]
layers: [api, domain, "util | extra"]
```
"""


def stack() -> Stack:
    [block] = parse(RULE).invariants
    found = stack_of(block)
    assert found is not None
    return found


def arrows(at: str = "", *breaks: Break, code: Code = CODE) -> dict[tuple[str, str], tuple[int, tuple[str, ...]]]:
    return {(one.importer, one.imported): (one.count, one.broken) for one in look(code, at, breaks).arrows}


def test_a_walk_begins_in_the_package_that_everything_lies_in() -> None:
    view = look(CODE, "", ())
    assert view.up == (("", "shop"),)
    assert {(one.name, one.label, one.sort, one.size, one.lines) for one in view.parts} == {
        ("shop", "shop itself", Sort.MODULE, 1, 2),
        ("shop.api", "api", Sort.PACKAGE, 2, 50),
        ("shop.domain", "domain", Sort.PACKAGE, 2, 60),
        ("shop.util", "util", Sort.MODULE, 1, 5),
    }
    assert arrows() == {("shop.api", "shop.domain"): (3, ()), ("shop.domain", "shop.api"): (1, ())}
    assert look(code_of(FILES[:1]), "", ()).parts[0].name == "shop"
    assert look(code_of(()), "", ()).parts == ()


def test_a_package_shows_its_modules_and_its_neighbours_folded() -> None:
    view = look(CODE, "shop.domain", (UP,))
    assert view.up == (("", "shop"), ("shop.domain", "domain"))
    assert {one.name: one.sort for one in view.parts} == {
        "shop.api": Sort.OUTSIDE,
        "shop.domain.money": Sort.MODULE,
        "shop.domain.order": Sort.MODULE,
    }
    assert arrows("shop.domain", UP) == {
        ("shop.api", "shop.domain.money"): (1, ()),
        ("shop.api", "shop.domain.order"): (2, ()),
        ("shop.domain.order", "shop.api"): (1, ("layers",)),
        ("shop.domain.order", "shop.domain.money"): (1, ()),
    }


def test_what_breaks_is_marked_also_where_the_code_is_outside() -> None:
    out = Break("shop.util", "requests", "one-client", "warning", "f2", "no", "shop/util.py", 1)
    found = arrows("", UP, out)
    assert found["shop.domain", "shop.api"] == (1, ("layers",))
    assert found["shop.util", "requests"] == (1, ("one-client",))
    view = look(CODE, "", (UP, out))
    assert next(one for one in view.parts if one.name == "requests").sort is Sort.EXTERNAL
    assert touching((UP, out), CODE, "shop.api") == (UP,)
    assert touching((UP, out), CODE, "shop.util") == (out,)


def test_a_part_counts_the_broken_imports_that_begin_in_it_at_any_depth() -> None:
    inside = Break("shop.domain.order", "shop.domain.money", "order", "error", "f3", "no", "shop/domain/order.py", 2)
    out = Break("shop.util", "requests", "one-client", "warning", "f2", "no", "shop/util.py", 1)
    counted = {one.name: (one.breaks, one.errors) for one in look(CODE, "", (UP, inside, out)).parts}
    assert counted["shop.domain"] == (2, True), "one leads out of it, one stays within"
    assert counted["shop.util"] == (1, False)
    assert counted["shop.api"] == (0, False)


def test_names_divide_as_their_language_does() -> None:
    code = code_of((CodeFile("src/a/x.ts", "src/a/x", 1, ("src/b.c/y",), (1,)), CodeFile("src/b.c/y.ts", "src/b.c/y")))
    assert [one.name for one in look(code, "", ()).parts] == ["src/a", "src/b.c"]
    assert divided(code, "src/b.c") == ("src", "b.c")
    assert divided(code, "src/b") is None


def test_a_rule_orders_the_parts_by_its_layers() -> None:
    view = look(CODE, "", (), stack())
    assert view.bands == ("api", "domain", "util | extra")
    assert {one.label: (one.rank, one.level) for one in view.parts} == {
        "api": (0, 0),
        "domain": (1, 1),
        "util": (2, 2),
        "shop itself": (3, None),
    }
    inner = look(CODE, "shop.domain", (), stack())
    assert {one.label: one.level for one in inner.parts} == {"money": 1, "order": 1, "shop.api": 0}


def test_a_rule_may_speak_of_paths_and_other_kinds_have_no_layers() -> None:
    [block] = parse(
        RULE.replace("containers: [shop]\n", "").replace("api, domain", '"shop/api/**", "shop/domain/**"')
    ).invariants
    found = stack_of(block)
    assert found is not None
    levels = {one.label: one.level for one in look(CODE, "shop.api", (), found).parts}
    assert levels["web"] == 0
    [other] = parse(RULE.replace("kind: layers", "kind: acyclic")).invariants
    assert stack_of(other) is None


def test_the_imports_behind_an_arrow_have_places() -> None:
    view = look(CODE, "", ())
    assert imports_between(FILES, CODE, view, "shop.api", "shop.domain") == (
        ("shop.api.cli", "shop.domain.order", "shop/api/cli.py", 1),
        ("shop.api.web", "shop.domain.order", "shop/api/web.py", 3),
        ("shop.api.web", "shop.domain.money", "shop/api/web.py", 4),
    )
    assert imports_between(FILES, CODE, view, "shop.util", "shop.api") == ()


def test_many_parts_are_folded_into_one_that_breaks_nothing() -> None:
    hub = CodeFile("p/hub.py", "p.hub", 1)
    many = [CodeFile(f"p/m{at}.py", f"p.m{at}", 1, ("p.hub",), (1,)) for at in range(300)]
    code = code_of((hub, *many))
    worst = Break("p.m299", "p.hub", "rule", "error", "f", "m", "p/m299.py", 1)
    view = look(code, "", (worst,))
    names = {one.name for one in view.parts}
    assert len(names) == 41
    assert {"p.hub", "p.m299", REST} <= names
    rest = next(one for one in view.parts if one.name == REST)
    assert (rest.sort, rest.size) == (Sort.REST, 301 - 40)
    assert view.notes
    assert len(imports_between([hub, *many], code, view, REST, "p.hub")) == 261


NAMES = st.lists(st.sampled_from(["a", "b", "c", "a.b", "a.c", "a.b.d", "e.f.g", "a.b.d.h"]), unique=True, max_size=8)


@given(NAMES, st.data())
def test_every_view_is_whole_and_the_same_again(names: list[str], data: st.DataObject) -> None:
    links = st.lists(st.sampled_from(names), unique=True, max_size=4) if names else st.just([])
    files = [CodeFile(name.replace(".", "/") + ".py", name, 3, tuple(data.draw(links))) for name in names]
    code = code_of(files)
    for at in ["", *names]:
        view = look(code, at, ())
        assert view == look(code_of(reversed(files)), at, ())
        parts = {one.name for one in view.parts}
        assert all({one.importer, one.imported} <= parts for one in view.arrows)
        assert sum(one.size for one in view.parts if one.sort in {Sort.PACKAGE, Sort.MODULE}) == view.modules
