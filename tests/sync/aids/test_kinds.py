"""What writers are told of kinds is what the kinds themselves ask for."""

from drift.kinds import KINDS
from drift.options import COMMON_KEYS
from specs.parser import parse
from sync.aids.diagnosis import of_kinds
from sync.aids.kinds import all_kinds


def test_every_kind_is_there_with_an_example_that_is_valid() -> None:
    found = all_kinds()
    assert [one.name for one in found] == [kind.name for kind in KINDS]
    for one in found:
        document = parse(f"# A\n\n```yaml invariant\n{one.example}```\n")
        [block] = document.invariants
        assert (block.kind, document.problems, of_kinds(document)) == (one.name, (), ())
        assert set(block.options) <= {option.name for option in one.options}


def test_options_know_their_values_and_which_must_be_there() -> None:
    kinds = {one.name: {option.name: option for option in one.options} for one in all_kinds()}
    assert kinds["limit"]["of"].values == ("files", "functions", "classes")
    assert kinds["layers"]["indirect"].values == ("true", "false")
    assert [option.name for option in kinds["layers"].values() if option.required] == ["layers"]
    assert "runtime" in kinds["layers"]["imports"].hint
    assert not any(name in COMMON_KEYS for options in kinds.values() for name in options)
