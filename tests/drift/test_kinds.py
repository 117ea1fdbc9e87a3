"""Each kind is its own page, and the example on it is a real invariant."""

import inspect
from pathlib import Path

import pytest

from drift.invariants import Kind
from drift.kinds import KINDS, find_kind, kind_page
from specs.parser import parse

HEADINGS = ["What it checks", "Why", "Example", "Breaks when", "How to fix"]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_page_has_exactly_the_headings(kind: Kind) -> None:
    page = kind_page(kind.name)
    assert page.partition("\n")[0].endswith(".")
    assert [line for line in page.splitlines()[1:] if line and not line.startswith(" ")] == HEADINGS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_example_is_a_real_invariant_of_the_kind(kind: Kind) -> None:
    page = kind_page(kind.name)
    example = page[page.index("Example\n") + len("Example\n") : page.index("Breaks when\n")]
    document = parse(inspect.cleandoc(example) + "\n")
    assert not document.problems
    assert [block.kind for block in document.invariants] == [kind.name]
    assert not kind.validate(document.invariants[0])
    assert document.invariants[0].why


def test_kinds_are_found_by_name() -> None:
    assert find_kind("layers") is KINDS[0]
    assert find_kind("nothing") is None
    assert kind_page("nothing") == ""
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_option_is_on_the_page(kind: Kind) -> None:
    """The page names each option that the code asks for."""
    source = Path(inspect.getfile(type(kind))).read_text()
    page = kind_page(kind.name)
    asked = [line.split('("', 1)[1].split('"')[0] for line in source.splitlines() if "reader." in line and '("' in line]
    options = [key for key in asked if key.isidentifier()] + (["imports"] if "reader.imports()" in source else [])
    assert not [key for key in options if f"`{key}" not in page and f"{key}:" not in page]
