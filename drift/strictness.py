"""Whether a change of an invariant's options can only make it stricter: said option by option, by its kind. Pure.

What a kind says nothing about is taken for a loosening, so that reviewers see it.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from specs.document import Yaml
from specs.values import dataclass


class Stricter(StrEnum):
    """Which way an option makes an invariant stricter.

    A list by having more or fewer entries, a flag by being on or off, a number by being lower or higher, `imports` by
    leaving out less, rows of what is allowed by more rows and fewer entries in each.
    """

    MORE = "more"
    FEWER = "fewer"
    ON = "on"
    OFF = "off"
    LOWER = "lower"
    HIGHER = "higher"
    IMPORTS = "imports"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Tightens:
    """How one option tells. `default` is what its absence means."""

    how: Stricter
    default: Yaml = None


MORE, FEWER = Tightens(Stricter.MORE), Tightens(Stricter.FEWER)
LOWER, HIGHER = Tightens(Stricter.LOWER), Tightens(Stricter.HIGHER)
IMPORTS, ROWS = Tightens(Stricter.IMPORTS, "all"), Tightens(Stricter.ROWS)
ON_BY_DEFAULT, ON_WHEN_SAID = Tightens(Stricter.ON, default=True), Tightens(Stricter.ON, default=False)


def loosened(before: Mapping[str, Yaml], after: Mapping[str, Yaml], table: Mapping[str, Tightens]) -> tuple[str, ...]:
    """Name the options that changed and did not surely become stricter."""
    changed = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return tuple(
        key for key in changed if key not in table or not stricter(before.get(key), after.get(key), table[key])
    )


def stricter(before: Yaml, after: Yaml, tells: Tightens | None) -> bool:
    """Say whether an option that changed is surely as strict as it was; None tells nothing."""
    if tells is None:
        return False
    old, new = (tells.default if value is None else value for value in (before, after))
    judges: Mapping[Stricter, Callable[[], bool]] = {
        Stricter.MORE: lambda: fewer(new, old),
        Stricter.FEWER: lambda: fewer(old, new),
        Stricter.ON: lambda: new is True,
        Stricter.OFF: lambda: new is False,
        Stricter.LOWER: lambda: is_number(old) and is_number(new) and new <= old,  # type: ignore[operator]  # both are numbers by then
        Stricter.HIGHER: lambda: is_number(old) and is_number(new) and new >= old,  # type: ignore[operator]  # both are numbers by then
        Stricter.IMPORTS: lambda: leaves_out_less(old, new),
        Stricter.ROWS: lambda: more_rows(old, new),
    }
    return judges[tells.how]()


def leaves_out_less(before: Yaml, after: Yaml) -> bool:
    """Say whether no import is left out that was not."""
    ignored, ignores = left_out(before), left_out(after)
    return ignored is not None and ignores is not None and ignores <= ignored


def more_rows(before: Yaml, after: Yaml) -> bool:
    """Say whether each row is still there, and allows nothing that it did not."""
    if not isinstance(before, dict) or not isinstance(after, dict) or not before.keys() <= after.keys():
        return False
    return all(fewer(before[key], after[key]) for key in before)


def fewer(before: Yaml, after: Yaml) -> bool:
    """Say whether a list has nothing that it did not have."""
    many, few = entries(before), entries(after)
    return few is not None and many is not None and few <= many


def is_number(value: Yaml) -> bool:
    """Say whether a value is a number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def entries(value: Yaml) -> frozenset[str] | None:
    """Give a list as a set of texts; None for anything else."""
    listed = [value] if isinstance(value, str) else [] if value is None else value
    return frozenset(map(repr, listed)) if isinstance(listed, list) else None


def left_out(value: Yaml) -> frozenset[str] | None:
    """Give the attributes whose imports do not count; None where that cannot be told."""
    if value == "all":
        return frozenset()
    if value == "runtime":
        return entries("type-only")
    return entries(value["without"]) if isinstance(value, dict) and set(value) == {"without"} else None
