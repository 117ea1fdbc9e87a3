"""What a caller asks context for, as a value. Pure, and light to import."""

from specs.values import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a task in words, paths relative to the project's root, a budget in tokens, symbols."""

    task: str
    paths: tuple[str, ...]
    budget: int
    symbols: tuple[str, ...] = ()
