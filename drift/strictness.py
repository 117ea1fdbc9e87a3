"""Whether a change of an invariant's options can only make it stricter: said option by option, by its kind. Pure.

What a kind says nothing about is taken for a loosening, so that reviewers see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from specs.document import Yaml


class Stricter(StrEnum):
    """Which way an option makes an invariant stricter.

    A list by having more or fewer entries, a flag by being on or off, a number by being lower or higher, `imports` by
    leaving out less.
    """

    MORE = "more"
    FEWER = "fewer"
    ON = "on"
    OFF = "off"
    LOWER = "lower"
    HIGHER = "higher"
    IMPORTS = "imports"


@dataclass(frozen=True, slots=True)
class Tightens:
    """How one option tells. `default` is what its absence means."""

    how: Stricter
    default: Yaml = None


MORE, FEWER = Tightens(Stricter.MORE), Tightens(Stricter.FEWER)
LOWER, HIGHER = Tightens(Stricter.LOWER), Tightens(Stricter.HIGHER)
IMPORTS = Tightens(Stricter.IMPORTS, "all")
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
    if tells.how is Stricter.IMPORTS:
        ignored, ignores = left_out(old), left_out(new)
        return ignored is not None and ignores is not None and ignores <= ignored
    if tells.how in {Stricter.ON, Stricter.OFF}:
        return new is (tells.how is Stricter.ON)
    if tells.how in {Stricter.LOWER, Stricter.HIGHER}:
        if not is_number(old) or not is_number(new):
            return False
        return new <= old if tells.how is Stricter.LOWER else new >= old  # type: ignore[operator]
    few, many = (entries(old), entries(new)) if tells.how is Stricter.MORE else (entries(new), entries(old))
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
